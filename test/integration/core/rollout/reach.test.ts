import { expect, test } from "vitest";
import type { KubeClient } from "../../../../src/kube/kube-client.ts";
import { KubeError } from "../../../../src/kube/kube-error.ts";
import { plainCluster, startTenancy, textOf, wish } from "../../../support/tenancy.ts";

const signal = new AbortController().signal;

test("a cluster that cannot be reached from here is ready with a warning, and so are its add-ons", async () => {
  const tenancy = await startTenancy("1.1.2");
  try {
    const hikube = await tenancy.another({ connectTenant: () => Promise.reject(new KubeError("Network", "no route")) });
    const cluster = await hikube.clusters.converge(tenancy.id("c"), plainCluster, wish({ create: true }));
    expect(cluster).toMatchObject({ ready: true, kubernetesVersion: undefined });
    expect(textOf(cluster.warnings)).toContain("cannot be reached from here");
    const addon = await hikube.addons.converge(
      tenancy.group("c", "velero"),
      { enabled: true, resolveConflicts: "NONE" },
      wish({ create: true }),
    );
    expect(addon).toMatchObject({ ready: true, enabled: true });
    expect(textOf(addon.warnings)).toContain("was not checked");
    const stepwise = { ...plainCluster, version: "1.35" };
    const upgraded = await hikube.clusters.converge(tenancy.id("c"), stepwise, wish({ previous: plainCluster }));
    expect(upgraded.version).toBe("v1.35");
  } finally {
    await tenancy.stop();
  }
});

test("a cluster that shows no Helm releases at all is not waited for until the deadline", async () => {
  const tenancy = await startTenancy("1.1.2");
  try {
    const silent: KubeClient = {
      server: "https://tenant.example.org",
      namespace: undefined,
      request: async ({ path }) => (path === "/version" ? { gitVersion: "v1.34.4" } : { items: [] }),
      close: async () => {},
      failing: () => undefined,
    };
    const hikube = await tenancy.another({ connectTenant: async () => silent });
    await hikube.clusters.converge(tenancy.id("c"), plainCluster, wish({ create: true }));
    const addon = await hikube.addons.converge(
      tenancy.group("c", "velero"),
      { enabled: true, resolveConflicts: "NONE" },
      wish({ create: true }),
    );
    expect(textOf(addon.warnings)).toContain("shows no Helm releases");
  } finally {
    await tenancy.stop();
  }
});

test("a kubeconfig that can never be used is not waited for", async () => {
  const tenancy = await startTenancy("1.1.2");
  try {
    const hikube = await tenancy.another({
      connectTenant: () => Promise.reject(new KubeError("Credential", "no cluster in this kubeconfig")),
      timings: { reachMs: 600_000 },
    });
    const cluster = await hikube.clusters.converge(tenancy.id("c"), plainCluster, wish({ create: true }));
    expect(textOf(cluster.warnings)).toContain("cannot be reached from here");
  } finally {
    await tenancy.stop();
  }
});

test("an upgrade of several minors stops while the result of the last step cannot be read", async () => {
  const tenancy = await startTenancy("1.1.2");
  try {
    const hikube = await tenancy.another({ connectTenant: () => Promise.reject(new KubeError("Network", "no route")) });
    await hikube.clusters.converge(tenancy.id("c"), { ...plainCluster, version: "1.32" }, wish({ create: true }));
    const desired = { ...plainCluster, upgradeStrategy: "stepwise" } as const;
    const upgrade = hikube.clusters.converge(tenancy.id("c"), desired, wish({ deadline: tenancy.clock.now() + 1_500 }));
    await expect(upgrade).rejects.toMatchObject({ code: "Timeout" });
    expect((await hikube.clusters.observe(tenancy.id("c"), { signal, fresh: true }))?.version).toBe("v1.33");
  } finally {
    await tenancy.stop();
  }
});

test("an upgrade goes on waiting for the nodes when they cannot be read for a moment", async () => {
  const tenancy = await startTenancy("1.1.2");
  try {
    let failures = 0;
    const hikube = await tenancy.another({
      connectTenant: async (kubeconfig) => {
        const client = await tenancy.open(kubeconfig);
        const request: KubeClient["request"] = async (options) => {
          if (!options.path.endsWith("/nodes") || ++failures > 3) return await client.request(options);
          throw new KubeError("Unavailable", "the server is starting", { status: 503 });
        };
        return { ...client, request };
      },
    });
    const id = tenancy.id("c");
    const former = { ...plainCluster, version: "1.33" };
    await hikube.clusters.converge(id, former, wish({ create: true }));
    await hikube.nodeGroups.converge(tenancy.group("c", "web"), { minReplicas: 2 }, wish({ create: true }));
    failures = 0;
    await hikube.clusters.converge(id, plainCluster, wish({ previous: former }));
    const nodes = await hikube.clusters.nodes(id, { signal, deadline: tenancy.clock.now() + 60_000 });
    expect(nodes.map(({ kubeletVersion }) => kubeletVersion)).toEqual([
      expect.stringMatching(/^v1\.34\./),
      expect.stringMatching(/^v1\.34\./),
    ]);
    expect(failures).toBeGreaterThan(3);
  } finally {
    await tenancy.stop();
  }
});

test("replicas that lag behind neither make a cluster vanish nor let an old read win", async () => {
  const tenancy = await startTenancy("1.6.2");
  try {
    const { hikube, sandbox } = tenancy;
    await hikube.clusters.converge(tenancy.id("c"), plainCluster, wish({ create: true }));
    for (let nth = 2; nth < 40; nth += 3) {
      sandbox.faults.add({
        match: { method: "GET", path: /kuberneteses\/c$/, nth },
        action: { kind: "stale", versions: 2 },
      });
    }
    for (const name of ["a", "b"]) {
      await hikube.nodeGroups.converge(
        tenancy.group("c", name),
        { minReplicas: 1, maxReplicas: 2 },
        wish({ create: true }),
      );
      await hikube.nodeGroups.converge(tenancy.group("c", name), { minReplicas: 1, maxReplicas: 3 }, wish());
    }
    sandbox.faults.clear();
    const seen = await hikube.clusters.observe(tenancy.id("c"), { signal, fresh: true });
    expect([...(seen?.nodeGroups ?? [])].sort()).toEqual(["a", "b"]);
    expect(sandbox.stored("Kubernetes", "c")?.values).toMatchObject({
      nodeGroups: { a: { maxReplicas: 3 }, b: { maxReplicas: 3 } },
    });
  } finally {
    await tenancy.stop();
  }
});
