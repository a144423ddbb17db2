import type { JsonObject } from "../../base/json.ts";
import type { SchemaType } from "../schema/schema-type.ts";

/** A kind that a tenant cluster serves. */
export interface ServedKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly subresources: readonly ("scale" | "status")[];
  /** Whether `metadata.generation` counts the changes of its content. */
  readonly generation: boolean;
  /** Name of its definition in the schema. */
  readonly definition: string;
  /** What a custom resource adds; undefined for Kubernetes' own kinds. */
  readonly custom?: CustomKind;
}

/** The parts of a CustomResourceDefinition that its objects depend on. */
export interface CustomKind {
  /** Name of the CustomResourceDefinition. */
  readonly name: string;
  readonly type: SchemaType;
  /** The versions that are served, the preferred one first. */
  readonly versions: readonly string[];
  readonly columns: readonly JsonObject[];
  readonly scale: JsonObject | undefined;
}

/** How a kind is called in the store. */
export const resourceKey = (kind: Pick<ServedKind, "plural" | "group">): string => `${kind.plural}.${kind.group}`;

export const apiVersionOf = (kind: Pick<ServedKind, "group" | "version">): string =>
  kind.group === "" ? kind.version : `${kind.group}/${kind.version}`;

type Part = Partial<Omit<ServedKind, "group" | "kind" | "custom">>;

const kindOf = (group: string, folder: string, kind: string, part: Part = {}): ServedKind => {
  const version = part.version ?? "v1";
  const singular = kind.toLowerCase();
  return {
    group,
    version,
    kind,
    singular,
    plural: `${singular}s`,
    namespaced: true,
    shortNames: [],
    categories: [],
    subresources: [],
    generation: false,
    definition: `io.k8s.api.${folder}.${version}.${kind}`,
    ...part,
  };
};

const all = ["all"];
const status = ["status"] as const;
const scale = ["scale", "status"] as const;
const wide = { namespaced: false };

const core = (kind: string, part?: Part) => kindOf("", "core", kind, part);
const app = (kind: string, shortName: string, part: Part) =>
  kindOf("apps", "apps", kind, { shortNames: [shortName], categories: all, generation: true, ...part });
const network = (kind: string, part: Part) =>
  kindOf("networking.k8s.io", "networking", kind, { generation: true, ...part });
const role = (kind: string, part?: Part) => kindOf("rbac.authorization.k8s.io", "rbac", kind, part);

/** Kubernetes' own kinds that tenant clusters serve, in the order of discovery. */
export const ownKinds: readonly ServedKind[] = [
  core("ConfigMap", { shortNames: ["cm"] }),
  core("Endpoints", { plural: "endpoints", shortNames: ["ep"] }),
  core("Event", { shortNames: ["ev"] }),
  core("Namespace", { shortNames: ["ns"], subresources: status, ...wide }),
  core("Node", { shortNames: ["no"], subresources: status, ...wide }),
  core("PersistentVolume", { shortNames: ["pv"], subresources: status, ...wide }),
  core("PersistentVolumeClaim", { shortNames: ["pvc"], subresources: status }),
  core("Pod", { shortNames: ["po"], categories: all, subresources: status, generation: true }),
  core("Secret"),
  core("Service", { shortNames: ["svc"], categories: all, subresources: status }),
  core("ServiceAccount", { shortNames: ["sa"] }),
  app("DaemonSet", "ds", { subresources: status }),
  app("Deployment", "deploy", { subresources: scale }),
  app("ReplicaSet", "rs", { subresources: scale }),
  app("StatefulSet", "sts", { subresources: scale }),
  kindOf("autoscaling", "autoscaling", "HorizontalPodAutoscaler", {
    version: "v2",
    shortNames: ["hpa"],
    categories: all,
    subresources: status,
  }),
  kindOf("batch", "batch", "CronJob", { shortNames: ["cj"], categories: all, subresources: status, generation: true }),
  kindOf("batch", "batch", "Job", { categories: all, subresources: status, generation: true }),
  network("Ingress", { plural: "ingresses", shortNames: ["ing"], subresources: status }),
  network("IngressClass", { plural: "ingressclasses", ...wide }),
  network("NetworkPolicy", { plural: "networkpolicies", shortNames: ["netpol"] }),
  kindOf("policy", "policy", "PodDisruptionBudget", { shortNames: ["pdb"], subresources: status, generation: true }),
  role("ClusterRole", wide),
  role("ClusterRoleBinding", wide),
  role("Role"),
  role("RoleBinding"),
  kindOf("coordination.k8s.io", "coordination", "Lease"),
  kindOf("discovery.k8s.io", "discovery", "EndpointSlice", { generation: true }),
  kindOf("storage.k8s.io", "storage", "StorageClass", { plural: "storageclasses", shortNames: ["sc"], ...wide }),
  {
    ...kindOf("apiextensions.k8s.io", "", "CustomResourceDefinition", {
      shortNames: ["crd", "crds"],
      categories: ["api-extensions"],
      subresources: status,
      generation: true,
      ...wide,
    }),
    definition: "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition",
  },
];

/** The resource of each kind that controllers use. */
export const resources = {
  configMaps: "configmaps.",
  endpoints: "endpoints.",
  endpointSlices: "endpointslices.discovery.k8s.io",
  events: "events.",
  namespaces: "namespaces.",
  nodes: "nodes.",
  volumes: "persistentvolumes.",
  claims: "persistentvolumeclaims.",
  pods: "pods.",
  secrets: "secrets.",
  services: "services.",
  serviceAccounts: "serviceaccounts.",
  daemonSets: "daemonsets.apps",
  deployments: "deployments.apps",
  replicaSets: "replicasets.apps",
  statefulSets: "statefulsets.apps",
  cronJobs: "cronjobs.batch",
  jobs: "jobs.batch",
  ingresses: "ingresses.networking.k8s.io",
  ingressClasses: "ingressclasses.networking.k8s.io",
  disruptionBudgets: "poddisruptionbudgets.policy",
  storageClasses: "storageclasses.storage.k8s.io",
  customResourceDefinitions: "customresourcedefinitions.apiextensions.k8s.io",
} as const;
