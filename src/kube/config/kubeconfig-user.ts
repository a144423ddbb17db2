import { isJsonObject } from "../../base/json.ts";
import type { Connection, Credential, Environment } from "../http/connection.ts";
import { KubeError } from "../kube-error.ts";
import { textOf } from "./kubeconfig-fields.ts";
import type { KubectlCluster, KubectlUser } from "./load-kubeconfig.ts";

type Target = Omit<Connection, "credential" | "origins">;

/**
 * Returns the credential of a kubeconfig's user: in kubectl's order a token file, a token, a password, a plugin. Throws KubeError
 * `Credential` for unsupported ones: a plugin that requires a terminal, and auth providers, which Kubernetes has removed.
 */
export function credentialOf(
  user: KubectlUser | undefined,
  cluster: KubectlCluster | undefined,
  target: Target,
  env: Environment,
  timeoutMs: number,
): Credential {
  if (user === undefined) return { kind: "none" };
  const token = textOf(user.token, "token", user.name)?.trim() || undefined;
  const path = textOf(tokenFileOf(user), "tokenFile", user.name);
  if (path !== undefined) return { kind: "tokenFile", path, token };
  if (token !== undefined) return { kind: "token", token };
  const username = textOf(user.username, "username", user.name);
  if (username !== undefined) {
    return { kind: "basic", username, password: textOf(user.password, "password", user.name) ?? "" };
  }
  if (isJsonObject(user.exec)) return execCredential(user, cluster, target, env, timeoutMs);
  if (user.authProvider !== undefined && user.authProvider !== null) {
    throw new KubeError(
      "Credential",
      `The user "${user.name}" of the kubeconfig uses \`auth-provider\`, which Kubernetes has removed. Use \`exec\` with kubectl oidc-login.`,
    );
  }
  return { kind: "none" };
}

/** client-node represents a token file, also that of a pod, as an authentication provider. */
const tokenFileOf = ({ authProvider }: KubectlUser): unknown =>
  isJsonObject(authProvider) && isJsonObject(authProvider["config"]) ? authProvider["config"]["tokenFile"] : undefined;

function execCredential(
  { name, exec }: KubectlUser,
  cluster: KubectlCluster | undefined,
  target: Target,
  env: Environment,
  timeoutMs: number,
): Credential {
  const command = textOf(exec["command"], "command", name);
  if (command === undefined) throw new KubeError("Credential", `\`exec\` of the user "${name}" names no command.`);
  if (exec["interactiveMode"] === "Always") {
    throw new KubeError(
      "Credential",
      `\`exec\` of the user "${name}" demands a terminal (interactiveMode: Always); a provider has none.`,
    );
  }
  const args: unknown = exec["args"] ?? [];
  const added: unknown = exec["env"] ?? [];
  if (!Array.isArray(args) || !Array.isArray(added)) {
    throw new KubeError("Credential", `\`args\` and \`env\` of the user "${name}" must be lists.`);
  }
  const variables = added.flatMap((entry: unknown) =>
    isJsonObject(entry) && typeof entry["name"] === "string"
      ? [[entry["name"], String(entry["value"] ?? "")] as const]
      : [],
  );
  const installHint = textOf(exec["installHint"], "installHint", name);
  const plugin = {
    apiVersion: textOf(exec["apiVersion"], "apiVersion", name) ?? "client.authentication.k8s.io/v1beta1",
    command,
    args: args.map(String),
    env: { ...env, ...Object.fromEntries(variables) },
    timeoutMs,
    ...(installHint !== undefined && { installHint }),
    ...(exec["provideClusterInfo"] === true && { cluster: clusterInfo(cluster, target) }),
  };
  return { kind: "exec", plugin };
}

function clusterInfo(cluster: KubectlCluster | undefined, target: Target): Record<string, unknown> {
  const extensions = cluster?.extensions;
  const extension: unknown = Array.isArray(extensions)
    ? extensions.find((entry) => isJsonObject(entry) && entry["name"] === "client.authentication.k8s.io/exec")
    : undefined;
  return {
    server: target.server,
    ...(target.tlsServerName !== undefined && { "tls-server-name": target.tlsServerName }),
    ...(target.insecure && { "insecure-skip-tls-verify": true }),
    ...(target.ca !== undefined && { "certificate-authority-data": Buffer.from(target.ca).toString("base64") }),
    ...(target.proxy !== undefined && { "proxy-url": target.proxy.url }),
    ...(isJsonObject(extension) && { config: extension["extension"] ?? null }),
  };
}

/** Returns the impersonation headers of a user. */
export function impersonation(user: KubectlUser | undefined): Record<string, string | readonly string[]> {
  const as = user && textOf(user.impersonateUser, "as", user.name);
  if (user === undefined || as === undefined) return {};
  const uid = textOf(user.impersonateUid, "as-uid", user.name);
  const groups = user.impersonateGroups;
  return {
    "impersonate-user": as,
    ...(uid !== undefined && { "impersonate-uid": uid }),
    ...(Array.isArray(groups) && groups.length > 0 && { "impersonate-group": groups.map(String) }),
  };
}
