import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Cluster, Context, User } from "@kubernetes/client-node";
// Imported directly, because the package's index also loads all generated code.
import { KubeConfig, makeAbsolutePath } from "@kubernetes/client-node/dist/config.js";
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { KubeError } from "../kube-error.ts";
import { decodeText, parseKubeconfigText } from "./kubeconfig-text.ts";

/** A kubeconfig and its name in messages. */
export interface LoadedKubeconfig<Config = KubeConfig> {
  readonly source: string;
  readonly config: Config;
}

/** A cluster with the fields that kubectl reads and client-node omits. */
export interface KubectlCluster extends Cluster {
  readonly extensions?: unknown;
}

/** A user with the fields that kubectl reads and client-node omits. */
export interface KubectlUser extends User {
  readonly impersonateUid?: string;
  readonly impersonateGroups?: unknown;
}

/**
 * Parses a kubeconfig into a `KubeConfig`. `KubeConfig.loadFromString` is not used: it rejects texts that kubectl accepts (several
 * documents, duplicate keys, an incomplete entry that is not used), quotes the text in errors and omits fields. Relative paths are
 * resolved against `folder`. Throws KubeError `Credential`.
 */
export function parseKubeconfig(content: string, source: string, folder?: string): LoadedKubeconfig {
  const root = parseKubeconfigText(content, source, folder !== undefined);
  const current = root["current-context"];
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: entriesOf(root, "clusters", "cluster", source).map((entry) => clusterOf(entry, folder)),
    users: entriesOf(root, "users", "user", source).map((entry) => userOf(entry, folder)),
    contexts: entriesOf(root, "contexts", "context", source).map(contextOf),
    currentContext: typeof current === "string" && current !== "" ? current : undefined,
  });
  return { source, config };
}

/** Reads a kubeconfig file; returns undefined if it does not exist. Throws KubeError `Credential` if it cannot be read. */
export async function readKubeconfig(path: string): Promise<LoadedKubeconfig | undefined> {
  let text: string;
  try {
    text = decodeText(await readFile(path));
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new KubeError("Credential", `The kubeconfig ${path} cannot be read (${String(code)}).`, { cause });
  }
  return parseKubeconfig(text, `The kubeconfig ${path}`, dirname(path));
}

/**
 * Merges as kubectl does: the first file with a name takes precedence. `KubeConfig.mergeConfig` throws for a name that both files have.
 */
export function mergeKubeconfigs([first, ...rest]: readonly [
  LoadedKubeconfig,
  ...LoadedKubeconfig[],
]): LoadedKubeconfig {
  if (rest.length === 0) return first;
  const { config } = first;
  for (const { config: next } of rest) {
    const added = new KubeConfig();
    added.loadFromOptions({
      clusters: next.getClusters().filter(({ name }) => config.getCluster(name) === null),
      users: next.getUsers().filter(({ name }) => config.getUser(name) === null),
      contexts: next.getContexts().filter(({ name }) => config.getContextObject(name) === null),
      currentContext: next.getCurrentContext(),
    });
    config.mergeConfig(added, Boolean(config.getCurrentContext()));
  }
  return { source: `${first.source} (with ${rest.length} more)`, config };
}

interface Entry {
  readonly name: string;
  readonly body: JsonObject;
}

function entriesOf(root: JsonObject, list: string, member: string, source: string): readonly Entry[] {
  const fail = (what: string) => new KubeError("Credential", `${what} ${source} is broken.`);
  const entries = root[list] ?? [];
  if (!Array.isArray(entries)) throw fail(`\`${list}\` must be a list.`);
  const seen = new Set<string>();
  return entries.map((entry) => {
    const name = isJsonObject(entry) ? entry["name"] : undefined;
    if (!isJsonObject(entry) || typeof name !== "string") throw fail(`Each of \`${list}\` must have a name.`);
    if (seen.has(name)) throw fail(`\`${list}\` holds "${name}" twice, which kubectl refuses too.`);
    seen.add(name);
    const body = entry[member] ?? {};
    if (!isJsonObject(body)) throw fail(`\`${member}\` of "${name}" must be a mapping.`);
    return { name, body };
  });
}

const absolute = (folder: string | undefined, path: unknown): unknown =>
  typeof path === "string" && path !== "" && folder !== undefined ? makeAbsolutePath(folder, path) : path;

// The types declare text although a file may contain anything: `textOf` checks each field on use.
const clusterOf = ({ name, body }: Entry, folder: string | undefined): KubectlCluster =>
  ({
    name,
    server: body["server"],
    caData: body["certificate-authority-data"],
    caFile: absolute(folder, body["certificate-authority"]),
    skipTLSVerify: body["insecure-skip-tls-verify"] === true,
    tlsServerName: body["tls-server-name"],
    proxyUrl: body["proxy-url"],
    extensions: body["extensions"],
  }) as KubectlCluster;

function userOf({ name, body }: Entry, folder: string | undefined): KubectlUser {
  const { exec, tokenFile } = body;
  const command = isJsonObject(exec) ? exec["command"] : undefined;
  // A plain name is resolved on PATH; a path is relative to the kubeconfig.
  const isRelative = typeof command === "string" && /[/\\]/.test(command);
  return {
    name,
    token: body["token"],
    username: body["username"],
    password: body["password"],
    certData: body["client-certificate-data"],
    certFile: absolute(folder, body["client-certificate"]),
    keyData: body["client-key-data"],
    keyFile: absolute(folder, body["client-key"]),
    exec: isRelative && isJsonObject(exec) ? { ...exec, command: absolute(folder, command) } : exec,
    // client-node's own representation of a token file.
    authProvider:
      tokenFile === undefined || tokenFile === null || tokenFile === ""
        ? body["auth-provider"]
        : { name: "tokenFile", config: { tokenFile: absolute(folder, tokenFile) } },
    impersonateUser: body["as"],
    impersonateUid: body["as-uid"],
    impersonateGroups: body["as-groups"],
  } as KubectlUser;
}

const contextOf = ({ name, body }: Entry): Context =>
  ({ name, cluster: body["cluster"], user: body["user"], namespace: body["namespace"] }) as unknown as Context;
