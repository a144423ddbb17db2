import type { NodeGroupDesired } from "../desired/desired.ts";
import { emptyGroup } from "../platform/groups.ts";
import type { InstanceType } from "../platform/offers.ts";
import type { Platform } from "../platform/platform.ts";
import { sizeOf } from "../validate/node-group.ts";
import type { GroupDemand } from "../validate/quota.ts";

/** Returns what a group demands of the tenant's quota; settings that are not set have the platform's defaults. `name` is for messages. */
export function demandOf(
  platform: Platform,
  name: string,
  group: NodeGroupDesired,
  types: readonly InstanceType[],
): GroupDemand {
  const served = emptyGroup(platform);
  const { cpu, memory } = sizeOf(platform, group, types);
  const text = (value: unknown) => (typeof value === "string" ? value : undefined);
  const count = (value: unknown) => (typeof value === "number" ? value : 0);
  return {
    name,
    node:
      group.resources?.cpu === undefined
        ? group.instanceType || (text(served["instanceType"]) ?? "")
        : `(${cpu} CPU, ${memory})`,
    minReplicas: count(group.minReplicas ?? served["minReplicas"]),
    maxReplicas: count(group.maxReplicas ?? served["maxReplicas"]),
    cpu,
    memory,
    disk: group.diskSize ?? text(served[platform.diskKey]),
    gpus: (group.gpus ?? []).map(({ name }) => name),
  };
}
