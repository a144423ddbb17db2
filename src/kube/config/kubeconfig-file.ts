import { readFile } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";
import { LineCounter, parseAllDocuments } from "yaml";
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { isPath } from "./certificates.ts";
import { KubeError } from "../kube-error.ts";

/** A named entry of a kubeconfig with the directory its relative paths start from. */
export interface KubeconfigEntry {
  readonly name: string;
  readonly body: JsonObject;
  readonly folder: string | undefined;
}

/** What the codes of the YAML parser mean; no secret is in them. */
const MISTAKES: Readonly<Record<string, string>> = {
  BAD_INDENT: "wrong indentation",
  MISSING_CHAR: "a missing quote, bracket, comma or colon",
  TAB_AS_INDENT: "a tab as indentation",
  MULTILINE_IMPLICIT_KEY: "a missing colon or a wrong indentation",
  BLOCK_AS_IMPLICIT_KEY: "two mappings in one line",
  UNEXPECTED_TOKEN: "an unexpected character",
  DUPLICATE_KEY: "a duplicate key",
  BAD_DQ_ESCAPE: "an unknown escape sequence",
};

/** One or more kubeconfig files, merged. */
export interface Kubeconfig {
  /** What to call it in a message. */
  readonly source: string;
  readonly currentContext: string | undefined;
  readonly contexts: readonly KubeconfigEntry[];
  readonly clusters: readonly KubeconfigEntry[];
  readonly users: readonly KubeconfigEntry[];
}

/**
 * Reads a kubeconfig's text as kubectl does: the first document of several, the last of duplicate keys. Messages name the line of a
 * mistake but never quote it: it may be a key. Throws KubeError `Credential`.
 */
export function parseKubeconfig(content: string, source: string, folder?: string): Kubeconfig {
  const fail = (what: string, cause?: unknown) =>
    new KubeError("Credential", `${source} ${what}`, { summary: "Invalid kubeconfig", cause });
  const text = content.replace(/^\uFEFF/, "");
  if (folder === undefined && isPath(text)) {
    throw fail("must be the content of a kubeconfig, but looks like a path. Use `config_path` or HIKUBE_CONFIG_PATH.");
  }
  const lines = new LineCounter();
  const options = {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    merge: true,
    logLevel: "error",
  } as const;
  const documents = parseAllDocuments(text, options);
  // An empty text has no documents, and says so.
  const [document] = "empty" in documents ? [] : documents;
  const broken = document?.errors[0];
  if (broken !== undefined) {
    const { line, col } = lines.linePos(broken.pos[0]);
    const what = MISTAKES[broken.code] ?? broken.code;
    throw fail(`is not valid YAML: ${what} in line ${line}, column ${col}.`, broken.code);
  }
  let root: unknown;
  try {
    root = document?.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw fail("uses more YAML aliases than a kubeconfig has reason to, or one that is not defined.", cause);
  }
  if (!isJsonObject(root)) throw fail("is not a kubeconfig: it holds no YAML mapping.");
  const current = root["current-context"];
  return {
    source,
    currentContext: typeof current === "string" && current !== "" ? current : undefined,
    contexts: entriesOf(root, "contexts", "context", source, folder),
    clusters: entriesOf(root, "clusters", "cluster", source, folder),
    users: entriesOf(root, "users", "user", source, folder),
  };
}

/** Reads a kubeconfig file; undefined where there is none. Throws KubeError `Credential` for one that cannot be read. */
export async function readKubeconfig(path: string): Promise<Kubeconfig | undefined> {
  let text: string;
  try {
    text = decode(await readFile(path));
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new KubeError("Credential", `The kubeconfig ${path} cannot be read (${String(code)}).`, { cause });
  }
  return parseKubeconfig(text, `The kubeconfig ${path}`, dirname(path));
}

/** Text of a file with or without a byte order mark: PowerShell writes UTF-16, and kubectl reads it. */
function decode(bytes: Buffer): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return bytes.toString("utf16le", 2);
  if (first === 0xfe && second === 0xff)
    return bytes
      .subarray(2, bytes.length & ~1)
      .swap16()
      .toString("utf16le");
  return bytes.toString("utf8");
}

/** As kubectl merges: whichever file says a thing first wins. */
export function mergeKubeconfigs(configs: readonly [Kubeconfig, ...Kubeconfig[]]): Kubeconfig {
  return {
    source: configs.length === 1 ? configs[0].source : `${configs[0].source} (with ${configs.length - 1} more)`,
    currentContext: configs.find((config) => config.currentContext !== undefined)?.currentContext,
    contexts: configs.flatMap((config) => config.contexts),
    clusters: configs.flatMap((config) => config.clusters),
    users: configs.flatMap((config) => config.users),
  };
}

/** The entry of a name, or an error that lists the names there are. */
export function entryNamed(
  entries: readonly KubeconfigEntry[],
  kind: string,
  name: string,
  source: string,
  setting?: string,
): KubeconfigEntry {
  const entry = entries.find((candidate) => candidate.name === name);
  if (entry !== undefined) return entry;
  const names = [...new Set(entries.map((candidate) => `"${candidate.name}"`))];
  const known = names.length === 0 ? `it has no ${kind}s` : `it has ${names.slice(0, 10).join(", ")}`;
  throw new KubeError("Credential", `${source} has no ${kind} "${name}": ${known}.`, {
    ...(setting !== undefined && { setting }),
  });
}

/** Text of a field; undefined where absent or empty. Throws KubeError `Credential` for another type. */
export function textOf(entry: KubeconfigEntry, field: string): string | undefined {
  const value = entry.body[field];
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value === "string") return value;
  throw new KubeError("Credential", `\`${field}\` of "${entry.name}" in the kubeconfig must be text.`);
}

/** A path of the entry, made absolute: it is relative to the file it stands in. */
export function pathOf(entry: KubeconfigEntry, path: string): string {
  return isAbsolute(path) || entry.folder === undefined ? path : join(entry.folder, path);
}

/** PEM from `<field>-data` (base64) or from the file that `<field>` names. */
export async function pemOf(entry: KubeconfigEntry, field: string): Promise<string | undefined> {
  const data = textOf(entry, `${field}-data`);
  if (data !== undefined) return Buffer.from(data, "base64").toString("utf8");
  const path = textOf(entry, field);
  if (path === undefined) return undefined;
  try {
    return await readFile(pathOf(entry, path), "utf8");
  } catch (cause) {
    throw new KubeError("Credential", `\`${field}\` of "${entry.name}" names the file ${path}, which cannot be read.`, {
      cause,
    });
  }
}

function entriesOf(
  root: JsonObject,
  list: string,
  member: string,
  source: string,
  folder: string | undefined,
): readonly KubeconfigEntry[] {
  const entries = root[list] ?? [];
  if (!Array.isArray(entries)) throw new KubeError("Credential", `\`${list}\` must be a list. ${source} is broken.`);
  const seen = new Set<string>();
  return entries.map((entry) => {
    const name = isJsonObject(entry) ? entry["name"] : undefined;
    if (!isJsonObject(entry) || typeof name !== "string") {
      throw new KubeError("Credential", `Each of \`${list}\` must have a name. ${source} is broken.`);
    }
    if (seen.has(name)) {
      throw new KubeError(
        "Credential",
        `\`${list}\` holds "${name}" twice, which kubectl refuses too. ${source} is broken.`,
      );
    }
    seen.add(name);
    const body = entry[member] ?? {};
    if (!isJsonObject(body))
      throw new KubeError("Credential", `\`${member}\` of "${name}" must be a mapping. ${source} is broken.`);
    return { name, body, folder };
  });
}
