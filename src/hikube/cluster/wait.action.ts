import { action } from "../../engine/define.ts";
import { progressLine } from "../shared/progress/progress-line.ts";
import type { Session } from "../shared/session.ts";
import { actionSchema, onCluster, validateAction } from "./action-arguments.ts";

export const waitAction = action<Session>()("hikube_wait", {
  doc:
    "Waits until a cluster, its node groups and its add-ons are ready, and prints each change of the progress. For clusters with " +
    '`wait_for = "accepted"`, and for changes by other clients. Nothing is written.',
  schema: actionSchema,
  validate: validateAction,
  invoke: (context) =>
    onCluster(context, async ({ id, signal, deadline }) => {
      const { client, progress, diagnostics } = context;
      let last = "";
      const { warnings } = await client.hikube.clusters.awaitReady(id, {
        signal,
        deadline,
        seen: (seen) => {
          const line = progressLine(seen);
          if (line !== last) progress(line);
          last = line;
        },
        progress: (message) => client.log("info", message),
      });
      for (const { summary, detail } of warnings) diagnostics.warning(summary, detail, "cluster_id");
    }),
});
