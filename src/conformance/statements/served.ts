import { isJsonObject } from "../../base/json.ts";
import { accepted, at, describe, equality, refusal } from "../answer.ts";
import { openApiPath, specSchema } from "../detect-profile.ts";
import { allProfiles } from "../profile.ts";
import { type Statement, verdict } from "../statement.ts";
import type { Tenant } from "../tenant.ts";

/** What the API serves, and how it says so (platform.md §1.1, §1.9, §2). */

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
  provider: "uses no other verb",
};

const oldSchema: Statement = {
  id: "openapi-tells-the-platform",
  sentence: "the OpenAPI document shows a platform 1.1: ephemeralStorage, resources required, md0 in the default",
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
  provider: "reads names, defaults and versions from this document and assumes 1.1 where it cannot be had",
};

const newSchema: Statement = {
  id: "openapi-tells-the-platform",
  sentence:
    "the OpenAPI document shows a platform 1.6: diskSize, resources optional, KubernetesNodes, no group by default",
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
  provider: "reads names, defaults and versions from this document, and keeps groups where it is told to",
};

const versionEnum: Statement = {
  id: "openapi-lists-versions",
  sentence: "the OpenAPI document lists the Kubernetes versions on offer as vX.Y, and the default is one of them",
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
        : `versions on offer: ${names.join(", ") || "none"}`,
      names.includes(standard) ? undefined : `the default ${standard} is not on offer`,
    );
  },
  provider: "refuses a version that is not on offer while planning",
};

const noPools: Statement = {
  id: "pools",
  sentence: "there are no KubernetesNodes: groups live in the cluster",
  profiles: ["1.1.2"],
  section: "4",
  run: async (tenant) =>
    verdict((await resource(tenant, "kubernetesnodeses")) === undefined ? undefined : "kubernetesnodeses are served"),
  provider: "keeps a hikube_nodegroup as a key of the cluster's spec",
};

const pools: Statement = {
  id: "pools",
  sentence: "KubernetesNodes are served beside the groups of a cluster's spec",
  profiles: ["1.6.2"],
  section: "4",
  run: async (tenant) =>
    verdict(equality("kind", at(await resource(tenant, "kubernetesnodeses"), "kind"), "KubernetesNodes")),
  provider:
    "keeps groups in the spec as long as it has nodeGroups, and removes a cluster's KubernetesNodes before the cluster",
};

const optionsPath = ({ namespace }: Tenant) => `/apis/core.cozystack.io/v1alpha1/namespaces/${namespace}/options`;

const noOptions: Statement = {
  id: "options",
  sentence: "no options are served: 404, or 403 where the tenant's role does not name them",
  profiles: ["1.1.2"],
  section: "7",
  run: async (tenant) => {
    const answer = await tenant.call({ method: "GET", path: optionsPath(tenant) });
    // Rights are looked at before paths.
    return verdict(refusal(answer, 403) === undefined ? undefined : refusal(answer, 404));
  },
  provider: "lists instance types through KubeVirt's API and treats every list as incomplete",
};

const options: Statement = {
  id: "options",
  sentence: "options are served, of version 0, with items under spec",
  profiles: ["1.6.2"],
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
  sentence: "a resource that the group does not have is answered 404",
  profiles: allProfiles,
  section: "7",
  run: async (tenant) =>
    verdict(refusal(await tenant.call({ method: "GET", path: `${tenant.clusters}-that-are-not` }), 404)),
  provider: "decides by the OpenAPI document what to ask for",
};

const noStatus: Statement = {
  id: "no-status-subresource",
  sentence: "clusters have no status subresource: 404",
  profiles: allProfiles,
  section: "7",
  run: async (tenant) => {
    const name = await tenant.inert("status");
    return verdict(refusal(await tenant.call({ method: "GET", path: `${tenant.clusters}/${name}/status` }), 404));
  },
  provider: "reads the status with the object",
};

export const servedStatements = [
  clusters,
  oldSchema,
  newSchema,
  versionEnum,
  noPools,
  pools,
  noOptions,
  options,
  unknownResource,
  noStatus,
];
