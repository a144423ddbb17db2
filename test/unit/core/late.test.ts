import { afterEach, beforeEach, expect, test } from "vitest";
import type { Json } from "../../../src/base/json.ts";
import { valueAt } from "../../../src/base/json-pointer.ts";
import type { Hikube } from "../../../src/core/hikube.ts";
import { clusterPath } from "../../../src/core/ids.ts";
import { failed, plainCluster, startTenancy, type Tenancy, textOf, wish } from "./tenancy.ts";

// What is said when the time is over: what was still missing, and why nobody could see further.

const away = { kind: "answer", status: 503, body: "service unavailable\n" } as const;
const always = Number.POSITIVE_INFINITY;
const unseen = /, as far as could be seen \(.*HTTP 503\)/;

let tenancy: Tenancy;
/** Repeats no request by itself: every answer counts. */
let plain: Hikube;
beforeEach(async () => {
  tenancy = await startTenancy("1.1.2", {}, { speed: 100 });
  plain = await tenancy.another({ client: await tenancy.client({ maxRetries: 0 }) });
  await tenancy.hikube.clusters.converge(tenancy.id("c"), plainCluster, wish({ create: true }));
});
afterEach(() => tenancy.stop());

/** The API answers no read any more. */
const goAway = () => tenancy.sandbox.faults.add({ match: { method: "GET", times: always }, action: away });
const ofCluster = () => new RegExp(`^${clusterPath(tenancy.id("c"))}$`);
const soon = () => tenancy.clock.now() + 1_200;

test("a node group that nobody can see getting ready is kept with a warning that says so", async () => {
  const { group, sandbox } = tenancy;
  sandbox.faults.lifecycle("c", { neverFinishes: true });
  const late = wish({ create: true, deadline: soon(), accepted: () => void goAway() });
  const { ready, warnings } = await plain.nodeGroups.converge(group("c", "web"), { minReplicas: 1 }, late);
  expect(ready).toBe(false);
  expect(textOf(warnings)).toMatch(/is not ready: /);
  expect(textOf(warnings)).toMatch(unseen);
});

test("so is an add-on", async () => {
  const { group, sandbox } = tenancy;
  sandbox.faults.lifecycle("c", { neverFinishes: true });
  const late = wish({ create: true, deadline: soon(), accepted: () => void goAway() });
  const desired = { enabled: true, resolveConflicts: "NONE" } as const;
  const { ready, warnings } = await plain.addons.converge(group("c", "velero"), desired, late);
  expect(ready).toBe(false);
  expect(textOf(warnings)).toMatch(/is not ready: /);
  expect(textOf(warnings)).toMatch(unseen);
});

test("a cluster that nobody can see getting ready is an error that says so and holds what is known", async () => {
  const { id } = tenancy;
  const late = wish({ create: true, deadline: soon(), accepted: () => void goAway() });
  const error = await failed(plain.clusters.converge(id("late"), plainCluster, late));
  expect(error).toMatchObject({ code: "Timeout", partial: { id: { name: "late" } } });
  expect(error.message).toMatch(unseen);
});

test("a look that succeeds again takes the trouble back: a later lateness does not name what is over", async () => {
  const { group, sandbox } = tenancy;
  sandbox.faults.lifecycle("c", { groupStuck: "web" });
  const late = wish({
    create: true,
    deadline: soon(),
    accepted: () => void sandbox.faults.add({ match: { method: "GET", times: 6 }, action: away }),
  });
  const { warnings } = await plain.nodeGroups.converge(group("c", "web"), { minReplicas: 1 }, late);
  expect(textOf(warnings)).toMatch(/is not ready: 0 of 1 nodes run/);
  expect(textOf(warnings)).not.toMatch(/as far as could be seen/);
});

test("a failure that the platform tries again is not hidden by the text of the next attempt", async () => {
  const { clock, group, sandbox } = tenancy;
  sandbox.faults.lifecycle("c", { installFails: "cannot render the chart: nil pointer" });
  const deadline = clock.now() + 3_000;
  const accepted = async () => {
    await clock.sleep(1_000);
    sandbox.faults.lifecycle("c", { neverFinishes: true });
  };
  const late = wish({ create: true, deadline, accepted: () => void accepted() });
  const { warnings } = await plain.nodeGroups.converge(group("c", "web"), { minReplicas: 1 }, late);
  expect(textOf(warnings)).toMatch(/Running 'upgrade' action.*; the last failure was: .*cannot render the chart/);
});

test("a write that others kept refusing until the deadline says that it was not taken, and why", async () => {
  const { group, sandbox } = tenancy;
  const conflict = "Operation cannot be fulfilled on helmreleases: the object has been modified";
  sandbox.faults.add({
    match: { method: "PATCH", path: ofCluster(), times: always },
    action: { kind: "answer", status: 500, body: { kind: "Status", status: "Failure", message: conflict, code: 500 } },
  });
  const error = await failed(
    plain.nodeGroups.converge(group("c", "web"), { minReplicas: 1 }, wish({ create: true, deadline: soon() })),
  );
  expect(error).toMatchObject({
    code: "Timeout",
    remedy: { kind: "wait", limit: undefined, until: "the platform answers" },
  });
  expect(error.message).toMatch(/did not accept the change of node group web in time: .*has been modified/);
  expect(valueAt(sandbox.stored("Kubernetes", "c")?.values as Json, ["nodeGroups", "web"])).toBeUndefined();
});

test.each(["GET", "PATCH"])(
  "a write whose %s the platform does not answer until the deadline says why",
  async (method) => {
    const { clock, group, sandbox } = tenancy;
    await plain.platform();
    const began = clock.now();
    sandbox.faults.add({ match: { method, path: ofCluster(), times: always }, action: away });
    const error = await failed(
      plain.nodeGroups.converge(group("c", "web"), { minReplicas: 1 }, wish({ create: true, deadline: soon() })),
    );
    expect(clock.now() - began).toBeLessThan(6_000);
    expect(["Unreachable", "Timeout"]).toContain(error.code);
    expect(error.message).toContain("HTTP 503");
  },
);
