import type { Json } from "../../base/json.ts";
import { valueAt } from "../../base/json-pointer.ts";
import { type Context, readOnce } from "../context.ts";
import type { NodeGroupDesired } from "../desired/desired.ts";
import type { Converged, NodeGroupState } from "../desired/state.ts";
import { clusterOf, type NodeGroupId } from "../ids.ts";
import type { AppObject } from "../object/app-object.ts";
import { groupMonitor } from "../object/monitors.ts";
import type { ConvergeOptions } from "../options.ts";
import { type Owner, ownerLabel } from "../owner.ts";
import { nodeGroupState } from "../read/observe.ts";
import { notReadyYet } from "../rollout/diagnose.ts";
import type { Outcome, Stage } from "../rollout/wait.ts";
import { observeNodeGroup } from "./observe.ts";

/** `began`: start of the converge, clock ms. */
export type NodeGroupOptions = ConvergeOptions<NodeGroupDesired, NodeGroupState> & { readonly began: number };

export const ownerOf = ({ name }: NodeGroupId): Owner => ({ kind: "nodeGroup", name });

/** A stage that ends when the group's monitor counts enough running VMs. */
export const nodesRun = (id: NodeGroupId, specOf: (object: AppObject) => Json | undefined): Stage => ({
  missing: async ({ object, monitors }) => {
    const monitor = groupMonitor(monitors, id);
    if (monitor === undefined || monitor.deleting) return `waiting for node group ${id.name} to appear`;
    const wanted = valueAt(specOf(object), ["minReplicas"]);
    const least = typeof wanted === "number" ? wanted : 0;
    const running = monitor.availableReplicas ?? 0;
    if (running >= least) return undefined;
    return `node group ${id.name}: ${running} of ${least} nodes run`;
  },
});

/**
 * Returns the result of a wait. At the deadline, returns the last observed or `known` state with a warning, because an error would make
 * the caller replace a new group and its machines.
 */
export async function finish(
  context: Context,
  known: NodeGroupState,
  options: NodeGroupOptions,
  outcome: Outcome | undefined,
): Promise<Converged<NodeGroupState>> {
  const { id, backend, clusterUid } = known;
  if (outcome === undefined) {
    const seen = await readOnce(context, (signal) => observeNodeGroup(context, id, { signal }));
    return { ...(seen ?? known), warnings: [] };
  }
  const { seen, warnings } = outcome;
  const object = seen?.object;
  const exists = backend !== "cluster" || valueAt(object?.spec, ["nodeGroups", id.name]) !== undefined;
  const state =
    object === undefined || !exists ? known : nodeGroupState(id, backend, object, clusterUid, seen?.monitors ?? []);
  if (outcome.kind === "done") return { ...state, ready: true, status: "ready", warnings };
  const { began } = options;
  const what = ownerLabel(ownerOf(id));
  const late = await notReadyYet(context, clusterOf(id), { what, why: outcome.why, began, options, group: id.name });
  return { ...state, ready: false, warnings: [...warnings, late] };
}
