import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { objectAt, valueAt } from "../../../../src/base/json-pointer.ts";
import { clustersPath, monitorsPath, poolsPath } from "../../../../src/core/ids.ts";
import { failed, plainCluster, startTenancy, type Tenancy, textOf, wish } from "../../../support/tenancy.ts";

// A write of another client around a deletion takes Flux's finalizer away: the object is gone at once, and all that it runs stays (platform.md §1.11).

let tenancy: Tenancy;
afterEach(() => tenancy.stop());

async function leftovers(): Promise<unknown> {
  const client = await tenancy.client();
  return valueAt(await client.request({ method: "GET", path: monitorsPath(tenancy.sandbox.namespace) }), ["items"]);
}

/** Something happens when a deletion of this object arrives, before it is handled. */
function atDeletion(effect: () => void, times = 1, path = /\/kuberneteses\/c$/): void {
  tenancy.sandbox.faults.add({
    match: { method: "DELETE", path, times },
    get action() {
      effect();
      return { kind: "delay", ms: 0 } as const;
    },
  });
}

/** A no-op write of another client that the server handles just before the deletion. */
const touch = (): void => tenancy.sandbox.control("Kubernetes", "c", { finalizers: [] });

const sent = (method: string) =>
  tenancy.sandbox.requests.filter(
    (request) => request.method === method && /\/kuberneteses(?:\/|$)/.test(request.path),
  );

describe.each(["1.1.2", "1.6.2", "next"] as const)(
  "a deletion around which another client writes, on platform %s",
  (profile) => {
    beforeEach(async () => {
      tenancy = await startTenancy(profile, { timings: { orphanMs: 300 } });
      const { hikube, id, group } = tenancy;
      await hikube.clusters.converge(id("c"), { ...plainCluster, labels: { team: "a" } }, wish({ create: true }));
      await hikube.nodeGroups.converge(group("c", "web"), { minReplicas: 1 }, wish({ create: true }));
    });

    test.each<[string, () => void]>([
      ["before it", () => atDeletion(touch)],
      ["during the uninstallation", () => atDeletion(() => void tenancy.edit("c", { metadata: {} }).catch(() => {}))],
    ])("%s, deletes what was left running with a successor", async (_, write) => {
      const { hikube, id, sandbox } = tenancy;
      write();
      const before = { posts: sent("POST").length, deletes: sent("DELETE").length };
      const steps: string[] = [];
      const { warnings } = await hikube.clusters.remove(id("c"), { ...wish(), progress: (step) => steps.push(step) });
      expect(await leftovers()).toEqual([]);
      expect(sandbox.stored("Kubernetes", "c")).toBeUndefined();
      expect(sent("POST").length - before.posts).toBe(1);
      expect(sent("DELETE").length - before.deletes).toBe(2);
      expect(textOf(warnings)).toMatch(/^Cluster c was deleted twice: Another client wrote/);
      expect(steps.join("\n")).toContain("creating it once more to delete them with it");
      const body = JSON.parse(sent("POST").at(-1)?.body ?? "{}");
      expect(objectAt(body, ["metadata", "labels"])).toMatchObject({ team: "a" });
      // On the next platform the group is an object of its own, which is deleted first.
      if (profile !== "next") expect(valueAt(body, ["spec", "nodeGroups", "web", "minReplicas"])).toBe(1);
    });

    test("twice, is an error that says so, and nothing is created a second time", async () => {
      const { hikube, id } = tenancy;
      atDeletion(touch, 2);
      const posts = sent("POST").length;
      const error = await failed(hikube.clusters.remove(id("c"), wish()));
      expect(error).toMatchObject({ code: "Orphaned" });
      expect(error.message).toMatch(/still runs parts of it: kubernetes-c/);
      expect(error.hint).toContain("Create it again");
      expect(sent("POST").length - posts).toBe(1);
    });

    test("and a successor that the chart refuses is an error with the platform's words", async () => {
      const { hikube, id, sandbox } = tenancy;
      const uid = (await hikube.clusters.observe(id("c"), wish()))?.uid ?? "";
      atDeletion(() => {
        touch();
        sandbox.faults.lifecycle("c", {
          installFails: "execution error at (kubernetes/templates/cluster.yaml:1:1): no",
        });
      });
      const error = await failed(hikube.clusters.remove(id("c"), wish()));
      expect(error).toMatchObject({ code: "Orphaned" });
      expect(error.message).toMatch(/still runs parts of it: .*successor was created .* execution error at/s);

      // The next removal finds the successor, although it expects the object that is gone.
      sandbox.faults.lifecycle("c", {});
      const again = await tenancy.another();
      await again.clusters.remove(id("c"), { ...wish(), expectUid: uid });
      expect(sandbox.stored("Kubernetes", "c")).toBeUndefined();
      expect(await leftovers()).toEqual([]);
    });

    test("and a cluster that another client creates meanwhile is left alone", async () => {
      const { hikube, id, sandbox } = tenancy;
      const client = await tenancy.client();
      const path = clustersPath(sandbox.namespace);
      atDeletion(touch);
      const deletes = sent("DELETE").length;
      // Theirs arrives first.
      sandbox.faults.add({
        match: { method: "POST" },
        get action() {
          const body = {
            apiVersion: "apps.cozystack.io/v1alpha1",
            kind: "Kubernetes",
            metadata: { name: "c", labels: { theirs: "yes" } },
            spec: { version: "v1.34", nodeGroups: { md0: null } },
          };
          void client.request({ method: "POST", path, body });
          const taken = {
            kind: "Status",
            status: "Failure",
            reason: "AlreadyExists",
            message: "already exists",
            code: 409,
          };
          return { kind: "answer", status: 409, body: taken } as const;
        },
      });
      expect(await hikube.clusters.remove(id("c"), wish())).toEqual({ warnings: [] });
      expect(sent("DELETE").length - deletes).toBe(1);
      expect(sandbox.stored("Kubernetes", "c")?.labels).toMatchObject({ "apps.cozystack.io-theirs": "yes" });
    });
  },
);

test("a deletion of a group's own object around which another client writes leaves no machines", async () => {
  tenancy = await startTenancy("1.6.2", { timings: { orphanMs: 300 } });
  const { hikube, id, group, sandbox } = tenancy;
  await hikube.clusters.converge(id("c"), plainCluster, wish({ create: true }));
  const client = await tenancy.client();
  await client.request({
    method: "POST",
    path: poolsPath(sandbox.namespace),
    body: {
      apiVersion: "apps.cozystack.io/v1alpha1",
      kind: "KubernetesNodes",
      metadata: { name: "c-pool", labels: { a: "b" } },
      spec: { cluster: "c", version: "v1.34", minReplicas: 1 },
    },
  });
  const { signal } = wish();
  const pool = () => hikube.nodeGroups.observe(group("c", "pool"), { signal, fresh: true });
  await tenancy.clock.until(async () => (await pool())?.ready === true);
  atDeletion(() => sandbox.control("KubernetesNodes", "c-pool", { finalizers: [] }), 1, /\/c-pool$/);
  const { warnings } = await hikube.nodeGroups.remove(group("c", "pool"), wish());
  expect(textOf(warnings)).toContain("Node group pool was deleted twice");
  expect(sandbox.stored("KubernetesNodes", "c-pool")).toBeUndefined();
  expect(JSON.stringify(await leftovers())).not.toContain("kubernetes-c-pool");
});
