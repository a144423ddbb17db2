import type { JsonObject } from "../../../base/json.ts";
import { resources } from "../../objects/served-kind.ts";
import type { Profile } from "../../platform/profile.ts";
import type { AddonState, ClusterState, Machine } from "../../store/cluster-state.ts";
import { byName, type KubeObject, nameOf, objectAt, textAt } from "../../store/kube-object.ts";
import type { TenantStore } from "../../store/tenant-store.ts";
import { addonDefinitions } from "./addon-definitions.ts";
import { addonDaemonSet, addonDeployment, helmSecret } from "./addon-objects.ts";
import { endpointSlices, endpoints } from "./service-endpoints.ts";
import { computedMetadata } from "./tenant-metadata.ts";
import { tenantNode } from "./tenant-node.ts";
import { tenantStorageClasses } from "./tenant-storage-classes.ts";

/** What the objects of a tenant cluster are computed from at a moment. */
export interface TenantSource {
  readonly cluster: ClusterState;
  readonly profile: Profile;
  readonly store: TenantStore;
  readonly now: () => number;
  /** Group whose machines never become ready. */
  readonly stuck: () => string | undefined;
}

type Compute = (source: TenantSource) => readonly KubeObject[];

const readyMachines = ({ cluster, now, stuck }: TenantSource): Machine[] =>
  Object.values(cluster.groups)
    .filter((group) => group.rendered.name !== stuck())
    .flatMap((group) => group.machines.filter((machine) => machine.readyAt <= now()));

const deployed = ({ cluster, now }: TenantSource): [string, AddonState][] =>
  Object.entries(cluster.addons).filter(([, addon]) => addon.deployedAt !== undefined && addon.deployedAt <= now());

const workloads = (source: TenantSource, kind: "DaemonSet" | "Deployment") =>
  deployed(source).filter(([, addon]) => addon.release.workload === kind);

const nodes: Compute = (source) =>
  readyMachines(source)
    .map((machine, index) =>
      tenantNode(source.cluster.name, machine, index, source.profile.capabilities.tenant.nodeSystem),
    )
    .sort(byName);

const namespaces: Compute = (source) => {
  const names = new Set(["default", "kube-node-lease", "kube-public", "kube-system"]);
  for (const [, addon] of deployed(source)) names.add(addon.release.namespace);
  return [...names].sort().map((name) => namespace(name, source.cluster));
};

function namespace(name: string, cluster: ClusterState): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: computedMetadata(name, undefined, `${cluster.name}/namespace`, cluster.readyAt, {
      "kubernetes.io/metadata.name": name,
    }),
    spec: { finalizers: ["kubernetes"] },
    status: { phase: "Active" },
  };
}

/** An object that a controller keeps in every namespace that is not being deleted. */
function inEachNamespace(source: TenantSource, kind: string, name: string, content: JsonObject): KubeObject[] {
  const stored = source.store.list(resources.namespaces);
  const names = new Set(stored.map(nameOf));
  const all = [...namespaces(source).filter((one) => !names.has(nameOf(one))), ...stored];
  return all
    .filter((one) => one.metadata["deletionTimestamp"] === undefined)
    .map((one) => ({
      apiVersion: "v1",
      kind,
      metadata: computedMetadata(
        name,
        nameOf(one),
        `${source.cluster.name}/${kind}`,
        Date.parse(textAt(one, "metadata", "creationTimestamp")),
      ),
      ...content,
    }));
}

const kubernetesService: Compute = ({ cluster }) => [
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: computedMetadata("kubernetes", "default", `${cluster.name}/service`, cluster.readyAt, {
      component: "apiserver",
      provider: "kubernetes",
    }),
    spec: {
      clusterIP: "10.96.0.1",
      clusterIPs: ["10.96.0.1"],
      internalTrafficPolicy: "Cluster",
      ipFamilies: ["IPv4"],
      ipFamilyPolicy: "SingleStack",
      ports: [{ name: "https", port: 443, protocol: "TCP", targetPort: 6443 }],
      sessionAffinity: "None",
      type: "ClusterIP",
    },
    status: { loadBalancer: {} },
  },
];

/** The class of the add-on `ingress-nginx` exists while it is deployed. */
const ingressClasses: Compute = (source) =>
  deployed(source)
    .filter(([name]) => name === "ingress-nginx")
    .map(([, addon]) => ({
      apiVersion: "networking.k8s.io/v1",
      kind: "IngressClass",
      metadata: computedMetadata("nginx", undefined, `${source.cluster.name}/ingressclass`, addon.deployedAt ?? 0),
      spec: { controller: "k8s.io/ingress-nginx" },
    }));

const computes: Readonly<Record<string, Compute>> = {
  [resources.configMaps]: (source) =>
    inEachNamespace(source, "ConfigMap", "kube-root-ca.crt", {
      data: { "ca.crt": source.cluster.authority?.certificate ?? "" },
    }),
  [resources.customResourceDefinitions]: (source) => addonDefinitions(source.cluster, deployed(source)),
  [resources.daemonSets]: (source) => {
    const count = readyMachines(source).length;
    return workloads(source, "DaemonSet").map(([name, addon]) => addonDaemonSet(name, addon, count));
  },
  [resources.deployments]: (source) => {
    const isRunning = readyMachines(source).length > 0;
    return workloads(source, "Deployment").map(([name, addon]) => addonDeployment(name, addon, isRunning));
  },
  [resources.endpoints]: (source) => endpoints(source.store),
  [resources.endpointSlices]: (source) => endpointSlices(source.store),
  [resources.ingressClasses]: ingressClasses,
  [resources.namespaces]: namespaces,
  [resources.nodes]: nodes,
  [resources.secrets]: (source) => deployed(source).map(([name, addon]) => helmSecret(name, addon)),
  [resources.serviceAccounts]: (source) => inEachNamespace(source, "ServiceAccount", "default", {}),
  [resources.services]: kubernetesService,
  [resources.storageClasses]: ({ profile, cluster }) => tenantStorageClasses(profile, cluster),
};

/** The objects of a resource that are computed from the state of the machines and add-ons; they are stored nowhere. */
export const computedObjects = (source: TenantSource, resource: string): readonly KubeObject[] =>
  computes[resource]?.(source) ?? [];

/** What a client has stored over a computed object. Of a node only its metadata and its scheduling are a client's. */
export function overlaid(resource: string, computed: KubeObject, stored: KubeObject): KubeObject {
  if (resource !== resources.nodes) return stored;
  const { taints, unschedulable } = objectAt(stored, "spec");
  return {
    ...computed,
    metadata: {
      ...stored.metadata,
      uid: computed.metadata["uid"] ?? "",
      labels: { ...objectAt(stored, "metadata", "labels"), ...objectAt(computed, "metadata", "labels") },
    },
    spec: {
      ...objectAt(computed, "spec"),
      ...(taints === undefined ? {} : { taints }),
      ...(unschedulable === undefined ? {} : { unschedulable }),
    },
  };
}
