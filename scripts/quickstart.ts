import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { styleText } from "node:util";
import { systemClock } from "../src/base/clock.ts";
import { noLog } from "../src/base/log.ts";
import { createHikube } from "../src/core/hikube.ts";
import { resolveConnection } from "../src/kube/config/kubeconfig.ts";
import { connect } from "../src/kube/http/connect.ts";
import { startSandbox } from "../src/sandbox/sandbox.ts";
import { ensureBuilt, executable, mirror } from "./ensure-built.ts";
import { findProgram, toolDirectory } from "./go-tool.ts";
import { nextSteps } from "./next-steps.ts";

// `npm run quickstart`: real Terraform, the real executable, an embedded Hikube. A cluster with GPUs stands, is upgraded, is gone.

const root = fileURLToPath(new URL("..", import.meta.url));
const keep = process.argv.includes("--keep");
const profile = process.argv.includes("--profile=1.6.2") ? "1.6.2" : "1.1.2";
const started = Date.now();

const cli = findProgram("terraform") ?? findProgram("tofu");
if (cli === undefined) {
  console.error("The quick start needs Terraform or OpenTofu on the PATH; `npm run opentofu` builds OpenTofu.");
  process.exit(1);
}

const cliName = dirname(cli) === toolDirectory ? cli : basename(cli);
const seconds = (since: number) => `${((Date.now() - since) / 1000).toFixed(1)} s`;
const say = (text: string) => console.log(styleText("bold", `\n▶ ${text}`));
const done = (since: number) => console.log(styleText("green", `✔ ${seconds(since)}`));

let since = Date.now();
say("The provider: one executable with its runtime inside");
console.log(ensureBuilt() ? relative(root, executable) : `${relative(root, executable)} is up to date`);
done(since);

const directory = mkdtempSync(join(tmpdir(), "hikube-quickstart-"));
let running: ChildProcess | undefined;
let interrupted = false;
process.on("SIGINT", () => {
  interrupted = true;
  // Terraform got the same signal from the terminal and ends by itself; what is left is removed below.
  if (running === undefined) stopWaiting();
});
let stopWaiting: () => void = () => {};

since = Date.now();
say(`Starting an embedded Hikube (platform ${profile}) on this machine`);
const sandbox = await startSandbox({ profile, speed: 1 });
const kubeconfig = join(directory, "kubeconfig");
writeFileSync(kubeconfig, sandbox.kubeconfig, { mode: 0o600 });
cpSync(join(root, "examples", "quickstart"), directory, { recursive: true });
writeFileSync(
  join(directory, "cli.tfrc"),
  `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`,
);
console.log(`${sandbox.url}, namespace ${sandbox.namespace}`);
done(since);

try {
  await step(`${cliName} init`, ["init", "-no-color"]);
  await step("A cluster with web nodes and a GPU node", ["apply", "-auto-approve"]);
  await showNodes();
  await step("The same again: nothing to do", ["plan"]);
  await step("Upgraded by one minor, node by node", ["apply", "-auto-approve", "-var", "kubernetes_version=1.34"]);
  await showNodes();
  if (keep && !interrupted) {
    say("Everything is left standing, as asked");
    console.log(nextSteps({ cli: cliName, directory }));
    console.log("Ctrl-C ends the sandbox and removes everything.");
    await new Promise<void>((resolve) => {
      stopWaiting = resolve;
    });
  } else {
    await step("Destroyed again", ["destroy", "-auto-approve", "-var", "kubernetes_version=1.34"]);
    if (!interrupted) console.log(nextSteps());
  }
} finally {
  await sandbox.stop();
  rmSync(directory, { recursive: true, force: true });
}
if (interrupted && !keep) {
  console.error("Interrupted; everything is removed.");
  process.exitCode = 130;
} else console.log(styleText("bold", `\nAll done in ${seconds(started)}.`));

/** One Terraform command with its own output, and beneath it what the provider says it waits for. */
async function step(title: string, args: readonly string[]): Promise<void> {
  if (interrupted) return;
  say(title);
  const begun = Date.now();
  const log = join(directory, "provider.log");
  writeFileSync(log, "");
  const child = spawn(cli as string, args, {
    cwd: directory,
    stdio: ["ignore", "inherit", "inherit"],
    env: {
      ...process.env,
      KUBECONFIG: kubeconfig,
      TF_CLI_CONFIG_FILE: join(directory, "cli.tfrc"),
      TF_IN_AUTOMATION: "1",
      TF_LOG_PROVIDER: "INFO",
      TF_LOG_PATH: log,
      CHECKPOINT_DISABLE: "1",
    },
  });
  running = child;
  const stopProgress = followProgress(log);
  const code = await new Promise<number>((resolve) => child.on("close", (status) => resolve(status ?? 1)));
  stopProgress();
  running = undefined;
  if (interrupted) return;
  if (code !== 0) throw new Error(`${args[0]} failed with exit code ${code}`);
  done(begun);
}

/** Prints the provider's progress lines as they appear in Terraform's log. */
function followProgress(log: string): () => void {
  let read = 0;
  let last = "";
  const print = () => {
    const text = readFileSync(log, "utf8");
    const end = text.lastIndexOf("\n") + 1;
    for (const line of text.slice(read, end).split("\n")) {
      const message = /\[INFO\]\s+provider\.terraform-provider-hikube\S*: (.*?)(?:: @module=.*)?$/.exec(line)?.[1];
      if (message === undefined || message === last) continue;
      last = message;
      console.log(styleText("dim", `  … ${message}`));
    }
    read = end;
  };
  const timer = setInterval(print, 200);
  return () => {
    clearInterval(timer);
    print();
  };
}

interface Node {
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly status: {
    readonly capacity: Readonly<Record<string, string>>;
    readonly nodeInfo: { readonly kubeletVersion: string };
  };
}

/** The tenant cluster's own nodes, asked with the kubeconfig that the platform hands out. */
async function showNodes(): Promise<void> {
  if (interrupted) return;
  say("The nodes, asked of the new cluster itself");
  const options = { log: noLog, clock: systemClock, random: Math.random };
  const client = connect(await resolveConnection({ kubeconfig: sandbox.kubeconfig }, {}), options);
  const connectTenant = async (text: string) => connect(await resolveConnection({ kubeconfig: text }, {}), options);
  const hikube = createHikube({ client, namespace: sandbox.namespace, clock: systemClock, log: noLog, connectTenant });
  try {
    const id = { namespace: sandbox.namespace, name: "demo" };
    const text = await hikube.clusters.kubeconfig(id, { signal: AbortSignal.timeout(10_000) });
    if (text === undefined) throw new Error("the cluster has no kubeconfig yet");
    const tenant = await connectTenant(text);
    const answer = (await tenant.request({ method: "GET", path: "/api/v1/nodes" })) as unknown as { items: Node[] };
    await tenant.close();
    const rows = answer.items.map(({ metadata, status }) => [
      metadata.name,
      metadata.labels["node.kubernetes.io/instance-type"] ?? "",
      status.capacity["cpu"] ?? "",
      status.capacity["memory"] ?? "",
      status.capacity["nvidia.com/gpu"] ?? "-",
      status.nodeInfo.kubeletVersion,
    ]);
    printTable([["NODE", "SIZE", "CPU", "MEMORY", "GPU", "VERSION"], ...rows]);
  } finally {
    await hikube.close();
  }
}

function printTable(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  for (const row of rows) console.log(row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "));
}
