import { ApiStatus } from "../server/api-status.ts";

/** What the platform lets an identity do: a tenant's ServiceAccount, a tenant who may only look, nobody in particular. */
export type Role = "tenant" | "view" | "none";

export interface Identity {
  readonly user: string;
  readonly role: Role;
}

export const anonymous: Identity = { user: "system:anonymous", role: "none" };

/** What a request asks for, in the words of an authorizer. */
export interface Action {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string | undefined;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

const reads = new Set(["get", "list", "watch"]);
const viewed: Readonly<Record<string, readonly string[]>> = {
  "": ["pods", "services", "persistentvolumes", "endpoints", "events", "resourcequotas"],
  "networking.k8s.io": ["ingresses"],
  "cozystack.io": ["workloadmonitors", "workloads"],
  "discovery.k8s.io": ["endpointslices"],
};

/** The rules of a tenant's namespace (platform.md §2.2). Nothing else is readable, and nothing across namespaces. */
export interface AccessRules {
  readonly namespace: string;
  /** 1.6 lets every authenticated user read StorageClasses; 1.1 does not (§6.1). */
  readonly storageClasses: boolean;
  /** Whether the Role that opens this secret exists: it comes with the chart of its cluster (§2.1). */
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

/** The refusal of what `isAllowed` denies, in the authorizer's words. */
export function forbidden(identity: Identity, action: Action): ApiStatus {
  const { verb, group, namespace, name } = action;
  const resource = action.subresource === undefined ? action.resource : `${action.resource}/${action.subresource}`;
  const qualified = group === "" ? action.resource : `${action.resource}.${group}`;
  const object = name === undefined ? qualified : `${qualified} "${name}"`;
  const where = namespace === undefined ? "at the cluster scope" : `in the namespace "${namespace}"`;
  return new ApiStatus(
    403,
    "Forbidden",
    `${object} is forbidden: User "${identity.user}" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`,
    {
      ...(name === undefined ? {} : { name }),
      ...(group === "" ? {} : { group }),
      kind: action.resource,
    },
  );
}

export function forbiddenPath(identity: Identity, verb: string, path: string): ApiStatus {
  return new ApiStatus(403, "Forbidden", `forbidden: User "${identity.user}" cannot ${verb} path "${path}"`, {});
}

/** Paths outside any resource that an identity may GET. */
export function isPathAllowed(identity: Identity, path: string): boolean {
  if (/^\/(version\/?|healthz|livez|readyz)$/.test(path)) return true;
  return identity !== anonymous && /^\/(api|apis|openapi)(\/|$)/.test(path);
}
