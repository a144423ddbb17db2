import { valueAt } from "../../base/json-pointer.ts";
import type { Context } from "../context.ts";
import type { NodeGroupDesired } from "../desired/desired.ts";
import type { Converged, NodeGroupState } from "../desired/state.ts";
import { clusterOf, type NodeGroupId } from "../ids.ts";
import type { AppObject } from "../object/app-object.ts";
import { nodeGroupState } from "../read/observe.ts";
import { writeAndWait } from "../rollout/write-and-wait.ts";
import { groupEdit } from "./edit.ts";
import { finish, type NodeGroupOptions, nodesRun } from "./wait.ts";

/** Applies the desired settings of a node group in its cluster's spec. */
export async function convergeInSpec(
  context: Context,
  id: NodeGroupId,
  desired: NodeGroupDesired,
  options: NodeGroupOptions,
): Promise<Converged<NodeGroupState>> {
  const stateOf = (object: AppObject) => nodeGroupState(id, "cluster", object, object.uid, []);
  const edit = groupEdit(id, desired, options);
  const { written, outcome } = await writeAndWait(context, clusterOf(id), edit, {
    ...options,
    accepted: (object) => options.accepted?.(stateOf(object)),
    stages: [nodesRun(id, (object) => valueAt(object.spec, ["nodeGroups", id.name]))],
  });
  return await finish(context, stateOf(written.after), options, outcome);
}
