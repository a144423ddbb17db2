import { isJsonObject } from "../../base/json.ts";
import { type ApiResource, ageColumn, nameColumn } from "../server/api-resource.ts";
import { group as applicationGroup, toApplication } from "./application.ts";
import { instanceTypeObjects, storageClassObjects, tenantNamespace } from "./catalogue-objects.ts";
import type { Condition, HelmRelease } from "../store/helm-release.ts";
import { type KubeObject, labelsOf, timestamp } from "../store/kube-object.ts";
import { machineObjects } from "./machine-objects.ts";
import { optionObjects } from "./option-objects.ts";
import { applicationColumns, eventColumns, monitorColumns } from "./platform-columns.ts";
import type { Kind, Profile } from "../platform/profile.ts";
import type { Quota } from "../machines/quota.ts";
import type { World } from "../store/world.ts";

const readVerbs = ["get", "list", "watch"];
const allVerbs = ["create", "delete", "get", "list", "patch", "update", "watch"];

export interface PlatformResourcesOptions {
  readonly profile: Profile;
  readonly namespace: string;
  readonly world: World;
  readonly startedAt: number;
  readonly now: () => number;
  /** Whether instance types, GPUs and StorageClasses are there to be listed. */
  readonly catalogue: boolean;
  readonly quota: Quota;
  /** How many versions back applications are read: a cache that lags. */
  readonly stale: number;
}

/** Everything the platform's API serves to a tenant, as data for discovery and reads. */
export function platformResources(options: PlatformResourcesOptions): ApiResource[] {
  const { profile, namespace, world } = options;
  const modern = profile.platform !== "1.1.2";
  const born = timestamp(options.startedAt);
  const machines = machineObjects(() => world.clusters.values(), namespace, options.now, born, options.quota);
  const catalogue = (objects: KubeObject[]) => (options.catalogue ? objects : []);
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
      list: () => catalogue(machines.workloads()),
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
    core({ name: "pods", singular: "pod", kind: "Pod", shortNames: ["po"], list: () => catalogue(machines.pods()) }),
    core({
      name: "resourcequotas",
      singular: "resourcequota",
      kind: "ResourceQuota",
      shortNames: ["quota"],
      list: () => [...world.objects.list("resourcequotas"), ...catalogue([machines.quota()])],
    }),
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
      list: () => catalogue(instanceTypeObjects(profile, born)),
    }),
    core({
      group: "storage.k8s.io",
      version: "v1",
      name: "storageclasses",
      singular: "storageclass",
      kind: "StorageClass",
      namespaced: false,
      shortNames: ["sc"],
      list: () => catalogue(storageClassObjects(profile, born)),
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
