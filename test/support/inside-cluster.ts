import { expect } from "vitest";
import type { KubeClient } from "../../src/kube/kube-client.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { openClient } from "./kube-client.ts";
import { sandboxClient } from "./sandbox-client.ts";

/** Reads an object inside a cluster, as its administrator, until it is as expected. */
export const expectInside = (sandbox: Sandbox, cluster: string, path: string, expected: object): Promise<void> =>
  inside(sandbox, cluster, (client) =>
    expect.poll(() => client.request({ method: "GET", path }), { timeout: 120_000 }).toMatchObject(expected),
  );

/** Names of the nodes of a cluster, sorted. */
export const nodesInside = (sandbox: Sandbox, cluster: string): Promise<string[]> =>
  inside(sandbox, cluster, async (client) => {
    const { items } = (await client.request({ method: "GET", path: "/api/v1/nodes" })) as {
      items: { metadata: { name: string } }[];
    };
    return items.map(({ metadata }) => metadata.name).toSorted();
  });

async function inside<T>(sandbox: Sandbox, cluster: string, work: (client: KubeClient) => Promise<T>): Promise<T> {
  const platform = sandboxClient(sandbox);
  const secret = `/api/v1/namespaces/${sandbox.namespace}/secrets/kubernetes-${cluster}-admin-kubeconfig`;
  const data = (await platform.call("GET", secret)).body["data"] as Record<string, string>;
  platform.close();
  const client = await openClient({ kubeconfig: Buffer.from(data["admin.conf"] ?? "", "base64").toString() });
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}
