import type { Json, JsonObject } from "../../base/json.ts";
import { type ApiResource, groupVersionOf } from "./api-resource.ts";

/** The discovery documents of a server: `/api`, `/apis`, a group, a group's version. Undefined for other paths. */
export function discover(path: string, resources: readonly ApiResource[]): JsonObject | undefined {
  const trimmed = path.replace(/\/$/, "");
  const groups = new Map<string, string>();
  for (const resource of resources) groups.set(resource.group, resource.version);
  if (trimmed === "/api") {
    return {
      kind: "APIVersions",
      versions: ["v1"],
      serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress: "127.0.0.1:443" }],
    };
  }
  if (trimmed === "/apis") {
    const named = [...groups].filter(([group]) => group !== "");
    return {
      kind: "APIGroupList",
      apiVersion: "v1",
      groups: named.map(([group, version]) => apiGroup(group, version)),
    };
  }
  for (const [group, version] of groups) {
    if (group !== "" && trimmed === `/apis/${group}`)
      return { kind: "APIGroup", apiVersion: "v1", ...apiGroup(group, version) };
    const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
    if (trimmed === root) {
      const own = resources.filter((resource) => resource.group === group);
      return {
        kind: "APIResourceList",
        apiVersion: "v1",
        groupVersion: own[0] ? groupVersionOf(own[0]) : version,
        resources: own.map(apiResource),
      };
    }
  }
  return undefined;
}

function apiGroup(group: string, version: string): JsonObject {
  const preferred = { groupVersion: `${group}/${version}`, version };
  return { name: group, versions: [preferred], preferredVersion: { ...preferred } };
}

function apiResource(resource: ApiResource): Json {
  // The aggregated servers repeat the group and version of every resource.
  const aggregated = resource.listStyle === "aggregated" ? { group: resource.group, version: resource.version } : {};
  return {
    name: resource.name,
    singularName: resource.singular,
    namespaced: resource.namespaced,
    ...aggregated,
    kind: resource.kind,
    verbs: [...resource.verbs],
    ...(resource.shortNames ? { shortNames: [...resource.shortNames] } : {}),
  };
}
