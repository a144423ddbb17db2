import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ValueObject } from "../../../src/values/value.ts";
import { sandboxClient } from "../../support/sandbox-client.ts";
import type { Core } from "../../support/terraform-core/core-client.ts";
import { type Listed, list } from "../../support/terraform-core/query.ts";
import { type Served, startServed } from "../../support/terraform-core/served.ts";
import { richAddons, richGroups, richSpec } from "./hand-made.ts";

const namesOf = (found: readonly Listed[]) => found.map(({ displayName }) => displayName);

/** What only the API of each cluster, or its Helm releases, tells. */
const fromInside = ["endpoint", "cluster_ca_certificate", "kubernetes_version", "ready", "status", "status_message"];

describe.each(["1.1.2", "1.6.2"] as const)("a list on platform %s", (profile) => {
  let served: Served;
  let core: Core;

  beforeAll(async () => {
    served = await startServed(profile);
    core = await served.core();
    const client = sandboxClient(served.sandbox);
    const labels = { team: "x", "example.org/owner": "jane" };
    expect((await client.create("rich", richSpec(profile), labels)).status).toBe(201);
    expect((await client.create("prod-a", { addons: { fluxcd: { enabled: true } } }, { team: "y" })).status).toBe(201);
    expect((await client.create("prod-b", {})).status).toBe(201);
    await client.until("rich", "True");
    client.close();
  });

  afterAll(() => served?.stop());

  test("of clusters has all of them with their identity, sorted", async () => {
    const { found, diagnostics } = await list(core, "hikube_cluster");
    expect(diagnostics).toEqual([]);
    expect(namesOf(found)).toEqual(["prod-a", "prod-b", "rich"]);
    expect({ ...found[0]?.identity }).toEqual({ namespace: "tenant-demo", name: "prod-a" });
    expect(found.every(({ state }) => state === null)).toBe(true);
  });

  test.each([
    [{ name_regex: "^prod-" }, ["prod-a", "prod-b"]],
    [{ name_regex: "(?i)RICH" }, ["rich"]],
    [{ labels: { team: "y" } }, ["prod-a"]],
    [{ name_regex: "none" }, []],
    [{ namespace: "tenant-demo", name_regex: "b$" }, ["prod-b"]],
  ])("of clusters with %j has %j", async (filters, names) => {
    expect(namesOf((await list(core, "hikube_cluster", filters)).found)).toEqual(names);
  });

  test("of ready clusters and of the others has each of them once", async () => {
    const [ready, others] = [
      namesOf((await list(core, "hikube_cluster", { ready: true })).found),
      namesOf((await list(core, "hikube_cluster", { ready: false })).found),
    ];
    expect(ready).toContain("rich");
    expect([...ready, ...others].sort()).toEqual(["prod-a", "prod-b", "rich"]);
  });

  test("of node groups has the declared ones of every cluster, or of one", async () => {
    const rich = richGroups(profile).map((name) => `rich/${name}`);
    expect(namesOf((await list(core, "hikube_nodegroup")).found)).toEqual(rich);
    const one = await list(core, "hikube_nodegroup", { cluster_id: "tenant-demo/rich", name_regex: "^w" });
    expect(one.found.map(({ identity }) => ({ ...identity }))).toEqual([
      { namespace: "tenant-demo", cluster: "rich", name: "web" },
    ]);
    // Platform 1.1 gives a cluster without groups an `md0`, which belongs to `default_node_group`.
    expect((await list(core, "hikube_nodegroup", { cluster_id: "tenant-demo/prod-b" })).found).toEqual([]);
  });

  test("of add-ons has what is enabled and what has settings of its own", async () => {
    const rich = richAddons.map((name) => `rich/${name}`);
    expect(namesOf((await list(core, "hikube_addon")).found)).toEqual(["prod-a/fluxcd", ...rich]);
    const one = await list(core, "hikube_addon", { cluster_id: "tenant-demo/rich", name_regex: "flux|velero" });
    expect(namesOf(one.found)).toEqual(["rich/fluxcd", "rich/velero"]);
    expect((await list(core, "hikube_addon", { cluster_id: "tenant-demo/prod-b" })).found).toEqual([]);
  });

  test("ends at its limit", async () => {
    expect(namesOf((await list(core, "hikube_cluster", {}, { limit: 2 })).found)).toEqual(["prod-a", "prod-b"]);
  });

  test.each(["hikube_cluster", "hikube_nodegroup", "hikube_addon"])(
    "of %s includes each resource as an import reads it",
    async (type) => {
      const { found } = await list(core, type, {}, { include: true });
      expect(found.length).toBeGreaterThan(2);
      const settled = (state: ValueObject | null | undefined) =>
        Object.fromEntries(Object.entries(state ?? {}).filter(([name]) => !fromInside.includes(name)));
      for (const { identity, state, displayName } of found) {
        const { instance } = await core.importState(type, { identity });
        expect(settled(state), displayName).toEqual(settled(instance?.state));
      }
    },
  );

  test("takes as many requests for three clusters as for one", async () => {
    const requestsOf = async (type: string, filters: Record<string, unknown>) => {
      const before = served.sandbox.requests.length;
      await list(core, type, filters, { include: true });
      return served.sandbox.requests.length - before;
    };
    for (const type of ["hikube_cluster", "hikube_nodegroup", "hikube_addon"]) {
      const one = await requestsOf(type, { name_regex: "rich|fluxcd" });
      expect(await requestsOf(type, {}), type).toBe(one);
      expect(one, type).toBeLessThan(10);
    }
  });

  test("with a pattern that is none is refused at the pattern", async () => {
    const { diagnostics } = await list(core, "hikube_nodegroup", { name_regex: "prod(" });
    expect(diagnostics).toMatchObject([
      { detail: expect.stringContaining("must be a regular expression"), path: [{ attribute: "name_regex" }] },
    ]);
  });

  test("of a cluster that does not exist says which ones do", async () => {
    for (const type of ["hikube_nodegroup", "hikube_addon"]) {
      const { diagnostics } = await list(core, type, { cluster_id: "tenant-demo/ritch" });
      expect(diagnostics).toMatchObject([
        {
          summary: "Cluster tenant-demo/ritch does not exist",
          detail: expect.stringContaining("Found: prod-a, prod-b, rich. Did you mean `rich`?"),
          path: [{ attribute: "cluster_id" }],
        },
      ]);
    }
  });

  test("with a cluster and a namespace is refused", async () => {
    const { diagnostics } = await list(core, "hikube_addon", { cluster_id: "tenant-demo/rich", namespace: "other" });
    expect(diagnostics).toMatchObject([{ summary: "Conflicting arguments", path: [{ attribute: "namespace" }] }]);
  });

  test.each(["hikube_cluster", "hikube_nodegroup", "hikube_addon"])(
    "of %s without the right to list says so at the namespace",
    async (type) => {
      const message = 'kuberneteses.apps.cozystack.io is forbidden: User "jane" cannot list resource "kuberneteses"';
      const body = { kind: "Status", apiVersion: "v1", status: "Failure", reason: "Forbidden", message, code: 403 };
      const remove = served.sandbox.faults.add({
        match: { method: "GET", path: /\/kuberneteses(\?|$)/, times: 50 },
        action: { kind: "answer", status: 403, body },
      });
      const { diagnostics } = await list(core, type, { namespace: "tenant-other" });
      remove();
      expect(diagnostics).toMatchObject([
        {
          summary: "Access denied",
          detail: expect.stringContaining("cannot list resource"),
          path: [{ attribute: "namespace" }],
        },
      ]);
    },
  );
});
