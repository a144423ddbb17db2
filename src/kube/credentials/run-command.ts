import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import type { Environment } from "../http/connection.ts";

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command was ended at its time limit; `stderr` is its output until then. */
export class CommandTimeout extends Error {
  override readonly name = "CommandTimeout";
  readonly stderr: string;

  constructor(stderr: string) {
    super("the command took too long");
    this.stderr = stderr;
  }
}

/**
 * Runs a command to its end, with limits of time and output. Rejects with CommandTimeout, with the signal's reason, or with the error
 * of `spawn` if the command cannot be started.
 */
export type RunCommand = (
  command: string,
  args: readonly string[],
  options: { readonly env: Environment; readonly timeoutMs: number; readonly signal?: AbortSignal },
) => Promise<CommandResult>;

const MAX_OUTPUT = 1024 * 1024;

/** Running commands, ended with this process. */
const running = new Set<ChildProcess>();
const endAll = (): void => {
  for (const child of running) kill(child);
};

/** The command leads its own process group, so that its children end with it. */
export const runCommand: RunCommand = (command, args, { env, timeoutMs, signal }) =>
  new Promise((resolve, reject) => {
    const guard = guardian();
    const child = spawn(command, args, {
      env: { ...env },
      // stdin is not inherited: Terraform reads the user's input from it.
      stdio: ["ignore", "pipe", "pipe"],
      detached: process.platform !== "win32",
      windowsHide: true,
    });
    if (running.size === 0) process.once("exit", endAll);
    running.add(child);
    guard?.watch(child.pid);
    const output = { stdout: "", stderr: "" };
    const collect = (name: "stdout" | "stderr") => (chunk: string) => {
      output[name] = (output[name] + chunk).slice(-MAX_OUTPUT);
    };
    child.stdout.setEncoding("utf8").on("data", collect("stdout"));
    child.stderr.setEncoding("utf8").on("data", collect("stderr"));
    const settle = (outcome: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      running.delete(child);
      if (running.size === 0) process.off("exit", endAll);
      guard?.release();
      outcome();
    };
    const end = (reason: unknown) => {
      kill(child);
      // A child outside the process group may keep its pipes open.
      child.stdout.destroy();
      child.stderr.destroy();
      settle(() => reject(reason));
    };
    const abort = () => end(signal?.reason);
    const timer = setTimeout(() => end(new CommandTimeout(output.stderr)), timeoutMs);
    signal?.addEventListener("abort", abort, { once: true });
    child.once("error", (error) => settle(() => reject(error)));
    child.once("close", (code) => settle(() => resolve({ code, ...output })));
    if (signal?.aborted) abort();
  });

/** Ends a command and its process group; on Windows, which has no process groups, its child processes. */
function kill(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === "win32") spawnSync("taskkill", ["/pid", String(child.pid), "/t", "/f"]);
    else process.kill(-child.pid, "SIGKILL");
  } catch {
    // The command has already ended.
  }
}

/**
 * Ends a command's process group when this process is killed, as by SIGKILL: a shell reads from a pipe whose other end closes with this
 * process. Not supported on Windows or without a shell; a command there outlives a killed provider.
 */
function guardian(): { watch(pid: number | undefined): void; release(): void } | undefined {
  if (process.platform === "win32") return undefined;
  // The shell starts before the command, in its own process group, so that it does not receive signals to this process's group.
  const script = 'read -r pid && { read -r _ || kill -KILL "-$pid"; }';
  const shell = spawn("/bin/sh", ["-c", script], { env: {}, stdio: ["pipe", "ignore", "ignore"], detached: true });
  shell.on("error", () => {});
  shell.stdin.on("error", () => {});
  shell.unref();
  return {
    watch: (pid) => {
      if (pid !== undefined) shell.stdin.write(`${pid}\n`);
    },
    release: () => shell.stdin.end("done\n"),
  };
}
