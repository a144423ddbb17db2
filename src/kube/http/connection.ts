import type { KubeConfig } from "@kubernetes/client-node";

/** The used part of client-node's `KubeConfig`, of any version. */
export type ReadableKubeConfig = Pick<
  KubeConfig,
  "getContexts" | "getClusters" | "getUsers" | "getCurrentContext" | "getContextObject" | "getCluster" | "getUser"
>;

/** The connection settings of the provider block; every field is optional. PEM texts may be in base64. */
export interface ConnectionSettings {
  /** A loaded kubeconfig. */
  readonly kubeConfig?: ReadableKubeConfig;
  /** Content of a kubeconfig. */
  readonly kubeconfig?: string;
  readonly configPath?: string;
  readonly configContext?: string;
  readonly host?: string;
  readonly token?: string;
  /** Path of a file with a token, which is read for each request. Takes precedence over `token`. */
  readonly tokenFile?: string;
  readonly clusterCaCertificate?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
  readonly insecure?: boolean;
  readonly tlsServerName?: string;
  readonly proxyUrl?: string;
  readonly exec?: {
    readonly apiVersion: string;
    readonly command: string;
    readonly args?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
  };
  /** Time limit of a credential plugin, of the provider block or the kubeconfig. */
  readonly execTimeoutMs?: number;
  readonly requestTimeoutMs?: number;
  readonly maxRetries?: number;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** A client certificate and its key, both PEM. */
export interface ClientCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** A credential plugin (`client.authentication.k8s.io`) and how to run it. */
export interface ExecPlugin {
  readonly apiVersion: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The complete environment of the command. */
  readonly env: Environment;
  readonly installHint?: string;
  readonly timeoutMs: number;
  /** `spec.cluster` of KUBERNETES_EXEC_INFO, if the kubeconfig sets `provideClusterInfo`. */
  readonly cluster?: Readonly<Record<string, unknown>>;
}

export type Credential =
  | { readonly kind: "none" }
  | { readonly kind: "token"; readonly token: string }
  /** `token` is used while the file cannot be read. */
  | { readonly kind: "tokenFile"; readonly path: string; readonly token: string | undefined }
  | { readonly kind: "basic"; readonly username: string; readonly password: string }
  | { readonly kind: "exec"; readonly plugin: ExecPlugin };

/** A proxy for connections. */
export interface ProxyServer {
  /** A URL with the scheme `http:`, `https:` or `socks5:`; may contain a password. */
  readonly url: string;
  /** The attribute, variable or kubeconfig entry that sets it, for messages. */
  readonly origin: string;
  /** Whether it was set for this connection, not by HTTPS_PROXY for all. */
  readonly explicit: boolean;
}

/** The sources of a connection's parts, for messages, e.g. `` `token` ``, `HIKUBE_HOST` or `the user "x" of KUBECONFIG`. */
export interface Origins {
  readonly server: string;
  readonly credential: string;
}

/** The complete parameters of a connection to one API server. Contains secrets: never log it. */
export interface Connection {
  /** URL without a trailing slash. */
  readonly server: string;
  readonly namespace: string | undefined;
  /** PEM; undefined means the system's authorities. */
  readonly ca: string | undefined;
  readonly insecure: boolean;
  readonly tlsServerName: string | undefined;
  /** The proxy for this server, after NO_PROXY. */
  readonly proxy: ProxyServer | undefined;
  readonly clientCertificate: ClientCertificate | undefined;
  readonly credential: Credential;
  readonly origins: Origins;
  /** Impersonation headers of the kubeconfig's user. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** Time limit of one attempt. */
  readonly requestTimeoutMs: number;
  /** Maximum number of retries. */
  readonly maxRetries: number;
}
