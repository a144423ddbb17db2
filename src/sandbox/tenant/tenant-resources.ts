import { isJsonObject, type Json } from "../../base/json.ts";
import { type ApiResource, ageColumn, type Column, nameColumn } from "../server/api-resource.ts";
import { type KubeObject, labelsOf, nameOf } from "../store/kube-object.ts";
import type { TenantObjects } from "./tenant-objects.ts";

/** What the API server of a tenant cluster serves. */
export function tenantResources(objects: () => TenantObjects): ApiResource[] {
  return [...coreResources(objects), ...otherResources(objects)];
}

type Part = Pick<ApiResource, "group" | "name" | "singular" | "kind" | "namespaced"> & Partial<ApiResource>;

const resource = (part: Part, list: () => KubeObject[]): ApiResource => ({
  version: "v1",
  verbs: ["get", "list", "watch"],
  columns: [nameColumn, ageColumn],
  listStyle: "core",
  watch: "all",
  list,
  ...part,
});

const none = (): KubeObject[] => [];

function coreResources(objects: () => TenantObjects): ApiResource[] {
  const core = { group: "", namespaced: true };
  const namespace = { ...core, name: "namespaces", singular: "namespace", kind: "Namespace", namespaced: false };
  const node = { ...core, name: "nodes", singular: "node", kind: "Node", namespaced: false };
  const secret = { ...core, name: "secrets", singular: "secret", kind: "Secret" };
  const secretFields = ["metadata.name", "metadata.namespace", "type"];
  return [
    resource({ ...core, name: "configmaps", singular: "configmap", kind: "ConfigMap", shortNames: ["cm"] }, none),
    resource({ ...core, name: "events", singular: "event", kind: "Event", shortNames: ["ev"] }, none),
    resource({ ...namespace, shortNames: ["ns"], columns: namespaceColumns }, () => objects().namespaces),
    resource({ ...node, shortNames: ["no"], columns: nodeColumns }, () => objects().nodes),
    resource({ ...core, name: "pods", singular: "pod", kind: "Pod", shortNames: ["po"] }, none),
    resource({ ...secret, fieldLabels: secretFields }, () => objects().secrets),
    resource({ ...core, name: "services", singular: "service", kind: "Service", shortNames: ["svc"] }, none),
  ];
}

function otherResources(objects: () => TenantObjects): ApiResource[] {
  const apps = { group: "apps", namespaced: true };
  const daemonSet = { ...apps, name: "daemonsets", singular: "daemonset", kind: "DaemonSet" };
  const deployment = { ...apps, name: "deployments", singular: "deployment", kind: "Deployment" };
  const storageClass = {
    group: "storage.k8s.io",
    namespaced: false,
    name: "storageclasses",
    singular: "storageclass",
    kind: "StorageClass",
  };
  return [
    resource({ ...daemonSet, shortNames: ["ds"], columns: daemonSetColumns }, () => objects().daemonsets),
    resource({ ...deployment, shortNames: ["deploy"], columns: deploymentColumns }, () => objects().deployments),
    resource({ ...storageClass, shortNames: ["sc"], columns: storageClassColumns }, () => objects().storageclasses),
  ];
}

function at(object: KubeObject, ...path: string[]): Json {
  let value: Json = object;
  for (const step of path) value = isJsonObject(value) ? (value[step] ?? null) : null;
  return value;
}

const count = (name: string, key: string): Column => ({
  name,
  type: "integer",
  cell: (object) => at(object, "status", key) ?? 0,
});

const nodeInfo = (name: string, key: string, wide = true): Column => ({
  name,
  type: "string",
  wide,
  cell: (object) => at(object, "status", "nodeInfo", key) ?? "",
});

const namespaceColumns: readonly Column[] = [
  nameColumn,
  { name: "Status", type: "string", cell: (object) => at(object, "status", "phase") },
  ageColumn,
];

const nodeColumns: readonly Column[] = [
  nameColumn,
  { name: "Status", type: "string", cell: (object) => (nameOf(object) === "" ? "Unknown" : "Ready") },
  { name: "Roles", type: "string", cell: rolesOf },
  ageColumn,
  nodeInfo("Version", "kubeletVersion", false),
  { name: "Internal-IP", type: "string", wide: true, cell: (object) => firstAddress(object) },
  { name: "External-IP", type: "string", wide: true, cell: () => "<none>" },
  nodeInfo("OS-Image", "osImage"),
  nodeInfo("Kernel-Version", "kernelVersion"),
  nodeInfo("Container-Runtime", "containerRuntimeVersion"),
];

const daemonSetColumns: readonly Column[] = [
  nameColumn,
  count("Desired", "desiredNumberScheduled"),
  count("Ready", "numberReady"),
  count("Available", "numberAvailable"),
  ageColumn,
];

const deploymentColumns: readonly Column[] = [
  nameColumn,
  {
    name: "Ready",
    type: "string",
    cell: (object) => `${at(object, "status", "readyReplicas") ?? 0}/${at(object, "status", "replicas") ?? 0}`,
  },
  count("Available", "availableReplicas"),
  ageColumn,
];

const storageClassColumns: readonly Column[] = [
  nameColumn,
  { name: "Provisioner", type: "string", cell: (object) => object["provisioner"] ?? "" },
  { name: "ReclaimPolicy", type: "string", cell: (object) => object["reclaimPolicy"] ?? "" },
  ageColumn,
];

function rolesOf(object: KubeObject): string {
  const prefix = "node-role.kubernetes.io/";
  const roles = Object.keys(labelsOf(object)).filter((key) => key.startsWith(prefix));
  return (
    roles
      .map((key) => key.slice(prefix.length))
      .sort()
      .join(",") || "<none>"
  );
}

function firstAddress(object: KubeObject): Json {
  const addresses = at(object, "status", "addresses");
  const first = Array.isArray(addresses) ? addresses[0] : undefined;
  return isJsonObject(first) ? (first["address"] ?? "<none>") : "<none>";
}
