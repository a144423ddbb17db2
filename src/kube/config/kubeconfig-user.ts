import { isJsonObject } from "../../base/json.ts";
import type { Connection, Credential, Environment } from "../http/connection.ts";
import { KubeError } from "../kube-error.ts";
import { type KubeconfigEntry, pathOf, textOf } from "./kubeconfig-file.ts";

/**
 * The credential of a kubeconfig's user: in kubectl's order a token file, a token, a password, a plugin. Throws KubeError `Credential`
 * for what cannot work here: a plugin that demands a terminal, the auth providers that Kubernetes has removed.
 */
export function credentialOf(
  user: KubeconfigEntry | undefined,
  cluster: KubeconfigEntry | undefined,
  connection: Omit<Connection, "credential" | "origins">,
  env: Environment,
  timeoutMs: number,
): Credential {
  if (user === undefined) return { kind: "none" };
  const token = textOf(user, "token")?.trim() || undefined;
  const path = textOf(user, "tokenFile");
  if (path !== undefined) return { kind: "tokenFile", path: pathOf(user, path), token };
  if (token !== undefined) return { kind: "token", token };
  const username = textOf(user, "username");
  if (username !== undefined) return { kind: "basic", username, password: textOf(user, "password") ?? "" };
  const { exec } = user.body;
  if (isJsonObject(exec)) return execCredential({ ...user, body: exec }, cluster, connection, env, timeoutMs);
  if (user.body["auth-provider"] !== undefined && user.body["auth-provider"] !== null) {
    throw new KubeError(
      "Credential",
      `The user "${user.name}" of the kubeconfig uses \`auth-provider\`, which Kubernetes has removed. Use \`exec\` with kubectl oidc-login.`,
    );
  }
  return { kind: "none" };
}

function execCredential(
  exec: KubeconfigEntry,
  cluster: KubeconfigEntry | undefined,
  connection: Omit<Connection, "credential" | "origins">,
  env: Environment,
  timeoutMs: number,
): Credential {
  const command = textOf(exec, "command");
  if (command === undefined) throw new KubeError("Credential", `\`exec\` of the user "${exec.name}" names no command.`);
  if (exec.body["interactiveMode"] === "Always") {
    throw new KubeError(
      "Credential",
      `\`exec\` of the user "${exec.name}" demands a terminal (interactiveMode: Always); a provider has none.`,
    );
  }
  const args = exec.body["args"] ?? [];
  const added = exec.body["env"] ?? [];
  if (!Array.isArray(args) || !Array.isArray(added)) {
    throw new KubeError("Credential", `\`args\` and \`env\` of the user "${exec.name}" must be lists.`);
  }
  const variables = added.flatMap((entry) =>
    isJsonObject(entry) && typeof entry["name"] === "string"
      ? [[entry["name"], String(entry["value"] ?? "")] as const]
      : [],
  );
  const installHint = textOf(exec, "installHint");
  const plugin = {
    apiVersion: textOf(exec, "apiVersion") ?? "client.authentication.k8s.io/v1beta1",
    // A name is looked up on PATH; a path is relative to the kubeconfig.
    command: /[/\\]/.test(command) ? pathOf(exec, command) : command,
    args: args.map(String),
    env: { ...env, ...Object.fromEntries(variables) },
    timeoutMs,
    ...(installHint !== undefined && { installHint }),
    ...(exec.body["provideClusterInfo"] === true && { cluster: clusterInfo(cluster, connection) }),
  };
  return { kind: "exec", plugin };
}

function clusterInfo(
  cluster: KubeconfigEntry | undefined,
  connection: Omit<Connection, "credential" | "origins">,
): Record<string, unknown> {
  const extensions = cluster?.body["extensions"];
  const extension = Array.isArray(extensions)
    ? extensions.find((entry) => isJsonObject(entry) && entry["name"] === "client.authentication.k8s.io/exec")
    : undefined;
  return {
    server: connection.server,
    ...(connection.tlsServerName !== undefined && { "tls-server-name": connection.tlsServerName }),
    ...(connection.insecure && { "insecure-skip-tls-verify": true }),
    ...(connection.ca !== undefined && { "certificate-authority-data": Buffer.from(connection.ca).toString("base64") }),
    ...(connection.proxy !== undefined && { "proxy-url": connection.proxy.url }),
    ...(isJsonObject(extension) && { config: extension["extension"] ?? null }),
  };
}

/** The request headers of a user who acts as another. */
export function impersonation(user: KubeconfigEntry | undefined): Record<string, string | readonly string[]> {
  const as = user && textOf(user, "as");
  if (user === undefined || as === undefined) return {};
  const uid = textOf(user, "as-uid");
  const groups = user.body["as-groups"];
  return {
    "impersonate-user": as,
    ...(uid !== undefined && { "impersonate-uid": uid }),
    ...(Array.isArray(groups) && groups.length > 0 && { "impersonate-group": groups.map(String) }),
  };
}
