import { createHash } from "node:crypto";
import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { type ApiResource, ageColumn, type Column, nameColumn } from "./api-resource.ts";
import { group as applicationGroup, toApplication } from "./application.ts";
import type { Condition, HelmRelease } from "./helm-release.ts";
import { type KubeObject, labelsOf, text, timestamp } from "./kube-object.ts";
import { optionObjects } from "./options.ts";
import type { Kind, Profile } from "./profile.ts";
import type { World } from "./world.ts";

const readVerbs = ["get", "list", "watch"];
const allVerbs = ["create", "delete", "get", "list", "patch", "update", "watch"];

export interface PlatformResourcesOptions {
  readonly profile: Profile;
  readonly namespace: string;
  readonly world: World;
  readonly startedAt: number;
  /** Whether instance types, GPUs and StorageClasses are there to be listed. */
  readonly catalogue: boolean;
  /** How many versions back applications are read: a cache that lags. */
  readonly stale: number;
}

/** Everything the platform's API serves to a tenant, as data for discovery and reads. */
export function platformResources(options: PlatformResourcesOptions): ApiResource[] {
  const { profile, namespace, world } = options;
  const modern = profile.platform !== "1.1.2";
  const born = timestamp(options.startedAt);
  const resources: ApiResource[] = [...profile.kinds.values()].map((kind) => applications(options, kind));

  const core = (part: Pick<ApiResource, "name" | "singular" | "kind"> & Partial<ApiResource>): ApiResource => ({
    group: "",
    version: "v1",
    namespaced: true,
    verbs: readVerbs,
    columns: [nameColumn, ageColumn],
    listStyle: "core",
    watch: "all",
    list: () => world.objects.list(part.name),
    ...part,
  });
  const tenantCore = (
    part: Pick<ApiResource, "name" | "singular" | "kind" | "list"> & Partial<ApiResource>,
  ): ApiResource => core({ group: "core.cozystack.io", version: "v1alpha1", listStyle: "aggregated", ...part });

  if (modern) {
    resources.push(
      tenantCore({
        name: "options",
        singular: "option",
        kind: "Option",
        list: () => optionObjects(profile, namespace, options.catalogue),
      }),
    );
  }
  resources.push(
    tenantCore({ name: "tenantmodules", singular: "tenantmodule", kind: "TenantModule", list: () => [] }),
    tenantCore({
      name: "tenantnamespaces",
      singular: "tenantnamespace",
      kind: "TenantNamespace",
      namespaced: false,
      list: () => [tenantNamespace(namespace, born)],
    }),
    tenantCore({
      name: "tenantsecrets",
      singular: "tenantsecret",
      kind: "TenantSecret",
      verbs: allVerbs,
      list: () => world.objects.list("secrets").filter(isTenantResource).map(toTenantSecret),
    }),
    core({
      group: "cozystack.io",
      version: "v1alpha1",
      name: "workloadmonitors",
      singular: "workloadmonitor",
      kind: "WorkloadMonitor",
      listStyle: "custom",
      columns: monitorColumns,
    }),
    core({
      group: "cozystack.io",
      version: "v1alpha1",
      name: "workloads",
      singular: "workload",
      kind: "Workload",
      listStyle: "custom",
    }),
    core({
      name: "events",
      singular: "event",
      kind: "Event",
      shortNames: ["ev"],
      columns: eventColumns,
      fieldLabels: [
        "metadata.name",
        "metadata.namespace",
        "type",
        "reason",
        "involvedObject.name",
        "involvedObject.kind",
      ],
    }),
    core({ name: "pods", singular: "pod", kind: "Pod", shortNames: ["po"] }),
    core({ name: "resourcequotas", singular: "resourcequota", kind: "ResourceQuota", shortNames: ["quota"] }),
    core({ name: "secrets", singular: "secret", kind: "Secret" }),
    core({ name: "services", singular: "service", kind: "Service", shortNames: ["svc"] }),
    core({
      group: "instancetype.kubevirt.io",
      version: "v1beta1",
      name: "virtualmachineclusterinstancetypes",
      singular: "virtualmachineclusterinstancetype",
      kind: "VirtualMachineClusterInstancetype",
      namespaced: false,
      listStyle: "custom",
      shortNames: ["vmclusterinstancetype", "vmclusterinstancetypes"],
      list: () => instanceTypes(profile, born),
    }),
    core({
      group: "storage.k8s.io",
      version: "v1",
      name: "storageclasses",
      singular: "storageclass",
      kind: "StorageClass",
      namespaced: false,
      shortNames: ["sc"],
      list: () => storageClasses(profile, born),
    }),
    {
      group: "authorization.k8s.io",
      version: "v1",
      name: "selfsubjectaccessreviews",
      singular: "selfsubjectaccessreview",
      kind: "SelfSubjectAccessReview",
      namespaced: false,
      verbs: ["create"],
      columns: [],
      listStyle: "core",
      watch: "all",
    },
  );
  return resources;
}

function applications(options: PlatformResourcesOptions, kind: Kind): ApiResource {
  return {
    group: applicationGroup,
    version: "v1alpha1",
    name: kind.plural,
    singular: kind.singular,
    kind: kind.name,
    namespaced: true,
    verbs: allVerbs,
    columns: applicationColumns,
    listStyle: "aggregated",
    watch: "tables",
    list: () => {
      const { releases } = options.world;
      const at = (release: HelmRelease) => (options.stale > 0 ? releases.before(release, options.stale) : release);
      return releases.list(kind.name).map((release) => viewApplication(options, at(release), kind));
    },
  };
}

/** An application as the API shows it, with the platform's own condition from 1.3 on (platform.md §1.10). */
export function viewApplication(
  options: Pick<PlatformResourcesOptions, "profile" | "namespace" | "world">,
  release: HelmRelease,
  kind: Kind,
): KubeObject {
  const more = options.profile.platform === "1.1.2" ? undefined : workloadsReady(options.world, release);
  return toApplication(release, kind, options.namespace, more ? [more] : []);
}

function workloadsReady(world: World, release: HelmRelease): Condition | undefined {
  const monitors = world.objects.list("workloadmonitors").filter((monitor) => {
    const labels = labelsOf(monitor);
    return (
      labels["apps.cozystack.io/application.kind"] === release.kind &&
      labels["apps.cozystack.io/application.name"] === release.name
    );
  });
  if (monitors.length === 0 || release.status.conditions === undefined) return undefined;
  const states = monitors.map((monitor) =>
    isJsonObject(monitor["status"]) ? monitor["status"]["operational"] : undefined,
  );
  const lastTransitionTime =
    release.status.conditions
      .map((one) => one.lastTransitionTime)
      .sort()
      .at(-1) ?? "";
  const base = { type: "WorkloadsReady", lastTransitionTime };
  if (states.includes(undefined)) {
    return {
      ...base,
      status: "Unknown",
      reason: "Pending",
      message: "One or more workloads have not been reconciled yet",
    };
  }
  const operational = states.every((state) => state === true);
  return {
    ...base,
    status: operational ? "True" : "False",
    reason: "WorkloadMonitorCheck",
    message: operational ? "All workloads are operational" : "One or more workloads are not operational",
  };
}

const applicationColumns: readonly Column[] = [
  nameColumn,
  { name: "Ready", type: "string", cell: (object) => readyOf(object) },
  ageColumn,
  {
    name: "Version",
    type: "string",
    cell: (object) => (isJsonObject(object["status"]) ? text(object["status"]["version"]).replace(/^.*\+/, "") : ""),
  },
];

function readyOf(object: KubeObject): Json {
  const conditions = isJsonObject(object["status"]) ? object["status"]["conditions"] : undefined;
  if (!Array.isArray(conditions)) return "";
  const ready = conditions.filter(isJsonObject).find((condition) => condition["type"] === "Ready");
  return ready?.["status"] ?? "";
}

const field = (section: string, key: string) => (object: KubeObject) =>
  isJsonObject(object[section]) ? (object[section][key] ?? null) : null;

const monitorColumns: readonly Column[] = [
  nameColumn,
  { name: "Kind", type: "string", cell: field("spec", "kind") },
  { name: "Type", type: "string", cell: field("spec", "type") },
  { name: "Replicas", type: "integer", cell: field("spec", "replicas") },
  { name: "MinReplicas", type: "integer", cell: field("spec", "minReplicas") },
  { name: "Available", type: "integer", cell: field("status", "availableReplicas") },
  { name: "Observed", type: "integer", cell: field("status", "observedReplicas") },
];

const eventColumns: readonly Column[] = [
  { name: "Last Seen", type: "date", cell: (object) => object["lastTimestamp"] ?? null },
  { name: "Type", type: "string", cell: (object) => object["type"] ?? "" },
  { name: "Reason", type: "string", cell: (object) => object["reason"] ?? "" },
  {
    name: "Object",
    type: "string",
    cell: (object) =>
      isJsonObject(object["involvedObject"])
        ? `${text(object["involvedObject"]["kind"]).toLowerCase()}/${text(object["involvedObject"]["name"])}`
        : "",
  },
  { name: "Message", type: "string", cell: (object) => object["message"] ?? "" },
];

const tenantResource = "internal.cozystack.io/tenantresource";

function isTenantResource(secret: KubeObject): boolean {
  return labelsOf(secret)[tenantResource] === "true";
}

/** `stringData` carries base64 text as well: the server's own quirk (platform.md §2). */
function toTenantSecret(secret: KubeObject): KubeObject {
  const { managedFields, labels, ...metadata } = secret.metadata;
  const shown = Object.entries(isJsonObject(labels) ? labels : {}).filter(([key]) => !key.startsWith("internal."));
  return {
    apiVersion: "core.cozystack.io/v1alpha1",
    kind: "TenantSecret",
    metadata: { ...metadata, ...(shown.length > 0 ? { labels: Object.fromEntries(shown) } : {}) },
    type: secret["type"] ?? "Opaque",
    data: secret["data"] ?? {},
    stringData: secret["data"] ?? {},
  };
}

function tenantNamespace(namespace: string, born: string): KubeObject {
  return {
    apiVersion: "core.cozystack.io/v1alpha1",
    kind: "TenantNamespace",
    metadata: { name: namespace, uid: fixedUid("namespace", namespace), resourceVersion: "1", creationTimestamp: born },
  };
}

function instanceTypes(profile: Profile, born: string): KubeObject[] {
  return Object.entries(profile.instanceTypes)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([name, size]): KubeObject => ({
        apiVersion: "instancetype.kubevirt.io/v1beta1",
        kind: "VirtualMachineClusterInstancetype",
        metadata: {
          name,
          uid: fixedUid("instancetype", name),
          resourceVersion: "1",
          generation: 1,
          creationTimestamp: born,
          labels: {
            "instancetype.kubevirt.io/cpu": String(size.cpu),
            "instancetype.kubevirt.io/memory": size.memory,
          },
        },
        spec: { cpu: { guest: size.cpu }, memory: { guest: size.memory } },
      }),
    );
}

function storageClasses(profile: Profile, born: string): KubeObject[] {
  return [...profile.storageClasses].sort().map((name): KubeObject => {
    const annotations: JsonObject =
      name === "replicated" ? { "storageclass.kubernetes.io/is-default-class": "true" } : {};
    return {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: {
        name,
        uid: fixedUid("storageclass", name),
        resourceVersion: "1",
        creationTimestamp: born,
        annotations,
      },
      provisioner: "linstor.csi.linbit.com",
      parameters: { "property.linstor.csi.linbit.com/DrbdOptions/auto-quorum": "suspend-io" },
      reclaimPolicy: "Delete",
      volumeBindingMode: "Immediate",
      allowVolumeExpansion: true,
    };
  });
}

/** The same uid for the same thing at every start. */
export function fixedUid(kind: string, name: string): string {
  const hex = createHash("sha256").update(`${kind}/${name}`).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
