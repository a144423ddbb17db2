import { closeSync, openSync, readSync } from "node:fs";
import { delimiter, join } from "node:path";
import { redact } from "../../base/redact.ts";
import type { ExecPlugin } from "../http/connection.ts";
import { KubeError } from "../kube-error.ts";
import { type CommandResult, CommandTimeout } from "./run-command.ts";

/** Limits of the quoted output: plugins often print the cause before other lines, so the last line is not sufficient. */
const MOST_LINES = 8;
const MOST_CHARACTERS = 1_200;

const LOG_IN = "Log in once with `kubectl get kubernetes`, then run Terraform again.";
const SUMMARY = "The credential plugin failed";

const failure = (plugin: ExecPlugin, what: string, more: { summary?: string; hint?: string; cause?: unknown }) =>
  new KubeError("Credential", `The credential plugin \`${plugin.command}\` ${what}`, { summary: SUMMARY, ...more });

/** Returns the error for a plugin with an exit code other than 0. */
export function exitFailure(plugin: ExecPlugin, { code, stderr }: CommandResult): KubeError {
  const missing = /unknown command "oidc-login"|oidc[-_]login[^\n]*not found/i.test(stderr);
  if (missing) {
    return new KubeError("Credential", "`kubectl oidc-login` is an unknown command.", {
      summary: "kubelogin is not installed",
      hint: "Install kubelogin (`kubectl krew install oidc-login` or `brew install kubelogin`), or set `token` in CI.",
    });
  }
  const shebang = code === 126 || code === 127 ? scriptComplaint(plugin) : undefined;
  if (shebang !== undefined) return failure(plugin, `${shebang}${quoted(stderr)}`, {});
  return failure(plugin, `ended with exit code ${code ?? "none"}${quoted(stderr)}`, {
    hint: asksForLogin(stderr)
      ? `The plugin asks for a login, which Terraform cannot show. ${LOG_IN}`
      : "Run the command by hand to see more. If the login has expired, log in again with `kubectl get kubernetes`.",
  });
}

/** Returns the error for a plugin that is still running. */
export const stillRunning = (plugin: ExecPlugin, ms: number): KubeError =>
  new KubeError(
    "Credential",
    `The credential plugin \`${plugin.command}\` has not answered for ${(ms / 1000).toFixed(1)} s.`,
    {
      hint: `It probably waits for a login, which Terraform cannot show. ${LOG_IN}`,
    },
  );

/** Returns the error for a plugin that could not be started, or was ended at the time limit. */
export function startFailure(plugin: ExecPlugin, cause: unknown): KubeError | undefined {
  if (cause instanceof CommandTimeout) {
    const limit = `${plugin.timeoutMs / 1000} s`;
    const waits = asksForLogin(cause.stderr) ? "asks for a login and waits for it" : "probably waits for a login";
    return failure(plugin, `did not answer within ${limit}${quoted(cause.stderr)}`, {
      summary: "The credential plugin did not answer",
      hint: `It ${waits}, which Terraform cannot show. ${LOG_IN} If it only takes long, raise \`exec.timeout\` or HIKUBE_EXEC_TIMEOUT.`,
      cause,
    });
  }
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  const shebang = code === "ENOENT" || code === "ENOEXEC" ? scriptComplaint(plugin) : undefined;
  if (shebang !== undefined) return failure(plugin, `${shebang}.`, { cause });
  const hint = plugin.installHint === undefined ? {} : { hint: redact(plugin.installHint.trim()) };
  if (code === "ENOENT") {
    const more = { summary: "Credential plugin not found", cause, ...hint };
    return failure(plugin, "was not found. Install it, or put its directory on PATH.", more);
  }
  if (code === "EACCES") return failure(plugin, "may not be executed. Make it executable with `chmod +x`.", { cause });
  // E2BIG, ENOMEM and similar are system errors; an argument that Node rejects is a bug.
  if (typeof code === "string" && /^E[A-Z0-9]+$/.test(code) && !code.startsWith("ERR_")) {
    return failure(plugin, `could not be started (${code}).`, { hint: "Run the command by hand to see why.", cause });
  }
  return undefined;
}

/** Whether the text requests a login: an address or code with an instruction, or a password prompt. */
export function asksForLogin(text: string): boolean {
  const lines = text.split("\n");
  const request =
    /\b(?:open|visit|go to|navigate|browser|device code|enter (?:the|this)? ?code|to (?:sign|log) ?in)\b/i;
  const way = /https?:\/\/\S+|\b[A-Z0-9]{4}-[A-Z0-9]{4}\b/;
  return (
    lines.some((line, index) => request.test(line) && way.test(`${line} ${lines[index + 1] ?? ""}`)) ||
    /\b(?:user ?name|password|passphrase|otp|one-time code)\b[^\n]*:\s*$/i.test(text)
  );
}

/** Returns the last lines of a plugin's output, redacted and limited in length. */
function quoted(stderr: string): string {
  const lines = redact(stderr)
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
    .filter((line) => line.trim() !== "");
  const last = lines.slice(-MOST_LINES).join("\n");
  const text = last.length > MOST_CHARACTERS ? `…${last.slice(-MOST_CHARACTERS)}` : last;
  if (text === "") return ".";
  return text.includes("\n") ? `:\n\n  ${text.replaceAll("\n", "\n  ")}` : `: ${text}`;
}

/** Returns why the system cannot run a script, by its first line; undefined if the file does not exist or cannot be read. */
function scriptComplaint({ command, env }: ExecPlugin): string | undefined {
  const folders = /[/\\]/.test(command) ? [""] : (env["PATH"] ?? "").split(delimiter);
  for (const folder of folders) {
    const line = firstLine(folder === "" ? command : join(folder, command));
    if (line === undefined) continue;
    if (line.endsWith("\r")) {
      return "is a script with Windows line ends (CRLF), so the system does not find its interpreter. Save it with Unix line ends (LF)";
    }
    const interpreter = /^#!\s*(\S+)/.exec(line)?.[1];
    return interpreter === undefined
      ? "is a script without a first line such as `#!/bin/sh`"
      : `is a script whose interpreter \`${interpreter}\` was not found`;
  }
  return undefined;
}

/** Returns the first line of a file, including a carriage return; undefined if it cannot be read. */
function firstLine(path: string): string | undefined {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return undefined;
  }
  try {
    const start = Buffer.alloc(256);
    return start.toString("latin1", 0, readSync(file, start, 0, start.length, 0)).split("\n")[0];
  } catch {
    return undefined;
  } finally {
    closeSync(file);
  }
}
