import { afterEach, beforeEach, expect, test } from "vitest";
import type { Json } from "../../../../src/base/json.ts";
import { valueAt } from "../../../../src/base/json-pointer.ts";
import type { Hikube } from "../../../../src/core/hikube.ts";
import { clusterPath } from "../../../../src/core/ids.ts";
import { failed, plainCluster, startTenancy, type Tenancy, textOf, wish } from "../../../support/tenancy.ts";

// The message at the deadline: what was missing, and why it could not be read.

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

test("a node group whose readiness cannot be read is kept with a warning", async () => {
  const { group, sandbox } = tenancy;
  sandbox.faults.lifecycle("c", { neverFinishes: true });
  const late = wish({ create: true, deadline: soon(), accepted: () => void goAway() });
  const { ready, warnings } = await plain.nodeGroups.converge(group("c", "web"), { minReplicas: 1 }, late);
  expect(ready).toBe(false);
  expect(textOf(warnings)).toMatch(/is not ready: /);
  expect(textOf(warnings)).toMatch(unseen);
});

test("an add-on whose readiness cannot be read is kept with a warning", async () => {
  const { group, sandbox } = tenancy;
  sandbox.faults.lifecycle("c", { neverFinishes: true });
  const late = wish({ create: true, deadline: soon(), accepted: () => void goAway() });
  const desired = { enabled: true, resolveConflicts: "NONE" } as const;
  const { ready, warnings } = await plain.addons.converge(group("c", "velero"), desired, late);
  expect(ready).toBe(false);
  expect(textOf(warnings)).toMatch(/is not ready: /);
  expect(textOf(warnings)).toMatch(unseen);
});

test("a cluster whose readiness cannot be read is an error that holds its known values", async () => {
  const { id } = tenancy;
  const late = wish({ create: true, deadline: soon(), accepted: () => void goAway() });
  const error = await failed(plain.clusters.converge(id("late"), plainCluster, late));
  expect(error).toMatchObject({ code: "Timeout", partial: { id: { name: "late" } } });
  expect(error.message).toMatch(unseen);
});

test("a successful read clears the last error: a later timeout does not name it", async () => {
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
