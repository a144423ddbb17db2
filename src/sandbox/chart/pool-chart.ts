import type { JsonObject } from "../../base/json.ts";
import type { Kind, Profile } from "../platform/profile.ts";
import { text } from "../store/kube-object.ts";
import type { RenderedGroup } from "../store/rendered-cluster.ts";
import { mergedValues, type Rendering, refusal } from "./merged-values.ts";
import { renderGroup } from "./node-group.ts";

interface RenderedPool {
  readonly cluster: string;
  readonly group: RenderedGroup;
}

/** The place that the chart's execution errors name. */
const at = "execution error at (kubernetes-nodes/templates/nodes.yaml:1:4): kubernetes-nodes:";

/** Renders the chart of a `KubernetesNodes` object: its group and the cluster it belongs to (platform.md §4). */
export function renderPool(profile: Profile, kind: Kind, name: string, values: JsonObject): Rendering<RenderedPool> {
  const merged = mergedValues(kind, values);
  if (!merged.ok) return merged;
  const spec = merged.value;
  const cluster = text(spec["cluster"]);
  if (cluster === "") return refusal(`${at} .Values.cluster is required: the name of the parent Kubernetes object`);
  if (!name.startsWith(`${cluster}-`) || name === `${cluster}-`) {
    return refusal(
      `${at} release name "${kind.releasePrefix}${name}" must start with "${kind.releasePrefix}${cluster}-": name the KubernetesNodes object <cluster>-<pool> (cluster="${cluster}")`,
    );
  }
  const shared = { version: text(spec["version"]), storageClass: spec["storageClass"], talos: spec["talos"] };
  const group = renderGroup(profile, name.slice(cluster.length + 1), spec, shared);
  return group.ok ? { ok: true, value: { cluster, group: group.value } } : refusal(`${at} ${group.text}`);
}

/** The refusal of a pool whose minor is newer than that of its cluster. */
export const poolAheadText = (version: string, cluster: string, running: string): string =>
  `${at} pool version "${version}" is ahead of parent cluster "kubernetes-${cluster}" version "${running}" — a worker kubelet may not run ahead of the apiserver. A worker minor may lag the control plane (rolling upgrade) but not lead it; set .version to at most the parent Kubernetes CR's minor.`;

/** The refusal of a pool whose MachineDeployment belongs to another release. */
export function poolOwnershipText(namespace: string, deployment: string, owner: string, other: string): string {
  return `${at} MachineDeployment "${deployment}" in namespace "${namespace}" is already managed by release "${other}", not this pool release "${owner}"`;
}
