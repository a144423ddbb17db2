import { expect } from "vitest";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { openClient } from "./kube-client.ts";
import { sandboxClient } from "./sandbox-client.ts";

/** Reads an object inside a cluster, as its administrator, until it is as expected. */
export async function expectInside(sandbox: Sandbox, cluster: string, path: string, expected: object): Promise<void> {
  const platform = sandboxClient(sandbox);
  const secret = `/api/v1/namespaces/${sandbox.namespace}/secrets/kubernetes-${cluster}-admin-kubeconfig`;
  const data = (await platform.call("GET", secret)).body["data"] as Record<string, string>;
  platform.close();
  const client = await openClient({ kubeconfig: Buffer.from(data["admin.conf"] ?? "", "base64").toString() });
  try {
    await expect.poll(() => client.request({ method: "GET", path }), { timeout: 120_000 }).toMatchObject(expected);
  } finally {
    await client.close();
  }
}
