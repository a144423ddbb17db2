import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { clusterPath, poolsPath } from "../../../../src/core/ids.ts";
import { actionMs, minute, type SlowPlatform, startSlowPlatform } from "../../../support/slow-platform.ts";
import { failed, plainCluster } from "../../../support/tenancy.ts";

// While Flux is busy with an action, a write takes its finalizer away for minutes, and a DELETE then orphans what runs (platform.md §1.11).

describe.each(["1.1.2", "1.6.2", "next"] as const)("a deletion on a slow platform %s", (profile) => {
  let platform: SlowPlatform;
  beforeEach(async () => {
    platform = await startSlowPlatform(profile);
  });
  afterEach(() => platform.stop());

  const create = () => {
    const { hikube, id, options } = platform;
    return hikube.clusters.converge(id("c"), plainCluster, options({ create: true, waitFor: "accepted" }));
  };
  const addGroup = (waitFor: "accepted" | "ready" = "accepted") => {
    const { hikube, group, options } = platform;
    return hikube.nodeGroups.converge(group("c", "web"), { minReplicas: 1 }, options({ create: true, waitFor }));
  };
  const install = async () => {
    const { hikube, id, options } = platform;
    await hikube.clusters.converge(id("c"), plainCluster, options({ create: true }));
  };
  /** Another process destroys the cluster; answers how long that took and what it wrote before. */
  const destroy = async (within = 30 * minute) => {
    const { another, clock, sandbox, id, options } = platform;
    const remover = await another();
    const began = clock.now();
    const seen = sandbox.requests.length;
    await remover.clusters.remove(id("c"), options({ within }));
    const patches = sandbox.requests.slice(seen).filter(({ method }) => method === "PATCH").length;
    return { minutes: (clock.now() - began) / minute, patches };
  };

  test("seconds after the creation by another process leaves nothing behind and writes nothing", async () => {
    await create();
    await platform.clock.sleep(6_000);
    expect((await destroy()).patches).toBe(0);
    expect(await platform.running()).toEqual([]);
  });

  test("right after the creation, before the platform has looked, leaves nothing behind", async () => {
    await create();
    expect((await destroy()).patches).toBe(0);
    expect(await platform.running()).toEqual([]);
  });

  test("by the process that created it a moment ago leaves nothing behind", async () => {
    await create();
    await platform.clock.sleep(3_000);
    await platform.hikube.clusters.remove(platform.id("c"), platform.options());
    expect(await platform.running()).toEqual([]);
  });

  test("of a cluster that got a group during its installation waits for it, without a write", async () => {
    await create();
    await platform.clock.sleep(3_000);
    await addGroup();
    await platform.clock.sleep(3_000);
    const { sandbox } = platform;
    // A group that is an object of its own does not write to the cluster.
    if (profile !== "next") expect(sandbox.stored("Kubernetes", "c")?.finalizers).toBeNull();
    const { minutes, patches } = await destroy();
    expect(minutes).toBeGreaterThan(actionMs[profile] / minute - 1);
    // The group's own upgrade follows the installation: no neutral change is needed.
    expect(patches).toBe(0);
    expect(await platform.running()).toEqual([]);
  });

  test("of a cluster and its group, both created a moment ago, leaves nothing behind", async () => {
    await create();
    await platform.clock.sleep(3_000);
    await addGroup();
    await platform.clock.sleep(3_000);
    const { another, group, id, options } = platform;
    const remover = await another();
    await remover.nodeGroups.remove(group("c", "web"), options());
    await remover.clusters.remove(id("c"), options());
    expect(await platform.running()).toEqual([]);
  });

  test("after a label of another client during the installation orphans nothing", async () => {
    await create();
    await platform.clock.sleep(3_000);
    await platform.edit("c", { metadata: { labels: { theirs: "x" } } });
    await platform.clock.sleep(3_000);
    await destroy();
    expect(await platform.running()).toEqual([]);
  });

  test("during an upgrade by another process leaves nothing behind", async () => {
    await install();
    await addGroup();
    await platform.clock.sleep(6_000);
    await destroy();
    expect(await platform.running()).toEqual([]);
  });

  test("right after a write of another process orphans nothing", async () => {
    await install();
    await addGroup();
    await platform.clock.sleep(300);
    const { another, group, id, options } = platform;
    const remover = await another();
    await remover.nodeGroups.remove(group("c", "web"), options());
    await remover.clusters.remove(id("c"), options());
    expect(await platform.running()).toEqual([]);
  });

  test("directly after the removal of its group, whose upgrade is not over, leaves nothing behind", async () => {
    await install();
    await addGroup("ready");
    const { another, group, id, options } = platform;
    const remover = await another();
    await remover.nodeGroups.remove(group("c", "web"), options({ waitFor: "accepted" }));
    await remover.clusters.remove(id("c"), options());
    expect(await platform.running()).toEqual([]);
  });

  test("at rest writes nothing if no client has written since the platform reconciled", async () => {
    await install();
    await addGroup("ready");
    await platform.clock.sleep(minute);
    expect((await destroy()).patches).toBe(0);
    expect(await platform.running()).toEqual([]);
  });

  test("at rest after labels of another client costs one neutral change", async () => {
    await install();
    for (const theirs of ["x", "y"]) {
      await platform.edit("c", { metadata: { labels: { theirs } } });
      await platform.clock.sleep(2 * actionMs[profile]);
    }
    await platform.edit("c", { metadata: { labels: { theirs: "z" } } });
    expect(platform.sandbox.stored("Kubernetes", "c")?.finalizers).toBeNull();
    expect((await destroy()).patches).toBe(1);
    expect(await platform.running()).toEqual([]);
  });

  test("after a deletion that was broken off right after its neutral change leaves nothing behind", async () => {
    await install();
    const { another, clock, edit, id, options, sandbox } = platform;
    await edit("c", { metadata: { labels: { theirs: "x" } } });
    await clock.sleep(2 * actionMs[profile]);
    const stop = new AbortController();
    const remover = await another();
    const seen = sandbox.requests.length;
    const broken = failed(remover.clusters.remove(id("c"), options({ signal: stop.signal })));
    while (!sandbox.requests.slice(seen).some(({ method, status }) => method === "PATCH" && status === 200))
      await clock.sleep(10);
    stop.abort();
    expect(await broken).toMatchObject({ code: "Stopped" });
    await destroy();
    expect(await platform.running()).toEqual([]);
  });

  test("of a cluster after another client removed a default key orphans nothing", async () => {
    await install();
    const { clock, edit, id, sandbox } = platform;
    await edit("c", { metadata: { labels: { theirs: "x" } } });
    const client = await platform.client();
    // What an earlier version of this library did before a deletion: the same change again would be none.
    const keptOut =
      profile === "1.1.2"
        ? [{ op: "add", path: "/spec/nodeGroups/md0", value: null }]
        : ["talos", "images"].map((key) => ({ op: "remove", path: `/spec/${key}` }));
    const body = [{ op: "remove", path: "/spec/host" }, ...keptOut];
    await clock.sleep(2 * actionMs[profile]);
    const contentType = "application/json-patch+json";
    const takeOut = () => client.request({ method: "PATCH", path: clusterPath(id("c")), contentType, body });
    await takeOut();
    await clock.sleep(2 * actionMs[profile]);
    await takeOut();
    expect(sandbox.stored("Kubernetes", "c")?.finalizers).toBeNull();
    expect((await destroy()).patches).toBe(2);
    expect(await platform.running()).toEqual([]);
  });

  test("of a release that fails leaves nothing behind", async () => {
    const { sandbox } = platform;
    sandbox.faults.lifecycle("c", { installFails: "no luck" });
    await create();
    await addGroup();
    await platform.clock.sleep(5 * minute);
    await destroy();
    expect(await platform.running()).toEqual([]);
  });

  test("of a release that failed in an upgrade leaves nothing behind", async () => {
    await install();
    platform.sandbox.faults.lifecycle("c", { installFails: "no luck" });
    await addGroup();
    await platform.clock.sleep(minute);
    await destroy();
    expect(await platform.running()).toEqual([]);
  });

  test("of a release that is stuck waits for the platform's own time-out", async () => {
    platform.sandbox.faults.lifecycle("c", { neverFinishes: true });
    await create();
    await platform.clock.sleep(3_000);
    await addGroup();
    await platform.clock.sleep(3_000);
    await destroy(60 * minute);
    expect(await platform.running()).toEqual([]);
  });

  test("that may not wait long enough leaves the cluster there and says why and what to do", async () => {
    await create();
    await platform.clock.sleep(3_000);
    await addGroup();
    await platform.clock.sleep(3_000);
    const error = await failed(destroy(2 * minute));
    const isPool = profile === "next";
    expect(error).toMatchObject({
      code: "Timeout",
      hint: expect.stringMatching(isPool ? "background" : "still exists"),
    });
    expect(error.message).toMatch(
      isPool ? /^Node group web is not deleted yet/ : /^Cluster c is not deleted yet: .*Running 'install' action/,
    );
    expect(platform.sandbox.stored("Kubernetes", "c")).toBeDefined();
    const deleted = platform.sandbox.requests.filter(({ method }) => method === "DELETE").map(({ path }) => path);
    expect(deleted.filter((path) => path.endsWith("/kuberneteses/c"))).toEqual([]);
    await destroy();
    expect(await platform.running()).toEqual([]);
  });
});

describe("a group with an object of its own on 1.6", () => {
  let platform: SlowPlatform;
  beforeEach(async () => {
    platform = await startSlowPlatform("1.6.2");
    const { hikube, id, options, sandbox } = platform;
    await hikube.clusters.converge(id("c"), plainCluster, options({ create: true }));
    const client = await platform.client();
    const body = {
      apiVersion: "apps.cozystack.io/v1alpha1",
      kind: "KubernetesNodes",
      metadata: { name: "c-pool", labels: { a: "b" } },
      spec: { cluster: "c", version: "v1.34", minReplicas: 1, maxReplicas: 2 },
    };
    await client.request({ method: "POST", path: poolsPath(sandbox.namespace), body });
    await platform.clock.sleep(3_000);
  });
  afterEach(() => platform.stop());

  const change = async () => {
    const { hikube, group, options } = platform;
    const desired = { minReplicas: 1, maxReplicas: 4 };
    await hikube.nodeGroups.converge(group("c", "pool"), desired, options({ waitFor: "accepted" }));
    await platform.clock.sleep(3_000);
    expect(platform.sandbox.stored("KubernetesNodes", "c-pool")?.finalizers).toBeNull();
  };

  test("that was changed while it was being installed is deleted with its machines", async () => {
    await change();
    const remover = await platform.another();
    await remover.nodeGroups.remove(platform.group("c", "pool"), platform.options());
    expect(await platform.running()).not.toContain("kubernetes-c-pool");
    expect(await platform.running()).toContain("kubernetes-c");
  });

  test("that was changed while it was being installed goes with its cluster", async () => {
    await change();
    const remover = await platform.another();
    await remover.clusters.remove(platform.id("c"), platform.options({ within: 60 * minute }));
    expect(await platform.running()).toEqual([]);
  });
});
