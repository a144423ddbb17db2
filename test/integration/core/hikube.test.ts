import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { plainCluster, startTenancy, type Tenancy, wish } from "../../support/tenancy.ts";

const signal = new AbortController().signal;

describe.each(["1.1.2", "1.6.2", "next"] as const)("a tenant on platform %s", (profile) => {
  let tenancy: Tenancy;
  beforeEach(async () => {
    tenancy = await startTenancy(profile);
  });
  afterEach(async () => {
    await tenancy.stop();
  });

  test("gets exactly a cluster with a GPU group and an add-on, and removes it", async () => {
    const { hikube, sandbox, id, group } = tenancy;
    const cluster = await hikube.clusters.converge(id("prod"), plainCluster, wish({ create: true }));
    expect(cluster).toMatchObject({
      ready: true,
      status: "ready",
      version: "v1.34",
      defaultNodeGroup: false,
      warnings: [],
    });
    expect(cluster.kubernetesVersion).toMatch(/^v1\.34\./);
    expect(cluster.endpoint).toMatch(/^https:/);
    expect(cluster.caCertificate).toContain("BEGIN CERTIFICATE");
    const writes = sandbox.writes;
    const [gpu, web, certs] = await Promise.all([
      hikube.nodeGroups.converge(
        group("prod", "gpu"),
        { instanceType: "u1.xlarge", minReplicas: 1, maxReplicas: 2, gpus: [{ name: "nvidia.com/AD102GL_L40S" }] },
        wish({ create: true, expectUid: cluster.uid }),
      ),
      hikube.nodeGroups.converge(
        group("prod", "web"),
        { minReplicas: 2, maxReplicas: 4, roles: ["ingress-nginx"] },
        wish({ create: true }),
      ),
      hikube.addons.converge(
        group("prod", "cert-manager"),
        { enabled: true, values: { "cert-manager": { replicaCount: 2 } }, resolveConflicts: "NONE" },
        wish({ create: true }),
      ),
    ]);
    expect(gpu).toMatchObject({
      ready: true,
      backend: profile === "next" ? "KubernetesNodes" : "cluster",
      spec: { gpus: [{ name: "nvidia.com/AD102GL_L40S" }], diskSize: "20Gi" },
    });
    expect(gpu.readyReplicas).toBeGreaterThanOrEqual(1);
    expect(web.readyReplicas).toBeGreaterThanOrEqual(2);
    expect(certs).toMatchObject({
      ready: true,
      enabled: true,
      values: { "cert-manager": { replicaCount: 2 } },
      warnings: [],
    });
    // Where groups are objects of their own, each is a write.
    expect(sandbox.writes - writes, "the edits of one object go out in one write").toBe(profile === "next" ? 3 : 1);
    const seen = await hikube.clusters.observe(id("prod"), { signal, fresh: true });
    expect(seen?.unmanagedNodeGroups).toEqual([]);
    expect([...(seen?.nodeGroups ?? [])].sort()).toEqual(["gpu", "web"]);
    expect(seen?.addons).toEqual(["cert-manager"]);
    await hikube.nodeGroups.remove(group("prod", "gpu"), wish());
    expect(await hikube.nodeGroups.observe(group("prod", "gpu"), { signal, fresh: true })).toBeUndefined();
    await hikube.clusters.remove(id("prod"), wish());
    expect(await hikube.clusters.observe(id("prod"), { signal, fresh: true })).toBeUndefined();
  });
});
