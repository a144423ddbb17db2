import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ClusterState } from "../../../../src/core/desired/state.ts";
import { clustersPath } from "../../../../src/core/ids.ts";
import { plainCluster, startTenancy, type Tenancy, wish } from "../../../support/tenancy.ts";

const signal = new AbortController().signal;

describe("the platform's own group on 1.1, read by another process", () => {
  let tenancy: Tenancy;
  let read: () => Promise<ClusterState | undefined>;
  beforeEach(async () => {
    tenancy = await startTenancy("1.1.2");
    const { clusters } = await tenancy.another();
    read = () => clusters.observe(tenancy.id("c"), { signal, fresh: true });
  });
  afterEach(async () => {
    await tenancy.stop();
  });

  /** What `defaultNodeGroup` reads like from now until the condition holds. */
  async function readingsUntil(holds: (state?: ClusterState) => boolean) {
    const readings = new Set<boolean | undefined>();
    await tenancy.clock.until(async () => {
      const state = await read();
      readings.add(state?.defaultNodeGroup);
      return holds(state);
    });
    return [...readings];
  }

  test("is as an apply that did not wait left it, at every moment after it", async () => {
    const { hikube, id } = tenancy;
    const wanted = { ...plainCluster, defaultNodeGroup: true };
    await hikube.clusters.converge(id("c"), wanted, wish({ create: true }));
    await hikube.clusters.converge(id("c"), plainCluster, wish({ previous: wanted, waitFor: "accepted" }));
    const isGone = (state?: ClusterState) => state?.ready === true && !state.unmanagedNodeGroups.includes("md0");
    expect(await readingsUntil(isGone)).toEqual([false]);
  });

  test("of a cluster made by hand still runs while the platform works at another change", async () => {
    const client = await tenancy.client();
    const body = {
      apiVersion: "apps.cozystack.io/v1alpha1",
      kind: "Kubernetes",
      metadata: { name: "c", labels: { made: "by-hand" } },
      spec: { version: "v1.34", nodeGroups: {} },
    };
    await client.request({ method: "POST", path: clustersPath(tenancy.sandbox.namespace), body });
    await tenancy.clock.until(async () => (await read())?.ready === true);
    await tenancy.edit("c", { spec: { host: "c.example.com" } });
    const statuses = new Set<string | undefined>();
    const readings = await readingsUntil((state) => {
      statuses.add(state?.status);
      return statuses.has("progressing") && state?.ready === true;
    });
    expect(readings).toEqual([true]);
  });
});
