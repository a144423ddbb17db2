import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { failed, plainCluster, startTenancy, type Tenancy, wish } from "../../../support/tenancy.ts";

const signal = new AbortController().signal;

describe.each(["1.1.2", "1.6.2"] as const)("addresses on platform %s", (profile) => {
  let tenancy: Tenancy;
  beforeEach(async () => {
    tenancy = await startTenancy(profile);
    await tenancy.hikube.clusters.converge(tenancy.id("prod"), plainCluster, wish({ create: true }));
  });
  afterEach(() => tenancy.stop());

  const cluster = () => tenancy.hikube.clusters.observe(tenancy.id("prod"), { signal, fresh: true });
  const id = (name: string) => tenancy.group("prod", name);
  const deny = (path: RegExp) =>
    tenancy.sandbox.faults.add({
      match: { path, times: 1_000 },
      action: { kind: "answer", status: 403, body: { kind: "Status", reason: "Forbidden", message: "no", code: 403 } },
    });

  test("a cluster has that of its Ingress, also in a list, and the minors above its own", async () => {
    const [listed] = await tenancy.hikube.clusters.list({ signal, fresh: true });
    expect(await cluster()).toMatchObject({ apiAddress: "203.0.113.10", availableUpgrades: ["v1.35"] });
    expect(listed).toMatchObject({ apiAddress: "203.0.113.10", availableUpgrades: ["v1.35"] });
  });

  test("ingress-nginx has those of its load balancer or, with hosts, of its Ingress", async () => {
    const { hikube } = tenancy;
    await hikube.nodeGroups.converge(
      id("web"),
      { minReplicas: 1, maxReplicas: 2, roles: ["ingress-nginx"] },
      wish({ create: true }),
    );
    const balanced = { enabled: true, exposeMethod: "LoadBalancer", resolveConflicts: "NONE" } as const;
    const made = await hikube.addons.converge(id("ingress-nginx"), balanced, wish({ create: true }));
    expect(made.addresses).toEqual([expect.stringMatching(/^198\.51\.100\.\d+$/)]);
    const proxied = { ...balanced, exposeMethod: "Proxied", hosts: ["www.example.org"] };
    const moved = await hikube.addons.converge(id("ingress-nginx"), proxied, wish({ previous: balanced }));
    expect(moved.addresses).toEqual(["203.0.113.10"]);
    const seen = await hikube.addons.observe(id("ingress-nginx"), { signal, fresh: true });
    expect(seen?.addresses).toEqual(["203.0.113.10"]);
    expect((await hikube.addons.observe(id("velero"), { signal }))?.addresses).toEqual([]);
  });

  test("without rights there are none", async () => {
    deny(/\/(ingresses|services)$/);
    expect(await cluster()).toMatchObject({ ready: true, apiAddress: undefined });
    const addon = await tenancy.hikube.addons.observe(id("ingress-nginx"), { signal, fresh: true });
    expect(addon?.addresses).toEqual([]);
  });

  test("an API that fails in passing is an error, not an address that is gone", async () => {
    tenancy.sandbox.faults.add({
      match: { path: /\/ingresses$/, times: 1_000 },
      action: { kind: "answer", status: 503, body: "service unavailable\n" },
    });
    expect((await failed(cluster().then(() => undefined))).code).toBe("Unreachable");
  });
});
