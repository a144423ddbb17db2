import { describe, expect, test } from "vitest";
import type { Json } from "../../../src/base/json.ts";
import type { KubeClient, KubeRequest } from "../../../src/kube/kube-client.ts";
import { KubeError } from "../../../src/kube/kube-error.ts";
import { readTyped } from "../../../src/kube/typed-clients.ts";

const { signal } = new AbortController();

function answering(answer: () => Json): KubeClient & { readonly requests: KubeRequest[] } {
  const requests: KubeRequest[] = [];
  return {
    server: "https://api.example.org/behind/a/path",
    namespace: undefined,
    requests,
    request: async (request) => {
      requests.push(request);
      return answer();
    },
    failing: () => undefined,
    close: async () => {},
  };
}

describe("a typed client", () => {
  test("sends its requests through the connection, with query and signal", async () => {
    const client = answering(() => ({ items: [] }));
    const query = { namespace: "cozy-velero", labelSelector: "owner=helm" };
    await readTyped(client, signal, ({ core }) => core.listNamespacedSecret(query));
    expect(client.requests).toEqual([
      { method: "GET", path: "/api/v1/namespaces/cozy-velero/secrets", query: { labelSelector: "owner=helm" }, signal },
    ]);
  });

  test("answers the models of client-node", async () => {
    const metadata = { name: "a", creationTimestamp: "2026-01-02T03:04:05Z" };
    const status = { nodeInfo: { kubeletVersion: "v1.34.4" }, conditions: [{ type: "Ready", status: "True" }] };
    const client = answering(() => ({ items: [{ metadata, status }] }));
    const { items } = await readTyped(client, signal, ({ core }) => core.listNode());
    expect(items[0]?.metadata?.creationTimestamp).toEqual(new Date("2026-01-02T03:04:05Z"));
    expect(items[0]?.status?.nodeInfo?.kubeletVersion).toBe("v1.34.4");
    expect(
      await readTyped(
        answering(() => ({ gitVersion: "v1" })),
        signal,
        ({ version }) => version.getCode(),
      ),
    ).toEqual({
      gitVersion: "v1",
    });
  });

  test("throws the connection's errors as they are", async () => {
    const error = new KubeError("Forbidden", "no");
    const client = answering(() => {
      throw error;
    });
    await expect(readTyped(client, signal, ({ core }) => core.listNode())).rejects.toBe(error);
    const bug = new TypeError("bug");
    const broken = answering(() => {
      throw bug;
    });
    await expect(readTyped(broken, signal, ({ core }) => core.listNode())).rejects.toBe(bug);
  });

  test.each<Json>([{ items: 5 }, { items: [{ status: { conditions: 5 } }] }])(
    "reports an answer of another shape as malformed: %j",
    async (answer) => {
      const reading = readTyped(
        answering(() => answer),
        signal,
        ({ core }) => core.listNode(),
      );
      await expect(reading).rejects.toMatchObject({ name: "KubeError", code: "Malformed" });
    },
  );
});
