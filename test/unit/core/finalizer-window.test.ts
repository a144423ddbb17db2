import { afterEach, describe, expect, test } from "vitest";
import { type Clock, systemClock } from "../../../src/base/clock.ts";
import { monitorsPath } from "../../../src/core/ids.ts";
import { valueAt } from "../../../src/core/json-pointer.ts";
import { plainCluster, startTenancy, type Tenancy, wish } from "./tenancy.ts";

// A DELETE before Flux has put its finalizer back leaves a cluster behind that runs, is paid for, and is listed nowhere (platform.md §1.11).

const minute = 60_000;

/** The clock of another machine. */
const apart = (ms: number): Clock => ({ ...systemClock, now: () => systemClock.now() + ms });

let tenancy: Tenancy;
afterEach(() => tenancy.stop());

describe("a deletion right after a write of labels", () => {
  test.each([
    ["1.1.2", "the same machine", 0],
    ["1.6.2", "the same machine", 0],
    ["1.1.2", "a machine whose clock is 50 minutes ahead", 50 * minute],
    ["1.6.2", "a machine whose clock is 50 minutes behind", -50 * minute],
  ] as const)("on platform %s from %s leaves nothing behind", async (profile, _, ms) => {
    tenancy = await startTenancy(profile, { settle: { orphanMs: 300 } });
    const { hikube, id, sandbox } = tenancy;
    await hikube.clusters.converge(id("c"), plainCluster, wish({ create: true }));
    // The first write after the creation stores defaults along with the label, so that Flux hears of it; the second is of labels alone.
    for (const y of ["a", "b"]) await hikube.clusters.converge(id("c"), { ...plainCluster, labels: { y } }, wish());
    expect(sandbox.stored("Kubernetes", "c")?.finalizers ?? []).toEqual([]);
    const clock = apart(ms);
    const remover = await tenancy.another({ clock });
    await remover.clusters.remove(id("c"), wish({ deadline: clock.now() + 30_000 }));
    const client = await tenancy.client();
    const monitors = await client.request({ method: "GET", path: monitorsPath(sandbox.namespace) });
    expect(valueAt(monitors, ["items"])).toEqual([]);
  });
});
