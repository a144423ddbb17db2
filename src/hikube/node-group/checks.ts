import type { NodeGroupDesired } from "../../core/desired/desired.ts";
import type { NodeGroupId } from "../../core/ids.ts";
import type { Platform } from "../../core/platform/platform.ts";
import {
  checkGpu,
  checkGroupName,
  checkInstanceType,
  checkNodeGroup,
  type Finding,
} from "../../core/validate/index.ts";
import type { Effective } from "../../core/validate/node-group.ts";
import { groupReplacement } from "../../core/validate/node-replacement.ts";
import type { PlanContext } from "../../engine/resource/definition.ts";
import { containsUnknown } from "../../values/known.ts";
import { Unknown, type Value } from "../../values/value.ts";
import type { Session } from "../shared/session.ts";
import type { nodegroupSchema } from "./schema.ts";

type Context = PlanContext<typeof nodegroupSchema, Session>;

export interface GroupPlan {
  readonly context: Context;
  readonly client: Session;
  readonly platform: Platform;
  /** Undefined while the cluster's id is unknown. */
  readonly id: NodeGroupId | undefined;
  /** The configured settings without those that are partly unknown, and the settings of the state. */
  readonly desired: NodeGroupDesired;
  readonly former: NodeGroupDesired | undefined;
}

/** Notes the planned size of a group; settings that are not configured stay as they are. */
export function noteGroup({
  context,
  client,
  id,
  desired,
}: Pick<GroupPlan, "context" | "client" | "id" | "desired">): void {
  if (id === undefined) return;
  const group = { ...effective(context), ...desired };
  // An unknown maximum counts as 0.
  client.hikube.quotas.note(id, group.maxReplicas === Number.MAX_SAFE_INTEGER ? { ...group, maxReplicas: 0 } : group);
}

/** Returns the plan-time findings for a changed group. */
export async function groupFindings(plan: GroupPlan): Promise<Finding[]> {
  const { context, client, platform, id, desired, former } = plan;
  const { signal } = context;
  const after = { ...effective(context), ...desired };
  const findings = [
    ...(id === undefined || former !== undefined ? [] : checkGroupName(id.cluster, id.name, ["name"], platform)),
    ...checkNodeGroup(platform, desired, effective(context)),
    ...(await offerFindings(plan)),
  ];
  findings.push(...(await replacementFindings(plan, after)));
  if (findings.some(({ severity }) => severity === "error")) return findings;
  noteGroup(plan);
  const namespace = id?.namespace ?? client.namespace;
  return [...findings, ...(await client.hikube.quotas.check(namespace, signal))];
}

/** Returns which nodes an update replaces. */
async function replacementFindings(plan: GroupPlan, after: NodeGroupDesired): Promise<Finding[]> {
  const { context, client, platform, id, former } = plan;
  const { config, prior } = context;
  const isUpdate = prior !== null && prior.name === config.name && prior.cluster_id === config.cluster_id;
  if (!isUpdate || former === undefined || id === undefined) return [];
  const unchanged = (
    name: "disk_size" | "roles" | "gpus" | "resources" | "storage_class",
    key: keyof NodeGroupDesired,
  ) =>
    // An unknown setting may stay unchanged.
    containsUnknown(config[name] as Value) ? { [key]: former[key] } : {};
  // The plan has the platform's default of a removed setting; that of the class is the class of the cluster, if the platform shows it.
  const { disk_size: diskSize, storage_class: storageClass } = context.plan;
  const change = {
    group: id.name,
    before: former,
    after: {
      ...after,
      ...(typeof diskSize === "string" ? { diskSize } : unchanged("disk_size", "diskSize")),
      ...unchanged("roles", "roles"),
      ...unchanged("gpus", "gpus"),
      ...unchanged("resources", "resources"),
      ...(typeof storageClass === "string" ? { storageClass } : unchanged("storage_class", "storageClass")),
      ...(context.plan.instance_type instanceof Unknown || after.instanceType === notKnown
        ? { instanceType: former.instanceType }
        : {}),
    } as NodeGroupDesired,
    nodes: undefined,
    maxReplicas: config.max_replicas instanceof Unknown ? undefined : after.maxReplicas,
  };
  if (groupReplacement(platform, change).length === 0) return [];
  // The state has the count of the last apply; the autoscaler may have changed it since.
  const live = await client.hikube.nodeGroups.observe(id, { signal: context.signal });
  return groupReplacement(platform, { ...change, nodes: live?.observedReplicas });
}

/** Checks only new instance types and GPUs against the platform's offers. */
async function offerFindings({ context, client, desired, former }: GroupPlan): Promise<Finding[]> {
  const { offers } = client.hikube;
  const { signal } = context;
  const findings: Finding[] = [];
  const type = desired.instanceType ?? "";
  if (type !== "" && type !== former?.instanceType) {
    findings.push(...checkInstanceType(type, await offers.instanceTypes({ signal })));
  }
  const had = new Set(former?.gpus?.map(({ name }) => name));
  const gpus = desired.gpus ?? [];
  if (gpus.some(({ name }) => !had.has(name))) {
    const offer = await offers.gpus({ signal });
    findings.push(...gpus.flatMap(({ name }, index) => (had.has(name) ? [] : checkGpu(name, index, offer))));
  }
  return findings;
}

/** Placeholder for an unknown instance type; no platform has an instance type of that name. */
const notKnown = "(known after apply)";

/** Returns the planned values of settings that are not configured. Unknown values violate no rule. */
function effective({ config, plan }: Context): Effective {
  const { min_replicas: min, max_replicas: max, instance_type: type } = plan;
  return {
    ...(config.min_replicas instanceof Unknown
      ? { minReplicas: 0 }
      : typeof min === "number"
        ? { minReplicas: min }
        : {}),
    ...(config.max_replicas instanceof Unknown
      ? { maxReplicas: Number.MAX_SAFE_INTEGER }
      : typeof max === "number"
        ? { maxReplicas: max }
        : {}),
    ...(config.instance_type instanceof Unknown || containsUnknown(config.resources as Value)
      ? { instanceType: notKnown }
      : typeof type === "string"
        ? { instanceType: type }
        : {}),
  };
}
