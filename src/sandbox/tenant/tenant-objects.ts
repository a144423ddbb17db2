import { gzipSync } from "node:zlib";
import type { Json, JsonObject } from "../../base/json.ts";
import type { Profile } from "../platform/profile.ts";
import type { AddonState, ClusterState } from "../store/cluster-state.ts";
import { byName, type KubeObject, timestamp } from "../store/kube-object.ts";
import { computedMetadata } from "./tenant-metadata.ts";
import { tenantNode } from "./tenant-node.ts";
import { tenantStorageClasses } from "./tenant-storage-classes.ts";

/** The objects of a tenant cluster, computed from the state of its machines and add-ons at a moment. */
export interface TenantObjects {
  nodes: KubeObject[];
  namespaces: KubeObject[];
  secrets: KubeObject[];
  deployments: KubeObject[];
  daemonsets: KubeObject[];
  storageclasses: KubeObject[];
}

interface TenantView {
  readonly cluster: ClusterState;
  readonly now: number;
  readonly profile: Profile;
  /** Group whose machines never become ready. */
  readonly stuck: string | undefined;
}

export function tenantObjects(view: TenantView): TenantObjects {
  const { cluster, profile, now } = view;
  const nodes: KubeObject[] = [];
  for (const group of Object.values(cluster.groups)) {
    for (const machine of group.machines) {
      if (group.rendered.name !== view.stuck && machine.readyAt <= now) {
        nodes.push(tenantNode(cluster.name, machine, nodes.length, profile.capabilities.tenant.nodeSystem));
      }
    }
  }
  const addons = Object.entries(cluster.addons).filter(
    ([, addon]) => addon.deployedAt !== undefined && addon.deployedAt <= now,
  );
  const workloads = addons.filter(([, addon]) => addon.release.workload !== "none");
  const names = new Set(["default", "kube-node-lease", "kube-public", "kube-system"]);
  for (const [, addon] of addons) names.add(addon.release.namespace);
  return {
    nodes: nodes.sort(byName),
    namespaces: [...names].sort().map((name) => namespace(name, cluster)),
    secrets: addons.map(([name, addon]) => helmSecret(name, addon)).sort(byName),
    deployments: workloads
      .filter(([, addon]) => addon.release.workload === "Deployment")
      .map(([name, addon]) => deployment(name, addon, nodes.length > 0))
      .sort(byName),
    daemonsets: workloads
      .filter(([, addon]) => addon.release.workload === "DaemonSet")
      .map(([name, addon]) => daemonSet(name, addon, nodes.length))
      .sort(byName),
    storageclasses: tenantStorageClasses(profile, cluster),
  };
}

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

/** Helm stores a release as a secret: base64 of gzip of JSON. */
function helmSecret(name: string, addon: AddonState): KubeObject {
  const { release, revision } = addon;
  const moment = addon.deployedAt ?? 0;
  const record: Json = {
    name,
    namespace: release.namespace,
    version: revision,
    info: { status: "deployed", first_deployed: timestamp(moment), last_deployed: timestamp(moment) },
    chart: { metadata: { name: `cozy-${name}`, version: "0.0.0" } },
    config: {},
    manifest: "",
  };
  const content = gzipSync(JSON.stringify(record)).toString("base64");
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: computedMetadata(`sh.helm.release.v1.${name}.v${revision}`, release.namespace, "release", moment, {
      name,
      owner: "helm",
      status: "deployed",
      version: String(revision),
      modifiedAt: String(Math.floor(moment / 1000)),
    }),
    type: "helm.sh/release.v1",
    data: { release: Buffer.from(content).toString("base64") },
  };
}

function deployment(name: string, addon: AddonState, running: boolean): KubeObject {
  const replicas = name === "coredns" ? 2 : 1;
  const available = running ? replicas : 0;
  const moment = addon.deployedAt ?? 0;
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: {
      ...computedMetadata(name, addon.release.namespace, "deployment", moment, ownLabels(name)),
      generation: 1,
    },
    spec: { replicas, selector: { matchLabels: ownLabels(name) }, template: podTemplate(name) },
    status: {
      observedGeneration: 1,
      replicas,
      updatedReplicas: replicas,
      ...(running ? { readyReplicas: available, availableReplicas: available } : { unavailableReplicas: replicas }),
      conditions: [
        {
          type: "Available",
          status: running ? "True" : "False",
          reason: running ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
          message: running ? "Deployment has minimum availability." : "Deployment does not have minimum availability.",
          lastTransitionTime: timestamp(moment),
          lastUpdateTime: timestamp(moment),
        },
      ],
    },
  };
}

function daemonSet(name: string, addon: AddonState, nodes: number): KubeObject {
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: {
      ...computedMetadata(name, addon.release.namespace, "daemonset", addon.deployedAt ?? 0, ownLabels(name)),
      generation: 1,
    },
    spec: { selector: { matchLabels: ownLabels(name) }, template: podTemplate(name) },
    status: {
      observedGeneration: 1,
      currentNumberScheduled: nodes,
      desiredNumberScheduled: nodes,
      numberMisscheduled: 0,
      numberReady: nodes,
      numberAvailable: nodes,
      updatedNumberScheduled: nodes,
    },
  };
}

const ownLabels = (name: string): JsonObject => ({
  "app.kubernetes.io/instance": name,
  "app.kubernetes.io/managed-by": "Helm",
  "app.kubernetes.io/name": name,
});

const podTemplate = (name: string): JsonObject => ({
  metadata: { labels: ownLabels(name) },
  spec: { containers: [{ name, image: `cozystack/${name}` }] },
});
