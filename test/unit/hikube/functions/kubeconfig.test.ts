import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../../../src/base/json.ts";
import { FunctionError } from "../../../../src/engine/function.ts";
import { kubeconfig } from "../../../../src/hikube/functions/kubeconfig.ts";
import { parseKubeconfig } from "../../../../src/hikube/functions/parse-kubeconfig.ts";
import { wireType } from "../../../../src/schema/kind.ts";
import { dynamicFromJson, jsonFromValue } from "../../../../src/values/dynamic-json.ts";
import { Dynamic } from "../../../../src/values/value.ts";
import fc from "../../../support/fast-check.ts";

const pem = (what: string) => `-----BEGIN ${what}-----\nbm90IHJlYWw=\n-----END ${what}-----\n`;

const write = async (parts: Json): Promise<string> =>
  String(await kubeconfig.definition.call(dynamicFromJson(parts) ?? ""));
const parse = async (text: string): Promise<Json> => jsonFromValue(await parseKubeconfig.definition.call(text));

const failure = async (result: Promise<unknown>): Promise<[string, number | undefined]> => {
  const error = await result.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof FunctionError)) throw error ?? new Error("the function has a result");
  return [error.message, error.argument];
};

const none = {
  cluster_ca_certificate: null,
  client_certificate: null,
  client_key: null,
  token: null,
  exec: null,
  namespace: null,
};
const host = "https://api.example.org:6443";

describe("parse_kubeconfig", () => {
  test("returns the parts of the current context, PEM decoded", async () => {
    const encoded = (text: string) => Buffer.from(text).toString("base64");
    const text = `
apiVersion: v1
kind: Config
current-context: b
contexts:
  - { name: a, context: { cluster: a, user: a } }
  - { name: b, context: { cluster: b, user: b, namespace: web } }
clusters:
  - { name: a, cluster: { server: "https://a.example.org" } }
  - { name: b, cluster: { server: "${host}", certificate-authority-data: ${encoded(pem("CERTIFICATE"))} } }
users:
  - { name: a, user: { token: other } }
  - name: b
    user:
      client-certificate-data: ${encoded(pem("CERTIFICATE"))}
      client-key-data: ${encoded(pem("PRIVATE KEY"))}
`;
    expect(await parse(text)).toEqual({
      ...none,
      host,
      cluster_ca_certificate: pem("CERTIFICATE"),
      client_certificate: pem("CERTIFICATE"),
      client_key: pem("PRIVATE KEY"),
      namespace: "web",
      context: "b",
    });
  });

  test.each([
    ["no YAML", "a: [", /^The text is not valid YAML: .* in line 1/],
    ["another text", "hello", /^The text is not a kubeconfig/],
    ["no context", "{}", /no current context/],
    [
      "a key in a file",
      JSON.stringify({
        "current-context": "a",
        contexts: [{ name: "a", context: { cluster: "a", user: "a" } }],
        clusters: [{ name: "a", cluster: { server: host } }],
        users: [{ name: "a", user: { "client-key": "key.pem" } }],
      }),
      /refers to a file with `client-key` of "a"/,
    ],
  ])("refuses %s at its argument", async (_, text, complaint) => {
    expect(await failure(parse(text))).toEqual([expect.stringMatching(complaint), 0]);
  });
});

describe("kubeconfig", () => {
  const text = fc.string({ minLength: 1, unit: "grapheme-ascii" }).filter((one) => one.trim() === one);
  const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: null });
  const exec = fc.record({
    api_version: fc.constantFrom("client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"),
    command: text,
    args: fc.array(text),
    env: fc.dictionary(fc.stringMatching(/^[A-Z_]{1,8}$/), fc.string(), { noNullPrototype: true }),
  });
  const certificate = fc.boolean().map((has) => ({
    client_certificate: has ? pem("CERTIFICATE") : null,
    client_key: has ? pem("EC PRIVATE KEY") : null,
  }));
  const parts = fc
    .tuple(
      fc.record({
        host: fc.webUrl({ validSchemes: ["https"] }),
        cluster_ca_certificate: maybe(fc.constant(pem("CERTIFICATE"))),
        token: maybe(fc.stringMatching(/^[A-Za-z0-9._-]{1,40}$/)),
        exec: maybe(exec),
        namespace: maybe(fc.stringMatching(/^[a-z]{1,20}$/)),
        context: text,
      }),
      certificate,
    )
    .map(([others, own]): JsonObject => ({ ...others, ...own }))
    .filter(({ client_key, token, exec: plugin }) => client_key !== null || token !== null || plugin !== null);

  test("is read back by parse_kubeconfig", async () => {
    await fc.assert(
      fc.asyncProperty(parts, async (some) => {
        expect(await parse(await write(some))).toEqual(some);
      }),
    );
  });

  test("takes the result of parse_kubeconfig, which has a type of its own", async () => {
    const written = await write({ host, token: "t", namespace: "web" });
    const parsed = await parseKubeconfig.definition.call(written);
    const again = await kubeconfig.definition.call(new Dynamic(wireType(parseKubeconfig.definition.returns), parsed));
    expect(again).toBe(written);
  });

  test("has a context `default` and no empty parts where the object does not say", async () => {
    const written = await write({ host, token: "t" });
    expect(await parse(written)).toEqual({ ...none, host, token: "t", context: "default" });
    expect(written).not.toMatch(/namespace|certificate|exec|null/);
  });

  test("takes certificates in base64", async () => {
    const encoded = Buffer.from(pem("CERTIFICATE")).toString("base64");
    const parsed = await parse(await write({ host, token: "t", cluster_ca_certificate: encoded }));
    expect(parsed).toMatchObject({ cluster_ca_certificate: pem("CERTIFICATE") });
  });

  test.each<[Json, RegExp]>([
    ["text", /^must be an object$/],
    [{ token: "t" }, /^has no `host`$/],
    [{ host, token: 3 }, /^must be a string at `token`$/],
    [{ host, tokn: "s3cret" }, /^has an unknown attribute `tokn`\. Did you mean `token`\?$/],
    [{ host, token: "" }, /^is invalid: `token` must not be empty$/],
    [{ host: "ftp://x", token: "t" }, /^is invalid: `host` must be a URL/],
    [{ host }, /^has no credential; set `client_certificate` and `client_key`, `token`, or `exec`$/],
    [{ host, client_key: pem("PRIVATE KEY") }, /^has `client_key` and no `client_certificate`; set both or none$/],
    [{ host, client_certificate: pem("CERTIFICATE") }, /^has `client_certificate` and no `client_key`/],
    [
      { host, client_certificate: "s3cret", client_key: "s3cret" },
      /^is invalid: `client_certificate` must be PEM text/,
    ],
    [{ host, exec: "kubectl" }, /^must be an object at `exec`$/],
    [{ host, exec: { api_version: "v1" } }, /^has no `exec\.command`$/],
    [{ host, exec: { api_version: "v1", command: "x", args: "a" } }, /^must be a list of strings at `exec\.args`$/],
    [{ host, exec: { api_version: "v1", command: "x", args: [null] } }, /^must be a string at `exec\.args\[0\]`$/],
    [{ host, exec: { api_version: "v1", command: "x", env: ["A"] } }, /^must be a map of strings at `exec\.env`$/],
  ])("refuses %j at its argument, without its values", async (given, complaint) => {
    const [message, argument] = await failure(write(given));
    expect([message, argument]).toEqual([expect.stringMatching(complaint), 0]);
    expect(message).not.toContain("s3cret");
  });
});
