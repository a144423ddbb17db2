import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { abortable } from "../../../../src/base/abort.ts";
import type { Json } from "../../../../src/base/json.ts";
import { valueAt } from "../../../../src/base/json-pointer.ts";
import type { AddonDesired } from "../../../../src/core/desired/desired.ts";
import type { AddonState } from "../../../../src/core/desired/state.ts";
import { clustersPath, poolsPath } from "../../../../src/core/ids.ts";
import { parseAnswer } from "../../../../src/kube/http/parse-status.ts";
import type { KubeClient } from "../../../../src/kube/kube-client.ts";
import { failed, plainCluster, startTenancy, type Tenancy, textOf, wish } from "../../../support/tenancy.ts";

const signal = new AbortController().signal;
describe.each(["1.1.2", "1.6.2"] as const)("waiting on platform %s", (profile) => {
  let tenancy: Tenancy;
  beforeEach(async () => {
    tenancy = await startTenancy(profile);
    await tenancy.hikube.clusters.converge(
      tenancy.id("c"),
      { ...plainCluster, version: "1.32" },
      wish({ create: true }),
    );
  });
  afterEach(async () => {
    await tenancy.stop();
  });

  test("which an add-on omits leaves it not ready until its Helm releases are deployed", async () => {
    const { clock, hikube, group } = tenancy;
    const id = group("c", "cert-manager");
    await clock.until(
      async () => (await hikube.clusters.observe(tenancy.id("c"), { signal, fresh: true }))?.ready === true,
    );
    const desired = { enabled: true, resolveConflicts: "ADOPT" } as const;
    const options = wish<AddonDesired, AddonState>({ create: true, waitFor: "accepted" });
    expect(await hikube.addons.converge(id, desired, options)).toMatchObject({ ready: false, status: "progressing" });
    await hikube.addons.converge(id, desired, wish());
    expect(await hikube.addons.converge(id, desired, options), "nothing to write").toMatchObject({ ready: true });
  });

  test("ends at once when it is stopped, and tells what is known", async () => {
    const { clock, hikube, sandbox, group } = tenancy;
    sandbox.faults.lifecycle("c", { groupStuck: "web" });
    const stop = new AbortController();
    let stopped = 0;
    const accepted = async () => {
      await clock.sleep(200);
      stopped = clock.now();
      stop.abort();
    };
    const more = { create: true, signal: stop.signal, accepted: () => void accepted() };
    const error = await failed(hikube.nodeGroups.converge(group("c", "web"), { minReplicas: 1 }, wish(more)));
    expect(error).toMatchObject({ code: "Stopped", partial: { id: { name: "web" } } });
    expect(clock.now() - stopped).toBeLessThan(1_000);
  });

  test("a group without machines ends in a warning with the reason, and resumes without a write", async () => {
    const { hikube, sandbox, group } = tenancy;
    sandbox.faults.lifecycle("c", { quota: "exceeded quota: tenant-quota, requested: limits.cpu=4" });
    const slow = await hikube.nodeGroups.converge(
      group("c", "web"),
      { minReplicas: 2 },
      wish({ create: true, deadline: tenancy.clock.now() + 1_500 }),
    );
    expect(slow.ready).toBe(false);
    expect(textOf(slow.warnings)).toMatch(/is not ready: 0 of 2 nodes run.*exceeded quota/);
    const writes = sandbox.writes;
    sandbox.faults.lifecycle("c", {});
    const resumed = await hikube.nodeGroups.converge(
      group("c", "web"),
      { minReplicas: 2 },
      wish({ previous: { minReplicas: 2 } }),
    );
    expect(resumed).toMatchObject({ ready: true, warnings: [] });
    expect(sandbox.writes).toBe(writes);
  });

  test.each([
    ["answers with a web page", /as far as could be seen \(.*web page/],
    ["does not answer at all", /as far as could be seen \(the API has not answered for \d+\.\d s\)/],
  ] as const)("a wait that ends while an API that %s is still being asked says so", async (what, says) => {
    const { group } = tenancy;
    let accepted = false;
    const plain = await tenancy.client();
    const client: KubeClient = {
      ...plain,
      request: async (request) => {
        if (!accepted || !request.path.includes("workloadmonitors")) return await plain.request(request);
        if (what === "answers with a web page")
          return parseAnswer({ status: 200, text: "<!doctype html>" }, request.method);
        return await abortable(new Promise<never>(() => {}), request.signal ?? signal);
      },
    };
    const hikube = await tenancy.another({ client });
    const late = await hikube.nodeGroups.converge(
      group("c", "web"),
      { minReplicas: 2 },
      wish({
        create: true,
        deadline: tenancy.clock.now() + 1_500,
        accepted: () => {
          accepted = true;
        },
      }),
    );
    expect(textOf(late.warnings)).toMatch(says);
  });

  test("a change undone during a wait is written again, also by a later process", async () => {
    const { hikube, sandbox, group, edit } = tenancy;
    const most = () => valueAt(sandbox.stored("Kubernetes", "c")?.values as Json, ["nodeGroups", "web", "maxReplicas"]);
    sandbox.faults.lifecycle("c", { groupStuck: "web" });
    let accepted = () => {};
    const written = new Promise<void>((resolve) => {
      accepted = resolve;
    });
    const stop = new AbortController();
    const waiting = failed(
      hikube.nodeGroups.converge(
        group("c", "web"),
        { minReplicas: 1, maxReplicas: 4 },
        wish({ create: true, signal: stop.signal, accepted: () => accepted() }),
      ),
    );
    await written;
    for (const theirs of [9, 8]) {
      await edit("c", { spec: { nodeGroups: { web: { maxReplicas: theirs } } } });
      await tenancy.clock.until(() => most() === 4);
    }
    stop.abort();
    expect(await waiting).toMatchObject({ code: "Stopped", partial: { spec: { maxReplicas: 4 } } });
  });

  test("a cluster that does not get ready in time is an error that can be saved", async () => {
    const { hikube, sandbox, id } = tenancy;
    sandbox.faults.lifecycle("slow", { neverFinishes: true });
    const error = await failed(
      hikube.clusters.converge(id("slow"), plainCluster, wish({ create: true, deadline: tenancy.clock.now() + 1_000 })),
    );
    expect(error).toMatchObject({ code: "Timeout", partial: { id: { name: "slow" }, ready: false } });
  });

  test("an upgrade is through when the API server and every node run the new version", async () => {
    const { hikube, group, id } = tenancy;
    await hikube.nodeGroups.converge(group("c", "web"), { minReplicas: 2 }, wish({ create: true }));
    const previous = { ...plainCluster, version: "1.32" };
    expect(await failed(hikube.clusters.converge(id("c"), plainCluster, wish({ previous })))).toMatchObject({
      code: "InvalidInput",
      path: ["version"],
    });
    const stepwise = { ...plainCluster, upgradeStrategy: "stepwise" } as const;
    const steps: string[] = [];
    const progress = (message: string) => void steps.push(message);
    const upgraded = await hikube.clusters.converge(id("c"), stepwise, wish({ previous, progress }));
    expect(upgraded.kubernetesVersion).toMatch(/^v1\.34\./);
    expect(steps.some((step) => step.includes("upgrading to v1.33"))).toBe(true);
    const kubeconfig = await hikube.clusters.kubeconfig(id("c"), { signal });
    expect(kubeconfig).toContain("certificate-authority-data");
    expect(await failed(hikube.clusters.converge(id("c"), previous, wish({ previous: stepwise })))).toMatchObject({
      code: "InvalidInput",
    });
  });

  test("an upgrade of several minors writes every minor by itself", async () => {
    const { hikube, sandbox, id } = tenancy;
    const writes = sandbox.writes;
    await hikube.clusters.converge(id("c"), { ...plainCluster, upgradeStrategy: "stepwise" }, wish());
    expect(sandbox.writes - writes).toBe(2);
  });

  test("a deletion that left machines behind is an error that names them and says what to do", async () => {
    const { clock, sandbox, id } = tenancy;
    const impatient = await tenancy.another({ timings: { orphanMs: 300 } });
    // Another client writes labels without a pause: Flux's finalizer is missing, and a DELETE removes the object without its release.
    let rests = false;
    const restless = async () => {
      for (; !rests; await clock.sleep(1)) {
        if (sandbox.stored("Kubernetes", "c") !== undefined) sandbox.control("Kubernetes", "c", { finalizers: [] });
      }
    };
    void restless();
    const error = await failed(impatient.clusters.remove(id("c"), wish()));
    rests = true;
    expect(error).toMatchObject({ code: "Orphaned" });
    expect(error.message).toContain("kubernetes-c");
    expect(error.hint).toContain("Create it again");
  });

  test("the deletion of what is gone, or is another one, is done at once", async () => {
    const { hikube, group, id } = tenancy;
    await hikube.clusters.remove(id("none"), wish());
    await hikube.clusters.remove(id("c"), { ...wish(), expectUid: "another" });
    expect(await hikube.clusters.observe(id("c"), { signal })).toBeDefined();
    await hikube.nodeGroups.remove(group("c", "none"), wish());
    await hikube.nodeGroups.remove(group("none", "none"), wish());
  });

  test("a refresh of many groups and add-ons costs requests by the cluster, not by the group", async () => {
    const { sandbox, group, id } = tenancy;
    await Promise.all(
      ["a", "b", "d"].map((name) =>
        tenancy.hikube.nodeGroups.converge(
          group("c", name),
          { minReplicas: 0 },
          wish({ create: true, waitFor: "accepted" }),
        ),
      ),
    );
    const other = await tenancy.another();
    await other.platform();
    const before = sandbox.requests.length;
    const seen = await Promise.all([
      ...["a", "b", "d"].map((name) => other.nodeGroups.observe(group("c", name), { signal })),
      ...["velero", "cilium", "fluxcd"].map((name) => other.addons.observe(group("c", name), { signal })),
      other.clusters.observe(id("c"), { signal }),
    ]);
    expect(seen.every((state) => state !== undefined)).toBe(true);
    // Cluster, monitors, kubeconfig, Ingresses, Services, and the pools where there may be some; the tenant's own API is counted elsewhere.
    expect(sandbox.requests.length - before).toBeLessThanOrEqual(6);
  });

  test("a write waits until the owners of the one before have their result", async () => {
    const { hikube, sandbox, group } = tenancy;
    const writes = sandbox.writes;
    const first = Promise.all(
      ["a", "b"].map((name) =>
        hikube.nodeGroups.converge(group("c", name), { minReplicas: 1 }, wish({ create: true })),
      ),
    );
    // Accepted, and not done.
    await tenancy.clock.until(() => sandbox.writes > writes);
    let firstDone = false;
    void first.then(() => (firstDone = true));
    const late = ["d", "e", "f"].map(async (name) => {
      await hikube.nodeGroups.converge(
        group("c", name),
        { minReplicas: 1 },
        wish({ create: true, accepted: () => expect(firstDone).toBe(true) }),
      );
    });
    await Promise.all([first, ...late]);
    expect(sandbox.writes - writes).toBe(2);
  });
});

describe("the platform's own group on 1.1", () => {
  let tenancy: Tenancy;
  beforeEach(async () => {
    tenancy = await startTenancy("1.1.2");
  });
  afterEach(async () => {
    await tenancy.stop();
  });

  test("is kept away by every write, and removed again after a patch of another client restores it", async () => {
    const { hikube, group, id } = tenancy;
    await hikube.clusters.converge(id("c"), plainCluster, wish({ create: true }));
    await tenancy.edit("c", { metadata: { annotations: { "a.io/b": "c" } } });
    const unmanaged = async () =>
      (await hikube.clusters.observe(id("c"), { signal, fresh: true }))?.unmanagedNodeGroups ?? [];
    await tenancy.clock.until(async () => (await unmanaged()).join() === "md0");
    const web = await hikube.nodeGroups.converge(group("c", "web"), { minReplicas: 1 }, wish({ create: true }));
    expect(web.ready).toBe(true);
    await tenancy.clock.until(async () => (await unmanaged()).length === 0);
  });

  test.each([
    ["stays away from a cluster that others made without it", { md0: null }, []],
    ["stays in a cluster that others made with it", {}, ["md0"]],
  ] as const)("%s, with any other writer", async (_, nodeGroups, running) => {
    const { hikube, sandbox, group, id } = tenancy;
    const client = await tenancy.client();
    const body = {
      apiVersion: "apps.cozystack.io/v1alpha1",
      kind: "Kubernetes",
      metadata: { name: "theirs", labels: { made: "by-hand" } },
      spec: { version: "v1.34", nodeGroups },
    };
    await client.request({ method: "POST", path: clustersPath(sandbox.namespace), body });
    const seen = async () => await hikube.clusters.observe(id("theirs"), { signal, fresh: true });
    await tenancy.clock.until(async () => (await seen())?.ready === true);
    await hikube.nodeGroups.converge(group("theirs", "web"), { minReplicas: 1 }, wish({ create: true }));
    await hikube.nodeGroups.converge(group("theirs", "more"), { minReplicas: 1 }, wish({ create: true }));
    await tenancy.clock.until(async () => (await seen())?.unmanagedNodeGroups.join() === running.join());
    const stored = valueAt(sandbox.stored("Kubernetes", "theirs")?.values as Json, ["nodeGroups", "md0"]);
    expect(stored === null).toBe(running.length === 0);
  });

  test("is a group like any other once it is declared, and stays away once it is removed", async () => {
    const { hikube, group, id, sandbox } = tenancy;
    await hikube.clusters.converge(id("c"), plainCluster, wish({ create: true }));
    expect(await hikube.nodeGroups.observe(group("c", "md0"), { signal, fresh: true })).toBeUndefined();
    const md0 = await hikube.nodeGroups.converge(
      group("c", "md0"),
      { minReplicas: 1, maxReplicas: 3 },
      wish({ create: true }),
    );
    expect(md0).toMatchObject({ ready: true, spec: { minReplicas: 1, maxReplicas: 3 } });
    await hikube.nodeGroups.converge(group("c", "web"), { minReplicas: 1 }, wish({ create: true }));
    expect(await hikube.nodeGroups.observe(group("c", "md0"), { signal, fresh: true })).toMatchObject({
      spec: { maxReplicas: 3 },
    });
    await hikube.nodeGroups.remove(group("c", "md0"), wish());
    expect(valueAt(sandbox.stored("Kubernetes", "c")?.values ?? null, ["nodeGroups", "md0"])).toBeNull();
    expect(await hikube.nodeGroups.observe(group("c", "md0"), { signal, fresh: true })).toBeUndefined();
  });

  test("comes when it is asked for", async () => {
    const { hikube, id } = tenancy;
    const wanted = { ...plainCluster, defaultNodeGroup: true };
    const made = await hikube.clusters.converge(id("c"), wanted, wish({ create: true }));
    expect(made).toMatchObject({ defaultNodeGroup: true, nodeGroups: ["md0"], unmanagedNodeGroups: [] });
    const without = await hikube.clusters.converge(id("c"), plainCluster, wish({ previous: wanted }));
    expect(without).toMatchObject({ defaultNodeGroup: false, nodeGroups: [] });
    const back = await hikube.clusters.converge(id("c"), wanted, wish({ previous: plainCluster }));
    expect(back).toMatchObject({ defaultNodeGroup: true, nodeGroups: ["md0"] });
  });
});

describe("groups with objects of their own on 1.6", () => {
  test("are read, changed, upgraded and deleted where they are, and go before their cluster", async () => {
    const tenancy = await startTenancy("1.6.2");
    try {
      const { hikube, group, id, sandbox } = tenancy;
      await hikube.clusters.converge(id("c"), { ...plainCluster, version: "1.33" }, wish({ create: true }));
      // A parent without groups renders md0 of its own.
      await hikube.nodeGroups.converge(group("c", "base"), { minReplicas: 1 }, wish({ create: true }));
      const client = await tenancy.client();
      const body = {
        apiVersion: "apps.cozystack.io/v1alpha1",
        kind: "KubernetesNodes",
        metadata: { name: "c-pool", labels: { a: "b" } },
        spec: { cluster: "c", version: "v1.33", minReplicas: 1, maxReplicas: 2 },
      };
      await client.request({ method: "POST", path: poolsPath(sandbox.namespace), body });
      const pool = () => hikube.nodeGroups.observe(group("c", "pool"), { signal, fresh: true });
      await tenancy.clock.until(async () => (await pool())?.ready === true);
      const changed = await hikube.nodeGroups.converge(group("c", "pool"), { minReplicas: 2, maxReplicas: 4 }, wish());
      expect(changed).toMatchObject({
        backend: "KubernetesNodes",
        ready: true,
        spec: { minReplicas: 2, maxReplicas: 4 },
      });
      const upgraded = await hikube.clusters.converge(id("c"), plainCluster, wish({ previous: { version: "1.33" } }));
      expect(upgraded.nodeGroups).toContain("pool");
      expect(valueAt(sandbox.stored("KubernetesNodes", "c-pool")?.values ?? null, ["version"])).toBe("v1.34");
      await hikube.clusters.remove(id("c"), wish());
      expect(sandbox.stored("KubernetesNodes", "c-pool")).toBeUndefined();
      expect(sandbox.stored("Kubernetes", "c")).toBeUndefined();
    } finally {
      await tenancy.stop();
    }
  });
});
