import type { KubeConfig } from "@kubernetes/client-node";

/** A `KubeConfig` of client-node, of whichever version, as far as it is read. */
export type ReadableKubeConfig = Pick<
  KubeConfig,
  "getContexts" | "getClusters" | "getUsers" | "getCurrentContext" | "getContextObject" | "getCluster" | "getUser"
>;

/** What the provider block says about the connection; every field may be left out. PEM texts may also be given in base64. */
export interface ConnectionSettings {
  /** A kubeconfig that is loaded already. */
  readonly kubeConfig?: ReadableKubeConfig;
  /** Content of a kubeconfig. */
  readonly kubeconfig?: string;
  readonly configPath?: string;
  readonly configContext?: string;
  readonly host?: string;
  readonly token?: string;
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
  /** How long a credential plugin may take, of the provider block or the kubeconfig. */
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

/** A credential plugin (`client.authentication.k8s.io`), ready to run. */
export interface ExecPlugin {
  readonly apiVersion: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment of the command. */
  readonly env: Environment;
  readonly installHint?: string;
  readonly timeoutMs: number;
  /** `spec.cluster` of KUBERNETES_EXEC_INFO, where the kubeconfig asks for it. */
  readonly cluster?: Readonly<Record<string, unknown>>;
}

export type Credential =
  | { readonly kind: "none" }
  | { readonly kind: "token"; readonly token: string }
  /** `token` is used while the file cannot be read. */
  | { readonly kind: "tokenFile"; readonly path: string; readonly token: string | undefined }
  | { readonly kind: "basic"; readonly username: string; readonly password: string }
  | { readonly kind: "exec"; readonly plugin: ExecPlugin };

/** A proxy that connections go through. */
export interface ProxyServer {
  /** A URL with the scheme `http:`, `https:` or `socks5:`; may hold a password. */
  readonly url: string;
  /** The attribute, variable or kubeconfig entry that names it, for messages. */
  readonly origin: string;
  /** Whether it was named for this connection, not by HTTPS_PROXY for all. */
  readonly explicit: boolean;
}

/** Where parts of a connection come from, for messages, e.g. `` `token` ``, `HIKUBE_HOST` or `the user "x" of KUBECONFIG`. */
export interface Origins {
  readonly server: string;
  readonly credential: string;
}

/** All that is needed to talk to one API server. Holds secrets: never log it. */
export interface Connection {
  /** URL without a slash at its end. */
  readonly server: string;
  readonly namespace: string | undefined;
  /** PEM; undefined means the system's authorities. */
  readonly ca: string | undefined;
  readonly insecure: boolean;
  readonly tlsServerName: string | undefined;
  /** The proxy for exactly this server; NO_PROXY has been considered. */
  readonly proxy: ProxyServer | undefined;
  readonly clientCertificate: ClientCertificate | undefined;
  readonly credential: Credential;
  readonly origins: Origins;
  /** Impersonation, as the kubeconfig's user asks for it. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** Longest time of one attempt. */
  readonly requestTimeoutMs: number;
  /** How often a failed request is repeated. */
  readonly maxRetries: number;
}
