import { createWorkspace, type Workspace } from "../../test/support/terraform/cli.ts";
import { loadConfiguration, loadResources } from "./configuration.ts";
import { installFrom } from "./phases.ts";
import { type Usage, watchProviders } from "./process-usage.ts";
import { startSandboxProcess } from "./sandbox-process.ts";

/** What became of many resources while the platform failed now and then. */
export interface Load {
  readonly parallelism: number;
  /** Applies until Terraform had nothing left to do, and whether it then had nothing. */
  readonly applies: number;
  readonly converged: boolean;
  /** Clusters that the platform holds, and resources that the state holds. */
  readonly clusters: number;
  readonly resources: number;
  readonly requests: number;
  /** Requests that the sandbox failed on purpose. */
  readonly failed: number;
  readonly writes: number;
  readonly ms: number;
  readonly apply: Usage | undefined;
  readonly emptyPlan: Usage | undefined;
  readonly emptyPlanRequests: number;
}

/** A user tries again as often as this; the provider's own retries should make once enough. */
const mostApplies = 5;

/** One state with many clusters, made at one parallelism while a share of all requests fails; then planned again without failures. */
export async function measureLoad(
  cli: string,
  mirror: string,
  {
    clusters,
    parallelism,
    failing,
  }: { readonly clusters: number; readonly parallelism: number; readonly failing: number },
): Promise<Load> {
  const sandbox = await startSandboxProcess({ failing });
  const workspace = await createWorkspace(cli, {}, { kubeconfig: sandbox.kubeconfig, ...loadConfiguration });
  const options = [`-parallelism=${parallelism}`, `-var=clusters=${clusters}`, "-var=wait_for=ready"];
  try {
    installFrom(mirror, workspace);
    const init = await workspace.run("init", "-no-color");
    if (init.exitCode !== 0) throw new Error(init.stderr);
    const begun = performance.now();
    let apply: Usage | undefined;
    let applies = 0;
    for (let done = false; !done && applies < mostApplies; applies++) {
      const { exitCode, usage, stderr } = await watched(workspace, "apply", "-auto-approve", "-no-color", ...options);
      apply = larger(apply, usage);
      done = exitCode === 0;
      if (!done) console.error(`… apply ${applies + 1} ended with ${exitCode}: ${firstError(stderr)}`);
    }
    const ms = performance.now() - begun;
    const made = await sandbox.counts();
    await sandbox.fail(0);
    // What only became true after the apply comes into the state, as it does between two runs of a user's.
    await workspace.run("apply", "-refresh-only", "-auto-approve", "-no-color", ...options);
    const before = await sandbox.counts();
    const plan = await watched(workspace, "plan", "-detailed-exitcode", "-no-color", ...options);
    const after = await sandbox.counts();
    const list = await workspace.run("state", "list");
    return {
      parallelism,
      applies,
      converged: plan.exitCode === 0,
      clusters: after.clusters,
      resources: list.stdout.split("\n").filter((line) => line.includes("hikube_")).length,
      requests: made.requests,
      failed: made.failed,
      writes: made.writes,
      ms,
      apply,
      emptyPlan: plan.usage,
      emptyPlanRequests: after.requests - before.requests,
    };
  } finally {
    await sandbox.stop();
    await workspace.remove();
  }
}

/** Whether all that was wanted is there, once, and nothing is left to do. */
export const isWhole = (load: Load, clusters: number): boolean =>
  load.converged && load.clusters === clusters && load.resources === clusters * loadResources;

async function watched(workspace: Workspace, ...args: string[]) {
  const { child, result } = workspace.start(...args);
  const providers = watchProviders(child.pid ?? 0);
  const { exitCode, stderr } = await result;
  return { exitCode, stderr, usage: providers.stop() };
}

const larger = (a: Usage | undefined, b: Usage | undefined): Usage | undefined =>
  a === undefined || b === undefined
    ? (a ?? b)
    : { cpuMs: a.cpuMs + b.cpuMs, peakBytes: Math.max(a.peakBytes, b.peakBytes), processes: a.processes + b.processes };

const firstError = (stderr: string): string => /Error: (.*)/.exec(stderr)?.[1] ?? "no error";
