import type { ClusterState } from "../../core/desired/state.ts";
import type { State } from "../../schema/shape.ts";
import type { Session } from "../shared/session.ts";
import { withoutDefaults } from "./default-keys.ts";
import { type ClusterSchema, stateOf, withoutToolNotes } from "./flatten.ts";

/** Returns the state of a cluster after an import: with the labels and annotations of all writers. */
export function importedState(cluster: ClusterState, { defaults }: Session): State<ClusterSchema> {
  const live = withoutToolNotes(cluster);
  const all = stateOf(live, live);
  return {
    ...all,
    labels: all.labels && withoutDefaults(all.labels, defaults.labels),
    annotations: all.annotations && withoutDefaults(all.annotations, defaults.annotations),
  };
}
