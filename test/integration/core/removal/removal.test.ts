import { afterEach, beforeEach, expect, test } from "vitest";
import { valueAt } from "../../../../src/base/json-pointer.ts";
import type { Hikube } from "../../../../src/core/hikube.ts";
import { clusterPath } from "../../../../src/core/ids.ts";
import type { RemoveOptions } from "../../../../src/core/options.ts";
import { failed, plainCluster, startTenancy, type Tenancy, wish } from "../../../support/tenancy.ts";

// A removal that ends too early orphans machines that are not listed but are paid for.

/** Go's own 404, as a restarting or half-configured API server gives it: it says nothing of the object. */
const notServed = { kind: "answer", status: 404, body: "404 page not found\n" } as const;
const away = { kind: "answer", status: 503, body: "service unavailable\n" } as const;
const always = Number.POSITIVE_INFINITY;

type Removal = (hikube: Hikube, tenancy: Tenancy, options: RemoveOptions) => Promise<unknown>;
const removals: readonly (readonly ["cluster" | "node group" | "add-on", Removal])[] = [
  ["cluster", (hikube, { id }, options) => hikube.clusters.remove(id("c"), options)],
  ["node group", (hikube, { group }, options) => hikube.nodeGroups.remove(group("c", "web"), options)],
  [
    "add-on",
    (hikube, { group }, options) => hikube.addons.remove(group("c", "velero"), { ...options, onDestroy: "disable" }),
  ],
];

let tenancy: Tenancy;
/** Repeats no request by itself: what is tested is what the removal makes of each answer. */
let plain: Hikube;
beforeEach(async () => {
  tenancy = await startTenancy("1.1.2", {}, { speed: 100 });
  const { hikube, id, group } = tenancy;
  plain = await tenancy.another({ client: await tenancy.client({ maxRetries: 0 }) });
  await hikube.clusters.converge(id("c"), plainCluster, wish({ create: true }));
  await Promise.all([
    hikube.nodeGroups.converge(group("c", "web"), { minReplicas: 1 }, wish({ create: true })),
    hikube.addons.converge(group("c", "velero"), { enabled: true, resolveConflicts: "NONE" }, wish({ create: true })),
  ]);
});
afterEach(() => tenancy.stop());

const isThere = (what: string): boolean => {
  const stored = tenancy.sandbox.stored("Kubernetes", "c");
  if (what === "cluster") return stored !== undefined;
  const path = what === "node group" ? ["nodeGroups", "web", "minReplicas"] : ["addons", "velero", "enabled"];
  return [1, true].includes(valueAt(stored?.values ?? null, path) as number | boolean);
};
const methodOf = (what: string): string => (what === "cluster" ? "DELETE" : "PATCH");
const ofCluster = (): RegExp => new RegExp(`^${clusterPath(tenancy.id("c"))}$`);

test.each(removals)(
  "the %s's does not take an API that is not served for an object that is gone",
  async (what, remove) => {
    const match = { method: "GET", path: ofCluster(), times: always };
    const off = tenancy.sandbox.faults.add({ match, action: notServed });
    const error = await failed(remove(plain, tenancy, wish({ deadline: tenancy.clock.now() + 1_000 })));
    expect(error).toMatchObject({ code: "Unreachable", message: expect.stringContaining("does not serve this path") });
    expect(isThere(what)).toBe(true);
    off();
    await remove(plain, tenancy, wish());
    expect(isThere(what)).toBe(false);
  },
);

test.each(removals)("the %s's own request has not happened where the API is not served", async (what, remove) => {
  const match = { method: methodOf(what), path: ofCluster(), times: always };
  const off = tenancy.sandbox.faults.add({ match, action: notServed });
  const error = await failed(remove(plain, tenancy, wish({ deadline: tenancy.clock.now() + 1_000 })));
  // At once, or at the deadline after some attempts.
  expect(["Unreachable", "Timeout"]).toContain(error.code);
  expect(error.message).toContain("does not serve this path");
  expect(isThere(what)).toBe(true);
  off();
  await remove(plain, tenancy, wish());
  expect(isThere(what)).toBe(false);
});

test.each(removals)(
  "the %s's ends at its deadline and names the trouble where the API went away meanwhile",
  async (what, remove) => {
    const { clock, sandbox } = tenancy;
    // The removal cannot be observed: the request is accepted, and from then on nothing answers.
    sandbox.faults.lifecycle("c", { neverFinishes: true });
    const began = clock.now();
    const seen = sandbox.requests.length;
    const isSent = () =>
      sandbox.requests.slice(seen).some(({ method, status }) => method === methodOf(what) && status === 200);
    const goAway = async () => {
      await clock.until(isSent);
      // Not before the write was seen to hold: that is the writer's business.
      await clock.sleep(200);
      sandbox.faults.add({ match: { method: "GET", times: always }, action: away });
    };
    const [error] = await Promise.all([failed(remove(plain, tenancy, wish({ deadline: began + 2_000 }))), goAway()]);
    expect(clock.now() - began).toBeLessThan(6_000);
    expect(error.code).toBe("Timeout");
    expect(error.message).toMatch(/is not deleted yet: .*, as far as could be seen \(.*HTTP 503\)/);
  },
);

test.each(removals)("the %s's ends at its deadline and says why where the API never answers", async (what, remove) => {
  tenancy.sandbox.faults.add({ match: { path: ofCluster(), times: always }, action: away });
  const began = tenancy.clock.now();
  const error = await failed(remove(plain, tenancy, wish({ deadline: began + 600 })));
  expect(tenancy.clock.now() - began).toBeLessThan(4_000);
  expect(error).toMatchObject({ code: "Unreachable", message: expect.stringContaining("HTTP 503") });
  expect(isThere(what)).toBe(true);
});
