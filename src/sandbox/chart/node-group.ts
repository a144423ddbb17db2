import { createHash } from "node:crypto";
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import type { ChartCapabilities } from "../platform/capabilities.ts";
import type { Profile } from "../platform/profile.ts";
import { sorted, text } from "../store/kube-object.ts";
import type { RenderedGroup } from "../store/rendered-cluster.ts";
import { kubeletFault } from "./kubelet-rules.ts";
import { type Rendering, refusal } from "./merged-values.ts";

/** The values that the groups of a cluster or a pool share. */
interface SharedValues {
  /** Kubernetes minor, `v1.33`. */
  readonly version: string;
  readonly storageClass: Json | undefined;
  readonly talos: Json | undefined;
}

/** Renders one group of worker machines. */
export function renderGroup(
  profile: Profile,
  name: string,
  group: JsonObject,
  shared: SharedValues,
): Rendering<RenderedGroup> {
  const { chart } = profile.capabilities;
  const resources = isJsonObject(group["resources"]) ? group["resources"] : {};
  const own = { cpu: quantity(resources["cpu"]), memory: quantity(resources["memory"]) };
  const instanceType = text(group["instanceType"]);
  const size = profile.instanceTypes[instanceType];
  const wrong = groupFault(chart, name, group, own);
  if (wrong !== undefined) return refusal(wrong);
  if (instanceType !== "" && size === undefined) return refusal(chart.unknownInstanceType(name, instanceType));
  const cpu = own.cpu || (size ? String(size.cpu) : "1");
  const memory = own.memory || size?.memory || "1Gi";
  const fault = chart.kubeletReservations ? kubeletFault(name, group["kubelet"], cpu, memory) : undefined;
  if (fault !== undefined) return refusal(fault);
  const gpus = listOf(group["gpus"]).map((gpu) => (isJsonObject(gpu) ? text(gpu["name"]) : ""));
  const roles = listOf(group["roles"]).map((role) => text(role));
  const machine: Json = { roles, instanceType, resources, gpus, disk: group[chart.diskField] ?? null };
  return {
    ok: true,
    value: {
      name,
      min: Number(group["minReplicas"] ?? 0),
      max: Number(group["maxReplicas"] ?? 10),
      instanceType,
      cpu,
      memory,
      gpus,
      roles,
      template: templateHash({
        ...machine,
        ...(chart.talosWorkers ? { talos: shared.talos ?? null } : {}),
        ...(chart.groupStorageClass
          ? { storageClass: text(group["storageClass"]) || (shared.storageClass ?? null) }
          : {}),
      }),
      kubelet: profile.kubernetesVersions[shared.version] ?? shared.version,
    },
  };
}

function groupFault(
  chart: ChartCapabilities,
  name: string,
  group: JsonObject,
  own: { readonly cpu: string; readonly memory: string },
): string | undefined {
  if (chart.diskField !== "ephemeralStorage" && group["ephemeralStorage"] !== undefined) {
    return `nodeGroup "${name}": ephemeralStorage is no longer supported and should have been automatically migrated to diskSize`;
  }
  if (chart.pairsGroupResources && (own.cpu === "") !== (own.memory === "")) {
    return `nodeGroup ${name}: resources.cpu and resources.memory must be set both or neither`;
  }
  return undefined;
}

/** First six hex digits of the template's hash: a different one replaces the nodes (platform.md §3.6). */
function templateHash(template: JsonObject): string {
  return createHash("sha256")
    .update(JSON.stringify(sorted(template)))
    .digest("hex")
    .slice(0, 6);
}

const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);

function quantity(value: Json | undefined): string {
  return typeof value === "number" ? String(value) : text(value);
}
