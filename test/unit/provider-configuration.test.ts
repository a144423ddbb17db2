import { describe, expect, test } from "vitest";
import { noLog } from "../../src/base/log.ts";
import { createEngine } from "../../src/engine/engine.ts";
import { withAllKeys } from "../../src/engine/nested.ts";
import { configureProvider, validateProvider } from "../../src/engine/provider.ts";
import type { Session } from "../../src/hikube/shared/session.ts";
import { hikubeProvider } from "../../src/provider.ts";
import { providerSchema } from "../../src/provider-schema.ts";
import { formatPath } from "../../src/values/path.ts";
import { stringType } from "../../src/values/type.ts";
import type { Value } from "../../src/values/value.ts";

const env = { HIKUBE_HOST: "https://env.example", HIKUBE_NAMESPACE: "tenant-env", HIKUBE_TOKEN: "t0ken" };

async function configured(
  values: Readonly<Record<string, Value>>,
  environment: Readonly<Record<string, string>> = env,
) {
  const provider = hikubeProvider(environment);
  const engine = createEngine<Session>(provider, noLog);
  const config = withAllKeys(providerSchema, { ...values });
  const validated = await validateProvider(engine, provider, config);
  const answered = validated.failed ? validated : await configureProvider(engine, provider, config);
  const { client } = engine;
  await client?.connection.close();
  const [error] = answered.list.filter(({ severity }) => severity === "error");
  return {
    server: client?.connection.server,
    namespace: client?.namespace,
    at: validated.failed ? "validate" : answered.failed ? "configure" : undefined,
    error,
    where: error?.path === undefined ? undefined : formatPath(error.path),
  };
}

const texts = Object.entries(providerSchema).flatMap(([name, { kind }]) =>
  kind.plain && kind.wire === stringType ? [name] : [],
);
const good = { server: "https://env.example", namespace: "tenant-env", error: undefined };

describe("an empty text", () => {
  test.each(texts)("as `%s` means unset", async (name) => {
    expect(await configured({ [name]: "" })).toMatchObject(good);
  });

  test("for all of them at once means that nothing is set", async () => {
    expect(texts.length).toBeGreaterThan(10);
    expect(await configured(Object.fromEntries(texts.map((name) => [name, ""])))).toMatchObject(good);
  });

  test("as `exec.timeout` means the default", async () => {
    const exec = withAllKeys(providerSchema.exec.kind.attributes, {
      api_version: "client.authentication.k8s.io/v1",
      command: "login",
      timeout: "",
    });
    expect(await configured({ exec })).toMatchObject(good);
  });

  test.each(Object.keys(env))("as %s means unset", async (name) => {
    const { error } = await configured({}, { ...env, [name]: "" });
    expect(error?.summary).toBe(
      { HIKUBE_HOST: "No usable connection to Hikube", HIKUBE_NAMESPACE: "No namespace is configured" }[name],
    );
  });
});

describe("a mistake is told at its attribute", () => {
  test.each<[string, string | undefined, Record<string, Value>, RegExp]>([
    ["validate", "host", { host: "http://127.0.0.1:1" }, /only speaks HTTPS\. Use `https:\/\/127\.0\.0\.1:1`/],
    ["validate", undefined, { host: "https://user:pw@a" }, /must be a URL/],
    ["validate", "kubeconfig", { kubeconfig: "~/.kube/config" }, /looks like a path\. Use `config_path`/],
    ["validate", "kubeconfig", { kubeconfig: "kubeconfig.yaml" }, /looks like a path/],
    ["validate", "cluster_ca_certificate", { cluster_ca_certificate: "/etc/ca.pem" }, /file\("\/etc\/ca\.pem"\)/],
    ["validate", "client_key", { client_certificate: "LS0tLS1CRUdJTg==", client_key: "./key.pem" }, /file\(/],
    ["validate", "client_certificate", { client_certificate: "cert.pem", client_key: "LS0tLS1CRUdJTg==" }, /file\(/],
    ["validate", undefined, { client_certificate: "LS0tLS1CRUdJTg==", client_key: "what is this" }, /PEM text/],
    ["validate", "client_certificate", { client_certificate: "LS0tLS1CRUdJTg==" }, /must be set together/],
    ["validate", undefined, { token: "two words" }, /one line without blanks/],
    ["validate", "token_file", { token: "a", token_file: "/run/token" }, /either `token` or `token_file`/],
    ["validate", undefined, { token_file: "eyJhbGciOi.eyJzdWIiOi.secret" }, /looks like a token. Use `token`/],
    ["validate", undefined, { proxy_url: "ftp://user:secret@x" }, /HTTP or SOCKS5 proxy.*got "ftp:\/\/\[redacted\]@x"/],
    ["validate", "proxy_url", { proxy_url: "ftp://x" }, /HTTP or SOCKS5/],
    ["validate", "request_timeout", { request_timeout: "soon" }, /duration/],
    ["configure", "config_path", { config_path: "/nowhere/at/all" }, /\/nowhere\/at\/all/],
    ["configure", undefined, { kubeconfig: "a: [b" }, /is not valid YAML: .* in line 1/],
    [
      "configure",
      "config_context",
      { kubeconfig: '{"contexts":[{"name":"a","context":{}}]}', config_context: "none" },
      /has no context "none": it has "a"/,
    ],
  ])("at %s, `%s`", async (at, where, values, detail) => {
    const found = await configured(values);
    expect(found).toMatchObject({ at, where });
    expect(found.error?.detail).toMatch(detail);
    expect(found.error?.detail).not.toContain("secret");
  });

  test("unless it comes from the environment", async () => {
    const found = await configured({ config_context: "x" }, { ...env, HTTPS_PROXY: "ftp://x" });
    expect(found).toMatchObject({ at: "configure", where: undefined, error: { summary: "Invalid proxy" } });
  });

  test("HIKUBE_EXEC_TIMEOUT must be a duration", async () => {
    const found = await configured({}, { ...env, HIKUBE_EXEC_TIMEOUT: "long" });
    expect(found.error?.detail).toContain("HIKUBE_EXEC_TIMEOUT");
  });
});
