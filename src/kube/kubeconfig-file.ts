import { readFile } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";
import { LineCounter, parseDocument } from "yaml";
import { isJsonObject, type JsonObject } from "../base/json.ts";
import { KubeError } from "./kube-error.ts";

/** A named entry of a kubeconfig with the directory its relative paths start from. */
export interface KubeconfigEntry {
  readonly name: string;
  readonly body: JsonObject;
  readonly folder: string | undefined;
}

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
 * Reads a kubeconfig's text. Messages name the line of a mistake but never quote it: it may be a key.
 * Throws KubeError `Credential`.
 */
export function parseKubeconfig(text: string, source: string, folder?: string): Kubeconfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [broken] = document.errors;
  if (broken !== undefined) {
    const { line, col } = lines.linePos(broken.pos[0]);
    throw new KubeError("Credential", `${source} is not valid YAML: ${broken.code} in line ${line}, column ${col}.`);
  }
  let root: unknown;
  try {
    root = document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw new KubeError("Credential", `${source} uses more YAML aliases than a kubeconfig has reason to.`, { cause });
  }
  if (!isJsonObject(root))
    throw new KubeError("Credential", `${source} is not a kubeconfig: it holds no YAML mapping.`);
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
    text = await readFile(path, "utf8");
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new KubeError("Credential", `The kubeconfig ${path} cannot be read (${String(code)}).`, { cause });
  }
  return parseKubeconfig(text, `The kubeconfig ${path}`, dirname(path));
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
): KubeconfigEntry {
  const entry = entries.find((candidate) => candidate.name === name);
  if (entry !== undefined) return entry;
  const names = [...new Set(entries.map((candidate) => `"${candidate.name}"`))];
  const known = names.length === 0 ? `it has no ${kind}s` : `it has ${names.slice(0, 10).join(", ")}`;
  throw new KubeError("Credential", `${source} has no ${kind} "${name}": ${known}.`);
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
  return entries.map((entry) => {
    const name = isJsonObject(entry) ? entry["name"] : undefined;
    if (!isJsonObject(entry) || typeof name !== "string") {
      throw new KubeError("Credential", `Each of \`${list}\` must have a name. ${source} is broken.`);
    }
    const body = entry[member] ?? {};
    if (!isJsonObject(body))
      throw new KubeError("Credential", `\`${member}\` of "${name}" must be a mapping. ${source} is broken.`);
    return { name, body, folder };
  });
}
