import { createPrivateKey } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { createCertificate } from "../../../src/base/certificate/certificate.ts";
import { systemClock } from "../../../src/base/clock.ts";
import { noLog } from "../../../src/base/log.ts";
import { resolveConnection } from "../../../src/kube/config/kubeconfig.ts";
import { createCredentialSource } from "../../../src/kube/credentials/request-credentials.ts";
import type { ConnectionSettings, Environment } from "../../../src/kube/http/connection.ts";
import { authority, clientIdentity } from "../../support/api-server.ts";

const folder = mkdtempSync(join(tmpdir(), "kubectl-"));
afterAll(() => rmSync(folder, { recursive: true }));

const base64 = (text: string) => Buffer.from(text).toString("base64");
const plain = `apiVersion: v1
kind: Config
current-context: a
clusters: [{name: c, cluster: {server: "https://one.example"}}]
users: [{name: u, user: {token: t1}}]
contexts: [{name: a, context: {cluster: c, user: u, namespace: n}}]
`;
const other = plain.replace("one.example", "two.example");
let files = 0;
const file = (content: string | Buffer): string => {
  const path = join(folder, `config-${++files}`);
  writeFileSync(path, content);
  return path;
};
const failure = (settings: ConnectionSettings, env: Environment = {}, now?: number): Promise<{ message: string }> =>
  resolveConnection(settings, env, now).then(
    () => {
      throw new Error("it did not fail");
    },
    (error: { message: string }) => error,
  );
const authorization = async (settings: ConnectionSettings, env: Environment = {}): Promise<string | undefined> => {
  const connection = await resolveConnection(settings, env);
  return (await createCredentialSource(connection, { clock: systemClock, log: noLog }).forRequest()).authorization;
};

describe("a kubeconfig file", () => {
  const bigEndian = (text: string) => Buffer.from(text, "utf16le").swap16();

  test.each<[string, string | Buffer, string]>([
    ["that ends in ---", `${plain}---\n`, "one"],
    ["that begins with ---", `---\n${plain}`, "one"],
    ["with a comment before ---", `# mine\n---\n${plain}`, "one"],
    ["of two documents", `${plain}---\n${other}`, "one"],
    ["whose second document is broken", `${plain}---\na: [b\n`, "one"],
    ["that ends in ... and rubbish", `${plain}...\nrubbish: [`, "one"],
    ["with a key twice", `${plain}clusters: [{name: c, cluster: {server: "https://two.example"}}]\n`, "two"],
    [
      "with a key twice further down",
      plain.replace('server: "https', 'server: "https://zero.example", server: "https'),
      "one",
    ],
    ["with Windows line ends", plain.replaceAll("\n", "\r\n"), "one"],
    ["with a UTF-8 byte order mark", `\ufeff${plain}`, "one"],
    ["in UTF-16, little endian", Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from(plain, "utf16le")]), "one"],
    ["in UTF-16, big endian", Buffer.concat([Buffer.of(0xfe, 0xff), bigEndian(plain)]), "one"],
    ["with a merge key", plain.replace("{server", '{<<: {server: "https://two.example"}, server'), "one"],
  ])("%s reads as kubectl reads it", async (_name, content, host) => {
    const connection = await resolveConnection({ configPath: file(content) }, {});
    expect(connection).toMatchObject({ server: `https://${host}.example`, namespace: "n" });
  });

  test("reads the same as content", async () => {
    for (const content of [`${plain}---\n`, `\ufeff${plain}`, `${plain}---\n${other}`]) {
      expect((await resolveConnection({ kubeconfig: content }, {})).server).toBe("https://one.example");
    }
  });

  test.each<[string, string, RegExp]>([
    ["a name twice in a list", plain.replace("[{name: u,", "[{name: u, user: {}}, {name: u,"), /holds "u" twice/],
    ["an unknown alias", `${plain}extra: *none\n`, /not defined/],
    ["a tab", "a: 1\n\tb: 2\n", /tab|indentation|colon/],
    ["nothing", "", /holds no YAML mapping/],
  ])("with %s is refused as by kubectl", async (_name, content, text) => {
    expect((await failure({ configPath: file(content) })).message).toMatch(text);
  });
});

describe("a token", () => {
  const kubeconfig = (user: Record<string, unknown>) =>
    JSON.stringify({
      "current-context": "a",
      clusters: [{ name: "c", cluster: { server: "https://one.example" } }],
      users: [{ name: "u", user }],
      contexts: [{ name: "a", context: { cluster: "c", user: "u" } }],
    });
  const plugin = (token: string): Record<string, unknown> => ({
    apiVersion: "client.authentication.k8s.io/v1",
    command: "/bin/sh",
    args: [
      "-c",
      `printf '%s' '${JSON.stringify({ apiVersion: "client.authentication.k8s.io/v1", kind: "ExecCredential", status: { token } })}'`,
    ],
  });
  const sources: readonly (readonly [string, (token: string) => readonly [ConnectionSettings, Environment]])[] = [
    ["of the attribute", (token) => [{ host: "a", token }, {}]],
    ["of HIKUBE_TOKEN", (token) => [{ host: "a" }, { HIKUBE_TOKEN: token }]],
    ["of KUBE_TOKEN", (token) => [{ host: "a" }, { KUBE_TOKEN: token }]],
    ["of a kubeconfig", (token) => [{ kubeconfig: kubeconfig({ token }) }, {}]],
    ["of a token file", (token) => [{ kubeconfig: kubeconfig({ tokenFile: file(token) }) }, {}]],
    ["of a plugin", (token) => [{ kubeconfig: kubeconfig({ exec: plugin(token) }) }, { PATH: process.env["PATH"] }]],
  ];

  test.each(sources)("%s loses the white space around it", async (_name, settings) => {
    for (const token of ["t0ken", " t0ken", "t0ken\n", "\t t0ken\r\n ", "t0ken\u00a0"]) {
      expect(await authorization(...settings(token)), JSON.stringify(token)).toBe("Bearer t0ken");
    }
  });

  test.each(sources)("%s that no header can hold is refused without being quoted", async (_name, settings) => {
    for (const token of ["se cret", "se\ncret", "sé-cret", "se\u0000cret"]) {
      const error = await authorization(...settings(token)).catch((thrown: unknown) => thrown);
      expect(error, JSON.stringify(token)).toMatchObject({ code: "Credential", summary: "Invalid token" });
      expect(String(error)).not.toContain("cret");
    }
  });

  test("of a readable file comes first, the one beside it serves for an unreadable file", async () => {
    const both = (tokenFile: string) => authorization({ kubeconfig: kubeconfig({ token: "fixed", tokenFile }) });
    expect(await both(file("from-file\n"))).toBe("Bearer from-file");
    expect(await both(join(folder, "missing"))).toBe("Bearer fixed");
    expect(await both(file("\n"))).toBe("Bearer fixed");
    await expect(authorization({ kubeconfig: kubeconfig({ tokenFile: file("") }) })).rejects.toThrow(/is empty/);
  });
});

test("an empty text means unset, for every setting and variable", async () => {
  const env = { HIKUBE_HOST: "https://env.example", HIKUBE_TOKEN: "env", HIKUBE_INSECURE: "true" };
  const expected = await resolveConnection({}, env);
  const settings: Required<{
    [F in keyof ConnectionSettings as ConnectionSettings[F] extends string | undefined ? F : never]: string;
  }> = {
    kubeconfig: "",
    configPath: "",
    configContext: "",
    host: "",
    token: "",
    tokenFile: "",
    clusterCaCertificate: "",
    clientCertificate: "",
    clientKey: "",
    tlsServerName: "",
    proxyUrl: "",
  };
  for (const [name, value] of Object.entries(settings)) {
    expect(await resolveConnection({ [name]: value }, env), name).toEqual(expected);
  }
  expect(await resolveConnection(settings, env)).toEqual(expected);
  const variables = ["KUBECONFIG", "CONFIG_PATH", "CONFIG_PATHS", "CTX", "HOST", "TOKEN", "CLUSTER_CA_CERT_DATA"];
  const more = ["CLIENT_CERT_DATA", "CLIENT_KEY_DATA", "INSECURE", "TLS_SERVER_NAME", "PROXY_URL"];
  const names = [...variables, ...more].flatMap((name) => [`HIKUBE_${name}`, `KUBE_${name}`]);
  const empty = Object.fromEntries(
    [...names, "HIKUBE_TOKEN_FILE", "KUBECONFIG", "HTTPS_PROXY", "NO_PROXY"].map((name) => [name, ""]),
  );
  expect(await resolveConnection({}, { ...empty, ...env })).toEqual(expected);
});

describe("a client certificate", () => {
  const day = 24 * 3_600_000;
  const now = Date.now();
  const issue = (from: number, to: number) =>
    createCertificate({
      subject: { commonName: "client" },
      issuer: authority,
      usages: ["clientAuth"],
      notBefore: new Date(now + from * day),
      notAfter: new Date(now + to * day),
    });
  const encrypted = (type: "pkcs8" | "pkcs1"): string =>
    type === "pkcs8"
      ? createPrivateKey(clientIdentity.privateKey)
          .export({ type, format: "pem", cipher: "aes-256-cbc", passphrase: "x" })
          .toString()
      : "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n";
  const expired = issue(-2, -1);
  const future = issue(1, 2);
  const rows: readonly (readonly [string, string, string, RegExp])[] = [
    ["whose key is encrypted", clientIdentity.certificate, encrypted("pkcs8"), /its key is encrypted.*openssl pkey/],
    ["whose key is encrypted the old way", clientIdentity.certificate, encrypted("pkcs1"), /its key is encrypted/],
    ["that has expired", expired.certificate, expired.privateKey, /it expired at \d{4}-.*Z, and it is \d{4}-/],
    ["that is not valid yet", future.certificate, future.privateKey, /it is not valid before \d{4}-/],
    ["with the key of another", clientIdentity.certificate, expired.privateKey, /its key does not belong/],
    ["whose key is rubbish", clientIdentity.certificate, "rubbish", /its key must be PEM text/],
    ["that is rubbish", "rubbish", clientIdentity.privateKey, /its certificate must be PEM text/],
  ];
  const kubeconfig = (user: Record<string, unknown>) => plain.replace("{token: t1}", JSON.stringify(user));

  test.each(rows)("%s is named as such, with its origin", async (_name, certificate, key, text) => {
    const explicit = await failure({ host: "a", clientCertificate: certificate, clientKey: key }, {}, now);
    expect(explicit.message).toMatch(text);
    expect(explicit.message).toContain("The client certificate of `client_certificate`");
    const env = { HIKUBE_CLIENT_CERT_DATA: certificate, HIKUBE_CLIENT_KEY_DATA: key };
    expect((await failure({ host: "a" }, env, now)).message).toContain("of HIKUBE_CLIENT_CERT_DATA");
    const user = { "client-certificate-data": base64(certificate), "client-key-data": base64(key) };
    const named = await failure({ configPath: file(kubeconfig(user)) }, {}, now);
    expect(named.message).toMatch(text);
    expect(named.message).toContain('of the user "u" in the kubeconfig');
    for (const { message } of [explicit, named]) expect(message).not.toMatch(/BEGIN [A-Z]/);
  });

  test("out of date beside a token is the server's to pass over", async () => {
    const user = {
      token: "t",
      "client-certificate-data": base64(expired.certificate),
      "client-key-data": base64(expired.privateKey),
    };
    const connection = await resolveConnection({ kubeconfig: kubeconfig(user) }, {}, now);
    expect(connection.credential).toMatchObject({ kind: "token", token: "t" });
  });
});
