/**
 * The provisioning library without Terraform: a cluster with a GPU group and the GPU operator, its nodes, and all of it gone again.
 *
 *   npm run example                                         on an embedded Hikube, in seconds
 *   KUBECONFIG=~/.kube/hikube npm run example -- --real     on your own tenant: this costs money
 */
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { CoreError, createHikube, type Log, noLog, systemClock } from "terraform-provider-hikube/core";
import { startSandbox } from "../../src/sandbox/sandbox.ts";

const real = process.argv.includes("--real");
const log: Log = process.argv.includes("--verbose")
  ? (level, message, fields) => console.error(level, message, fields)
  : noLog;
const say = (text: string) => console.log(text);

const sandbox = real ? undefined : await startSandbox({ profile: "1.1.2", speed: 10 });
const kubeConfig = new KubeConfig();
if (sandbox === undefined) kubeConfig.loadFromDefault();
else kubeConfig.loadFromString(sandbox.kubeconfig);

const hikube = await createHikube({
  kubeConfig,
  log,
  ...(real ? {} : { pollIntervalMs: { first: 50, most: 500 }, timings: { quietMs: 1_000 } }),
});
const { namespace } = hikube;

const stop = new AbortController();
process.once("SIGINT", () => stop.abort());
const { signal } = stop;
const deadline = systemClock.now() + (real ? 45 : 1) * 60_000;
const waiting = { signal, deadline, waitFor: "ready", create: true, progress: say } as const;
const id = { namespace, name: "library-demo" };
const member = (name: string) => ({ namespace, cluster: id.name, name });

try {
  const platform = await hikube.platform(signal);
  say(`The platform offers Kubernetes ${platform.versions.join(", ")}.`);
  const cluster = await hikube.clusters.converge(
    id,
    { version: "1.34", defaultNodeGroup: false, upgradeStrategy: "single" },
    waiting,
  );
  say(`Cluster ${cluster.id.name} runs ${cluster.kubernetesVersion} at ${cluster.endpoint}.`);

  // Two owners, one write: they are handed to the platform together.
  const [group, operator] = await Promise.all([
    hikube.nodeGroups.converge(
      member("gpu"),
      { instanceType: "u1.xlarge", minReplicas: 1, maxReplicas: 2, gpus: [{ name: "nvidia.com/AD102GL_L40S" }] },
      waiting,
    ),
    hikube.addons.converge(member("gpu-operator"), { enabled: true, resolveConflicts: "NONE" }, waiting),
  ]);
  say(`Node group ${group.id.name}: ${group.readyReplicas} nodes. Add-on ${operator.id.name}: ${operator.status}.`);
  for (const warning of [...cluster.warnings, ...group.warnings, ...operator.warnings])
    say(`Warning: ${warning.summary}: ${warning.detail}`);

  await printNodes(await hikube.clusters.kubeconfig(id, { signal }));
} catch (error) {
  if (!(error instanceof CoreError)) throw error;
  console.error(`${error.code}: ${error.message}${error.hint === undefined ? "" : `\n${error.hint}`}`);
  process.exitCode = 1;
} finally {
  if (signal.aborted) say(`Stopped. Cluster ${id.name} is still there, if it ever was.`);
  else {
    await hikube.clusters.remove(id, { signal, deadline, progress: say });
    say(`Cluster ${id.name} is gone.`);
  }
  await hikube.close();
  await sandbox?.stop();
}

/** What `kubectl get nodes` would show. */
async function printNodes(kubeconfig: string | undefined): Promise<void> {
  if (kubeconfig === undefined) throw new Error("The cluster has no kubeconfig yet.");
  const cluster = new KubeConfig();
  cluster.loadFromString(kubeconfig);
  const { items } = await cluster.makeApiClient(CoreV1Api).listNode();
  for (const { metadata, status } of items) {
    const { cpu = "?", memory = "?", "nvidia.com/gpu": gpus = "0" } = status?.capacity ?? {};
    say(`${metadata?.name}  ${status?.nodeInfo?.kubeletVersion}  cpu ${cpu}  memory ${memory}  gpu ${gpus}`);
  }
}
