import { isJsonObject } from "../../base/json.ts";
import { KubeError } from "../kube-error.ts";
import { chooseContext } from "./choose-context.ts";
import { textOf } from "./kubeconfig-fields.ts";
import { type KubectlUser, parseKubeconfig } from "./load-kubeconfig.ts";

/** A credential plugin of a kubeconfig. */
export interface ExecPart {
  readonly apiVersion: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** The current context of a kubeconfig with its cluster and user. Certificates and keys are PEM; undefined means absent. */
export interface KubeconfigParts {
  readonly context: string;
  readonly namespace: string | undefined;
  /** URL as written in the kubeconfig. */
  readonly server: string;
  readonly caCertificate: string | undefined;
  readonly clientCertificate: string | undefined;
  readonly clientKey: string | undefined;
  readonly token: string | undefined;
  readonly exec: ExecPart | undefined;
}

/**
 * Returns the parts of a kubeconfig's current context. Reads no files. Throws KubeError `Credential`, which quotes no secret, if the text
 * is not a kubeconfig, is incomplete, or refers to files. `source` names the kubeconfig at the beginning of a sentence.
 */
export function kubeconfigParts(kubeconfig: string, source = "The kubeconfig"): KubeconfigParts {
  const found = parseKubeconfig(kubeconfig, source);
  const { context, cluster, user } = chooseContext(found, undefined);
  const server = textOf(cluster.server, "server", cluster.name);
  if (server === undefined)
    throw new KubeError("Credential", `${source} has no server for the cluster "${cluster.name}".`);
  const pem = (data: unknown, file: unknown, field: string, name: string): string | undefined => {
    const encoded = textOf(data, `${field}-data`, name);
    if (encoded !== undefined) return Buffer.from(encoded, "base64").toString("utf8");
    if (textOf(file, field, name) === undefined) return undefined;
    const needs = `It must contain \`${field}-data\`; \`kubectl config view --raw --flatten\` prints it in that form.`;
    throw new KubeError("Credential", `${source} refers to a file with \`${field}\` of "${name}". ${needs}`);
  };
  const name = user?.name ?? "";
  return {
    context: context.name,
    namespace: textOf(context.namespace, "namespace", context.name),
    server,
    caCertificate: pem(cluster.caData, cluster.caFile, "certificate-authority", cluster.name),
    clientCertificate: pem(user?.certData, user?.certFile, "client-certificate", name),
    clientKey: pem(user?.keyData, user?.keyFile, "client-key", name),
    token: textOf(user?.token, "token", name)?.trim() || undefined,
    exec: user && execPart(user),
  };
}

function execPart({ name, exec }: KubectlUser): ExecPart | undefined {
  if (!isJsonObject(exec)) return undefined;
  const { args, env } = exec;
  const variables = (Array.isArray(env) ? env : []).filter(isJsonObject);
  return {
    apiVersion: textOf(exec["apiVersion"], "apiVersion", name) ?? "client.authentication.k8s.io/v1beta1",
    command: textOf(exec["command"], "command", name) ?? "",
    args: Array.isArray(args) ? args.map(String) : [],
    env: Object.fromEntries(variables.map((one) => [String(one["name"]), String(one["value"] ?? "")])),
  };
}
