import { realpathSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { isExecutable, programFile } from "../base/executable.ts";
import { findKubeconfig } from "../kube/config/find-kubeconfig.ts";
import { expandHome } from "../kube/config/home-directory.ts";
import { effectiveSettings, PATH_VARIABLES } from "../kube/config/settings.ts";
import type { Environment } from "../kube/http/connection.ts";
import { type LoginValues, loginSettings } from "./login-values.ts";

/**
 * Returns the options and variables with which a credential plugin logs in to Hikube as this command does, whatever folder it starts in.
 * kubectl passes on its own KUBECONFIG, which names the kubeconfig of the cluster. A variable that contains a secret is never written
 * down: it must be set when the plugin runs.
 */
export async function pluginLogin(
  values: LoginValues,
  env: Environment,
): Promise<{ readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> }> {
  const effective = effectiveSettings(loginSettings(values), env);
  const { fields } = effective;
  const hasHost = fields.host !== undefined;
  const found = await findKubeconfig(effective, env, hasHost);
  const name = fields.configContext ?? found?.config.getCurrentContext();
  const withContext = found === undefined || !name ? [] : ["--context", name];
  const absolute = (path: string) => resolve(expandHome(path, env));
  const { kubeconfig } = values;
  if (kubeconfig !== undefined) return { args: ["--kubeconfig", absolute(kubeconfig), ...withContext], env: {} };
  const named = [...PATH_VARIABLES, "KUBECONFIG"].find((variable) => env[variable]);
  if (found === undefined || fields.kubeconfig !== undefined) return { args: withContext, env: {} };
  const paths = named === undefined ? ["~/.kube/config"] : (env[named] ?? "").split(delimiter);
  const value = paths
    .filter((path) => path !== "")
    .map(absolute)
    .join(delimiter);
  return { args: withContext, env: { [named ?? "KUBECONFIG"]: value } };
}

/** Returns the command that starts this program: `hikube` where the PATH has it, otherwise its file. */
export function pluginProgram(env: Environment): { readonly command: string; readonly args: readonly string[] } {
  if (!isExecutable) return { command: process.execPath, args: [process.argv[1] ?? ""] };
  const file = programFile();
  const isOnPath = (env["PATH"] ?? "").split(delimiter).some((folder) => isSameFile(join(folder, "hikube"), file));
  return { command: isOnPath ? "hikube" : file, args: [] };
}

function isSameFile(one: string, other: string): boolean {
  try {
    return realpathSync(one) === realpathSync(other);
  } catch {
    return false;
  }
}
