import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ReadyOptions } from "../../../../src/core/await-ready.ts";
import type { ClusterProgress } from "../../../../src/core/progress.ts";
import { failed, plainCluster, showDeletion, startTenancy, type Tenancy, wish } from "../../../support/tenancy.ts";

const accepted = { waitFor: "accepted" } as const;

describe.each(["1.1.2", "1.6.2", "next"] as const)("awaitReady on platform %s", (profile) => {
  let tenancy: Tenancy;

  beforeEach(async () => {
    tenancy = await startTenancy(profile);
  });
  afterEach(() => tenancy.stop());

  const create = () =>
    tenancy.hikube.clusters.converge(tenancy.id("prod"), plainCluster, wish({ create: true, ...accepted }));

  /** Waits in a library of its own, as the process of an action does. */
  const wait = async (options: Partial<ReadyOptions> = {}) =>
    await (await tenancy.another({ timings: { lookMs: Number.POSITIVE_INFINITY } })).clusters.awaitReady(
      tenancy.id("prod"),
      {
        signal: new AbortController().signal,
        deadline: tenancy.clock.now() + 3_600_000,
        ...options,
      },
    );

  test("waits for the cluster, its node groups and its add-ons, and reports the progress", async () => {
    await create();
    await tenancy.hikube.nodeGroups.converge(
      tenancy.group("prod", "web"),
      { minReplicas: 1, maxReplicas: 2 },
      wish({ create: true, ...accepted }),
    );
    await tenancy.hikube.addons.converge(
      tenancy.group("prod", "cert-manager"),
      { enabled: true, resolveConflicts: "NONE" },
      wish({ create: true, ...accepted }),
    );
    const seen: ClusterProgress[] = [];
    const ready = await wait({ seen: (progress) => seen.push(progress) });
    expect(seen[0]?.ready).toBe(false);
    expect(ready).toMatchObject({
      ready: true,
      nodeGroups: [{ name: "web", ready: true }],
      addons: [{ name: "cert-manager", ready: true }],
      warnings: [],
    });
  });

  test("waits for a node group that was added to a ready cluster", async () => {
    await create();
    await wait();
    await tenancy.hikube.nodeGroups.converge(
      tenancy.group("prod", "web"),
      { minReplicas: 1, maxReplicas: 2 },
      wish({ create: true, ...accepted }),
    );
    expect((await wait()).nodeGroups).toMatchObject([{ name: "web", ready: true }]);
  });

  test("waits for an accepted change, although the cluster is still ready from before it", async () => {
    await create();
    const { release = 0 } = await wait();
    await tenancy.hikube.clusters.converge(
      tenancy.id("prod"),
      { ...plainCluster, host: "api.example.org" },
      wish({ ...accepted }),
    );
    const seen: ClusterProgress[] = [];
    expect((await wait({ seen: (progress) => seen.push(progress) })).release).toBeGreaterThan(release);
    expect(seen.every((progress) => !progress.ready || (progress.release ?? 0) > release)).toBe(true);
  });

  test("waits for the new version on the API server and the nodes", async () => {
    await create();
    await wait();
    await tenancy.hikube.clusters.converge(
      tenancy.id("prod"),
      { ...plainCluster, version: "1.35" },
      wish({ ...accepted }),
    );
    await wait();
    const state = await tenancy.hikube.clusters.observe(tenancy.id("prod"), { signal: new AbortController().signal });
    expect(state?.kubernetesVersion).toMatch(/^v1\.35\./);
  });

  test("ends with the platform's message where every retry fails in the same way", async () => {
    tenancy.sandbox.faults.lifecycle("prod", { installFails: "execution error at (x.yaml:1:1): no such thing" });
    await create();
    const error = await failed(wait());
    expect(error).toMatchObject({ code: "Refused", summary: "Cluster prod cannot become ready" });
    expect(error.message).toContain("no such thing");
  });

  test("ends at the deadline with what is missing", async () => {
    await create();
    await wait();
    tenancy.sandbox.faults.lifecycle("prod", { groupStuck: "web" });
    await tenancy.hikube.nodeGroups.converge(
      tenancy.group("prod", "web"),
      { minReplicas: 1, maxReplicas: 2 },
      wish({ create: true, ...accepted }),
    );
    const error = await failed(wait({ deadline: tenancy.clock.now() + 30_000 }));
    expect(error).toMatchObject({ code: "Timeout", summary: "Cluster prod is not ready yet" });
    expect(error.message).toContain("After 30s cluster prod is not ready: 0 of 1 nodes of web run.");
  });

  test("ends at once without a cluster, with one that is being deleted, and when it is stopped", async () => {
    expect(await failed(wait())).toMatchObject({ code: "NotFound", path: ["clusterId"] });
    await create();
    tenancy.sandbox.faults.lifecycle("prod", { neverFinishes: true });
    const stop = new AbortController();
    const stopped = failed(wait({ signal: stop.signal, seen: () => stop.abort() }));
    expect(await stopped).toMatchObject({ code: "Stopped" });
    await showDeletion(tenancy, "prod");
    expect(await failed(wait())).toMatchObject({ code: "Deleting", path: ["clusterId"] });
  });
});
