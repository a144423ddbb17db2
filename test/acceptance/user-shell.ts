import { type ChildProcess, spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, delimiter, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { findCli } from "../support/terraform/cli.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** What a clean checkout does not hold. */
const made = new Set(["node_modules", "dist", ".git", ".cache", ".terraform", ".terraform.lock.hcl"]);

/**
 * A checkout of the project after `npm ci`, in a directory whose name has a blank: what a user types there changes no file of this one,
 * and finds nothing that was built here.
 */
export async function checkout(): Promise<{ readonly directory: string; remove(): Promise<void> }> {
  const parent = await mkdtemp(join(tmpdir(), "hikube commands-"));
  const directory = join(parent, "terraform-provider-hikube");
  await mkdir(directory);
  for (const entry of await readdir(root)) {
    if (made.has(entry)) continue;
    await cp(join(root, entry), join(directory, entry), {
      recursive: true,
      preserveTimestamps: true,
      filter: (source) => !made.has(basename(source)),
    });
  }
  await symlink(join(root, "node_modules"), join(directory, "node_modules"));
  return { directory, remove: () => rm(parent, { recursive: true, force: true }) };
}

/** The PATH that the user had before npm put the project's own Node and tools in front of it. */
const usersPath = (): string =>
  (process.env["PATH"] ?? "")
    .split(delimiter)
    .filter((directory) => !/(?:^|[/\\])node_modules[/\\]|[/\\]node-gyp-bin$/.test(directory))
    .join(delimiter);

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that goes on until it is told to end. */
export interface Running {
  /** Everything it has said so far. */
  said(): string;
  /** Resolves with everything it has said once that matches; throws where it ends before. */
  until(pattern: RegExp): Promise<string>;
  /** As Ctrl-C in its terminal. Answers the exit code. */
  interrupt(): Promise<number | null>;
}

export interface RunOptions {
  /** Default: the shell's. */
  readonly directory?: string;
  readonly input?: string;
  /** The exit codes that are expected; default 0. */
  readonly exits?: readonly number[];
}

/** The terminal of a user: a separate home directory, the system's Node, nothing of npm or of this project. */
export interface UserShell {
  readonly home: string;
  /** Everything that was typed, one line each. */
  readonly typed: ReadonlySet<string>;
  /** Types lines one after another into one shell. Throws where one of them fails. */
  run(lines: string | readonly string[], options?: RunOptions): Promise<Output>;
  /** The same with a last line that goes on. */
  start(lines: string | readonly string[], options?: RunOptions): Running;
  /** Ends what still runs, and removes the home. */
  close(): Promise<void>;
}

/**
 * @param directory where commands are typed; a checkout.
 * @param environment what the user has set besides.
 */
export async function userShell(
  directory: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<UserShell> {
  const home = await mkdtemp(join(tmpdir(), "hikube-home-"));
  // Where the suite drives OpenTofu, the commands that say `terraform` are tried with it.
  const programs = join(home, "programs");
  await mkdir(programs);
  await symlink(resolve(findCli()), join(programs, "terraform"));
  const cliConfig = join(home, "cli.tfrc");
  await writeFile(cliConfig, await cliConfiguration(directory));

  const env = {
    PATH: `${programs}${delimiter}${usersPath()}`,
    HOME: home,
    TMPDIR: tmpdir(),
    CHECKPOINT_DISABLE: "1",
    TF_CLI_CONFIG_FILE: cliConfig,
    ...environment,
  };
  const typed = new Set<string>();
  const children = new Set<ChildProcess>();

  const begin = (lines: readonly string[], { directory: at = directory, input }: RunOptions) => {
    for (const line of lines) typed.add(line);
    const child = spawn("sh", ["-e", "-c", lines.join("\n")], { cwd: at, env, detached: true });
    children.add(child);
    let stdout = "";
    let stderr = "";
    const listeners = new Set<() => void>();
    const heard = () => {
      for (const listener of listeners) listener();
    };
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk;
      heard();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk;
      heard();
    });
    child.stdin.on("error", () => {});
    child.stdin.end(input ?? "");
    let over = false;
    const ended = new Promise<number | null>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => {
        over = true;
        children.delete(child);
        resolve(code);
        heard();
      });
    });
    return { child, ended, listeners, isOver: () => over, output: () => ({ stdout, stderr }) };
  };

  const interrupt = (child: ChildProcess) => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGINT");
  };

  return {
    home,
    typed,
    run: async (lines, options = {}) => {
      const all = typeof lines === "string" ? [lines] : lines;
      const { ended, output } = begin(all, options);
      const code = await ended;
      const { stdout, stderr } = output();
      if (!(options.exits ?? [0]).includes(code ?? -1))
        throw new Error(`${all.join("\n")}\nended with ${code}:\n${stdout}\n${stderr}`);
      return { stdout, stderr };
    },
    start: (lines, options = {}) => {
      const all = typeof lines === "string" ? [lines] : lines;
      const { child, ended, listeners, isOver, output } = begin(all, options);
      const said = () => output().stdout + output().stderr;
      return {
        said,
        until: (pattern) =>
          new Promise((resolve, reject) => {
            const look = () => {
              if (pattern.test(said())) resolve(said());
              else if (isOver()) reject(new Error(`${all.join("\n")}\nended without saying ${pattern}:\n${said()}`));
              else return;
              listeners.delete(look);
            };
            listeners.add(look);
            look();
          }),
        interrupt: () => {
          interrupt(child);
          return ended;
        },
      };
    },
    close: async () => {
      const ends = [...children].map((child) => new Promise((resolve) => child.once("close", resolve)));
      for (const child of children) interrupt(child);
      await Promise.all(ends);
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** The CLI configuration of CONTRIBUTING.md, with the checkout as "this directory". */
async function cliConfiguration(directory: string): Promise<string> {
  const page = await readFile(join(root, "CONTRIBUTING.md"), "utf8");
  const block = /```hcl\n(provider_installation \{.*?\n\}\n)```/s.exec(page)?.[1];
  if (block === undefined) throw new Error("CONTRIBUTING.md does not say how to configure the CLI.");
  return block.replace("<this directory>", directory);
}
