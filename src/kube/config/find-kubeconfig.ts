import { delimiter } from "node:path";
import type { Environment, ReadableKubeConfig } from "../http/connection.ts";
import { KubeError } from "../kube-error.ts";
import { expandHome } from "./home-directory.ts";
import { type LoadedKubeconfig, mergeKubeconfigs, parseKubeconfig, readKubeconfig } from "./load-kubeconfig.ts";
import { type EffectiveSettings, PATH_VARIABLES } from "./settings.ts";

/** A loaded kubeconfig, read-only. */
export type FoundKubeconfig = LoadedKubeconfig<ReadableKubeConfig>;

/** Name in messages of a kubeconfig loaded by a script. */
const OBJECT = "The KubeConfig";

/** Whether the kubeconfig was loaded by a script instead of from a file, a setting or a variable. */
export const isObject = ({ source }: FoundKubeconfig): boolean => source === OBJECT;

/** Returns the kubeconfig of settings and environment; undefined if there is none. Throws KubeError `Credential`. */
export async function findKubeconfig(
  { fields, origin }: EffectiveSettings,
  env: Environment,
  hasHost: boolean,
): Promise<FoundKubeconfig | undefined> {
  if (fields.kubeConfig !== undefined) return { source: OBJECT, config: fields.kubeConfig };
  if (fields.kubeconfig !== undefined) {
    const name = origin("kubeconfig");
    return parseKubeconfig(fields.kubeconfig, name === "`kubeconfig`" ? "The provider's `kubeconfig`" : name);
  }
  const expand = (path: string) => expandHome(path, env);
  if (fields.configPath !== undefined) return readAll([expand(fields.configPath)], "`config_path`");
  for (const variable of PATH_VARIABLES) {
    const value = env[variable];
    if (value) return readAll(variable.endsWith("S") ? value.split(delimiter).map(expand) : [expand(value)], variable);
  }
  if (hasHost) return undefined;
  if (env["KUBECONFIG"]) return readAll(env["KUBECONFIG"].split(delimiter).filter(Boolean).map(expand), "KUBECONFIG");
  // An environment without a home directory, such as that of a tenant cluster, has no default file either.
  return env["HOME"] || env["USERPROFILE"] ? readKubeconfig(expand("~/.kube/config")) : undefined;
}

/** Missing files are skipped, as in kubectl, unless all are missing. */
async function readAll(paths: readonly string[], origin: string): Promise<LoadedKubeconfig> {
  const found = (await Promise.all(paths.map(readKubeconfig))).filter((config) => config !== undefined);
  const [first, ...rest] = found;
  if (first !== undefined) return mergeKubeconfigs([first, ...rest]);
  throw new KubeError("Credential", `There is no kubeconfig at ${paths.join(", ")}, which ${origin} names.`);
}
