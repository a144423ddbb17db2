import { expect, test } from "vitest";
import { Diagnostics } from "../../../src/engine/diagnostic.ts";
import { closeSession, openSession } from "../../../src/provider.ts";

const kubeconfig = (skips: boolean) =>
  JSON.stringify({
    "current-context": "a",
    contexts: [{ name: "a", context: { cluster: "a", user: "a", namespace: "tenant-a" } }],
    clusters: [{ name: "a", cluster: { server: "https://api.example.org", "insecure-skip-tls-verify": skips } }],
    users: [{ name: "a", user: { token: "t" } }],
  });

async function warnings(config: object, env: Record<string, string> = {}): Promise<string[]> {
  const diagnostics = new Diagnostics();
  const none = { exec: null, default_labels: null, default_annotations: null };
  const session = await openSession({ ...none, ...config } as never, env, {}, () => {}, "one", diagnostics);
  await closeSession(session);
  return diagnostics.list.map(({ severity, summary }) => `${severity}: ${summary}`);
}

const login = { HIKUBE_HOST: "https://api.example.org", HIKUBE_TOKEN: "t", HIKUBE_NAMESPACE: "tenant-a" };
const warned = ["warning: The API's certificate is not checked"];

test.each<[string, string[], object, Record<string, string>?]>([
  ["a kubeconfig", warned, { kubeconfig: kubeconfig(true) }],
  ["HIKUBE_INSECURE", warned, {}, { ...login, HIKUBE_INSECURE: "true" }],
  ["KUBE_INSECURE", warned, {}, { ...login, KUBE_INSECURE: "1" }],
  ["nothing", [], { kubeconfig: kubeconfig(false) }],
  ["the provider block, of which the validation warns", [], { kubeconfig: kubeconfig(false), insecure: true }],
])("the check of the API's certificate is turned off by %s", async (_what, expected, config, env) => {
  expect(await warnings(config, env)).toEqual(expected);
});
