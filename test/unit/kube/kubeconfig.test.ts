import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { resolveConnection } from "../../../src/kube/config/kubeconfig.ts";
import type { ConnectionSettings, Environment } from "../../../src/kube/http/connection.ts";
import { KubeError } from "../../../src/kube/kube-error.ts";
import { authority, clientIdentity } from "../../support/api-server.ts";

const folder = mkdtempSync(join(tmpdir(), "kubeconfig-"));
afterAll(() => rmSync(folder, { recursive: true }));

const base64 = (text: string) => Buffer.from(text).toString("base64");

interface Parts {
  cluster?: Record<string, unknown>;
  user?: Record<string, unknown>;
  context?: Record<string, unknown>;
  name?: string;
  current?: string | null;
}
/** A kubeconfig as JSON, which is YAML. */
function kubeconfig({ cluster = {}, user = {}, context = {}, name = "a", current = name }: Parts = {}): string {
  return JSON.stringify({
    "current-context": current ?? "",
    clusters: [{ name: `${name}-cluster`, cluster: { server: `https://${name}.example.com:6443`, ...cluster } }],
    users: [{ name: `${name}-user`, user }],
    contexts: [
      { name, context: { cluster: `${name}-cluster`, user: `${name}-user`, namespace: `tenant-${name}`, ...context } },
    ],
  });
}
function file(name: string, content: string): string {
  const path = join(folder, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, content);
  return path;
}
const failure = async (settings: ConnectionSettings, env: Environment = {}): Promise<string> => {
  const error = await resolveConnection(settings, env).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(KubeError);
  expect(error).toHaveProperty("code", "Credential");
  return (error as KubeError).message;
};

describe("the source of the kubeconfig", () => {
  const content = kubeconfig({ name: "content" });
  const path = file("path", kubeconfig({ name: "path" }));
  const hikube = file("hikube", kubeconfig({ name: "hikube" }));
  const kube = file("kube", kubeconfig({ name: "kube" }));
  const ambient = file("ambient", kubeconfig({ name: "ambient" }));
  const home = join(folder, "home");
  file("home/.kube/config", kubeconfig({ name: "home" }));
  const everywhere = {
    HIKUBE_KUBECONFIG: kubeconfig({ name: "hikubecontent" }),
    HIKUBE_CONFIG_PATH: hikube,
    KUBE_CONFIG_PATH: kube,
    KUBECONFIG: ambient,
    HOME: home,
  };
  const without = (...names: string[]) =>
    Object.fromEntries(Object.entries(everywhere).filter(([name]) => !names.includes(name)));

  test.each<[string, ConnectionSettings, Environment]>([
    ["content", { kubeconfig: content, configPath: path }, everywhere],
    ["path", { configPath: path }, everywhere],
    ["hikubecontent", {}, everywhere],
    ["hikube", {}, without("HIKUBE_KUBECONFIG")],
    ["kube", {}, without("HIKUBE_KUBECONFIG", "HIKUBE_CONFIG_PATH")],
    ["ambient", {}, without("HIKUBE_KUBECONFIG", "HIKUBE_CONFIG_PATH", "KUBE_CONFIG_PATH")],
    ["home", {}, { HOME: home }],
  ])("%s comes before all that follow", async (name, settings, env) => {
    expect(await resolveConnection(settings, env)).toMatchObject({
      server: `https://${name}.example.com:6443`,
      namespace: `tenant-${name}`,
    });
  });

  test("a tilde is the home directory", async () => {
    expect((await resolveConnection({ configPath: "~/.kube/config" }, { HOME: home })).server).toContain("home");
  });

  test("several files are merged: first wins, missing ones are skipped", async () => {
    const second = file("second", kubeconfig({ name: "second", current: "second" }));
    const env = { KUBECONFIG: [join(folder, "missing"), ambient, second].join(delimiter) };
    expect((await resolveConnection({}, env)).namespace).toBe("tenant-ambient");
    expect((await resolveConnection({ configContext: "second" }, env)).namespace).toBe("tenant-second");
  });

  test("without any, an error says what to do; never localhost", async () => {
    const message = await failure({}, { HOME: join(folder, "nobody") });
    expect(message).toContain("HIKUBE_KUBECONFIG");
    expect(message).not.toContain("localhost");
  });

  test("with a host, no kubeconfig lends it credentials", async () => {
    const env = { KUBECONFIG: file("foreign", kubeconfig({ user: { token: "another-server" } })) };
    expect(await resolveConnection({ host: "api.example.com" }, env)).toMatchObject({
      server: "https://api.example.com",
      credential: { kind: "none" },
      namespace: undefined,
    });
  });
});

describe("precedence", () => {
  const config = kubeconfig({
    cluster: { "certificate-authority-data": base64(authority.certificate) },
    user: { token: "from-kubeconfig" },
  });

  test("settings override a kubeconfig by field, a credential the whole user", async () => {
    const connection = await resolveConnection(
      { kubeconfig: config, token: "mine", tlsServerName: "other", requestTimeoutMs: 7, maxRetries: 1 },
      {},
    );
    expect(connection).toMatchObject({
      server: "https://a.example.com:6443",
      ca: authority.certificate,
      credential: { kind: "token", token: "mine" },
      tlsServerName: "other",
      requestTimeoutMs: 7,
      maxRetries: 1,
    });
    const certificate = { clientCertificate: clientIdentity.certificate, clientKey: base64(clientIdentity.privateKey) };
    expect(await resolveConnection({ kubeconfig: config, ...certificate }, {})).toMatchObject({
      credential: { kind: "none" },
      clientCertificate: { certificate: clientIdentity.certificate, key: clientIdentity.privateKey },
    });
  });

  test("HIKUBE_ comes before KUBE_, and settings before both", async () => {
    const env = {
      HIKUBE_HOST: "hikube.example.com",
      KUBE_HOST: "kube.example.com",
      KUBE_TOKEN: "kube",
      HIKUBE_INSECURE: "true",
    };
    expect(await resolveConnection({}, env)).toMatchObject({
      server: "https://hikube.example.com",
      credential: { token: "kube" },
      insecure: true,
    });
    expect(await resolveConnection({ token: "mine", insecure: false }, env)).toMatchObject({
      credential: { token: "mine" },
      insecure: false,
    });
  });

  test("a kubeconfig that the settings name is not mixed with the environment", async () => {
    const env = { KUBE_HOST: "elsewhere.example.com", KUBE_TOKEN: "elsewhere" };
    expect(await resolveConnection({ kubeconfig: config }, env)).toMatchObject({
      server: "https://a.example.com:6443",
      credential: { token: "from-kubeconfig" },
    });
  });

  test("insecure drops the authority", async () => {
    expect(await resolveConnection({ kubeconfig: config, insecure: true }, {})).toMatchObject({
      insecure: true,
      ca: undefined,
    });
  });

  test("a proxy is taken from settings, kubeconfig, environment, in this order", async () => {
    const proxied = kubeconfig({ cluster: { "proxy-url": "http://b:2" } });
    const env = { HTTPS_PROXY: "http://c:3" };
    expect((await resolveConnection({ kubeconfig: proxied, proxyUrl: "http://a:1" }, env)).proxy?.url).toBe(
      "http://a:1/",
    );
    expect((await resolveConnection({ kubeconfig: proxied }, env)).proxy?.url).toBe("http://b:2/");
    expect((await resolveConnection({ kubeconfig: kubeconfig() }, env)).proxy?.url).toBe("http://c:3/");
    expect(
      (await resolveConnection({ kubeconfig: kubeconfig() }, { ...env, NO_PROXY: ".example.com" })).proxy,
    ).toBeUndefined();
  });
});

describe("a token file", () => {
  const config = kubeconfig({ user: { token: "from-kubeconfig" } });
  const home = { HOME: folder };
  const ofFile = (path: string) => ({ kind: "tokenFile", path, token: undefined });

  test.each<[string, ConnectionSettings, Environment, object]>([
    ["replaces the user of a kubeconfig", { kubeconfig: config, tokenFile: "/run/token" }, {}, ofFile("/run/token")],
    ["may be in the home directory", { host: "a", tokenFile: "~/token" }, home, ofFile(join(folder, "token"))],
    ["may come from the environment", { host: "a" }, { HIKUBE_TOKEN_FILE: " /run/token " }, ofFile("/run/token")],
    [
      "of the environment comes before its token, as in a kubeconfig",
      { host: "a" },
      { HIKUBE_TOKEN_FILE: "/run/token", HIKUBE_TOKEN: "t", KUBE_TOKEN: "u" },
      ofFile("/run/token"),
    ],
    [
      "of the environment gives way to an identity of the block",
      { host: "a", token: "mine" },
      { HIKUBE_TOKEN_FILE: "/run/token" },
      { kind: "token", token: "mine" },
    ],
    [
      "of the block comes before a token of the environment",
      { host: "a", tokenFile: "/run/token" },
      { HIKUBE_TOKEN: "t" },
      ofFile("/run/token"),
    ],
  ])("%s", async (_, settings, env, credential) => {
    expect((await resolveConnection(settings, env)).credential).toEqual(credential);
  });

  test.each(["eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln", "a\nb"])(
    "that is a token itself is refused unseen",
    async (token) => {
      expect(await failure({ host: "a", tokenFile: token })).toBe(
        "`token_file` must be the path of a file, but looks like a token. Use `token`.",
      );
      expect(await failure({ host: "a" }, { HIKUBE_TOKEN_FILE: token })).toMatch(/^HIKUBE_TOKEN_FILE must be the path/);
    },
  );
});

describe("in a pod", () => {
  const account = join(folder, "serviceaccount");
  file("serviceaccount/token", "of-the-pod\n");
  file("serviceaccount/namespace", "tenant-pod\n");
  file("serviceaccount/ca.crt", authority.certificate);
  const pod = { KUBERNETES_SERVICE_HOST: "10.96.0.1", KUBERNETES_SERVICE_PORT: "443" };
  const connect = (settings: ConnectionSettings, env: Environment, at = account) =>
    resolveConnection(settings, env, Date.now(), at);

  test("where nothing else is configured, the service account is used", async () => {
    const settings = { proxyUrl: "http://a:1", requestTimeoutMs: 5 };
    expect(await connect(settings, pod)).toMatchObject({
      server: "https://10.96.0.1",
      namespace: "tenant-pod",
      ca: authority.certificate,
      insecure: false,
      credential: { kind: "tokenFile", path: join(account, "token"), token: undefined },
      proxy: { url: "http://a:1/" },
      requestTimeoutMs: 5,
      origins: { credential: 'the user "pod" in the service account of this pod' },
    });
    const ipv6 = { KUBERNETES_SERVICE_HOST: "fd00::1", KUBERNETES_SERVICE_PORT: "6443" };
    expect((await connect({}, ipv6)).server).toBe("https://[fd00::1]:6443");
  });

  test.each<[string, ConnectionSettings, Environment, string]>([
    ["a kubeconfig", { kubeconfig: kubeconfig() }, {}, "https://a.example.com:6443"],
    ["a host", { host: "b.example.com" }, {}, "https://b.example.com"],
    ["a host of the environment", {}, { KUBE_HOST: "c.example.com" }, "https://c.example.com"],
    ["KUBECONFIG", {}, { KUBECONFIG: file("pod.conf", kubeconfig({ name: "d" })) }, "https://d.example.com:6443"],
  ])("%s comes first", async (_, settings, env, server) => {
    expect((await connect(settings, { ...pod, ...env })).server).toBe(server);
  });

  test.each<[string, ConnectionSettings, Environment, string]>([
    ["an identity without a server", { token: "t" }, pod, account],
    ["a context without a kubeconfig", { configContext: "x" }, pod, account],
    ["no service account", {}, pod, join(folder, "no-account")],
    ["no address of the API", {}, { KUBERNETES_SERVICE_HOST: "10.96.0.1" }, account],
  ])("%s means that nothing is configured", async (_, settings, env, at) => {
    await expect(connect(settings, env, at)).rejects.toThrow(/No Hikube API is configured/);
  });

  test("without an authority and a namespace, those of the system and of the provider count", async () => {
    file("bare/token", "t");
    expect(await connect({}, pod, join(folder, "bare"))).toMatchObject({ ca: undefined, namespace: undefined });
  });
});

describe("kubeconfig credentials", () => {
  const credentialOf = async (user: Record<string, unknown>, env: Environment = {}) =>
    (await resolveConnection({ kubeconfig: kubeconfig({ user }) }, env)).credential;

  test("token, basic, none", async () => {
    expect(await credentialOf({ token: "t" })).toEqual({ kind: "token", token: "t" });
    expect(await credentialOf({ username: "u", password: "p" })).toEqual({
      kind: "basic",
      username: "u",
      password: "p",
    });
    expect(await credentialOf({})).toEqual({ kind: "none" });
  });

  test("files are found beside the kubeconfig that names them", async () => {
    file("beside/ca.pem", authority.certificate);
    file("beside/client.pem", clientIdentity.certificate);
    file("beside/client.key", clientIdentity.privateKey);
    const user = { tokenFile: "token", "client-certificate": "client.pem", "client-key": "./client.key" };
    const configPath = file("beside/config", kubeconfig({ cluster: { "certificate-authority": "ca.pem" }, user }));
    expect(await resolveConnection({ configPath }, {})).toMatchObject({
      ca: authority.certificate,
      clientCertificate: { certificate: clientIdentity.certificate },
      credential: { kind: "tokenFile", path: join(folder, "beside", "token") },
    });
  });

  test("a plugin gets the environment, its variables and, on demand, the cluster", async () => {
    const exec = {
      apiVersion: "client.authentication.k8s.io/v1",
      command: "kubectl",
      args: ["oidc-login", "get-token"],
      env: [{ name: "BROWSER", value: "none" }],
      provideClusterInfo: true,
      installHint: "See the handbook.",
    };
    const cluster = { "certificate-authority-data": base64(authority.certificate), "tls-server-name": "kube" };
    const { credential } = await resolveConnection(
      { kubeconfig: kubeconfig({ user: { exec }, cluster }) },
      { PATH: "/bin" },
    );
    expect(credential).toEqual({
      kind: "exec",
      plugin: {
        apiVersion: exec.apiVersion,
        command: "kubectl",
        args: ["oidc-login", "get-token"],
        env: { PATH: "/bin", BROWSER: "none" },
        timeoutMs: 60_000,
        installHint: "See the handbook.",
        cluster: {
          server: "https://a.example.com:6443",
          "tls-server-name": "kube",
          "certificate-authority-data": base64(authority.certificate),
        },
      },
    });
  });

  test("a plugin's path is relative to the kubeconfig, its name is looked up", async () => {
    const configPath = file(
      "plugin/config",
      kubeconfig({ user: { exec: { apiVersion: "client.authentication.k8s.io/v1", command: "./bin/login" } } }),
    );
    expect((await resolveConnection({ configPath }, {})).credential).toMatchObject({
      plugin: { command: join(folder, "plugin/bin/login") },
    });
  });

  test("impersonation is passed on", async () => {
    const user = { token: "t", as: "jane", "as-groups": ["dev", "ops"] };
    expect((await resolveConnection({ kubeconfig: kubeconfig({ user }) }, {})).headers).toEqual({
      "impersonate-user": "jane",
      "impersonate-group": ["dev", "ops"],
    });
  });
});

describe("an error names the mistake and quotes no content", () => {
  test("broken YAML", async () => {
    const message = await failure({ kubeconfig: 'users:\n- user:\n    token: "s3cr3t-value\n' });
    expect(message).toMatch(/kubeconfig` is not valid YAML: [a-z ,]+ in line \d+, column \d+\./);
    expect(message).not.toContain("s3cr3t");
  });

  test.each<[string, ConnectionSettings, RegExp]>([
    ["no mapping", { kubeconfig: "just text" }, /is not a kubeconfig/],
    ["a list that is none", { kubeconfig: "clusters: 5" }, /`clusters` must be a list/],
    ["no current context", { kubeconfig: kubeconfig({ current: null }) }, /no current context/],
    ["a missing context", { kubeconfig: kubeconfig(), configContext: "b" }, /no context "b": it has "a"\./],
    [
      "a missing cluster",
      { kubeconfig: kubeconfig({ context: { cluster: "c" } }) },
      /no cluster "c": it has "a-cluster"\./,
    ],
    ["a missing user", { kubeconfig: kubeconfig({ context: { user: "u" } }) }, /no user "u"/],
    ["no server", { kubeconfig: kubeconfig({ cluster: { server: "" } }) }, /names no server/],
    [
      "a missing file",
      { configPath: join(folder, "nowhere") },
      /no kubeconfig at .*nowhere, which `config_path` names/,
    ],
    ["a directory", { configPath: folder }, /cannot be read \(EISDIR\)/],
    [
      "an unreadable authority",
      { kubeconfig: kubeconfig({ cluster: { "certificate-authority-data": base64("rubbish") } }) },
      /authority of the cluster "a-cluster" in the kubeconfig must be PEM text/,
    ],
    [
      "a missing authority",
      { kubeconfig: kubeconfig({ cluster: { "certificate-authority": "/nowhere/ca" } }) },
      /names the file \/nowhere\/ca/,
    ],
    [
      "half a client certificate",
      { kubeconfig: kubeconfig({ user: { "client-certificate-data": base64(clientIdentity.certificate) } }) },
      /incomplete client certificate/,
    ],
    [
      "another's key",
      { host: "a", clientCertificate: clientIdentity.certificate, clientKey: authority.privateKey },
      /does not belong/,
    ],
    ["auth-provider", { kubeconfig: kubeconfig({ user: { "auth-provider": { name: "oidc" } } }) }, /oidc-login/],
    [
      "a plugin that needs a terminal",
      { kubeconfig: kubeconfig({ user: { exec: { command: "x", interactiveMode: "Always" } } }) },
      /demands a terminal/,
    ],
    ["a host that is no URL", { host: "https://me:secret@api" }, /`host` must be a URL/],
    ["a host without TLS", { host: "http://api:1" }, /`host` starts with `http:.*Use `https:\/\/api:1`/],
    ["a path as kubeconfig", { kubeconfig: "~/.kube/config" }, /looks like a path\. Use `config_path`/],
    ["a path as authority", { host: "a", clusterCaCertificate: "./ca.pem" }, /Write `file\("\.\/ca\.pem"\)`/],
    ["a proxy that is none", { host: "a", proxyUrl: "ftp://p" }, /`proxy_url` must be/],
  ])("%s", async (_name, settings, text) => {
    const message = await failure(settings);
    expect(message).toMatch(text);
    expect(message).not.toContain("secret");
  });
});
