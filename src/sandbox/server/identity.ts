import { ApiStatus } from "../server/api-status.ts";

/** The rights of an identity on the platform: those of a tenant, read access, none. */
export type Role = "tenant" | "view" | "none";

export interface Identity {
  readonly user: string;
  readonly role: Role;
}

export const anonymous: Identity = { user: "system:anonymous", role: "none" };

/** A request in the terms of an authorizer. */
export interface Action {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource: string | undefined;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

/** The refusal of an action, in the authorizer's words. */
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
