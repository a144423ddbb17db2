import { afterAll, beforeAll, expect, test } from "vitest";
import { kubectlProvider } from "../../scripts/kubectl-provider.ts";
import type { Workspace } from "../support/terraform/cli.ts";
import { expectEmptyPlan, expectSuccess, stateOf } from "../support/terraform/expectations.ts";
import { kubectlFiles } from "../support/terraform/kubectl-files.ts";
import { header, startTestBed, type TestBed } from "../support/terraform/test-bed.ts";
import { guideBlock } from "./migration-guide.ts";

// The steps of docs/guides/migrate-from-manifests.md with the real provider; moved-states.test.ts has the others' states.

let bed: TestBed;

beforeAll(async () => {
  kubectlProvider.ensure();
  bed = await startTestBed({ profile: "1.1.2", speed: 40, namespace: "tenant-acme" });
}, 1_200_000);

afterAll(() => bed?.close());

const kubectl = 'provider "kubectl" {\n  config_path      = abspath("kubeconfig")\n  load_config_file = true\n}\n';

/** A workspace in which the guide's `kubectl_manifest` is made. */
async function before(): Promise<Workspace> {
  const workspace = await bed.workspace(kubectl + guideBlock('resource "kubectl_manifest"'), kubectlFiles);
  expectSuccess(await workspace.run("init", "-no-color"));
  expectSuccess(await workspace.apply());
  return workspace;
}

/** Applies what takes the cluster over: nothing is written. Afterwards neither these blocks nor the old provider are needed. */
async function takeOver(workspace: Workspace, main: string, versions = header): Promise<void> {
  const writes = bed.sandbox.writes;
  const before = JSON.stringify(bed.sandbox.stored("Kubernetes", "prod"));
  await workspace.write({ "main.tf": main, "versions.tf": versions });
  expectSuccess(await workspace.run("init", "-no-color"));
  expectSuccess(await workspace.apply());
  expect(bed.sandbox.writes).toBe(writes);
  expect(JSON.stringify(bed.sandbox.stored("Kubernetes", "prod"))).toBe(before);
  const after = main.replace(/^(?:moved|import|removed|provider "kubectl") \{.*?^\}$/gms, "");
  await workspace.write({ "main.tf": after, "versions.tf": header });
  await expectEmptyPlan(workspace);
  expect(await stateOf(workspace, "hikube_cluster.prod")).toMatchObject({ id: "tenant-acme/prod", version: "v1.33" });
  expectSuccess(await workspace.destroy());
}

test("a cluster that kubectl_manifest made becomes a hikube_cluster by a moved block, untouched", async () => {
  const workspace = await before();
  const after = guideBlock('resource "hikube_cluster"') + guideBlock("moved {\n  from = kubectl_manifest");
  await takeOver(workspace, after);
});

test("a cluster that kubectl_manifest made is taken over by removed and import blocks, untouched", async () => {
  const workspace = await before();
  await takeOver(
    workspace,
    kubectl + guideBlock('resource "hikube_cluster"') + guideBlock("removed {"),
    kubectlFiles["versions.tf"],
  );
});
