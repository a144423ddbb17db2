import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node/dist/config.js";
import type { ConnectionSettings, Environment } from "../http/connection.ts";
import type { LoadedKubeconfig } from "./load-kubeconfig.ts";

/** Where Kubernetes mounts the service account of a pod. */
export const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/** Settings that choose a server or an identity. The service account of a pod is used only if none of them is set. */
const SOURCES = [
  "kubeConfig",
  "kubeconfig",
  "configPath",
  "configContext",
  "host",
  "token",
  "tokenFile",
  "clusterCaCertificate",
  "clientCertificate",
  "clientKey",
  "insecure",
  "exec",
] as const satisfies readonly (keyof ConnectionSettings)[];

/** Returns the connection of a pod to its own cluster as a kubeconfig; undefined outside a pod, or if anything else is configured. */
export async function inClusterConfig(
  settings: ConnectionSettings,
  env: Environment,
  folder: string,
): Promise<LoadedKubeconfig | undefined> {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
  if (!host || !port || SOURCES.some((source) => settings[source] !== undefined)) return undefined;
  const [tokenFile, caFile] = [join(folder, "token"), join(folder, "ca.crt")];
  if (!(await exists(tokenFile))) return undefined;
  const namespace = await readFile(join(folder, "namespace"), "utf8").catch(() => "");
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [
      {
        name: "cluster",
        server: `https://${host.includes(":") ? `[${host}]` : host}:${port}`,
        skipTLSVerify: false,
        ...((await exists(caFile)) && { caFile }),
      },
    ],
    users: [{ name: "pod", authProvider: { name: "tokenFile", config: { tokenFile } } }],
    contexts: [{ name: "pod", cluster: "cluster", user: "pod", namespace: namespace.trim() }],
    currentContext: "pod",
  });
  return { source: "The service account of this pod", config };
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
