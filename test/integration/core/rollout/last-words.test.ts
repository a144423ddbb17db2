import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Hikube } from "../../../../src/core/hikube.ts";
import type { KubeClient } from "../../../../src/kube/kube-client.ts";
import { KubeError } from "../../../../src/kube/kube-error.ts";
import { minute, type SlowPlatform, startSlowPlatform } from "../../../support/slow-platform.ts";
import { plainCluster, textOf } from "../../../support/tenancy.ts";

// What a wait says at its end names what was failing then, whatever timer comes first. The clock leaps from one to the next.

const plugin = "The credential plugin `login` has not answered for 9.0 s.";

let platform: SlowPlatform;
let hikube: Hikube;
/** From then on no request gets an answer, because a login is waited for. */
let hangs = false;
/** How long every request takes to fail; undefined while the API answers. */
let down: number | undefined;

async function start(profile: "1.1.2" | "1.6.2"): Promise<void> {
  hangs = false;
  down = undefined;
  platform = await startSlowPlatform(profile);
  platform.sandbox.faults.lifecycle("c", {});
  const plain = await platform.client({ maxRetries: 0 });
  const client: KubeClient = {
    ...plain,
    request: async (request) => {
      if (hangs) await new Promise(() => {});
      if (down === undefined) return await plain.request(request);
      await platform.clock.sleep(down);
      throw new KubeError("Unavailable", "The API is not available (HTTP 503).");
    },
    failing: () => (hangs ? new KubeError("Credential", plugin) : undefined),
  };
  hikube = await platform.another({ client, random: () => 0.5 });
  const { id, options } = platform;
  await hikube.clusters.converge(id("c"), plainCluster, options({ create: true }));
}
afterEach(() => platform.stop());

const addGroup = async (within: number, accepted: () => void): Promise<string> => {
  const { group, options } = platform;
  const more = { create: true, within, accepted };
  const { warnings } = await hikube.nodeGroups.converge(group("c", "web"), { minReplicas: 1 }, options(more));
  return textOf(warnings);
};

describe.each(["1.1.2", "1.6.2"] as const)(
  "an API on platform %s that is down from the moment a write is accepted",
  (profile) => {
    beforeEach(() => start(profile));

    const moments = [
      ["one millisecond before the deadline", -1],
      ["at the deadline", 0],
      ["one millisecond after it", 1],
      ["a minute after it", minute],
    ] as const;
    const orders = ["before", "after"] as const;
    const failures = [
      ["fails at once", 10],
      ["takes 25 s to fail", 25_000],
    ] as const;
    const table = failures.flatMap(([how, failMs]) =>
      moments.flatMap(([when, ms]) => orders.map((order) => [how, when, order, failMs, ms] as const)),
    );
    test.each(table)("%s and comes back %s is named, where that timer was set %s the wait's", async (...row) => {
      const [, , order, failMs, ms] = row;
      const back = () => {
        void platform.clock.sleep(minute + ms).then(() => {
          down = undefined;
        });
      };
      if (order === "before") back();
      const said = await addGroup(minute, () => {
        down = failMs;
        if (order === "after") back();
      });
      // One that is back in time may still be seen to have finished.
      expect(said).toMatch(ms > 0 ? /HTTP 503/ : /HTTP 503|^$/);
    });
  },
);

describe.each(["1.1.2", "1.6.2"] as const)(
  "a login on platform %s that is waited for while a deadline passes is named",
  (profile) => {
    beforeEach(() => start(profile));
    const message = async (promise: Promise<unknown>): Promise<string> => {
      const error = await promise.then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      return error instanceof Error ? error.message : "";
    };

    test("by the wait for a node group", async () => {
      expect(await addGroup(minute, () => (hangs = true))).toContain(plugin.slice(0, -1));
    });

    test("by the wait for a cluster", async () => {
      const { id, options } = platform;
      const more = { create: true, within: minute, accepted: () => (hangs = true) };
      expect(await message(hikube.clusters.converge(id("late"), plainCluster, options(more)))).toContain(
        plugin.slice(0, -1),
      );
    });

    test.each<[string, () => Promise<unknown>]>([
      ["by the read before a write", () => addGroup(minute, () => {})],
      [
        "by the removal of a node group",
        () => hikube.nodeGroups.remove(platform.group("c", "web"), platform.options({ within: minute })),
      ],
      [
        "by the deletion of a cluster",
        () => hikube.clusters.remove(platform.id("c"), platform.options({ within: minute })),
      ],
    ])("%s", async (_, work) => {
      hangs = true;
      expect(await message(work())).toContain(plugin.slice(0, -1));
    });

    test("by the wait until a cluster can be deleted", async () => {
      const { clock, edit, id, options } = platform;
      await edit("c", { metadata: { labels: { theirs: "x" } } });
      const removal = hikube.clusters.remove(id("c"), options({ within: minute }));
      await clock.sleep(2_000);
      hangs = true;
      const said = await message(removal);
      expect(said).toMatch(/is not deleted yet/);
      expect(said).toContain(plugin.slice(0, -1));
    });
  },
);
