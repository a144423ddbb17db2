import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import { afterAll, describe, expect, test } from "vitest";
import { createHikube } from "../../../src/core/index.ts";
import { resolveConnection } from "../../../src/kube/config/kubeconfig.ts";
import type { ConnectionSettings } from "../../../src/kube/http/connection.ts";
import { authority, clientIdentity } from "../../support/api-server.ts";

const folder = mkdtempSync(join(tmpdir(), "kubeconfig-object-"));
afterAll(() => rmSync(folder, { recursive: true }));

const base64 = (text: string) => Buffer.from(text).toString("base64");
const kubeconfig = (user: object, cluster: object = {}) =>
  JSON.stringify({
    "current-context": "a",
    clusters: [{ name: "c", cluster: { server: "https://one.example:6443/", ...cluster } }],
    users: [{ name: "u", user }],
    contexts: [{ name: "a", context: { cluster: "c", user: "u", namespace: "tenant-a" } }],
  });
const loaded = (text: string): KubeConfig => {
  const config = new KubeConfig();
  config.loadFromString(text);
  return config;
};

describe("a KubeConfig that client-node has loaded", () => {
  const exec = {
    apiVersion: "client.authentication.k8s.io/v1",
    command: "kubectl",
    args: ["oidc-login"],
    env: [{ name: "BROWSER", value: "none" }],
    provideClusterInfo: true,
  };
  test.each<[string, object, object?]>([
    ["a token", { token: "t", as: "jane" }],
    ["a password", { username: "u", password: "p" }],
    ["a credential plugin", { exec }, { "tls-server-name": "kube", "proxy-url": "http://proxy:3128" }],
    [
      "a client certificate",
      {
        "client-certificate-data": base64(clientIdentity.certificate),
        "client-key-data": base64(clientIdentity.privateKey),
      },
      { "certificate-authority-data": base64(authority.certificate) },
    ],
    ["nothing", {}, { "insecure-skip-tls-verify": true }],
  ])("with %s gives the same connection as its text", async (_name, user, cluster) => {
    const text = kubeconfig(user, cluster);
    // The words for messages differ: one has a name in the provider block, the other does not.
    const read = async (settings: ConnectionSettings) => {
      const { origins: _, ...connection } = await resolveConnection(settings, { PATH: "/bin" });
      return { ...connection, proxy: connection.proxy && { ...connection.proxy, origin: "" } };
    };
    expect(await read({ kubeConfig: loaded(text) })).toEqual(await read({ kubeconfig: text }));
  });

  test("of a pod names the token file", async () => {
    for (const [name, text] of Object.entries({ token: "pod", "ca.crt": authority.certificate })) {
      writeFileSync(join(folder, name), text);
    }
    const config = new KubeConfig();
    config.loadFromOptions({
      currentContext: "a",
      contexts: [{ name: "a", cluster: "c", user: "u" }],
      clusters: [{ name: "c", server: "https://10.0.0.1:443", caFile: join(folder, "ca.crt"), skipTLSVerify: false }],
      users: [{ name: "u", authProvider: { name: "tokenFile", config: { tokenFile: join(folder, "token") } } }],
    });
    expect(await resolveConnection({ kubeConfig: config }, {})).toMatchObject({
      ca: authority.certificate,
      credential: { kind: "tokenFile", path: join(folder, "token") },
    });
  });

  test("ignores the provider's environment variables", async () => {
    const env = { HIKUBE_HOST: "elsewhere.example", HIKUBE_TOKEN: "elsewhere", KUBECONFIG: "/nowhere" };
    expect(await resolveConnection({ kubeConfig: loaded(kubeconfig({ token: "t" })) }, env)).toMatchObject({
      server: "https://one.example:6443",
      credential: { token: "t" },
    });
  });

  test.each<[string, KubeConfig, RegExp]>([
    ["is empty", new KubeConfig(), /^The KubeConfig has no current context\. Call `setCurrentContext`\.$/],
    ["uses an auth-provider", loaded(kubeconfig({ "auth-provider": { name: "oidc" } })), /Use `exec`/],
    ["holds no text where text must be", loaded(kubeconfig({ token: 5 })), /^`token` of "u" in the kubeconfig must be/],
  ])("that %s is refused by the library", async (_name, kubeConfig, text) => {
    await expect(createHikube({ kubeConfig, namespace: "tenant-a" })).rejects.toMatchObject({
      name: "CoreError",
      code: "InvalidInput",
      message: expect.stringMatching(text) as unknown,
    });
  });

  test("needs a namespace, its own or a named one", async () => {
    const config = loaded(kubeconfig({ token: "t" }));
    config.loadFromOptions({ ...config, contexts: [{ name: "a", cluster: "c", user: "u" }] });
    await expect(createHikube({ kubeConfig: config, env: {} })).rejects.toMatchObject({
      code: "InvalidInput",
      summary: "No namespace is configured",
    });
    const hikube = await createHikube({ kubeConfig: config, namespace: "tenant-b", env: {} });
    expect(hikube.namespace).toBe("tenant-b");
    await hikube.close();
  });
});
