import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type CliResult, createWorkspace, type Workspace } from "../../test/support/terraform/cli.ts";
import { type Usage, watchProviders } from "./process-usage.ts";
import { type SandboxProcess, startSandboxProcess } from "./sandbox-process.ts";

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

/**
 * Plans, makes, plans again and destroys some clusters, several times. The subjects take turns at every command, each with a sandbox of
 * its own, so that what else the machine does meets all of them. Returns all figures of all runs, in the order of the subjects.
 */
export async function measure(subjects: readonly Subject[], amount: Amount): Promise<Figures[]> {
  const stages: Stage[] = [];
  let turn = 0;
  const inTurn = async (act: (stage: Stage) => Promise<unknown>) => {
    for (const stage of turn++ % 2 === 0 ? stages : stages.toReversed()) await act(stage);
  };
  try {
    for (const subject of subjects) stages.push(await Stage.open(subject));
    for (let run = 1; run <= amount.runs; run++) {
      const variables = { run: `r${run}`, clusters: amount.clusters, wait_for: amount.waitFor };
      const options = Object.entries(variables).map(([name, value]) => `-var=${name}=${value}`);
      const plan = ["plan", "-detailed-exitcode", "-no-color", ...options];
      const command = (phase: Phase, code: number, args: readonly string[]) =>
        inTurn((stage) => stage.measure(phase, code, args));
      await command("plan", 2, plan);
      await command("apply", 0, ["apply", "-auto-approve", "-no-color", ...options]);
      // What only became true after the apply comes into the state, as it does between two runs of a user's.
      await inTurn((stage) => stage.run("apply", "-refresh-only", "-auto-approve", "-no-color", ...options));
      for (let count = 0; count < amount.emptyPlans; count++) await command("empty plan", 0, plan);
      if (amount.keep !== true) await command("destroy", 0, ["destroy", "-auto-approve", "-no-color", ...options]);
    }
    return stages.map(({ figures }) => figures);
  } finally {
    for (const stage of stages) await stage.close();
  }
}

/** One subject's workspace and sandbox. */
class Stage {
  readonly figures: Record<Phase, Figure[]> = { plan: [], apply: [], "empty plan": [], destroy: [] };
  private readonly sandbox: SandboxProcess;
  private readonly workspace: Workspace;

  private constructor(sandbox: SandboxProcess, workspace: Workspace) {
    this.sandbox = sandbox;
    this.workspace = workspace;
  }

  static async open({ cli, mirror, configuration }: Subject): Promise<Stage> {
    const sandbox = await startSandboxProcess();
    const workspace = await createWorkspace(cli, {}, { kubeconfig: sandbox.kubeconfig, ...configuration });
    const stage = new Stage(sandbox, workspace);
    installFrom(mirror, workspace);
    await stage.run("init", "-no-color");
    return stage;
  }

  async run(...args: string[]): Promise<void> {
    expect(await this.workspace.run(...args), 0);
  }

  async measure(phase: Phase, code: number, args: readonly string[]): Promise<void> {
    const before = await this.sandbox.counts();
    const begun = performance.now();
    const { child, result } = this.workspace.start(...args);
    const providers = watchProviders(child.pid ?? 0);
    expect(await result, code);
    const ms = performance.now() - begun;
    const usage = providers.stop();
    const after = await this.sandbox.counts();
    this.figures[phase].push({
      ms,
      requests: after.requests - before.requests,
      writes: after.writes - before.writes,
      usage,
    });
  }

  async close(): Promise<void> {
    await this.sandbox.stop();
    await this.workspace.remove();
  }
}

/** Makes a workspace install its provider from a filesystem mirror. */
export function installFrom(mirror: string, workspace: Workspace): void {
  const text = `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`;
  writeFileSync(join(workspace.directory, "cli.tfrc"), text);
}

function expect({ exitCode, stdout, stderr }: CliResult, code: number): void {
  if (exitCode !== code) throw new Error(`the command ended with ${exitCode}:\n${stdout}\n${stderr}`);
}
