import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { isAtLeast, terraformVersion, testCli, testCliNames } from "../../../scripts/test-cli.ts";

/** The executable that the suite drives: HIKUBE_TEST_CLI, else terraform, else tofu. Throws where there is none. */
export function findCli(): string {
  const cli = testCli();
  if (cli !== undefined) return cli;
  const names = testCliNames().join(" or ");
  throw new Error(`The acceptance tests need ${names} on the PATH; \`npm run opentofu\` builds OpenTofu.`);
}

/** The same for tests of what only newer versions of Terraform have. Throws where the CLI is OpenTofu or older. */
export function findTerraform(least: string): string {
  const cli = findCli();
  const version = terraformVersion(cli);
  if (version !== undefined && isAtLeast(version, least)) return cli;
  const found = version === undefined ? "no Terraform" : `Terraform ${version}`;
  throw new Error(
    `This test needs Terraform ${least} or newer; ${cli} is ${found}. Set HIKUBE_TEST_CLI to what \`npm run terraform-latest\` prints.`,
  );
}

export const isOpenTofu = (cli: string): boolean => /tofu$/.test(cli);

export interface CliDiagnostic {
  readonly severity: string;
  readonly summary: string;
  readonly detail: string;
  /** The attribute as it stands in the configuration, from the source snippet. */
  readonly code: string | undefined;
  readonly address: string | undefined;
}

export interface PlannedChange {
  readonly address: string;
  readonly action: string;
}

export interface CliResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly diagnostics: readonly CliDiagnostic[];
  readonly changes: readonly PlannedChange[];
  /** What a refresh found changed. */
  readonly drift: readonly PlannedChange[];
}

export interface Workspace {
  readonly directory: string;
  /** Replaces files of the configuration. */
  write(files: Readonly<Record<string, string>>): Promise<void>;
  run(...args: string[]): Promise<CliResult>;
  /** Starts a command and hands its process out, for interrupts. */
  start(...args: string[]): { readonly child: ChildProcess; readonly result: Promise<CliResult> };
  plan(...args: string[]): Promise<CliResult>;
  apply(...args: string[]): Promise<CliResult>;
  destroy(...args: string[]): Promise<CliResult>;
  /** Evaluates an expression in the console. */
  console(expression: string): Promise<CliResult>;
  /** `values.root_module` of the state. */
  state(): Promise<StateModule>;
  remove(): Promise<void>;
}

export interface StateModule {
  readonly resources?: readonly { readonly address: string; readonly values: Record<string, unknown> }[];
  readonly child_modules?: readonly StateModule[];
}

/** A directory of its own with a configuration, and the CLI in it. `env` is added to a cleaned environment. */
export async function createWorkspace(
  cli: string,
  env: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>>,
): Promise<Workspace> {
  const directory = await mkdtemp(join(tmpdir(), "hikube-acceptance-"));
  const config = join(directory, "cli.tfrc");
  await writeFile(config, "");
  const write = async (contents: Readonly<Record<string, string>>) => {
    for (const [name, text] of Object.entries(contents)) {
      await mkdir(dirname(join(directory, name)), { recursive: true });
      await writeFile(join(directory, name), text);
    }
  };
  await write(files);
  const begin = (args: readonly string[], input = "") => {
    const child = spawn(cli, args, {
      cwd: directory,
      detached: true,
      env: {
        PATH: process.env["PATH"] ?? "",
        HOME: directory,
        TMPDIR: tmpdir(),
        CHECKPOINT_DISABLE: "1",
        TF_IN_AUTOMATION: "1",
        TF_INPUT: "0",
        TF_CLI_CONFIG_FILE: config,
        ...env,
      },
      stdio: ["pipe", "pipe", "pipe"],
    });
    // A program that has ended reads nothing.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    const result = new Promise<CliResult>((resolve, reject) => {
      let stdout = "";
      let stderr = "";
      child.stdout?.on("data", (chunk) => {
        stdout += chunk;
      });
      child.stderr?.on("data", (chunk) => {
        stderr += chunk;
      });
      child.on("error", reject);
      child.on("close", (code) => resolve({ exitCode: code ?? -1, stdout, stderr, ...parse(stdout) }));
    });
    return { child, result };
  };
  const start = (...args: string[]) => begin(args);
  const run = (...args: string[]) => start(...args).result;
  return {
    directory,
    write,
    start,
    run,
    plan: (...args) => run("plan", "-json", "-detailed-exitcode", ...args),
    apply: (...args) => run("apply", "-json", "-auto-approve", ...args),
    destroy: (...args) => run("destroy", "-json", "-auto-approve", ...args),
    console: (expression) => begin(["console"], expression).result,
    state: async () => {
      const { stdout } = await run("show", "-json");
      return (JSON.parse(stdout) as { values?: { root_module: StateModule } }).values?.root_module ?? {};
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

interface JsonLine {
  readonly type?: string;
  readonly diagnostic?: {
    readonly severity: string;
    readonly summary: string;
    readonly detail: string;
    readonly address?: string;
    readonly snippet?: { readonly code: string };
  };
  readonly change?: { readonly resource: { readonly addr: string }; readonly action: string };
}

/** The machine-readable lines of a command's output; others are not looked at. */
function parse(stdout: string): Pick<CliResult, "diagnostics" | "changes" | "drift"> {
  const diagnostics: CliDiagnostic[] = [];
  const changes: PlannedChange[] = [];
  const drift: PlannedChange[] = [];
  for (const line of stdout.split("\n")) {
    if (!line.startsWith("{")) continue;
    let parsed: JsonLine;
    try {
      parsed = JSON.parse(line) as JsonLine;
    } catch {
      continue;
    }
    if (parsed.diagnostic !== undefined) {
      const { severity, summary, detail, address, snippet } = parsed.diagnostic;
      diagnostics.push({ severity, summary, detail, address, code: snippet?.code.trim() });
    }
    if (parsed.change === undefined) continue;
    const change = { address: parsed.change.resource.addr, action: parsed.change.action };
    if (parsed.type === "planned_change") changes.push(change);
    if (parsed.type === "resource_drift") drift.push(change);
  }
  return { diagnostics, changes, drift };
}
