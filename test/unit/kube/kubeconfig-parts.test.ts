import { describe, expect, test } from "vitest";
import { type KubeconfigParts, kubeconfigParts } from "../../../src/kube/config/kubeconfig-parts.ts";
import { writeKubeconfig } from "../../../src/kube/config/write-kubeconfig.ts";
import { KubeError } from "../../../src/kube/kube-error.ts";
import fc from "../../support/fast-check.ts";

const text = fc.string({ minLength: 1, unit: "grapheme" }).filter((one) => one.trim() === one);
const maybe = (one: fc.Arbitrary<string>) => fc.option(one, { nil: undefined });
const parts: fc.Arbitrary<KubeconfigParts> = fc.record({
  context: text,
  namespace: maybe(text),
  server: text,
  caCertificate: maybe(text),
  clientCertificate: maybe(text),
  clientKey: maybe(text),
  token: maybe(text),
  exec: fc.option(
    fc.record({
      apiVersion: fc.constant("client.authentication.k8s.io/v1"),
      command: text,
      args: fc.array(text),
      env: fc.dictionary(fc.stringMatching(/^[A-Z]{1,8}$/), fc.string(), { noNullPrototype: true }),
    }),
    { nil: undefined },
  ),
});

const failure = (kubeconfig: string): string => {
  try {
    kubeconfigParts(kubeconfig);
  } catch (error) {
    expect(error).toBeInstanceOf(KubeError);
    return (error as KubeError).message;
  }
  throw new Error("the kubeconfig was accepted");
};

describe("kubeconfigParts", () => {
  test("reads what writeKubeconfig wrote", () => {
    fc.assert(
      fc.property(parts, (some) => {
        expect(kubeconfigParts(writeKubeconfig(some))).toEqual(some);
      }),
    );
  });

  test("reads the current context only", () => {
    const two = {
      clusters: [
        { name: "a", cluster: { server: "https://a.example.org" } },
        { name: "b", cluster: { server: "https://b.example.org" } },
      ],
      users: [
        { name: "a", user: { token: "ta" } },
        { name: "b", user: { token: "tb" } },
      ],
      contexts: [
        { name: "a", context: { cluster: "a", user: "a" } },
        { name: "b", context: { cluster: "b", user: "b", namespace: "web" } },
      ],
      "current-context": "b",
    };
    expect(kubeconfigParts(JSON.stringify(two))).toMatchObject({
      context: "b",
      namespace: "web",
      server: "https://b.example.org",
      token: "tb",
    });
  });

  test.each([
    ["a text that is no kubeconfig", "hello", /is not a kubeconfig/],
    ["no context", "{}", /no current context/],
    [
      "no server",
      '{"current-context":"a","contexts":[{"name":"a","context":{"cluster":"a"}}],"clusters":[{"name":"a","cluster":{}}]}',
      /no server for the cluster "a"/,
    ],
    [
      "a certificate in a file",
      '{"current-context":"a","contexts":[{"name":"a","context":{"cluster":"a"}}],"clusters":[{"name":"a","cluster":{"server":"https://x","certificate-authority":"ca.pem"}}]}',
      /refers to a file with `certificate-authority` of "a"\. It must contain `certificate-authority-data`/,
    ],
  ])("rejects %s", (_, kubeconfig, message) => {
    expect(failure(kubeconfig)).toMatch(message);
  });
});
