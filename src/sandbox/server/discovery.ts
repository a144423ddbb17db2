import type { Json, JsonObject } from "../../base/json.ts";
import { type ApiResource, groupVersionOf, type Subresource } from "./api-resource.ts";
import type { HttpAnswer } from "./http-server.ts";

/** The versions of each group, the preferred one first. */
function versionsOf(resources: readonly ApiResource[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { group, version } of resources) {
    const known = groups.get(group) ?? [];
    if (!known.includes(version)) groups.set(group, [...known, version]);
  }
  return groups;
}

/** The discovery documents of a server: `/api`, `/apis`, a group, a group's version. Undefined for other paths. */
export function discover(path: string, resources: readonly ApiResource[]): JsonObject | undefined {
  const trimmed = path.replace(/\/$/, "");
  const groups = versionsOf(resources);
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
      groups: named.map(([group, versions]) => apiGroup(group, versions)),
    };
  }
  for (const [group, versions] of groups) {
    if (group !== "" && trimmed === `/apis/${group}`)
      return { kind: "APIGroup", apiVersion: "v1", ...apiGroup(group, versions) };
    for (const version of versions) {
      const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
      if (trimmed !== root) continue;
      const own = resources.filter((resource) => resource.group === group && resource.version === version);
      return {
        kind: "APIResourceList",
        apiVersion: "v1",
        groupVersion: own[0] ? groupVersionOf(own[0]) : version,
        resources: own.flatMap((resource) => [apiResource(resource), ...subresources(resource)]),
      };
    }
  }
  return undefined;
}

function apiGroup(group: string, versions: readonly string[]): JsonObject {
  const all = versions.map((version) => ({ groupVersion: `${group}/${version}`, version }));
  return { name: group, versions: all, preferredVersion: { ...all[0] } };
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
    ...(resource.categories ? { categories: [...resource.categories] } : {}),
  };
}

const subresources = (resource: ApiResource): Json[] =>
  (resource.subresources ?? []).map(({ name, verbs, kind }) => ({
    name: `${resource.name}/${name}`,
    singularName: "",
    namespaced: resource.namespaced,
    ...(kind ? { group: kind.group, version: kind.version, kind: kind.kind } : { kind: resource.kind }),
    verbs: [...verbs],
  }));

const aggregatedType = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/** Everything below `/api` or `/apis` in one document, where the client accepts that (`apidiscovery.k8s.io/v2`). */
export function discoverAggregated(
  path: string,
  accept: string,
  resources: readonly ApiResource[],
): HttpAnswer | undefined {
  const trimmed = path.replace(/\/$/, "");
  const isRoot = trimmed === "/api" || trimmed === "/apis";
  if (!isRoot || !/g=apidiscovery\.k8s\.io;v=v2;as=APIGroupDiscoveryList/.test(accept.replaceAll(" ", "")))
    return undefined;
  const groups = [...versionsOf(resources)].filter(([group]) => (group === "") === (trimmed === "/api"));
  const items = groups.map(([group, versions]) => ({
    metadata: group === "" ? { creationTimestamp: null } : { name: group, creationTimestamp: null },
    versions: versions.map((version) => ({
      version,
      resources: resources
        .filter((resource) => resource.group === group && resource.version === version)
        .map(aggregatedResource),
      freshness: "Current",
    })),
  }));
  return {
    status: 200,
    headers: { "content-type": aggregatedType },
    body: { kind: "APIGroupDiscoveryList", apiVersion: "apidiscovery.k8s.io/v2", metadata: {}, items },
  };
}

function aggregatedResource(resource: ApiResource): JsonObject {
  const { group, version, kind } = resource;
  const part = ({ name, verbs, kind: own }: Subresource): JsonObject => ({
    subresource: name,
    responseKind: own ? { ...own } : { group, version, kind },
    verbs: [...verbs],
  });
  return {
    resource: resource.name,
    responseKind: { group, version, kind },
    scope: resource.namespaced ? "Namespaced" : "Cluster",
    singularResource: resource.singular,
    verbs: [...resource.verbs],
    ...(resource.shortNames ? { shortNames: [...resource.shortNames] } : {}),
    ...(resource.categories ? { categories: [...resource.categories] } : {}),
    ...(resource.subresources ? { subresources: resource.subresources.map(part) } : {}),
  };
}
