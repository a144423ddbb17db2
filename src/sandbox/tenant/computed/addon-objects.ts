import { gzipSync } from "node:zlib";
import type { Json, JsonObject } from "../../../base/json.ts";
import type { AddonState } from "../../store/cluster-state.ts";
import { type KubeObject, timestamp } from "../../store/kube-object.ts";
import { computedMetadata } from "./tenant-metadata.ts";

/** Helm stores a release as a secret: base64 of gzip of JSON. */
export function helmSecret(name: string, addon: AddonState): KubeObject {
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

export function addonDeployment(name: string, addon: AddonState, running: boolean): KubeObject {
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

export function addonDaemonSet(name: string, addon: AddonState, nodes: number): KubeObject {
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
