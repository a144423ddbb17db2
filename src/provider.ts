import { type Clock, systemClock } from "./base/clock.ts";
import type { HikubeOptions } from "./core/hikube.ts";
import { DiagnosticError } from "./engine/diagnostic.ts";
import { provider } from "./engine/provider.ts";
import { KubeError } from "./kube/kube-error.ts";
import type { ConnectionSettings } from "./kube/kubeconfig.ts";
import { providerSchema as schema } from "./provider-schema.ts";
import { createClaims } from "./resources/claims.ts";
import { explain } from "./resources/explain.ts";
import { resources } from "./resources/index.ts";
import type { Session } from "./resources/session.ts";
import { parseDuration } from "./schema/check.ts";
import type { Known } from "./schema/shape.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** How patient the provider is with the platform; a test against a fast platform is less so. */
export interface Timing extends Pick<HikubeOptions, "pollIntervalMs" | "settle"> {
  readonly clock?: Clock;
  /** How long a credential plugin may take. */
  readonly credentialTimeoutMs?: number;
}

/** The provider `hikube`: its configuration, and the library that its resources speak to. */
export const hikubeProvider = (
  env: Environment,
  { clock = systemClock, credentialTimeoutMs, ...patience }: Timing = {},
) =>
  provider<Session>()({
    doc: "Managed Kubernetes on Hikube: clusters, node groups and add-ons as typed resources.",
    schema,
    resources,

    validate: ({ config, diagnostics }) => {
      if (config.insecure === true) {
        diagnostics.warning(
          "The API's certificate is not checked",
          "`insecure` is true: whoever sits between here and the API can read and change everything. Use `cluster_ca_certificate`.",
          "insecure",
        );
      }
      if (config.insecure === true && typeof config.cluster_ca_certificate === "string") {
        diagnostics.error(
          "Contradiction",
          "Set either `insecure` or `cluster_ca_certificate`.",
          "cluster_ca_certificate",
        );
      }
      const certificate = config.client_certificate !== null;
      if (certificate !== (config.client_key !== null)) {
        diagnostics.error(
          "Half a client certificate",
          "`client_certificate` and `client_key` belong together.",
          certificate ? "client_certificate" : "client_key",
        );
      }
    },

    configure: async (config, { log }) => {
      // Everything behind the API is loaded only now: validate and schema never need it, and every start counts.
      const [{ resolveConnection }, { connect }, { createHikube }] = await Promise.all([
        import("./kube/kubeconfig.ts"),
        import("./kube/connect.ts"),
        import("./core/hikube.ts"),
      ]);
      const connection = await resolveConnection(settingsOf(config), env).catch((error: unknown) => {
        if (!(error instanceof KubeError)) throw error;
        throw new DiagnosticError("No usable connection to Hikube", error.message, whereOf(config), { cause: error });
      });
      const options = {
        log,
        clock,
        random: Math.random,
        ...(credentialTimeoutMs === undefined ? {} : { credentialTimeoutMs }),
      };
      const client = connect(connection, options);
      const namespace = config.namespace ?? env["HIKUBE_NAMESPACE"] ?? client.namespace;
      if (namespace === undefined || namespace === "") {
        throw new DiagnosticError(
          "No namespace",
          "Set the provider's `namespace` to the tenant's namespace (e.g. \"tenant-acme\"), or HIKUBE_NAMESPACE, or use a " +
            "kubeconfig whose context names one.",
          "namespace",
        );
      }
      const hikube = createHikube({
        client,
        namespace,
        clock,
        log,
        ...patience,
        // Terraform configures a provider anew for each walk. One that only plans looks at everything once, as of one moment.
        settle: { lookMs: Number.POSITIVE_INFINITY, ...patience.settle },
        connectTenant: async (kubeconfig) =>
          connect(await resolveConnection({ kubeconfig }, proxyVariables(env)), options),
      });
      return { hikube, connection: client, namespace, clock, log, claims: createClaims(clock) };
    },

    close: async ({ hikube, connection }) => {
      await hikube.close();
      await connection.close();
    },
    explain,
  });

/** A tenant cluster is reached through the same proxies, but never with the platform's credentials. */
const proxyVariables = (env: Environment): Environment =>
  Object.fromEntries(Object.entries(env).filter(([name]) => /^(https?|no|all)_proxy$/i.test(name)));

function settingsOf(config: Known<typeof schema>): ConnectionSettings {
  const timeout = config.request_timeout === null ? undefined : parseDuration(config.request_timeout);
  const { exec } = config;
  const settings = {
    kubeconfig: config.kubeconfig,
    configPath: config.config_path,
    configContext: config.config_context,
    host: config.host,
    token: config.token,
    clusterCaCertificate: config.cluster_ca_certificate,
    clientCertificate: config.client_certificate,
    clientKey: config.client_key,
    insecure: config.insecure,
    tlsServerName: config.tls_server_name,
    proxyUrl: config.proxy_url,
    exec:
      exec === null
        ? null
        : { apiVersion: exec.api_version, command: exec.command, args: exec.args ?? [], env: { ...exec.env } },
    requestTimeoutMs: timeout ?? null,
    maxRetries: config.max_retries,
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null)) as ConnectionSettings;
}

/** The attribute that most likely explains a connection that cannot be made. */
function whereOf(config: Known<typeof schema>): string | undefined {
  for (const name of ["kubeconfig", "config_path", "config_context", "exec", "host"] as const) {
    if (config[name] !== null) return name;
  }
  return undefined;
}
