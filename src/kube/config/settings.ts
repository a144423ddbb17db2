import type { ConnectionSettings, Environment } from "../http/connection.ts";

/** The effective settings, and the attribute or variable each was read from, for messages. */
export interface EffectiveSettings {
  readonly fields: ConnectionSettings;
  /** E.g. `` `token` `` or `HIKUBE_TOKEN`. */
  origin(field: keyof ConnectionSettings): string;
}

/** Applied where neither the provider block nor the environment says otherwise. */
export const CONNECTION_DEFAULTS = {
  requestTimeoutMs: 30_000,
  maxRetries: 5,
  /** Sufficient for a plugin that renews a token. Run a login in a browser by hand, where its prompt is visible. */
  execTimeoutMs: 60_000,
} as const;

/** Environment variables that name kubeconfigs, before KUBECONFIG, in the order of their precedence. */
export const PATH_VARIABLES = ["HIKUBE_CONFIG_PATH", "HIKUBE_CONFIG_PATHS", "KUBE_CONFIG_PATH", "KUBE_CONFIG_PATHS"];

/** Environment variables of a setting, without `HIKUBE_` or `KUBE_`. */
const VARIABLES = {
  configContext: "CTX",
  host: "HOST",
  clusterCaCertificate: "CLUSTER_CA_CERT_DATA",
  tlsServerName: "TLS_SERVER_NAME",
  proxyUrl: "PROXY_URL",
  token: "TOKEN",
  clientCertificate: "CLIENT_CERT_DATA",
  clientKey: "CLIENT_KEY_DATA",
  insecure: "INSECURE",
} as const satisfies { readonly [field in keyof ConnectionSettings]?: string };

const variablesNamed = (name: string): readonly [string, string] => [`HIKUBE_${name}`, `KUBE_${name}`];

/** Returns the environment variables of a setting, in the order of their precedence. */
export const variablesOf = (field: keyof typeof VARIABLES): readonly string[] => variablesNamed(VARIABLES[field]);

/** Fields of the identity: an explicit one overrides all of those in the environment. */
const IDENTITY = ["token", "tokenFile", "clientCertificate", "clientKey"] as const;

/** Returns the name of a setting in the provider block. */
export const attributeOf = (field: keyof ConnectionSettings): string =>
  field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/**
 * Merges the provider block over the environment (`HIKUBE_*` before `KUBE_*`). In both, an empty text means unset. A kubeconfig from
 * the block is not combined with the environment.
 */
export function effectiveSettings(settings: ConnectionSettings, env: Environment): EffectiveSettings {
  const block = withoutEmpty(settings);
  const isNamed = block.kubeConfig !== undefined || block.kubeconfig !== undefined || block.configPath !== undefined;
  const fields: Record<string, unknown> = {};
  const origins = new Map<string, string>();
  if (!isNamed) {
    const hasIdentity = [...IDENTITY, "exec" as const].some((name) => block[name] !== undefined);
    for (const [field, value, origin] of fromEnvironment(env)) {
      if (hasIdentity && IDENTITY.some((name) => name === field)) continue;
      fields[field] = value;
      origins.set(field, origin);
    }
  }
  return {
    fields: { ...fields, ...block },
    origin: (field) => (block[field] === undefined ? origins.get(field) : undefined) ?? `\`${attributeOf(field)}\``,
  };
}

function fromEnvironment(env: Environment): (readonly [field: string, value: unknown, origin: string])[] {
  const found: (readonly [string, unknown, string])[] = [];
  const read = (name: string): { readonly value: string; readonly origin: string } | undefined => {
    for (const origin of variablesNamed(name)) {
      const value = env[origin]?.trim();
      if (value) return { value, origin };
    }
    return undefined;
  };
  const kubeconfig = env["HIKUBE_KUBECONFIG"];
  if (kubeconfig?.trim()) found.push(["kubeconfig", kubeconfig, "HIKUBE_KUBECONFIG"]);
  const tokenFile = env["HIKUBE_TOKEN_FILE"]?.trim();
  if (tokenFile) found.push(["tokenFile", tokenFile, "HIKUBE_TOKEN_FILE"]);
  const { insecure: insecureName, ...texts } = VARIABLES;
  for (const [field, name] of Object.entries(texts)) {
    const given = read(name);
    if (given !== undefined) found.push([field, given.value, given.origin]);
  }
  const insecure = read(insecureName);
  if (insecure !== undefined) {
    found.push(["insecure", ["1", "true", "t"].includes(insecure.value.toLowerCase()), insecure.origin]);
  }
  return found;
}

/** Empty texts and blank tokens count as unset; a token is trimmed. */
function withoutEmpty(settings: ConnectionSettings): ConnectionSettings {
  const token = settings.token?.trim();
  const given = Object.entries({ ...settings, ...(token === undefined ? {} : { token }) });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined && value !== ""));
}
