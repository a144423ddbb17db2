import { stringify } from "yaml";

type KubeconfigUser = { readonly token: string } | { readonly certificate: string; readonly privateKey: string };

interface KubeconfigOptions {
  /** Name of the cluster, the context and the user. */
  readonly name: string;
  readonly server: string;
  /** PEM. */
  readonly authority: string;
  readonly namespace?: string;
  readonly user: KubeconfigUser;
}

/** A kubeconfig with one context, as YAML. */
export function writeKubeconfig(options: KubeconfigOptions): string {
  const { name, user } = options;
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server: options.server, "certificate-authority-data": base64(options.authority) } }],
    contexts: [
      {
        name,
        context: {
          cluster: name,
          user: name,
          ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
        },
      },
    ],
    "current-context": name,
    users: [
      {
        name,
        user:
          "token" in user
            ? { token: user.token }
            : { "client-certificate-data": base64(user.certificate), "client-key-data": base64(user.privateKey) },
      },
    ],
  });
}
