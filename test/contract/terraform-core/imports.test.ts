import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ValueObject } from "../../../src/values/value.ts";
import type { Core } from "../../support/terraform-core/core-client.ts";
import { type Served, startServed } from "../../support/terraform-core/served.ts";

// Terraform's own text for a thing that is not there names neither the thing nor its neighbours.

describe.each(["1.1.2", "1.6.2"] as const)("an import on platform %s", (profile) => {
  let served: Served;
  let core: Core;

  beforeAll(async () => {
    served = await startServed(profile);
    core = await served.core();
    for (const name of ["web", "base"]) await create("hikube_cluster", { name, version: "1.34", wait_for: "accepted" });
    await create("hikube_nodegroup", {
      cluster_id: `${served.sandbox.namespace}/base`,
      name: "pool",
      max_replicas: 1,
      wait_for: "accepted",
    });
  });

  afterAll(() => served?.stop());

  async function create(type: string, values: Record<string, unknown>): Promise<void> {
    const config = core.config(type, values);
    const { diagnostics } = await core.apply(await core.plan(type, config), config);
    expect(diagnostics).toEqual([]);
  }

  const identityOf = (values: Record<string, string>) =>
    Object.assign(Object.create(null), { namespace: null, ...values }) as ValueObject;

  test.each([
    [
      "a cluster",
      "hikube_cluster",
      "prod",
      { name: "prod" },
      'There is no cluster "prod" in tenant-demo. Found: base, web.',
    ],
    ["a cluster by a near name", "hikube_cluster", "bse", { name: "bse" }, "Found: base, web. Did you mean `base`?"],
    [
      "a node group",
      "hikube_nodegroup",
      "base/gpu",
      { cluster: "base", name: "gpu" },
      'There is no node group "gpu" in cluster tenant-demo/base. Found: pool.',
    ],
    [
      "a node group of a cluster without any",
      "hikube_nodegroup",
      "web/gpu",
      { cluster: "web", name: "gpu" },
      'There is no node group "gpu" in cluster tenant-demo/web. The cluster has no node groups.',
    ],
    [
      "a node group of a cluster that does not exist",
      "hikube_nodegroup",
      "prod/pool",
      { cluster: "prod", name: "pool" },
      'There is no cluster "prod" in tenant-demo. Found: base, web.',
    ],
    [
      "an add-on of a cluster that does not exist",
      "hikube_addon",
      "prod/velero",
      { cluster: "prod", name: "velero" },
      'There is no cluster "prod" in tenant-demo. Found: base, web.',
    ],
    ...(profile === "1.1.2"
      ? [
          [
            "an add-on that this platform does not have",
            "hikube_addon",
            "base/hami",
            { cluster: "base", name: "hami" },
            'Platform 1.1.2 has no add-on "hami" in cluster tenant-demo/base. Available: cert-manager, ',
          ] as const,
        ]
      : []),
  ] as const)("of %s that is not there says what is", async (_, type, id, identity, text) => {
    for (const by of [{ id }, { identity: identityOf(identity) }]) {
      const { diagnostics } = await core.importState(type, by);
      expect(diagnostics).toMatchObject([{ severity: "error", detail: expect.stringContaining(text) }]);
    }
  });

  test("by a user who may not list still says that it is not there", async () => {
    const body = {
      kind: "Status",
      apiVersion: "v1",
      status: "Failure",
      reason: "Forbidden",
      message: "not you",
      code: 403,
    };
    const remove = served.sandbox.faults.add({
      match: { method: "GET", path: /\/kuberneteses$/, times: 50 },
      action: { kind: "answer", status: 403, body },
    });
    const { diagnostics } = await core.importState("hikube_cluster", { id: "prod" });
    remove();
    expect(diagnostics).toMatchObject([
      {
        summary: "Cluster tenant-demo/prod does not exist",
        detail: expect.stringContaining('no cluster "prod" in tenant-demo.\n'),
      },
    ]);
  });
});
