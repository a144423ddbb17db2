import { isJsonObject } from "../../base/json.ts";
import { accepted, at, describe, equality, refusal } from "../answer.ts";
import { openApiPath, specSchema } from "../detect-profile.ts";
import { allProfiles, recentProfiles } from "../profile.ts";
import { type Statement, verdict } from "../statement.ts";
import type { Tenant } from "../tenant.ts";

/** Discovery and the OpenAPI document (platform.md §1.1, §1.9, §2). */

const groupPath = "/apis/apps.cozystack.io/v1alpha1";

const resource = async (tenant: Tenant, name: string) => {
  const found = at(
    accepted(await tenant.call({ method: "GET", path: groupPath }), "reading the API group"),
    "resources",
  );
  return (Array.isArray(found) ? found : []).find((one) => at(one, "name") === name);
};

const schema = async (tenant: Tenant, kind: string) =>
  specSchema(accepted(await tenant.call({ method: "GET", path: openApiPath }), "reading the OpenAPI document"), kind);

const clusters: Statement = {
  id: "clusters-are-served",
  sentence: "clusters are served as kuberneteses, namespaced, with create, delete, get, list, patch, update and watch",
  profiles: allProfiles,
  section: "1.1",
  run: async (tenant) => {
    const found = await resource(tenant, "kuberneteses");
    const verbs = at(found, "verbs");
    return verdict(
      equality("the kind", at(found, "kind"), "Kubernetes"),
      equality("namespaced", at(found, "namespaced"), true),
      equality("the list of verbs", Array.isArray(verbs) ? verbs.map(String).sort() : undefined, [
        "create",
        "delete",
        "get",
        "list",
        "patch",
        "update",
        "watch",
      ]),
    );
  },
  provider: "uses no other verbs",
};

const oldSchema: Statement = {
  id: "openapi-tells-the-platform",
  sentence: "the OpenAPI document describes platform 1.1: ephemeralStorage, resources required, md0 in the default",
  profiles: ["1.1.2"],
  section: "1.9",
  run: async (tenant) => {
    const spec = await schema(tenant, "Kubernetes");
    const group = at(spec, "properties", "nodeGroups", "additionalProperties");
    const required = at(group, "required");
    return verdict(
      isJsonObject(at(group, "properties", "ephemeralStorage")) ? undefined : "a group has no ephemeralStorage",
      Array.isArray(required) && required.includes("resources") ? undefined : "a group does not require resources",
      isJsonObject(at(spec, "properties", "nodeGroups", "default", "md0")) ? undefined : "the default has no md0",
    );
  },
  provider: "reads names, defaults and versions from this document, and assumes 1.1 where it is unavailable",
};

const newSchema: Statement = {
  id: "openapi-tells-the-platform",
  sentence:
    "the OpenAPI document describes platform 1.6: diskSize, resources optional, KubernetesNodes, no default group",
  profiles: ["1.6.2"],
  section: "1.9",
  run: async (tenant) => {
    const spec = await schema(tenant, "Kubernetes");
    const group = at(spec, "properties", "nodeGroups", "additionalProperties");
    const required = at(group, "required");
    return verdict(
      isJsonObject(at(group, "properties", "diskSize")) ? undefined : "a group has no diskSize",
      Array.isArray(required) && !required.includes("resources") ? undefined : "a group requires resources",
      equality("the default of nodeGroups", at(spec, "properties", "nodeGroups", "default"), {}),
      (await schema(tenant, "KubernetesNodes")) === undefined ? "there is no schema of KubernetesNodes" : undefined,
    );
  },
  provider: "reads names, defaults, versions and the place of node groups from this document",
};

const nextSchema: Statement = {
  id: "openapi-tells-the-platform",
  sentence:
    "the OpenAPI document describes the next platform: clusters without nodeGroups, KubernetesNodes with diskSize",
  profiles: ["next"],
  section: "4",
  run: async (tenant) =>
    verdict(
      equality("nodeGroups", at(await schema(tenant, "Kubernetes"), "properties", "nodeGroups"), undefined),
      isJsonObject(at(await schema(tenant, "KubernetesNodes"), "properties", "diskSize"))
        ? undefined
        : "a pool has no diskSize",
    ),
  provider: "reads names, defaults, versions and the place of node groups from this document",
};

const versionEnum: Statement = {
  id: "openapi-lists-versions",
  sentence: "the OpenAPI document lists the served Kubernetes versions as vX.Y, and the default is one of them",
  profiles: allProfiles,
  section: "1.9",
  run: async (tenant) => {
    const version = at(await schema(tenant, "Kubernetes"), "properties", "version");
    const served = at(version, "enum");
    const names = Array.isArray(served) ? served.map(String) : [];
    const standard = String(at(version, "default"));
    return verdict(
      names.length > 0 && names.every((name) => /^v1\.[0-9]+$/.test(name))
        ? undefined
        : `served versions: ${names.join(", ") || "none"}`,
      names.includes(standard) ? undefined : `the default ${standard} is not served`,
    );
  },
  provider: "refuses a version that is not served at plan time",
};

const noPools: Statement = {
  id: "pools",
  sentence: "KubernetesNodes are not served: node groups are part of the cluster",
  profiles: ["1.1.2"],
  section: "4",
  run: async (tenant) =>
    verdict((await resource(tenant, "kubernetesnodeses")) === undefined ? undefined : "kubernetesnodeses are served"),
  provider: "stores a hikube_nodegroup in the spec of the cluster",
};

const pools: Statement = {
  id: "pools",
  sentence: "KubernetesNodes are served",
  profiles: recentProfiles,
  section: "4",
  run: async (tenant) =>
    verdict(equality("kind", at(await resource(tenant, "kubernetesnodeses"), "kind"), "KubernetesNodes")),
  provider:
    "stores groups in the spec as long as it has nodeGroups, and deletes the KubernetesNodes of a cluster before the cluster",
};

const optionsPath = ({ namespace }: Tenant) => `/apis/core.cozystack.io/v1alpha1/namespaces/${namespace}/options`;

const noOptions: Statement = {
  id: "options",
  sentence: "options are not served: 404, or 403 where the tenant's role does not include them",
  profiles: ["1.1.2"],
  section: "7",
  run: async (tenant) => {
    const answer = await tenant.call({ method: "GET", path: optionsPath(tenant) });
    // Authorization comes before routing.
    return verdict(refusal(answer, 403) === undefined ? undefined : refusal(answer, 404));
  },
  provider: "lists instance types through the KubeVirt API and treats every list as incomplete",
};

const options: Statement = {
  id: "options",
  sentence: "options are served with resourceVersion 0 and items under spec",
  profiles: recentProfiles,
  section: "2",
  run: async (tenant) => {
    const answer = await tenant.call({ method: "GET", path: optionsPath(tenant) });
    if (!answer.ok) return verdict(describe(answer));
    const { items } = answer.body;
    const first = Array.isArray(items) ? items.find((item) => at(item, "spec", "items") !== undefined) : undefined;
    return verdict(
      first === undefined ? "no option has items" : undefined,
      equality("the resourceVersion of an option", at(first, "metadata", "resourceVersion"), "0"),
    );
  },
  provider: "lists instance types, GPUs and storage classes from them",
};

const unknownResource: Statement = {
  id: "unknown-resource",
  sentence: "an unknown resource of the group is answered 404",
  profiles: allProfiles,
  section: "7",
  run: async (tenant) =>
    verdict(refusal(await tenant.call({ method: "GET", path: `${tenant.clusters}-that-are-not` }), 404)),
  provider: "decides by the OpenAPI document what to request",
};

const noStatus: Statement = {
  id: "no-status-subresource",
  sentence: "clusters have no status subresource: 404",
  profiles: allProfiles,
  section: "7",
  run: async (tenant) => {
    const name = await tenant.createInert("status");
    return verdict(refusal(await tenant.call({ method: "GET", path: `${tenant.clusters}/${name}/status` }), 404));
  },
  provider: "reads the status with the object",
};

export const servedStatements = [
  clusters,
  oldSchema,
  newSchema,
  nextSchema,
  versionEnum,
  noPools,
  pools,
  noOptions,
  options,
  unknownResource,
  noStatus,
];
