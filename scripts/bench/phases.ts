import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type CliResult, createWorkspace, type Workspace } from "../../test/support/terraform/cli.ts";
import { type Usage, watchProviders } from "./process-usage.ts";
import { startSandboxProcess } from "./sandbox-process.ts";

export type Phase = "plan" | "apply" | "empty plan" | "destroy";

/** One Terraform command from start to end. */
export interface Figure {
  readonly ms: number;
  readonly requests: number;
  readonly writes: number;
  readonly usage: Usage | undefined;
}

export type Figures = Readonly<Record<Phase, readonly Figure[]>>;

export interface Subject {
  /** Path of the CLI. */
  readonly cli: string;
  readonly mirror: string;
  /** Its files. */
  readonly configuration: Readonly<Record<string, string>>;
}

export interface Amount {
  readonly clusters: number;
  readonly runs: number;
  /** Empty plans of each run. */
  readonly emptyPlans: number;
  readonly waitFor: "accepted" | "ready";
  /** Leaves the last clusters standing, where only the plans are of interest: the sandbox goes away anyhow. */
  readonly keep?: boolean;
}

/** Plans, makes, plans again and destroys some clusters, several times, in a sandbox of its own; all figures of all runs. */
export async function measure({ cli, mirror, configuration }: Subject, amount: Amount): Promise<Figures> {
  const sandbox = await startSandboxProcess();
  const workspace = await createWorkspace(cli, {}, { kubeconfig: sandbox.kubeconfig, ...configuration });
  const figures: Record<Phase, Figure[]> = { plan: [], apply: [], "empty plan": [], destroy: [] };
  try {
    installFrom(mirror, workspace);
    expect(await workspace.run("init", "-no-color"), [0]);
    for (let run = 1; run <= amount.runs; run++) {
      const variables = { run: `r${run}`, clusters: amount.clusters, wait_for: amount.waitFor };
      const options = Object.entries(variables).map(([name, value]) => `-var=${name}=${value}`);
      const command = async (phase: Phase, codes: readonly number[], ...args: string[]) => {
        const before = await sandbox.counts();
        const begun = performance.now();
        const { child, result } = workspace.start(...args, ...options);
        const providers = watchProviders(child.pid ?? 0);
        expect(await result, codes);
        const ms = performance.now() - begun;
        const usage = providers.stop();
        const after = await sandbox.counts();
        figures[phase].push({
          ms,
          requests: after.requests - before.requests,
          writes: after.writes - before.writes,
          usage,
        });
      };
      await command("plan", [2], "plan", "-detailed-exitcode", "-no-color");
      await command("apply", [0], "apply", "-auto-approve", "-no-color");
      // What only became true after the apply comes into the state, as it does between two runs of a user's.
      expect(await workspace.run("apply", "-refresh-only", "-auto-approve", "-no-color", ...options), [0]);
      for (let plan = 0; plan < amount.emptyPlans; plan++) {
        await command("empty plan", [0], "plan", "-detailed-exitcode", "-no-color");
      }
      if (amount.keep !== true) await command("destroy", [0], "destroy", "-auto-approve", "-no-color");
    }
  } finally {
    await sandbox.stop();
    await workspace.remove();
  }
  return figures;
}

/** Makes a workspace install its provider from a filesystem mirror. */
export function installFrom(mirror: string, workspace: Workspace): void {
  const text = `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`;
  writeFileSync(join(workspace.directory, "cli.tfrc"), text);
}

function expect({ exitCode, stdout, stderr }: CliResult, codes: readonly number[]): void {
  if (!codes.includes(exitCode)) throw new Error(`the command ended with ${exitCode}:\n${stdout}\n${stderr}`);
}
