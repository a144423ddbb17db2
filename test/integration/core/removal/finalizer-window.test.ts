import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Clock } from "../../../../src/base/clock.ts";
import { valueAt } from "../../../../src/base/json-pointer.ts";
import { monitorsPath } from "../../../../src/core/ids.ts";
import { plainCluster, startTenancy, type Tenancy, wish } from "../../../support/tenancy.ts";

// A DELETE before Flux has put its finalizer back leaves a cluster behind that runs, is paid for, and is listed nowhere (platform.md §1.11).

const minute = 60_000;

/** The clock of another machine. */
const apart = (here: Clock, ms: number): Clock => ({ ...here, now: () => here.now() + ms });

let tenancy: Tenancy;
afterEach(() => tenancy.stop());

describe("a deletion right after a write of labels", () => {
  test.each([
    ["1.1.2", "the same machine", 0],
    ["1.6.2", "the same machine", 0],
    ["1.1.2", "a machine whose clock is 50 minutes ahead", 50 * minute],
    ["1.6.2", "a machine whose clock is 50 minutes behind", -50 * minute],
  ] as const)("on platform %s from %s leaves nothing behind", async (profile, _, ms) => {
    tenancy = await startTenancy(profile, { timings: { orphanMs: 300 } });
    const { hikube, id, sandbox } = tenancy;
    await hikube.clusters.converge(id("c"), plainCluster, wish({ create: true }));
    // The first write after the creation stores defaults along with the label, so that Flux hears of it; the second is of labels alone.
    for (const y of ["a", "b"]) await hikube.clusters.converge(id("c"), { ...plainCluster, labels: { y } }, wish());
    expect(sandbox.stored("Kubernetes", "c")?.finalizers ?? []).toEqual([]);
    const clock = apart(tenancy.clock, ms);
    const remover = await tenancy.another({ clock });
    await remover.clusters.remove(id("c"), wish({ deadline: clock.now() + 60 * minute }));
    const client = await tenancy.client();
    const monitors = await client.request({ method: "GET", path: monitorsPath(sandbox.namespace) });
    expect(valueAt(monitors, ["items"])).toEqual([]);
  });
});

const leftovers = async ({ client, sandbox }: Tenancy): Promise<unknown> =>
  valueAt(await (await client()).request({ method: "GET", path: monitorsPath(sandbox.namespace) }), ["items"]);

describe.each(["1.1.2", "1.6.2"] as const)("a deletion beside another writer on platform %s", (profile) => {
  beforeEach(async () => {
    tenancy = await startTenancy(profile, { timings: { orphanMs: 300 } });
    await tenancy.hikube.clusters.converge(tenancy.id("c"), plainCluster, wish({ create: true }));
  });
  /** Twice: the first write stores defaults along with the label, so that Flux hears of it. */
  const label = async (): Promise<void> => {
    for (const theirs of ["a", "b"]) await tenancy.edit("c", { metadata: { labels: { theirs } } });
  };

  test("by a run that knows nothing of a label written a moment before leaves nothing behind", async () => {
    await label();
    expect(tenancy.sandbox.stored("Kubernetes", "c")?.finalizers ?? []).toEqual([]);
    const remover = await tenancy.another({ timings: { orphanMs: 300 } });
    const writes = tenancy.sandbox.writes;
    await remover.clusters.remove(tenancy.id("c"), wish());
    expect(tenancy.sandbox.writes - writes).toBe(2);
    expect(await leftovers(tenancy)).toEqual([]);
  });

  test("that labels the cluster between the last own write and the deletion leaves nothing behind", async () => {
    const { hikube, group, id } = tenancy;
    await hikube.nodeGroups.converge(group("c", "web"), { minReplicas: 1 }, wish({ create: true }));
    await hikube.nodeGroups.remove(group("c", "web"), wish());
    await label();
    await hikube.clusters.remove(id("c"), wish());
    expect(await leftovers(tenancy)).toEqual([]);
  });

  test("that has been quiet since the last own write costs no write more", async () => {
    const { hikube, group, id, sandbox } = tenancy;
    await hikube.nodeGroups.converge(group("c", "web"), { minReplicas: 1 }, wish({ create: true }));
    await hikube.nodeGroups.remove(group("c", "web"), wish());
    const writes = sandbox.writes;
    await hikube.clusters.remove(id("c"), wish());
    expect(sandbox.writes - writes).toBe(1);
    expect(await leftovers(tenancy)).toEqual([]);
  });
});
