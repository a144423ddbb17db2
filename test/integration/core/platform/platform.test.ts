import { describe, expect, test } from "vitest";
import { isJsonObject, type Json } from "../../../../src/base/json.ts";
import { valueAt } from "../../../../src/base/json-pointer.ts";
import { noLog } from "../../../../src/base/log.ts";
import { detectPlatform } from "../../../../src/core/platform/detect.ts";
import { bundledPlatform } from "../../../../src/core/platform/platform.ts";
import type { KubeClient } from "../../../../src/kube/kube-client.ts";
import { KubeError, type KubeErrorCode } from "../../../../src/kube/kube-error.ts";
import { fastClock } from "../../../support/clock/fast-clock.ts";
import { plainCluster, startTenancy, wish } from "../../../support/tenancy.ts";

const signal = new AbortController().signal;
const answering = (request: KubeClient["request"]): KubeClient => ({
  server: "https://api",
  namespace: "t",
  request,
  close: async () => {},
  failing: () => undefined,
});

const detect = (request: KubeClient["request"]) =>
  detectPlatform(answering(request), { log: noLog, clock: fastClock(100) }, signal);

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

  test.each([
    ["NotFound", "Unreachable"],
    ["Forbidden", "Denied"],
    ["Malformed", "Unreachable"],
  ] as const)("is only assumed at where its description is %s", async (code, assumed) => {
    const { platform, assumed: why } = await detect(() => Promise.reject(new KubeError(code, "no")));
    expect(platform).toMatchObject({ source: "bundled", diskKey: "ephemeralStorage" });
    expect(why).toMatchObject({ code: assumed });
  });

  test("is only assumed at where its description says nothing of clusters", async () => {
    const { platform, assumed } = await detect(async () => ({ components: { schemas: {} } }));
    expect(platform.source).toBe("bundled");
    expect(assumed?.message).toMatch(/does not describe clusters/);
  });

  test("is looked at again where an API server that restarts does not have its description yet", async () => {
    const tenancy = await startTenancy("1.6.2");
    try {
      const inner = await tenancy.client();
      let looks = 0;
      const { platform } = await detect((request) =>
        ++looks < 3 ? Promise.reject(new KubeError("NotFound", "404 page not found")) : inner.request(request),
      );
      expect(platform).toMatchObject({ source: "live", diskKey: "diskSize" });
    } finally {
      await tenancy.stop();
    }
  });

  test("is read with, but never written to, on a guess", async () => {
    const tenancy = await startTenancy("1.6.2");
    try {
      const { hikube, sandbox, id, group } = tenancy;
      const description = { method: "GET", path: /^\/openapi\/v3\/apis\/apps/, times: Number.POSITIVE_INFINITY };
      const away = { kind: "answer", status: 404, body: "404 page not found\n" } as const;
      await hikube.clusters.converge(id("c"), plainCluster, wish({ create: true }));
      const blind = await tenancy.another();
      const writes = sandbox.writes;
      sandbox.faults.add({ match: description, action: away });
      expect(await blind.clusters.observe(id("c"), { signal })).toMatchObject({ version: "v1.34" });
      const refused = blind.nodeGroups.converge(
        group("c", "web"),
        { minReplicas: 1 },
        wish({ create: true, deadline: tenancy.clock.now() + 1_000 }),
      );
      await expect(refused).rejects.toMatchObject({
        code: "Unreachable",
        hint: expect.stringContaining("Nothing is written without it"),
      });
      expect(sandbox.writes).toBe(writes);
      sandbox.faults.clear();
      const web = await blind.nodeGroups.converge(group("c", "web"), { minReplicas: 1 }, wish({ create: true }));
      expect(web.ready).toBe(true);
    } finally {
      await tenancy.stop();
    }
  });

  test.each([
    ["Unavailable", "Unreachable"],
    ["Unauthorized", "Denied"],
    ["Network", "Unreachable"],
  ] as const)(
    "is not assumed where the API is %s: a wrong guess would write wrong keys",
    async (code: KubeErrorCode, expected) => {
      const detection = detect(() => Promise.reject(new KubeError(code, "no")));
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
