import type { NodeGroupState } from "../../core/desired/state.ts";
import type { NodeGroupId } from "../../core/ids.ts";
import type { State } from "../../schema/shape.ts";
import { flatten, pick } from "../shared/expand-flatten.ts";
import { memberId, parseClusterId } from "../shared/parent.ts";
import { messageOf } from "../shared/status-message.ts";
import { nodegroupSchema as schema } from "./schema.ts";

export type NodeGroupSchema = typeof schema;

/** Attributes of the group's spec. */
export const specified = pick(
  schema,
  "instance_type",
  "resources",
  "min_replicas",
  "max_replicas",
  "disk_size",
  "storage_class",
  "roles",
  "gpus",
  "kubelet",
  "max_unhealthy",
  "node_startup_timeout",
);

/** Attributes that only the platform sets. */
const observed = pick(schema, "backend", "ready", "ready_replicas", "observed_replicas", "status_message");

export const idOf = (of: { cluster_id: string; name: string }): NodeGroupId => {
  const { namespace, name } = parseClusterId(of.cluster_id);
  return { namespace, cluster: name, name: of.name };
};

export const stateOf = (group: NodeGroupState): State<NodeGroupSchema> => {
  const clusterId = `${group.id.namespace}/${group.id.cluster}`;
  return {
    id: memberId(clusterId, group.id.name),
    cluster_id: clusterId,
    name: group.id.name,
    ...flatten(specified, group.spec),
    ...flatten(observed, {
      ...group,
      statusMessage: messageOf(group),
      // A group that needs no nodes is ready before they are counted.
      readyReplicas: group.readyReplicas ?? (group.ready ? 0 : undefined),
      observedReplicas: group.observedReplicas ?? (group.ready ? 0 : undefined),
    }),
  } as unknown as State<NodeGroupSchema>;
};
