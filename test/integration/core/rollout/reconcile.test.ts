import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { valueAt } from "../../../../src/base/json-pointer.ts";
import { clusterPath } from "../../../../src/core/ids.ts";
import type { WaitOptions } from "../../../../src/core/options.ts";
import { failed, plainCluster, showDeletion, startTenancy, type Tenancy, wish } from "../../../support/tenancy.ts";

describe.each(["1.1.2", "1.6.2"] as const)("reconcile on platform %s", (profile) => {
  let tenancy: Tenancy;

  beforeEach(async () => {
    tenancy = await startTenancy(profile);
  });
  afterEach(() => tenancy.stop());

  const signal = new AbortController().signal;
  const create = () => tenancy.hikube.clusters.converge(tenancy.id("prod"), plainCluster, wish({ create: true }));
  const reconcile = (options: Partial<WaitOptions> = {}) =>
    tenancy.hikube.clusters.reconcile(tenancy.id("prod"), {
      signal,
      deadline: tenancy.clock.now() + 3_600_000,
      ...options,
    });
  /** The settings as they read. */
  const spec = async () => {
    const client = await tenancy.client();
    return valueAt(await client.request({ method: "GET", path: clusterPath(tenancy.id("prod")) }), ["spec"]);
  };
  const releaseOf = async () =>
    (await tenancy.hikube.progress({ id: tenancy.id("prod"), signal, fresh: true }))[0]?.release ?? 0;

  test("makes a new release each time, with one write and without a change of settings", async () => {
    await create();
    const before = await spec();
    for (let time = 0; time < 3; time++) {
      const former = await releaseOf();
      const writes = tenancy.sandbox.writes;
      expect((await reconcile()).release).toBeGreaterThan(former);
      expect(tenancy.sandbox.writes).toBe(writes + 1);
      expect(await spec()).toEqual(before);
    }
  });

  test("clears a failure whose cause is gone", async () => {
    await create();
    tenancy.sandbox.faults.lifecycle("prod", { installFails: "execution error at (x.yaml:1:1): no such thing" });
    expect(await failed(reconcile())).toMatchObject({ code: "Refused" });
    tenancy.sandbox.faults.lifecycle("prod", {});
    await reconcile();
    const [progress] = await tenancy.hikube.progress({ id: tenancy.id("prod"), signal, fresh: true });
    expect(progress?.ready).toBe(true);
  });

  test("ends at the deadline with what is missing", async () => {
    await create();
    tenancy.sandbox.faults.lifecycle("prod", { neverFinishes: true });
    const error = await failed(reconcile({ deadline: tenancy.clock.now() + 10_000 }));
    expect(error).toMatchObject({ code: "Timeout", summary: "Cluster prod is not reconciled yet" });
    expect(error.message).toContain("After 10s cluster prod is not reconciled: ");
  });

  test("writes nothing without a cluster, to one that is being deleted, and after it was stopped", async () => {
    expect(await failed(reconcile())).toMatchObject({ code: "NotFound", path: ["clusterId"] });
    await create();
    const writes = tenancy.sandbox.writes;
    expect(await failed(reconcile({ signal: AbortSignal.abort() }))).toMatchObject({ code: "Stopped" });
    expect(tenancy.sandbox.writes).toBe(writes);
    await showDeletion(tenancy, "prod");
    expect(await failed(reconcile())).toMatchObject({ code: "Deleting", path: ["clusterId"] });
    expect(tenancy.sandbox.writes).toBe(writes);
  });
});
