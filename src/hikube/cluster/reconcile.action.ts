import { clusterKey } from "../../core/ids.ts";
import { action } from "../../engine/define.ts";
import type { Session } from "../shared/session.ts";
import { actionSchema, onCluster, validateAction } from "./action-arguments.ts";

export const reconcileAction = action<Session>()("hikube_reconcile", {
  doc:
    "Makes the platform roll a cluster out again without a change of its settings, and waits for the new Helm release. For a cluster " +
    "that still reports a failure whose cause is gone. On platform 1.1, node groups restart at two nodes, as after every change.",
  schema: actionSchema,
  validate: validateAction,
  invoke: (context) =>
    onCluster(context, async ({ id, signal, deadline }) => {
      const { client, progress, diagnostics } = context;
      const { release, warnings } = await client.hikube.clusters.reconcile(id, { signal, deadline, progress });
      progress(`${clusterKey(id)} reconciled${release === undefined ? "" : `; release v${release}`}`);
      for (const { summary, detail } of warnings) diagnostics.warning(summary, detail, "cluster_id");
    }),
});
