import { gzipSync } from "node:zlib";
import type { Json, JsonObject } from "../../base/json.ts";
import { fixedUid } from "../api/catalogue-objects.ts";
import { bytesOf, millicoresOf } from "../chart/kubelet-rules.ts";
import type { AddonState, ClusterState, Machine } from "../store/cluster-state.ts";
import { type KubeObject, timestamp } from "../store/kube-object.ts";

/** What a tenant cluster holds, computed from the state of its machines and add-ons at a moment. */
export interface TenantObjects {
  nodes: KubeObject[];
  namespaces: KubeObject[];
  secrets: KubeObject[];
  deployments: KubeObject[];
  daemonsets: KubeObject[];
  storageclasses: KubeObject[];
}

export interface TenantView {
  readonly cluster: ClusterState;
  readonly now: number;
  readonly platform: "1.1.2" | "1.6.2";
  /** StorageClasses of the platform. */
  readonly storageClasses: readonly string[];
  /** Group whose machines never become ready. */
  readonly stuck: string | undefined;
}

export function tenantObjects(view: TenantView): TenantObjects {
  const { cluster, now } = view;
  const nodes: KubeObject[] = [];
  for (const group of Object.values(cluster.groups)) {
    for (const machine of group.machines) {
      if (group.rendered.name !== view.stuck && machine.readyAt <= now) nodes.push(node(view, machine, nodes.length));
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
    storageclasses: tenantStorageClasses(view),
  };
}

const byName = (a: KubeObject, b: KubeObject) => (String(a.metadata["name"]) < String(b.metadata["name"]) ? -1 : 1);

function node({ cluster, platform }: TenantView, machine: Machine, index: number): KubeObject {
  const owner = machine.name.slice(0, machine.name.lastIndexOf("-"));
  const address = `10.244.${Math.floor(index / 250)}.${(index % 250) + 2}`;
  const labels: JsonObject = {
    "beta.kubernetes.io/arch": "amd64",
    "beta.kubernetes.io/os": "linux",
    "kubernetes.io/arch": "amd64",
    "kubernetes.io/hostname": machine.name,
    "kubernetes.io/os": "linux",
    ...(machine.instanceType === "" ? {} : { "node.kubernetes.io/instance-type": machine.instanceType }),
    ...(machine.gpus.length > 0 ? { gpu: "on", "nvidia.com/gpu.present": "true" } : {}),
  };
  for (const role of machine.roles) labels[`node-role.kubernetes.io/${role}`] = "";
  const cpu = millicoresOf(machine.cpu);
  const capacity: JsonObject = {
    cpu: String(Math.ceil(cpu / 1000)),
    memory: `${Math.floor(bytesOf(machine.memory) / 1024)}Ki`,
    pods: "110",
    ...(machine.gpus.length > 0 ? { "nvidia.com/gpu": String(machine.gpus.length) } : {}),
  };
  const ready = timestamp(machine.readyAt);
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name: machine.name,
      uid: machine.uid,
      resourceVersion: String(100 + Math.floor(machine.readyAt % 1_000_000_000)),
      creationTimestamp: ready,
      labels,
      annotations: {
        "cluster.x-k8s.io/cluster-name": `kubernetes-${cluster.name}`,
        "cluster.x-k8s.io/labels-from-machine": "",
        "cluster.x-k8s.io/machine": machine.name,
        "cluster.x-k8s.io/owner-kind": "MachineSet",
        "cluster.x-k8s.io/owner-name": owner,
      },
    },
    spec: { podCIDR: `10.243.${index % 256}.0/24`, providerID: `kubevirt://${machine.name}` },
    status: {
      capacity,
      allocatable: capacity,
      conditions: [
        {
          type: "MemoryPressure",
          status: "False",
          reason: "KubeletHasSufficientMemory",
          message: "kubelet has sufficient memory available",
          lastHeartbeatTime: ready,
          lastTransitionTime: ready,
        },
        {
          type: "DiskPressure",
          status: "False",
          reason: "KubeletHasNoDiskPressure",
          message: "kubelet has no disk pressure",
          lastHeartbeatTime: ready,
          lastTransitionTime: ready,
        },
        {
          type: "Ready",
          status: "True",
          reason: "KubeletReady",
          message: "kubelet is posting ready status",
          lastHeartbeatTime: ready,
          lastTransitionTime: ready,
        },
      ],
      addresses: [
        { type: "InternalIP", address },
        { type: "Hostname", address: machine.name },
      ],
      nodeInfo: {
        architecture: "amd64",
        operatingSystem: "linux",
        // Workers run Ubuntu before 1.6 and Talos from there on (platform.md §0.1).
        ...(platform === "1.1.2"
          ? {
              osImage: "Ubuntu 24.04.3 LTS",
              kernelVersion: "6.8.0-84-generic",
              containerRuntimeVersion: "containerd://1.7.28",
            }
          : {
              osImage: "Talos (v1.13.6)",
              kernelVersion: "6.12.38-talos",
              containerRuntimeVersion: "containerd://2.1.4",
            }),
        kubeletVersion: machine.kubelet,
        kubeProxyVersion: machine.kubelet,
        machineID: machine.uid.replaceAll("-", ""),
        systemUUID: machine.uid,
        bootID: fixedUid("boot", machine.name),
      },
    },
  };
}

function namespace(name: string, cluster: ClusterState): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: born(name, undefined, `${cluster.name}/namespace`, cluster.readyAt, {
      "kubernetes.io/metadata.name": name,
    }),
    spec: { finalizers: ["kubernetes"] },
    status: { phase: "Active" },
  };
}

function born(
  name: string,
  inNamespace: string | undefined,
  kind: string,
  moment: number,
  labels: JsonObject = {},
): JsonObject {
  return {
    name,
    ...(inNamespace === undefined ? {} : { namespace: inNamespace }),
    uid: fixedUid(kind, `${inNamespace ?? ""}/${name}`),
    resourceVersion: String(100 + Math.floor(moment % 1_000_000_000)),
    creationTimestamp: timestamp(moment),
    labels,
  };
}

/** Helm keeps a release as a secret: base64 of gzip of JSON. */
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
    metadata: born(`sh.helm.release.v1.${name}.v${revision}`, release.namespace, "release", moment, {
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
    metadata: { ...born(name, addon.release.namespace, "deployment", moment, ownLabels(name)), generation: 1 },
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
      ...born(name, addon.release.namespace, "daemonset", addon.deployedAt ?? 0, ownLabels(name)),
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

/** 1.1 hands one class down, under another name; 1.6 every replicated class under its own (platform.md §3.8). */
function tenantStorageClasses(view: TenantView): KubeObject[] {
  const { cluster, platform } = view;
  const propagated = view.storageClasses.filter((name) => name !== "local");
  const fallback = propagated.includes("replicated") ? "replicated" : propagated[0];
  const standard = propagated.includes(cluster.storageClass) ? cluster.storageClass : fallback;
  const make = (name: string, infra: string, isDefault: boolean): KubeObject => ({
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: {
      ...born(name, undefined, `${cluster.name}/storageclass`, cluster.readyAt),
      ...(isDefault ? { annotations: { "storageclass.kubernetes.io/is-default-class": "true" } } : {}),
    },
    provisioner: "csi.kubevirt.io",
    parameters: { bus: "scsi", infraStorageClassName: infra },
    reclaimPolicy: "Delete",
    volumeBindingMode: "Immediate",
    allowVolumeExpansion: true,
  });
  if (platform === "1.1.2") return [make("kubevirt", cluster.storageClass, true)];
  return [
    ...propagated.map((name) => make(name, name, name === standard)),
    make("kubevirt", standard ?? "replicated", false),
  ].sort(byName);
}
