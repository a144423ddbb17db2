import { describe, expect, test } from "vitest";
import type { Json } from "../../../src/base/json.ts";
import { DiagnosticError } from "../../../src/engine/diagnostic.ts";
import { cluster } from "../../../src/hikube/cluster/resource.ts";
import { nodegroup } from "../../../src/hikube/node-group/resource.ts";

const definitions = { hikube_cluster: cluster.definition, hikube_nodegroup: nodegroup.definition };
type Type = keyof typeof definitions;

const moved = (to: Type, providerAddress: string, type: string, state: Json) =>
  definitions[to].moveState?.({ providerAddress, type, schemaVersion: 0, state });

function refusal(...parameters: Parameters<typeof moved>): string {
  try {
    moved(...parameters);
  } catch (error) {
    if (error instanceof DiagnosticError) return `${error.diagnostic.summary}: ${error.diagnostic.detail}`;
    throw error;
  }
  throw new Error("it was taken");
}

const apiVersion = "apps.cozystack.io/v1alpha1";
const object = (kind: string, name: string, spec: Json = {}): Json => ({
  apiVersion,
  kind,
  metadata: { name, namespace: "t" },
  spec,
});
const kubectl = "registry.terraform.io/gavinbunney/kubectl";
const kubernetes = "registry.opentofu.org/hashicorp/kubernetes";
const cozystack = "registry.terraform.io/cozystack/cozystack";
const pool = object("KubernetesNodes", "a-b-web", { cluster: "a-b" });

describe("a moved cluster", () => {
  test.each<[string, string, string, Json]>([
    ["of YAML", kubectl, "kubectl_manifest", { yaml_body_parsed: JSON.stringify(object("Kubernetes", "a")) }],
    [
      "whose YAML has no namespace",
      "registry.opentofu.org/alekc/kubectl",
      "kubectl_manifest",
      {
        api_version: apiVersion,
        kind: "Kubernetes",
        name: "a",
        namespace: "",
        id: "/apis/x/namespaces/t/kuberneteses/a",
      },
    ],
    [
      "whose namespace is overridden",
      "mirror.example.org/gavinbunney/kubectl",
      "kubectl_manifest",
      { namespace: "t", yaml_body_parsed: JSON.stringify(object("Kubernetes", "a")).replace('"t"', '"other"') },
    ],
    ["of a plain object", kubernetes, "kubernetes_manifest", { object: object("Kubernetes", "a") }],
    [
      "of a dynamic object that was never read",
      kubernetes,
      "kubernetes_manifest",
      { object: null, manifest: { type: ["object", {}], value: object("Kubernetes", "a") } },
    ],
    ["of the platform's own provider", cozystack, "cozystack_kubernetes", { name: "a", namespace: "t", id: "t/a" }],
  ])("%s has its id and name", (_, provider, type, state) => {
    expect(moved("hikube_cluster", provider, type, state)).toEqual({ id: "t/a", name: "a", namespace: "t" });
  });

  test.each<[string, string, string, Json, string]>([
    ["another type", "registry.terraform.io/hashicorp/helm", "helm_release", {}, "A `helm_release` cannot become"],
    ["another provider", "registry.terraform.io/acme/kubernetes", "kubernetes_manifest", {}, "acme/kubernetes, whose"],
    ["no state", kubectl, "kubectl_manifest", null, "tells no kind"],
    ["another kind", kubernetes, "kubernetes_manifest", { object: pool }, "holds KubernetesNodes t/a-b-web of"],
    ["no group", kubernetes, "kubernetes_manifest", { object: { kind: "Kubernetes" } }, "Kubernetes of no API group"],
    [
      "no namespace",
      cozystack,
      "cozystack_kubernetes",
      { name: "a" },
      "does not tell the namespace of its Kubernetes a",
    ],
    ["no name", cozystack, "cozystack_kubernetes", {}, "does not tell the name of its Kubernetes."],
    ["a group's type", cozystack, "cozystack_kubernetes_nodes", { name: "a" }, "cannot become a `hikube_cluster`"],
  ])("from %s is refused with the supported sources", (_, provider, type, state, text) => {
    const said = refusal("hikube_cluster", provider, type, state);
    expect(said).toContain(text);
    expect(said).toMatch(/`kubectl_manifest` of gavinbunney\/kubectl or alekc\/kubectl\n.*`kubernetes_manifest`/);
  });
});

describe("a moved node group", () => {
  const web = { id: "t/a-b/web", cluster_id: "t/a-b", name: "web" };

  test.each<[string, string, Json]>([
    [kubectl, "kubectl_manifest", { yaml_body_parsed: JSON.stringify(pool) }],
    [kubernetes, "kubernetes_manifest", { object: pool }],
    [cozystack, "cozystack_kubernetes_nodes", { name: "a-b-web", namespace: "t", cluster: "a-b" }],
  ])("of %s has its cluster and name", (provider, type, state) => {
    expect(moved("hikube_nodegroup", provider, type, state)).toEqual(web);
  });

  test.each<[string, Json, string]>([
    ["no cluster", { name: "a-b-web", namespace: "t" }, "does not tell the cluster of its KubernetesNodes t/a-b-web"],
    ["another name", { name: "web", namespace: "t", cluster: "a" }, "is not named `a-<group>`"],
    ["the cluster's name", { name: "a-", namespace: "t", cluster: "a" }, "is not named `a-<group>`"],
  ])("with %s is refused", (_, state, text) => {
    const said = refusal("hikube_nodegroup", cozystack, "cozystack_kubernetes_nodes", state);
    expect(said).toContain(text);
    expect(said).toContain("`cozystack_kubernetes_nodes` of cozystack/cozystack");
  });
});
