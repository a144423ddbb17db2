import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isJsonObject, type Json } from "../../../../src/base/json.ts";
import { valueAt } from "../../../../src/base/json-pointer.ts";
import type { NodeGroupState } from "../../../../src/core/desired/state.ts";
import { clusterPath, clustersPath } from "../../../../src/core/ids.ts";
import { failed, plainCluster, startTenancy, type Tenancy, wish } from "../../../support/tenancy.ts";

const signal = new AbortController().signal;
describe.each(["1.1.2", "1.6.2"] as const)("writing on platform %s", (profile) => {
  let tenancy: Tenancy;
  beforeEach(async () => {
    tenancy = await startTenancy(profile);
  });
  afterEach(async () => {
    await tenancy.stop();
  });
  const accepted = { waitFor: "accepted" } as const;
  const cluster = () =>
    tenancy.hikube.clusters.converge(tenancy.id("c"), plainCluster, wish({ create: true, ...accepted }));
  const spec = (...path: string[]) => valueAt(tenancy.sandbox.stored("Kubernetes", "c")?.values as Json, path);

  test("nothing is written when nothing differs, in whatever spelling", async () => {
    const { hikube, sandbox, group, id } = tenancy;
    await cluster();
    const wanted = { minReplicas: 1, maxReplicas: 3, diskSize: "20Gi", roles: ["b", "a"] };
    await hikube.nodeGroups.converge(group("c", "web"), wanted, wish({ create: true, ...accepted }));
    const writes = sandbox.writes;
    await hikube.nodeGroups.converge(
      group("c", "web"),
      { ...wanted, diskSize: "20480Mi", roles: ["a", "b"] },
      wish({ previous: wanted, ...accepted }),
    );
    await hikube.clusters.converge(
      id("c"),
      { ...plainCluster, version: "v1.34.4" },
      wish({ previous: plainCluster, ...accepted }),
    );
    expect(sandbox.writes).toBe(writes);
  });

  test("every stored group is complete, and nothing of the platform's defaults is frozen beside it", async () => {
    const { hikube, group } = tenancy;
    await cluster();
    await hikube.nodeGroups.converge(group("c", "web"), { minReplicas: 1 }, wish({ create: true, ...accepted }));
    const disk = profile === "1.1.2" ? { ephemeralStorage: "20Gi", resources: {} } : { diskSize: "20Gi" };
    expect(spec("nodeGroups", "web")).toEqual({ minReplicas: 1, maxReplicas: 10, instanceType: "u1.medium", ...disk });
    expect(spec("talos")).toBeUndefined();
    expect(spec("images")).toBeUndefined();
  });

  test("keys of other writers survive every write", async () => {
    const { hikube, group, id } = tenancy;
    await cluster();
    const client = await tenancy.client();
    const patch = {
      metadata: { labels: { "team.io/owner": "them" } },
      spec: {
        host: "api.example.com",
        nodeGroups: { theirs: { minReplicas: 1, maxReplicas: 2 } },
        addons: { velero: { valuesOverride: { velero: { a: 1 } } } },
      },
    };
    await tenancy.edit("c", patch);
    await hikube.nodeGroups.converge(group("c", "web"), { minReplicas: 1 }, wish({ create: true, ...accepted }));
    await hikube.addons.converge(
      group("c", "velero"),
      { enabled: true, values: { velero: { b: 2 } }, resolveConflicts: "ADOPT" },
      wish({ create: true, ...accepted }),
    );
    await hikube.clusters.converge(
      id("c"),
      { ...plainCluster, labels: { "x.io/y": "z" } },
      wish({ previous: plainCluster, ...accepted }),
    );
    const live = await client.request({ method: "GET", path: clusterPath(id("c")) });
    expect(valueAt(live, ["metadata", "labels"])).toMatchObject({ "team.io/owner": "them", "x.io/y": "z" });
    expect(valueAt(live, ["spec", "host"])).toBe("api.example.com");
    expect(valueAt(live, ["spec", "nodeGroups", "theirs", "maxReplicas"])).toBe(2);
    expect(valueAt(live, ["spec", "addons", "velero", "valuesOverride"])).toEqual({ velero: { a: 1, b: 2 } });
  });

  test("keys that are no longer wanted are given back, others' stay", async () => {
    const { hikube, group, id } = tenancy;
    const before = {
      ...plainCluster,
      host: "api.example.com",
      controlPlane: { replicas: 3, apiServer: { resources: { cpu: "2" } } },
      annotations: { "a.io/b": "c" },
    };
    await hikube.clusters.converge(id("c"), before, wish({ create: true, ...accepted }));
    const after = await hikube.clusters.converge(id("c"), plainCluster, wish({ previous: before, ...accepted }));
    expect(after).toMatchObject({ host: undefined, controlPlane: { replicas: 2 }, annotations: {} });
    expect(after.controlPlane.apiServer?.resources).toBeUndefined();
    const values = { velero: { a: 1, list: [1, 2], deep: { x: 1 } } };
    const first = {
      enabled: true,
      values,
      secretValues: { velero: { token: "s3cret" } },
      resolveConflicts: "NONE",
    } as const;
    await hikube.addons.converge(group("c", "velero"), first, wish({ create: true, ...accepted }));
    const second = { enabled: true, values: { velero: { a: 2 } }, resolveConflicts: "NONE" } as const;
    const state = await hikube.addons.converge(group("c", "velero"), second, {
      ...wish({ ...accepted }),
      previous: { enabled: true, values, resolveConflicts: "NONE" },
      previousSecretPaths: [["velero", "token"]],
    });
    expect(state.values).toEqual({ velero: { a: 2 } });
    await hikube.addons.remove(group("c", "velero"), { ...wish(), onDestroy: "disable", previous: second });
    expect(await hikube.addons.observe(group("c", "velero"), { signal, fresh: true })).toMatchObject({
      enabled: false,
      values: {},
    });
  });

  test("a hostile second writer neither loses anything nor makes us lose anything", async () => {
    const { clock, hikube, group, id, sandbox } = tenancy;
    await cluster();
    const client = await tenancy.client();
    let stop = false;
    let theirs = 0;
    const hostile = (async () => {
      while (!stop) {
        try {
          const live = await client.request({ method: "GET", path: clusterPath(id("c")) });
          if (!isJsonObject(live) || !isJsonObject(live["metadata"]) || !isJsonObject(live["metadata"]["labels"]))
            throw new Error("malformed");
          live["metadata"]["labels"]["them.io/count"] = String(++theirs);
          delete live["status"];
          await client.request({ method: "PUT", path: clusterPath(id("c")), body: live });
        } catch {
          // A conflict: they try again as well.
        }
        await clock.sleep(120);
      }
    })();
    const names = ["a", "b", "d"];
    for (const name of names) {
      await hikube.nodeGroups.converge(group("c", name), { minReplicas: 1, maxReplicas: 3 }, wish({ create: true }));
    }
    stop = true;
    await hostile;
    expect(theirs).toBeGreaterThan(2);
    for (const name of names) expect(spec("nodeGroups", name, "maxReplicas"), name).toBe(3);
    expect(sandbox.stored("Kubernetes", "c")).toBeDefined();
  });

  test("a lost answer to a creation makes no second cluster; a crashed creation is recognised", async () => {
    const { hikube, sandbox, id } = tenancy;
    sandbox.faults.add({ match: { method: "POST", path: /kuberneteses$/ }, action: { kind: "reset", when: "after" } });
    const made = await cluster();
    expect(sandbox.requests.filter(({ method }) => method === "POST")).toHaveLength(1);
    const second = await tenancy.another();
    const again = await second.clusters.converge(id("c"), plainCluster, wish({ create: true, ...accepted }));
    expect(again.uid).toBe(made.uid);
    await hikube.clusters.converge(
      id("c"),
      { ...plainCluster, host: "x.example.com" },
      wish({ previous: plainCluster, ...accepted }),
    );
    const third = await failed(second.clusters.converge(id("c"), plainCluster, wish({ create: true, ...accepted })));
    expect(third).toMatchObject({ code: "AlreadyExists", summary: "Cluster tenant-demo/c already exists" });
    expect(third.remedy).toMatchObject({ kind: "takeOver", owner: "cluster" });
  });

  test("a cluster, group and add-on of another client are not taken over", async () => {
    const { hikube, group, id } = tenancy;
    const client = await tenancy.client();
    const groups = {
      web: {
        minReplicas: 1,
        maxReplicas: 2,
        instanceType: "u1.medium",
        roles: [],
        resources: {},
        ...(profile === "1.1.2" ? { ephemeralStorage: "20Gi" } : { diskSize: "20Gi" }),
      },
    };
    const body = {
      apiVersion: "apps.cozystack.io/v1alpha1",
      kind: "Kubernetes",
      metadata: { name: "c", labels: { a: "b" } },
      spec: {
        version: "v1.34",
        nodeGroups: groups,
        addons: { velero: { enabled: true, valuesOverride: { velero: { a: 1 } } } },
      },
    };
    await client.request({ method: "POST", path: clustersPath(tenancy.sandbox.namespace), body });
    expect(await failed(hikube.clusters.converge(id("c"), plainCluster, wish({ create: true })))).toMatchObject({
      code: "AlreadyExists",
    });
    expect(
      await failed(hikube.nodeGroups.converge(group("c", "web"), { maxReplicas: 5 }, wish({ create: true }))),
    ).toMatchObject({ code: "AlreadyExists", summary: "Node group web already exists in cluster c" });
    const velero = (resolveConflicts: "NONE" | "OVERWRITE" | "ADOPT", values: { [key: string]: number }) =>
      hikube.addons.converge(
        group("c", "velero"),
        { enabled: true, values: { velero: values }, resolveConflicts },
        wish({ create: true, ...accepted }),
      );
    expect(await failed(velero("NONE", { b: 1 }))).toMatchObject({
      code: "AlreadyExists",
      summary: "Add-on velero is already enabled on cluster c",
    });
    expect((await velero("NONE", { a: 1 })).values, "the same is adopted").toEqual({ velero: { a: 1 } });
    expect((await velero("ADOPT", { b: 2 })).values).toEqual({ velero: { a: 1, b: 2 } });
    expect((await velero("OVERWRITE", { c: 3 })).values).toEqual({ velero: { c: 3 } });
    const web = await hikube.nodeGroups.converge(
      group("c", "web"),
      { maxReplicas: 2 },
      wish({ create: true, ...accepted }),
    );
    expect(web.spec.maxReplicas).toBe(2);
  });

  test("first writes to objects without labels never meet, so the API server lives", async () => {
    const { hikube, sandbox, group } = tenancy;
    const client = await tenancy.client();
    const names = ["u1", "u2", "u3", "u4"];
    for (const name of names) {
      const body = {
        apiVersion: "apps.cozystack.io/v1alpha1",
        kind: "Kubernetes",
        metadata: { name },
        spec: { version: "v1.34" },
      };
      await client.request({ method: "POST", path: clustersPath(sandbox.namespace), body });
    }
    await Promise.all(
      names.map((name) =>
        hikube.nodeGroups.converge(group(name, "web"), { minReplicas: 1 }, wish({ create: true, ...accepted })),
      ),
    );
    expect(sandbox.requests.filter(({ status }) => status === 503)).toEqual([]);
    for (const name of names) {
      const stored = JSON.stringify(sandbox.stored("Kubernetes", name));
      expect(stored).toContain("terraform-provider-hikube");
    }
  });

  test("a restarting API server is waited out", async () => {
    const { hikube, sandbox, group } = tenancy;
    await cluster();
    sandbox.restartApiServer(600);
    const web = await hikube.nodeGroups.converge(
      group("c", "web"),
      { minReplicas: 1 },
      wish({ create: true, ...accepted }),
    );
    expect(web.spec.minReplicas).toBe(1);
  });

  test("a write whose answer is lost is looked at, not repeated", async () => {
    const { hikube, sandbox, group } = tenancy;
    await cluster();
    const writes = sandbox.writes;
    sandbox.faults.add({ match: { method: "PATCH" }, action: { kind: "reset", when: "after" } });
    const seen: NodeGroupState[] = [];
    const options = { create: true, accepted: (state: NodeGroupState) => seen.push(state) };
    await hikube.nodeGroups.converge(group("c", "web"), { minReplicas: 1 }, wish(options));
    expect(sandbox.writes - writes).toBe(1);
    // The caller must know of it before the wait, which can end in an error.
    expect(seen).toMatchObject([{ id: { name: "web" } }]);
  });

  test("a 404 of a new cluster from a stale replica is retried; a deleted cluster is reported gone", async () => {
    const { group, hikube, sandbox } = tenancy;
    await cluster();
    const message = 'kuberneteses.apps.cozystack.io "c" not found';
    const body = { kind: "Status", apiVersion: "v1", status: "Failure", message, reason: "NotFound", code: 404 };
    const behind = (times: number) =>
      sandbox.faults.add({ match: { method: "PATCH", times }, action: { kind: "answer", status: 404, body } });
    behind(2);
    await hikube.nodeGroups.converge(group("c", "web"), { minReplicas: 1 }, wish({ create: true, ...accepted }));
    expect(spec("nodeGroups", "web", "minReplicas")).toBe(1);
    behind(100);
    const error = await failed(hikube.nodeGroups.converge(group("c", "web"), { minReplicas: 2 }, wish(accepted)));
    expect(error.code).toBe("NotFound");
  });

  test("a server whose cache stands still for seconds costs no write of ours", async () => {
    const still = await startTenancy(profile, {}, { controllers: "none" });
    try {
      const { clock, group, hikube, id, sandbox } = still;
      await hikube.clusters.converge(id("c"), plainCluster, wish({ create: true, ...accepted }));
      await hikube.nodeGroups.converge(group("c", "web"), { minReplicas: 1 }, wish({ create: true, ...accepted }));
      // As after a restart of kube-apiserver: reads answer the object as it was before our writes, and patches are made on that.
      const thaw = sandbox.faults.add({
        match: { path: /kuberneteses\/c$/, times: 1_000 },
        action: { kind: "stale", versions: 20 },
      });
      void clock.sleep(3_000).then(thaw);
      await hikube.nodeGroups.converge(group("c", "db"), { minReplicas: 1 }, wish({ create: true, ...accepted }));
      const groups = valueAt(sandbox.stored("Kubernetes", "c")?.values as Json, ["nodeGroups"]);
      expect(groups).toMatchObject({ web: { minReplicas: 1 }, db: { minReplicas: 1 } });
    } finally {
      await still.stop();
    }
  });

  test("conflicts that no write explains are retried without limit", async () => {
    const { group, hikube, sandbox } = tenancy;
    await cluster();
    const message =
      'failed to update HelmRelease: Operation cannot be fulfilled on helmreleases.helm.toolkit.fluxcd.io "kubernetes-c": the object has been modified; please apply your changes to the latest version and try again';
    const body = { kind: "Status", apiVersion: "v1", status: "Failure", message, code: 500 };
    sandbox.faults.add({ match: { method: "PATCH", times: 14 }, action: { kind: "answer", status: 500, body } });
    await hikube.nodeGroups.converge(group("c", "web"), { minReplicas: 1 }, wish({ create: true, ...accepted }));
    expect(spec("nodeGroups", "web", "minReplicas")).toBe(1);
  });

  test("a cluster that another client has replaced is not written to", async () => {
    const { hikube, group } = tenancy;
    await cluster();
    const error = await failed(
      hikube.nodeGroups.converge(group("c", "web"), { minReplicas: 1 }, wish({ create: true, expectUid: "another" })),
    );
    expect(error.code).toBe("Replaced");
  });
});
