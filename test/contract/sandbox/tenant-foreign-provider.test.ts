import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { afterEach, beforeAll, expect, test } from "vitest";
import { goMirror } from "../../../scripts/go-provider.ts";
import { kubectlProvider } from "../../../scripts/kubectl-provider.ts";
import { type Sandbox, startSandbox } from "../../../src/sandbox/sandbox.ts";
import { adminKubeconfig, completeGroup, type SandboxClient, sandboxClient } from "../../support/sandbox-client.ts";
import { createWorkspace, findCli, type Workspace } from "../../support/terraform/cli.ts";
import { expectEmptyPlan, expectSuccess } from "../../support/terraform/expectations.ts";

// What a stack puts into its cluster with a provider that knows nothing of Hikube.

let sandbox: Sandbox;
let client: SandboxClient;
let workspace: Workspace;

beforeAll(() => kubectlProvider.ensure(), 1_200_000);

afterEach(async () => {
  client.close();
  await sandbox.stop();
  await workspace.remove();
});

const manifests = (image: string): Readonly<Record<string, string>> => ({
  namespace: "{ apiVersion: v1, kind: Namespace, metadata: { name: shop } }",
  settings: `{ apiVersion: v1, kind: ConfigMap, metadata: { name: settings, namespace: shop }, data: { image: "${image}" } }`,
  claim: `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data, namespace: shop }
spec: { accessModes: [ReadWriteOnce], storageClassName: replicated, resources: { requests: { storage: 5Gi } } }`,
  web: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: "${image}", ports: [{ containerPort: 80 }] }] }`,
  service: `
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { type: LoadBalancer, selector: { app: web }, ports: [{ port: 80 }] }`,
  ingress: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: shop }
spec:
  ingressClassName: nginx
  rules:
    - host: shop.example.com
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] }`,
  policy: `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: deny, namespace: shop }
spec: { podSelector: {}, policyTypes: [Ingress] }`,
  definition: `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widgets.example.com }
spec:
  group: example.com
  scope: Namespaced
  names: { plural: widgets, kind: Widget }
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema: { type: object, properties: { spec: { type: object, properties: { size: { type: integer } } } } }`,
  widget: `
apiVersion: example.com/v1
kind: Widget
metadata: { name: one, namespace: shop }
spec: { size: 3 }`,
});

const needs: Readonly<Record<string, string>> = {
  widget: "kubectl_manifest.definition",
  web: "kubectl_manifest.claim",
};

function configuration(image: string, serverSide: boolean): string {
  const resources = Object.entries(manifests(image)).map(([name, yaml]) => {
    const after =
      name === "namespace" ? "" : `depends_on = [kubectl_manifest.namespace${name in needs ? `, ${needs[name]}` : ""}]`;
    return `
resource "kubectl_manifest" "${name}" {
  yaml_body         = <<-YAML
${yaml.trim()}
  YAML
  server_side_apply = ${serverSide}
  wait              = true
  ${after}
}`;
  });
  return `
terraform {
  required_providers {
    kubectl = { source = "gavinbunney/kubectl" }
  }
}

provider "kubectl" {
  config_path      = abspath("kubeconfig")
  load_config_file = true
}
${resources.join("\n")}
`;
}

test.each([false, true])(
  "gavinbunney/kubectl keeps a stack in a tenant cluster, with server-side apply: %s",
  async (serverSide) => {
    sandbox = await startSandbox({ profile: "1.6.2", speed: 100 });
    client = sandboxClient(sandbox);
    const web = completeGroup("1.6.2", { minReplicas: 2, roles: ["ingress-nginx"] });
    const addons = { ingressNginx: { enabled: true, exposeMethod: "Proxied" } };
    await client.create("prod", { nodeGroups: { web }, addons });
    await client.until("prod", "True");
    const kubeconfig = await adminKubeconfig(client, sandbox, "prod");
    workspace = await createWorkspace(findCli(), {}, { kubeconfig });
    const mirror = `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(goMirror)}\n  }\n}\n`;
    await writeFile(join(workspace.directory, "cli.tfrc"), mirror);

    await workspace.write({ "main.tf": configuration("nginx:1", serverSide) });
    expectSuccess(await workspace.run("init", "-no-color"));
    expectSuccess(await workspace.apply());
    await expectEmptyPlan(workspace);

    await workspace.write({ "main.tf": configuration("nginx:2", serverSide) });
    expectSuccess(await workspace.apply());
    await expectEmptyPlan(workspace);

    const config = new KubeConfig();
    config.loadFromString(kubeconfig);
    const core = config.makeApiClient(CoreV1Api);
    const settings = await core.readNamespacedConfigMap({ namespace: "shop", name: "settings" });
    expect(settings.data).toEqual({ image: "nginx:2" });

    expectSuccess(await workspace.destroy());
    await expect(core.readNamespace({ name: "shop" })).rejects.toMatchObject({ code: 404 });
    expect((await core.listPersistentVolume()).items).toEqual([]);
  },
);
