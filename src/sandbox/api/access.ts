import { type Action, anonymous, type Identity } from "../server/identity.ts";

const reads = new Set(["get", "list", "watch"]);
const viewed: Readonly<Record<string, readonly string[]>> = {
  "": ["pods", "services", "persistentvolumes", "endpoints", "events", "resourcequotas"],
  "networking.k8s.io": ["ingresses"],
  "cozystack.io": ["workloadmonitors", "workloads"],
  "discovery.k8s.io": ["endpointslices"],
};

/** The access rules of a tenant's namespace (platform.md §2.2). Other namespaces and cluster-wide resources are closed. */
export interface AccessRules {
  readonly namespace: string;
  readonly storageClasses: boolean;
  /** Whether the Role for this secret exists: it is part of the chart of its cluster (platform.md §2.1). */
  readonly secret: (name: string) => boolean;
}

export function isAllowed(identity: Identity, action: Action, rules: AccessRules): boolean {
  const { verb, group, resource, namespace, name } = action;
  if (identity === anonymous) return false;
  if (group === "authorization.k8s.io" || group === "authentication.k8s.io") return verb === "create";
  if (namespace === undefined) {
    if (!reads.has(verb)) return false;
    if (group === "core.cozystack.io") return resource === "tenantnamespaces";
    if (group === "instancetype.kubevirt.io") return resource.startsWith("virtualmachinecluster");
    return group === "storage.k8s.io" && resource === "storageclasses" && rules.storageClasses;
  }
  if (namespace !== rules.namespace || identity.role === "none") return false;
  if (group === "apps.cozystack.io") return identity.role === "tenant" || reads.has(verb);
  if (group === "" && resource === "secrets") {
    return identity.role === "tenant" && verb === "get" && name !== undefined && rules.secret(name);
  }
  if (!reads.has(verb)) return false;
  if (group === "core.cozystack.io") return identity.role === "tenant" || resource === "options";
  if (group === "rbac.authorization.k8s.io") return resource === "roles" && verb === "get";
  return viewed[group]?.includes(resource) ?? false;
}

/** Whether an identity may GET a path outside any resource. */
export function isPathAllowed(identity: Identity, path: string): boolean {
  if (/^\/(version\/?|healthz|livez|readyz)$/.test(path)) return true;
  return identity !== anonymous && /^\/(api|apis|openapi)(\/|$)/.test(path);
}
