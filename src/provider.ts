import { type Clock, systemClock } from "./base/clock.ts";
import type { Log } from "./base/log.ts";
import type { HikubeOptions } from "./core/hikube.ts";
import { provider } from "./engine/define.ts";
import { DiagnosticError, type Diagnostics } from "./engine/diagnostic.ts";
import type { Walks } from "./engine/provider.ts";
import { parts } from "./hikube/index.ts";
import { explain } from "./hikube/shared/diagnostics.ts";
import { createPlanRegistry } from "./hikube/shared/plan-registry.ts";
import { withProgressFile } from "./hikube/shared/progress/progress-file.ts";
import type { Keys, Session } from "./hikube/shared/session.ts";
import { ToldFailures } from "./hikube/shared/told-failures.ts";
import type { ConnectionSettings } from "./kube/config/kubeconfig.ts";
import { KubeError, NO_SETTING } from "./kube/kube-error.ts";
import { providerSchema as schema, secretChecks } from "./provider-schema.ts";
import { parseDuration, positiveDuration } from "./schema/check.ts";
import type { Config, Known } from "./schema/shape.ts";
import { containsUnknown } from "./values/known.ts";
import { UNKNOWN, type Unknown, type Value } from "./values/value.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Timing of the provider; tests against a fast platform set shorter intervals. */
export interface Timing extends Pick<HikubeOptions, "pollIntervalMs" | "timings"> {
  readonly clock?: Clock;
}

/** Returns the provider `hikube`: its configuration, and the session shared by its parts. */
export const hikubeProvider = (env: Environment, timing: Timing = {}) =>
  provider<Session>()({
    doc: "Managed Kubernetes on Hikube: clusters, node groups and add-ons as typed resources.",
    schema,
    mayBeUnknown: ["default_labels", "default_annotations"],
    ...parts,
    validate: ({ config, diagnostics }) => validate(config, diagnostics),
    configure: (config, { log, walks, diagnostics }) => openSession(config, env, timing, log, walks, diagnostics),
    close: closeSession,
    explain,
  });

function validate(config: Config<typeof schema>, diagnostics: Diagnostics): void {
  for (const [name, { check, isShowable }] of Object.entries(secretChecks)) {
    const value = config[name as keyof typeof secretChecks];
    if (typeof value !== "string" || value === "") continue;
    const complaint = check(value);
    if (complaint === undefined) continue;
    diagnostics.error("Invalid value", `\`${name}\` ${complaint}.`, isShowable(value) ? name : undefined);
  }
  const isSet = (name: "client_certificate" | "client_key" | "cluster_ca_certificate" | "token" | "token_file") =>
    config[name] !== null && config[name] !== "";
  if (
    typeof config.token === "string" &&
    isSet("token") &&
    typeof config.token_file === "string" &&
    isSet("token_file")
  ) {
    diagnostics.error("Conflicting arguments", "Set either `token` or `token_file`.", "token_file");
  }
  if (config.insecure === true) {
    diagnostics.warning(
      "The API's certificate is not checked",
      "`insecure` is true, so the connection can be read and changed on the network. Use `cluster_ca_certificate`.",
      "insecure",
    );
  }
  if (
    config.insecure === true &&
    typeof config.cluster_ca_certificate === "string" &&
    isSet("cluster_ca_certificate")
  ) {
    diagnostics.error(
      "Conflicting arguments",
      "Set either `insecure` or `cluster_ca_certificate`.",
      "cluster_ca_certificate",
    );
  }
  const hasCertificate = isSet("client_certificate");
  if (hasCertificate !== isSet("client_key")) {
    diagnostics.error(
      "Incomplete client certificate",
      "`client_certificate` and `client_key` must be set together.",
      hasCertificate ? "client_certificate" : "client_key",
    );
  }
}

export async function closeSession({ hikube, connection }: Session): Promise<void> {
  await hikube.close();
  await connection.close();
}

/** Creates the session without connecting. Throws DiagnosticError. */
export async function openSession(
  config: Known<typeof schema>,
  env: Environment,
  { clock = systemClock, ...timing }: Timing,
  log: Log,
  walks: Walks = "one",
  diagnostics?: Diagnostics,
): Promise<Session> {
  // The API modules are loaded here because validate and schema do not need them and the start-up time matters.
  const [{ resolveConnection }, { connect }, { clusterConnector }, { createHikube }] = await Promise.all([
    import("./kube/config/kubeconfig.ts"),
    import("./kube/http/connect.ts"),
    import("./kube/connect-clusters.ts"),
    import("./core/hikube.ts"),
  ]);
  const connection = await resolveConnection(settingsOf(config, env), env).catch((error: unknown) => {
    throw error instanceof KubeError ? connectionError(error, config) : error;
  });
  if (connection.insecure && config.insecure !== true) {
    diagnostics?.warning(
      "The API's certificate is not checked",
      "The kubeconfig (`insecure-skip-tls-verify`) or the environment (HIKUBE_INSECURE, KUBE_INSECURE) turns the check off, so the " +
        "connection can be read and changed on the network. Use `cluster_ca_certificate`.",
    );
  }
  const options = { log, clock, random: Math.random };
  const client = connect(connection, options);
  const namespace = config.namespace || env["HIKUBE_NAMESPACE"] || client.namespace;
  if (namespace === undefined) {
    throw new DiagnosticError(
      "No namespace is configured",
      "Set the provider's `namespace` to the tenant's namespace (e.g. \"tenant-acme\"), or HIKUBE_NAMESPACE, or use a " +
        "kubeconfig whose context names one.",
      "namespace",
    );
  }
  const core = createHikube({
    client,
    namespace,
    clock,
    log,
    ...timing,
    // A walk that only plans reads each object once, so that all reads show one point in time.
    timings: { ...(walks === "one" ? { lookMs: Number.POSITIVE_INFINITY } : {}), ...timing.timings },
    connectTenant: clusterConnector(connection, env, options),
  });
  const path = env["HIKUBE_PROGRESS"];
  const hikube = path ? await withProgressFile(core, { path, clock, log }) : core;
  const defaults = { labels: keysOf(config.default_labels), annotations: keysOf(config.default_annotations) };
  return sessionOf({ hikube, connection: client, namespace, defaults, clock, log }, walks);
}

/** Creates the session over a tenant. */
export const sessionOf = (tenant: Omit<Session, "registry" | "told">, walks: Walks = "one"): Session => ({
  ...tenant,
  registry: createPlanRegistry(tenant.clock, walks),
  told: new ToldFailures(),
});

/** Returns the labels or annotations of the provider block, unknown if one of them is. */
const keysOf = (keys: Readonly<Record<string, string>> | null): Keys | Unknown =>
  containsUnknown(keys as Value) ? UNKNOWN : (keys ?? {});

function connectionError(error: KubeError, config: Known<typeof schema>): DiagnosticError {
  const { summary = "No usable connection to Hikube", message, hint } = error;
  const detail = hint === undefined ? message : `${message}\n\n${hint}`;
  return new DiagnosticError(summary, detail, whereOf(config, error.setting), { cause: error });
}

function settingsOf(config: Known<typeof schema>, env: Environment): ConnectionSettings {
  const { exec } = config;
  const ownLimit = exec?.timeout || undefined;
  const limit = env["HIKUBE_EXEC_TIMEOUT"]?.trim() || undefined;
  const complaint = ownLimit === undefined && limit !== undefined ? positiveDuration(limit) : undefined;
  if (complaint !== undefined) throw new DiagnosticError("Invalid duration", `HIKUBE_EXEC_TIMEOUT ${complaint}.`);
  const settings = {
    kubeconfig: config.kubeconfig,
    configPath: config.config_path,
    configContext: config.config_context,
    host: config.host,
    token: config.token,
    tokenFile: config.token_file,
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
    execTimeoutMs: parseDuration(ownLimit ?? limit ?? "") ?? null,
    requestTimeoutMs: parseDuration(config.request_timeout ?? "") ?? null,
    maxRetries: config.max_retries,
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null)) as ConnectionSettings;
}

/** Returns the attribute that caused a connection error, or the most likely one; undefined for a setting from the environment. */
function whereOf(config: Known<typeof schema>, setting: string | undefined): string | undefined {
  if (setting === NO_SETTING) return undefined;
  // Terraform prints the source line, which may contain the secret.
  if (setting !== undefined && setting in secretChecks) return undefined;
  const settable: readonly string[] = Object.keys(schema);
  const values: Readonly<Record<string, unknown>> = config;
  if (setting !== undefined && settable.includes(setting) && values[setting] !== null) return setting;
  if (config.kubeconfig) return undefined;
  return (["config_path", "config_context", "exec", "host"] as const).find((name) => config[name]);
}
