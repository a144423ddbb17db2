import { stringify } from "yaml";
import type { ExecPart, KubeconfigParts } from "./kubeconfig-parts.ts";

/** The parts of a kubeconfig to write; absent ones are left out. */
export type KubeconfigDraft = Pick<KubeconfigParts, "context" | "server"> & Partial<KubeconfigParts>;

/** A kubeconfig as the objects of its file. */
export interface KubeconfigDocument {
  readonly apiVersion: "v1";
  readonly kind: "Config";
  readonly clusters: readonly { readonly name: string; readonly cluster: object }[];
  readonly contexts: readonly { readonly name: string; readonly context: object }[];
  readonly users: readonly { readonly name: string; readonly user: object }[];
  readonly "current-context": string;
}

/** Returns a kubeconfig with one context; cluster and user have the context's name. */
export function kubeconfigDocument(parts: KubeconfigDraft): KubeconfigDocument {
  const { context: name, server, namespace } = parts;
  return {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: given({ server, "certificate-authority-data": base64(parts.caCertificate) }) }],
    contexts: [{ name, context: given({ cluster: name, user: name, namespace }) }],
    "current-context": name,
    users: [
      {
        name,
        user: given({
          "client-certificate-data": base64(parts.clientCertificate),
          "client-key-data": base64(parts.clientKey),
          token: parts.token,
          exec: parts.exec && execOf(parts.exec),
        }),
      },
    ],
  };
}

/** Returns a kubeconfig with one context as YAML. */
export const writeKubeconfig = (parts: KubeconfigDraft): string =>
  stringify(kubeconfigDocument(parts), { lineWidth: 0 });

const base64 = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : Buffer.from(text).toString("base64");

const given = (fields: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** `interactiveMode` is required from `client.authentication.k8s.io/v1` on. */
const execOf = ({ apiVersion, command, args, env }: ExecPart): object => ({
  apiVersion,
  command,
  args: [...args],
  ...(Object.keys(env).length === 0 ? {} : { env: Object.entries(env).map(([name, value]) => ({ name, value })) }),
  interactiveMode: "IfAvailable",
});
