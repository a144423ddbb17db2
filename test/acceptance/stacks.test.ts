import { cp } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kubectlProvider } from "../../scripts/kubectl-provider.ts";
import { expectInside } from "../support/inside-cluster.ts";
import { storedGroup } from "../support/stored-group.ts";
import type { Workspace } from "../support/terraform/cli.ts";
import { applyClean, expectNoChanges, expectSuccess, stateOf } from "../support/terraform/expectations.ts";
import { kubectlFiles } from "../support/terraform/kubectl-files.ts";
import { startTestBed, type TestBed } from "../support/terraform/test-bed.ts";

const stacks = fileURLToPath(new URL("../../examples/stacks", import.meta.url));

/** Whole stacks as users write them: applied, planned empty, changed, destroyed. */
describe.each(["1.1.2", "1.6.2", "next"] as const)("the seed stacks on platform %s", (profile) => {
  let bed: TestBed;

  beforeAll(async () => {
    kubectlProvider.ensure();
    bed = await startTestBed({ profile, speed: 20 });
  }, 1_200_000);

  afterAll(() => bed?.close());

  async function stack(name: string): Promise<Workspace> {
    const workspace = await bed.workspace("");
    await cp(join(stacks, name), workspace.directory, { recursive: true });
    await workspace.write({
      "provider.tf": 'provider "hikube" {\n  config_path = abspath("kubeconfig")\n}\n',
      "cli.tfrc": kubectlFiles["cli.tfrc"] ?? "",
    });
    expectSuccess(await workspace.run("init", "-no-color"));
    return workspace;
  }

  const stored = (name: string) => (bed.sandbox.stored("Kubernetes", name)?.values ?? {}) as Record<string, unknown>;

  const group = (cluster: string, name: string) => storedGroup(bed.sandbox, cluster, name);

  const inside = (cluster: string, path: string, expected: object) =>
    expectInside(bed.sandbox, cluster, path, expected);

  test("web: scaling nodes, ingress with a host, certificates", async () => {
    const workspace = await stack("web");
    await applyClean(workspace);
    expect(group("web", "web")).toMatchObject({ minReplicas: 2, maxReplicas: 10, instanceType: "s1.large" });
    expect(group("web", "web")).toMatchObject({ roles: ["ingress-nginx"] });
    expect(stored("web")).toMatchObject({
      addons: { ingressNginx: { enabled: true, hosts: ["www.example.org"] }, certManager: { enabled: true } },
    });
    await inside("web", "/apis/networking.k8s.io/v1/namespaces/shop/ingresses/shop", {
      status: { loadBalancer: { ingress: expect.arrayContaining([{ ip: expect.stringMatching(/^\d/) }]) } },
    });
    await inside("web", "/apis/apps/v1/namespaces/shop/deployments/shop", { status: { availableReplicas: 2 } });
    const more = ["-var", "max_nodes=12", "-var", 'hosts=["www.example.org","shop.example.org"]'];
    await applyClean(workspace, ...more);
    expect(group("web", "web")).toMatchObject({ maxReplicas: 12 });
    expectSuccess(await workspace.destroy(...more));
    expect(bed.sandbox.stored("Kubernetes", "web")).toBeUndefined();
  });

  test("ml: GPU nodes and the operator", async () => {
    const workspace = await stack("ml");
    await applyClean(workspace);
    expect(group("ml", "ml")).toMatchObject({
      instanceType: "u1.xlarge",
      gpus: [{ name: "nvidia.com/AD102GL_L40S" }],
    });
    expect(stored("ml")).toMatchObject({ addons: { gpuOperator: { enabled: true } } });
    await inside("ml", "/apis/batch/v1/namespaces/default/jobs/training", { status: { succeeded: 1 } });
    await inside("ml", "/api/v1/namespaces/default/pods", {
      items: [{ spec: { nodeName: expect.stringMatching(/^kubernetes-ml-ml-/) }, status: { phase: "Succeeded" } }],
    });
    const other = ["-var", "gpu=nvidia.com/GA100_A100_PCIE_80GB"];
    await applyClean(workspace, ...other);
    expectSuccess(await workspace.destroy(...other));
  });

  // These have the add-on fluxcd, which the next platform lacks.
  if (profile === "next") return;

  test("critical: protected, upgraded by one minor, and destroyed only when unprotected", async () => {
    const workspace = await stack("critical");
    await applyClean(workspace);
    expect(stored("critical")).toMatchObject({ controlPlane: { replicas: 3 }, storageClass: "replicated" });
    await inside("critical", "/api/v1/namespaces/database/persistentvolumeclaims/data", {
      spec: { storageClassName: profile === "1.1.2" ? "kubevirt" : "replicated" },
      status: { phase: "Bound" },
    });
    await inside("critical", "/apis/apps/v1/namespaces/database/deployments/database", {
      status: { availableReplicas: 1 },
    });
    // OpenTofu opens no ephemeral resource in a plan that changes what it depends on (docs/guides/kubeconfig.md).
    const applyCluster = async (...variables: string[]) => {
      if (!bed.opentofu) return;
      expectSuccess(await workspace.apply("-target=hikube_cluster.critical", ...variables));
    };
    const upgraded = ["-var", "kubernetes_version=1.34"];
    await applyCluster(...upgraded);
    await applyClean(workspace, ...upgraded);
    expect((await stateOf(workspace, "hikube_cluster.critical"))["kubernetes_version"]).toMatch(/^v1\.34\./);
    expect((await workspace.destroy(...upgraded)).exitCode).toBe(1);
    const open = [...upgraded, "-var", "deletion_protection=false"];
    await applyCluster(...open);
    await applyClean(workspace, ...open);
    expectSuccess(await workspace.destroy(...open));
  });

  test("gitops: several clusters from one module, one more, one less", async () => {
    const workspace = await stack("gitops");
    await applyClean(workspace);
    for (const name of ["edge", "general"]) expect(group("production", name), name).toBeDefined();
    await workspace.write({
      "terraform.tfvars.json": JSON.stringify({
        clusters: {
          production: { version: "1.34", node_groups: { general: { min_replicas: 2, max_replicas: 7 } } },
          testing: { node_groups: { small: { instance_type: "s1.small" } }, addons: [] },
        },
      }),
    });
    await applyClean(workspace);
    expect(bed.sandbox.stored("Kubernetes", "staging")).toBeUndefined();
    expect(group("testing", "small")).toMatchObject({ instanceType: "s1.small" });
    await expectNoChanges(workspace);
    expectSuccess(await workspace.destroy());
  });
});
