import { describe, expect, test } from "vitest";
import { isJsonObject, type Json } from "../../../src/base/json.ts";
import { noLog } from "../../../src/base/log.ts";
import { valueAt } from "../../../src/core/json-pointer.ts";
import { bundledPlatform, detectPlatform } from "../../../src/core/platform.ts";
import type { KubeClient } from "../../../src/kube/kube-client.ts";
import { KubeError, type KubeErrorCode } from "../../../src/kube/kube-error.ts";
import { plainCluster, startTenancy, wish } from "./tenancy.ts";

const signal = new AbortController().signal;
const answering = (request: KubeClient["request"]): KubeClient => ({
  server: "https://api",
  namespace: "t",
  request,
  close: async () => {},
  failing: () => undefined,
});

describe("the platform", () => {
  test.each(["1.1.2", "1.6.2"] as const)(
    "%s is read from the API it serves, and is what the bundled profile says",
    async (profile) => {
      const { hikube, stop } = await startTenancy(profile);
      try {
        const live = await hikube.platform();
        const bundled = bundledPlatform(profile);
        expect(live.source).toBe("live");
        const facts = ({ clusterSpec: _c, poolSpec: _p, source: _s, addons, ...rest }: typeof live) => ({
          ...rest,
          addons: [...addons].sort(),
        });
        expect(facts(live)).toEqual(facts(bundled));
      } finally {
        await stop();
      }
    },
  );

  test.each(["NotFound", "Forbidden", "Malformed"] as const)(
    "is taken for 1.1.2 where its description is %s",
    async (code) => {
      const platform = await detectPlatform(
        answering(() => Promise.reject(new KubeError(code, "no"))),
        noLog,
        signal,
      );
      expect(platform).toMatchObject({ source: "bundled", diskKey: "ephemeralStorage" });
    },
  );

  test("is taken for 1.1.2 where its description says nothing of clusters", async () => {
    const platform = await detectPlatform(
      answering(async () => ({ components: { schemas: {} } })),
      noLog,
      signal,
    );
    expect(platform.source).toBe("bundled");
  });

  test.each([
    ["Unavailable", "Unreachable"],
    ["Unauthorized", "Denied"],
    ["Network", "Unreachable"],
  ] as const)(
    "is not guessed where the API is %s: a wrong guess would write wrong keys",
    async (code: KubeErrorCode, expected) => {
      const detection = detectPlatform(
        answering(() => Promise.reject(new KubeError(code, "no"))),
        noLog,
        signal,
      );
      await expect(detection).rejects.toMatchObject({ code: expected });
    },
  );

  test("that has no node groups in the cluster any more gets them as objects of their own", async () => {
    const tenancy = await startTenancy("1.6.2");
    try {
      const inner = await tenancy.client();
      const client: KubeClient = {
        ...inner,
        request: async (request) => {
          const answer = await inner.request(request);
          return request.path.startsWith("/openapi/v3/apis/apps") ? withoutNodeGroups(answer) : answer;
        },
      };
      const hikube = await tenancy.another({ client });
      expect((await hikube.platform()).nodeGroupsInSpec).toBe(false);
      await hikube.clusters.converge(tenancy.id("c"), plainCluster, wish({ create: true }));
      const made = await hikube.nodeGroups.converge(
        tenancy.group("c", "web"),
        { minReplicas: 1, maxReplicas: 2, diskSize: "30Gi" },
        wish({ create: true }),
      );
      expect(made).toMatchObject({ backend: "KubernetesNodes", ready: true, spec: { diskSize: "30Gi" } });
      expect(tenancy.sandbox.stored("KubernetesNodes", "c-web")?.values).toMatchObject({
        cluster: "c",
        version: "v1.34",
        minReplicas: 1,
      });
      await hikube.nodeGroups.remove(tenancy.group("c", "web"), wish());
      expect(await hikube.nodeGroups.observe(tenancy.group("c", "web"), { signal, fresh: true })).toBeUndefined();
    } finally {
      await tenancy.stop();
    }
  });
});

function withoutNodeGroups(document: Json): Json {
  const copy = structuredClone(document);
  const schemas = valueAt(copy, ["components", "schemas"]);
  if (!isJsonObject(schemas)) throw new Error("no schemas");
  const name = Object.keys(schemas).find((key) => key.endsWith(".Kubernetes")) ?? "";
  const properties = valueAt(schemas[name], ["properties", "spec", "properties"]);
  if (!isJsonObject(properties)) throw new Error("no properties");
  delete properties["nodeGroups"];
  return copy;
}
