import type { Quota } from "../machines/quota.ts";
import { type ApiResource, ageColumn, nameColumn, reviewResource } from "../server/api-resource.ts";
import { type KubeObject, timestamp } from "../store/kube-object.ts";
import { type ApplicationsOptions, applications } from "./application/applications.ts";
import { instanceTypeObjects, storageClassObjects, tenantNamespace } from "./catalogue-objects.ts";
import { machineObjects } from "./machine-objects.ts";
import { networkObjects } from "./network-objects.ts";
import { optionObjects } from "./option-objects.ts";
import { eventColumns, ingressColumns, monitorColumns, serviceColumns } from "./platform-columns.ts";
import { tenantSecrets } from "./tenant-secrets.ts";

interface PlatformResourcesOptions extends ApplicationsOptions {
  readonly startedAt: number;
  readonly now: () => number;
  /** Whether instance types, GPUs, StorageClasses and machines are listed. */
  readonly catalogue: boolean;
  readonly quota: Quota;
  /** How many versions back applications are read: a stale cache. */
  readonly stale: number;
}

/** Everything that the platform's API serves to a tenant, as data for discovery and reads. */
export function platformResources(options: PlatformResourcesOptions): ApiResource[] {
  const created = timestamp(options.startedAt);
  return [
    ...[...options.profile.kinds.values()].map((kind) => applications(options, kind, options.stale)),
    ...tenantResources(options, created),
    ...namespacedResources(options, created),
    ...clusterResources(options, created),
  ];
}

type Part = Pick<ApiResource, "name" | "singular" | "kind" | "list"> & Partial<ApiResource>;

const resource = (part: Part): ApiResource => ({
  group: "",
  version: "v1",
  namespaced: true,
  verbs: ["get", "list", "watch"],
  columns: [nameColumn, ageColumn],
  listStyle: "core",
  watch: "all",
  ...part,
});

/** `core.cozystack.io`. */
function tenantResources({ profile, namespace, state, catalogue }: PlatformResourcesOptions, created: string) {
  const served = (part: Part) =>
    resource({ group: "core.cozystack.io", version: "v1alpha1", listStyle: "aggregated", ...part });
  const optionsResource = served({
    name: "options",
    singular: "option",
    kind: "Option",
    list: () => optionObjects(profile, namespace, catalogue),
  });
  return [
    ...(profile.capabilities.api.servesOptions ? [optionsResource] : []),
    served({ name: "tenantmodules", singular: "tenantmodule", kind: "TenantModule", list: () => [] }),
    served({
      name: "tenantnamespaces",
      singular: "tenantnamespace",
      kind: "TenantNamespace",
      namespaced: false,
      list: () => [tenantNamespace(namespace, created)],
    }),
    served({
      name: "tenantsecrets",
      singular: "tenantsecret",
      kind: "TenantSecret",
      verbs: ["create", "delete", "get", "list", "patch", "update", "watch"],
      list: () => tenantSecrets(state.objects.list("secrets")),
    }),
  ];
}

/** The objects of the tenant's namespace: stored ones, and those computed from the machines. */
function namespacedResources(options: PlatformResourcesOptions, created: string): ApiResource[] {
  const { namespace, state, now, quota } = options;
  const machines = machineObjects({ clusters: () => state.clusters.values(), namespace, now, created, quota });
  const network = networkObjects({ clusters: () => state.clusters.values(), namespace, now });
  const listed = (objects: () => KubeObject[]) => (options.catalogue ? objects() : []);
  const stored = (part: Omit<Part, "list">) => resource({ ...part, list: () => state.objects.list(part.name) });
  const cozystack = { group: "cozystack.io", version: "v1alpha1", listStyle: "custom" } as const;
  const monitor = { name: "workloadmonitors", singular: "workloadmonitor", kind: "WorkloadMonitor" };
  const workload = { name: "workloads", singular: "workload", kind: "Workload" };
  const event = { name: "events", singular: "event", kind: "Event", shortNames: ["ev"] };
  const pod = { name: "pods", singular: "pod", kind: "Pod", shortNames: ["po"] };
  const quotas = { name: "resourcequotas", singular: "resourcequota", kind: "ResourceQuota", shortNames: ["quota"] };
  const eventFields = [
    "metadata.name",
    "metadata.namespace",
    "type",
    "reason",
    "involvedObject.name",
    "involvedObject.kind",
  ];
  return [
    stored({ ...cozystack, ...monitor, columns: monitorColumns }),
    resource({ ...cozystack, ...workload, list: () => listed(machines.workloads) }),
    stored({ ...event, columns: eventColumns, fieldLabels: eventFields }),
    resource({ ...pod, list: () => listed(machines.pods) }),
    resource({
      ...quotas,
      list: () => [...state.objects.list("resourcequotas"), ...listed(() => [machines.quota()])],
    }),
    stored({ name: "secrets", singular: "secret", kind: "Secret" }),
    resource({
      ...{ name: "services", singular: "service", kind: "Service", shortNames: ["svc"], columns: serviceColumns },
      list: () => listed(network.services),
    }),
    resource({
      ...{ group: "networking.k8s.io", name: "ingresses", singular: "ingress", kind: "Ingress", shortNames: ["ing"] },
      columns: ingressColumns,
      list: () => listed(network.ingresses),
    }),
  ];
}

function clusterResources({ profile, catalogue }: PlatformResourcesOptions, created: string): ApiResource[] {
  const listed = (objects: KubeObject[]) => (catalogue ? objects : []);
  return [
    resource({
      group: "instancetype.kubevirt.io",
      version: "v1beta1",
      name: "virtualmachineclusterinstancetypes",
      singular: "virtualmachineclusterinstancetype",
      kind: "VirtualMachineClusterInstancetype",
      namespaced: false,
      listStyle: "custom",
      shortNames: ["vmclusterinstancetype", "vmclusterinstancetypes"],
      list: () => listed(instanceTypeObjects(profile, created)),
    }),
    resource({
      group: "storage.k8s.io",
      name: "storageclasses",
      singular: "storageclass",
      kind: "StorageClass",
      namespaced: false,
      shortNames: ["sc"],
      list: () => listed(storageClassObjects(profile, created)),
    }),
    reviewResource("authorization.k8s.io", "SelfSubjectAccessReview"),
    reviewResource("authentication.k8s.io", "SelfSubjectReview"),
  ];
}
