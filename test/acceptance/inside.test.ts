import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kubectlProvider } from "../../scripts/kubectl-provider.ts";
import { expectInside } from "../support/inside-cluster.ts";
import { expectNoChanges, expectSuccess } from "../support/terraform/expectations.ts";
import { kubectlFiles } from "../support/terraform/kubectl-files.ts";
import { startTestBed, type TestBed } from "../support/terraform/test-bed.ts";

const cluster = `
resource "hikube_cluster" "shop" {
  name = "shop"
}

resource "hikube_nodegroup" "web" {
  cluster_id    = hikube_cluster.shop.id
  name          = "web"
  instance_type = "u1.medium"
  min_replicas  = 1
  roles         = ["ingress-nginx"]
}

resource "hikube_addon" "ingress" {
  cluster_id = hikube_cluster.shop.id
  name       = "ingress-nginx"
  depends_on = [hikube_nodegroup.web]
}

ephemeral "hikube_kubeconfig" "shop" {
  cluster_id = hikube_cluster.shop.id
}

provider "kubectl" {
  host                   = ephemeral.hikube_kubeconfig.shop.host
  cluster_ca_certificate = ephemeral.hikube_kubeconfig.shop.cluster_ca_certificate
  client_certificate     = ephemeral.hikube_kubeconfig.shop.client_certificate
  client_key             = ephemeral.hikube_kubeconfig.shop.client_key
  load_config_file       = false
}
`;

const manifest = (name: string, yaml: string, depends: string) => `
resource "kubectl_manifest" "${name}" {
  yaml_body  = <<-YAML
${yaml.trim().replace(/^/gm, "    ")}
  YAML
  depends_on = [${depends}]
}
`;

const inside = [
  manifest("namespace", "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop", "hikube_nodegroup.web"),
  ...Object.entries({
    settings: "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n  namespace: shop\ndata:\n  color: blue",
    volume: `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
  namespace: shop
spec:
  storageClassName: replicated
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 10Gi`,
    service: `apiVersion: v1
kind: Service
metadata:
  name: shop
  namespace: shop
spec:
  type: LoadBalancer
  selector: { app: shop }
  ports:
  - port: 443
    targetPort: 8443`,
    ingress: `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  namespace: shop
spec:
  ingressClassName: nginx
  rules:
  - host: shop.example.org
    http:
      paths:
      - path: /
        pathType: Prefix
        backend:
          service:
            name: shop
            port:
              number: 443`,
    policy: `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: deny
  namespace: shop
spec:
  podSelector: {}
  policyTypes: [Ingress]`,
  }).map(([name, yaml]) => manifest(name, yaml, "kubectl_manifest.namespace")),
].join("");

describe.each(["1.1.2", "1.6.2"] as const)("a cluster and what runs in it, on platform %s", (profile) => {
  let bed: TestBed;

  beforeAll(async () => {
    kubectlProvider.ensure();
    bed = await startTestBed({ profile, speed: 40 });
  }, 1_200_000);
  afterAll(() => bed?.close());

  test("are made in one apply, plan empty, and are destroyed", async () => {
    const workspace = await bed.workspace(`${cluster}${inside}`, kubectlFiles);
    expectSuccess(await workspace.run("init", "-no-color"));
    const applied = expectSuccess(await workspace.apply());
    expect(applied.changes.filter(({ action }) => action === "create")).toHaveLength(9);
    await expectNoChanges(workspace);
    const namespaced = (path: string, expected: object) => expectInside(bed.sandbox, "shop", path, expected);
    // Platform 1.1 has no class `replicated` inside its clusters (platform.md §3.8).
    await namespaced("/api/v1/namespaces/shop/persistentvolumeclaims/data", {
      status: { phase: profile === "1.1.2" ? "Pending" : "Bound" },
    });
    const published = { status: { loadBalancer: { ingress: [{ ip: expect.stringMatching(/^\d/) }] } } };
    await namespaced("/api/v1/namespaces/shop/services/shop", published);
    await namespaced("/apis/networking.k8s.io/v1/namespaces/shop/ingresses/shop", published);
    const { stdout } = await workspace.run("state", "pull");
    expect(stdout).not.toMatch(/PRIVATE KEY|client-key-data/);
    expectSuccess(await workspace.destroy());
    expect(bed.sandbox.stored("Kubernetes", "shop")).toBeUndefined();
  });
});
