import { CoreError } from "./core-error.ts";

/** Identifies a managed cluster: `apps.cozystack.io/v1alpha1 Kubernetes` in a tenant namespace. */
export interface ClusterId {
  readonly namespace: string;
  readonly name: string;
}

/** Identifies a node group of a cluster, whether it is stored in the cluster's spec or in a `KubernetesNodes` object. */
export interface NodeGroupId {
  readonly namespace: string;
  readonly cluster: string;
  readonly name: string;
}

/** Identifies an add-on of a cluster. `name` is the catalogue's kebab-case name, e.g. `cert-manager`. */
export interface AddonId {
  readonly namespace: string;
  readonly cluster: string;
  readonly name: string;
}

const apps = "/apis/apps.cozystack.io/v1alpha1/namespaces";

/**
 * Returns a name as one segment of a URL path. Kubernetes names contain nothing that would change the path, but an id from a state or
 * an import may. Throws CoreError `InvalidInput`.
 */
function segment(name: string): string {
  if (!/^\.{0,2}$|\//.test(name)) return encodeURIComponent(name);
  throw new CoreError("InvalidInput", `${JSON.stringify(name)} is not a valid name in Kubernetes.`);
}

export const clusterOf = (id: NodeGroupId | AddonId): ClusterId => ({ namespace: id.namespace, name: id.cluster });
export const clusterKey = (id: ClusterId): string => `${id.namespace}/${id.name}`;
export const memberKey = (id: NodeGroupId | AddonId): string => `${id.namespace}/${id.cluster}/${id.name}`;

export const clustersPath = (namespace: string): string => `${apps}/${segment(namespace)}/kuberneteses`;
export const clusterPath = (id: ClusterId): string => `${clustersPath(id.namespace)}/${segment(id.name)}`;
export const poolsPath = (namespace: string): string => `${apps}/${segment(namespace)}/kubernetesnodeses`;
export const poolPath = (id: NodeGroupId): string => `${poolsPath(id.namespace)}/${segment(poolName(id))}`;
export const monitorsPath = (namespace: string): string =>
  `/apis/cozystack.io/v1alpha1/namespaces/${segment(namespace)}/workloadmonitors`;
export const ingressesPath = (namespace: string): string =>
  `/apis/networking.k8s.io/v1/namespaces/${segment(namespace)}/ingresses`;
export const servicesPath = (namespace: string): string => `/api/v1/namespaces/${segment(namespace)}/services`;

/** Name of a group's `KubernetesNodes` object, which must be `<cluster>-<pool>` (platform.md §4). */
export const poolName = (id: NodeGroupId): string => `${id.cluster}-${id.name}`;

/** Helm release of a cluster, and the prefix of all names that the platform derives from it (platform.md §1.1). */
export const releaseName = (cluster: string): string => `kubernetes-${cluster}`;

/** The node group that the platform adds by default (platform.md §3.4). */
export const defaultGroupName = "md0";

/** Identifies an object of the platform's API. */
export interface ObjectRef {
  readonly kind: "Kubernetes" | "KubernetesNodes";
  readonly path: string;
  readonly name: string;
}

export const clusterRef = (id: ClusterId): ObjectRef => ({ kind: "Kubernetes", path: clusterPath(id), name: id.name });
export const poolRef = (id: NodeGroupId): ObjectRef => ({
  kind: "KubernetesNodes",
  path: poolPath(id),
  name: poolName(id),
});
