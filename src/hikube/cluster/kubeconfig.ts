import type { ClusterKubeconfig } from "../../core/cluster/kubeconfig.ts";
import { computed, optional, required } from "../../schema/attribute.ts";
import { oneOf, positiveDuration } from "../../schema/check.ts";
import { string } from "../../schema/kind.ts";
import type { Known, State } from "../../schema/shape.ts";
import { explained } from "../shared/diagnostics.ts";
import { clusterArgument } from "../shared/lookup.ts";
import type { Session } from "../shared/session.ts";
import { deadlineOf } from "../shared/timeouts.ts";

const defaultTimeout = "15m";

/** The attributes of the ephemeral resource and the data source `hikube_kubeconfig`. */
export const kubeconfigSchema = {
  cluster_id: required(string, {
    doc: "`id` of the cluster. If the same apply creates the cluster, the kubeconfig is read as soon as the cluster is ready.",
  }),
  wait_for: optional(string, {
    check: oneOf("ready", "exists"),
    doc:
      "`ready` waits until the API of the cluster answers. `exists` waits only for the kubeconfig; the API of the cluster is not " +
      "contacted. Default: `ready`.",
  }),
  timeout: optional(string, {
    check: positiveDuration,
    doc: `Longest time to wait, as a duration (\`5m\`). Default: \`${defaultTimeout}\`.`,
  }),
  raw: computed(string, {
    sensitive: true,
    doc: "The kubeconfig as YAML, with the administrator's client certificate.",
  }),
  host: computed(string, { doc: "URL of the cluster's API server." }),
  cluster_ca_certificate: computed(string, {
    doc: "PEM certificate of the authority that signs the API server; null if the kubeconfig has none.",
  }),
  client_certificate: computed(string, {
    sensitive: true,
    doc: "PEM certificate of the administrator; null if the kubeconfig has none.",
  }),
  client_key: computed(string, {
    sensitive: true,
    doc: "PEM key of the client certificate; null if the kubeconfig has none.",
  }),
  token: computed(string, {
    sensitive: true,
    doc: "Bearer token; null if the kubeconfig has none, as with Hikube's own kubeconfigs.",
  }),
} as const;

interface ReadContext {
  readonly client: Session;
  readonly signal: AbortSignal;
  readonly config: Known<typeof kubeconfigSchema>;
}

/** Waits for the kubeconfig of the configured cluster. Throws DiagnosticError. */
export function readKubeconfig({ client, signal, config }: ReadContext): Promise<State<typeof kubeconfigSchema>> {
  const { hikube, log } = client;
  return explained(kubeconfigSchema, async () =>
    resultOf(
      config,
      await hikube.clusters.awaitKubeconfig(clusterArgument(config.cluster_id, "cluster_id"), {
        signal,
        deadline: deadlineOf(client, config.timeout, defaultTimeout),
        waitFor: config.wait_for === "exists" ? "exists" : "ready",
        progress: (message) => log("info", message),
      }),
    ),
  );
}

const resultOf = (
  config: Known<typeof kubeconfigSchema>,
  { text, parts }: ClusterKubeconfig,
): State<typeof kubeconfigSchema> => ({
  ...config,
  raw: text,
  host: parts.server,
  cluster_ca_certificate: parts.caCertificate ?? null,
  client_certificate: parts.clientCertificate ?? null,
  client_key: parts.clientKey ?? null,
  token: parts.token ?? null,
});
