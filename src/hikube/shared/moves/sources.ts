import { isJsonObject, type Json, type JsonObject } from "../../../base/json.ts";
import { tryHelmYaml } from "../yaml/helm-yaml.ts";

/** What the state of another provider's resource tells about its object. A part is undefined if the state does not tell it. */
export interface SourceObject {
  readonly apiVersion: string | undefined;
  readonly kind: string | undefined;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  /** `spec.cluster` of a `KubernetesNodes` object. */
  readonly cluster: string | undefined;
}

/** A resource type of another provider whose state names an object of the platform. */
interface SourceType {
  /** `namespace/type` of the providers that have it. Their host is any registry or mirror. */
  readonly providers: readonly string[];
  /** The kind of object, if the type has only one. */
  readonly kind?: string;
  read(state: JsonObject): SourceObject;
}

/** The API group and version that `cozystack_…` resources use. */
const appsVersion = "apps.cozystack.io/v1alpha1";

/** The provider moved from the one address to the other with version 1.4.3. */
const cozystack = ["cozystack/cozystack", "lexfrei/cozystack"];

export const sourceTypes: Readonly<Record<string, SourceType>> = {
  kubectl_manifest: { providers: ["gavinbunney/kubectl", "alekc/kubectl"], read: readKubectl },
  kubernetes_manifest: { providers: ["hashicorp/kubernetes"], read: readManifest },
  cozystack_kubernetes: {
    providers: cozystack,
    kind: "Kubernetes",
    read: (state) => readApplication("Kubernetes", state),
  },
  cozystack_kubernetes_nodes: {
    providers: cozystack,
    kind: "KubernetesNodes",
    read: (state) => readApplication("KubernetesNodes", state),
  },
};

/** Attributes of the state first: `override_namespace` and the kubeconfig's namespace are in them and in the id, not in the YAML. */
function readKubectl(state: JsonObject): SourceObject {
  const yaml = text(state["yaml_body_parsed"]);
  const parsed = fromObject(yaml === undefined ? undefined : tryHelmYaml(yaml));
  return {
    ...parsed,
    apiVersion: text(state["api_version"]) ?? parsed.apiVersion,
    kind: text(state["kind"]) ?? parsed.kind,
    namespace:
      text(state["namespace"]) ?? parsed.namespace ?? /\/namespaces\/([^/]+)\//.exec(text(state["id"]) ?? "")?.[1],
    name: text(state["name"]) ?? parsed.name,
  };
}

/** `object` is what the API answered, `manifest` what was configured; both are of a dynamic type, `{ type, value }` in a state. */
function readManifest(state: JsonObject): SourceObject {
  const dynamic = (value: Json | undefined) =>
    isJsonObject(value) && isJsonObject(value["value"]) ? value["value"] : value;
  return fromObject(dynamic(state["object"] ?? state["manifest"]));
}

function readApplication(kind: string, state: JsonObject): SourceObject {
  const { name, namespace, cluster } = state;
  return { apiVersion: appsVersion, kind, name: text(name), namespace: text(namespace), cluster: text(cluster) };
}

function fromObject(object: Json | undefined): SourceObject {
  const part = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {});
  const { apiVersion, kind, metadata, spec } = part(object);
  return {
    apiVersion: text(apiVersion),
    kind: text(kind),
    namespace: text(part(metadata)["namespace"]),
    name: text(part(metadata)["name"]),
    cluster: text(part(spec)["cluster"]),
  };
}

const text = (value: Json | undefined): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;
