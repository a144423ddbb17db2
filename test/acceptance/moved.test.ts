import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureKubectlProvider, kubectlMirror } from "../../scripts/kubectl-provider.ts";
import { expectEmptyPlan, expectSuccess, stateOf } from "../support/terraform/expectations.ts";
import { startTestBed, type TestBed } from "../support/terraform/test-bed.ts";

let bed: TestBed;

beforeAll(async () => {
  ensureKubectlProvider();
  bed = await startTestBed({ profile: "1.1.2", speed: 40 });
}, 1_200_000);

afterAll(() => bed?.close());

const versions = (kubectl: boolean) => `terraform {
  required_providers {
    hikube = { source = "hikube/hikube" }
${kubectl ? '    kubectl = { source = "gavinbunney/kubectl" }\n' : ""}  }
}
`;

test("a cluster that kubectl_manifest made becomes a hikube_cluster by a moved block, untouched", async () => {
  const manifest = `
provider "kubectl" {
  config_path      = abspath("kubeconfig")
  load_config_file = true
}
resource "kubectl_manifest" "cluster" {
  yaml_body = yamlencode({
    apiVersion = "apps.cozystack.io/v1alpha1"
    kind       = "Kubernetes"
    metadata   = { name = "old", namespace = "${bed.namespace}", labels = { team = "platform" } }
    spec       = { version = "v1.33", host = "", nodeGroups = { web = { minReplicas = 1, maxReplicas = 3, instanceType = "s1.large", ephemeralStorage = "20Gi", resources = {} } } }
  })
}
`;
  const workspace = await bed.workspace(manifest, {
    "versions.tf": versions(true),
    "cli.tfrc": `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(kubectlMirror)}\n  }\n}\n`,
  });
  expectSuccess(await workspace.run("init", "-no-color"));
  expectSuccess(await workspace.apply());

  const writes = bed.sandbox.writes;
  await workspace.write({
    "main.tf": `
provider "kubectl" {
  config_path      = abspath("kubeconfig")
  load_config_file = true
}
resource "hikube_cluster" "cluster" {
  name               = "old"
  version            = "1.33"
  labels             = { team = "platform" }
  default_node_group = true
}
resource "hikube_nodegroup" "web" {
  cluster_id    = hikube_cluster.cluster.id
  name          = "web"
  instance_type = "s1.large"
  min_replicas  = 1
  max_replicas  = 3
}
import {
  to = hikube_nodegroup.web
  id = "old/web"
}
moved {
  from = kubectl_manifest.cluster
  to   = hikube_cluster.cluster
}
`,
  });
  expectSuccess(await workspace.apply());
  expect(bed.sandbox.writes).toBe(writes);
  await expectEmptyPlan(workspace);
  expect(await stateOf(workspace, "hikube_cluster.cluster")).toMatchObject({
    id: `${bed.namespace}/old`,
    version: "v1.33",
  });
  expectSuccess(await workspace.destroy());
});
