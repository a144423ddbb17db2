import type { ClusterId } from "../core/ids.ts";
import type { ClusterState } from "../core/state.ts";
import type { PlanContext } from "../engine/resource.ts";
import type { Attributes } from "../schema/attribute.ts";
import type { Session } from "./session.ts";

/** The parts of a `cluster_id`, whose form the attribute's check has made sure of. */
export function parseClusterId(id: string): ClusterId {
  const [namespace = "", name = ""] = id.split("/");
  return { namespace, name };
}

/** Id of something inside a cluster: `namespace/cluster/name`. */
export const memberId = (clusterId: string, name: string): string => `${clusterId}/${name}`;

/** Claims the id of a group or add-on for this run, and complains where another resource has claimed it. */
export function claimMember<A extends Attributes>(
  context: PlanContext<A, Session>,
  clusterId: string,
  name: string,
  what: string,
): void {
  const { prior, client, diagnostics, replacing } = context;
  if (client === undefined) return;
  const id = memberId(clusterId, name);
  const former = prior === null ? undefined : (prior as { id?: unknown }).id;
  if (typeof former === "string" && former !== id) {
    // Replaced by another id: the second half of the plan claims the new one.
    client.claims.claim(former, "destroy", false);
    return;
  }
  const other = client.claims.claim(id, prior === null ? "create" : "keep", replacing);
  if (other === undefined) return;
  const [summary, detail] =
    other === "destroy" || (other === "create" && prior !== null)
      ? [
          `The ${what} is created and destroyed in one run`,
          `One resource of this configuration creates ${id} while another destroys it, and it would end up gone. If the ` +
            "resource only has a new address, say so with a `moved` block; otherwise destroy it in a run of its own.",
        ]
      : [
          `Two resources claim one ${what}`,
          `Another resource of this configuration already manages ${id}; they would write over each other. Keep one of them.`,
        ];
  diagnostics.error(summary, detail, "name");
}

/** The live cluster that a group or add-on belongs to; complains at `cluster_id` where there is none. */
export async function requireCluster<A extends Attributes>(
  context: PlanContext<A, Session>,
  clusterId: string,
): Promise<ClusterState | undefined> {
  const { client, diagnostics, signal } = context;
  if (client === undefined) return undefined;
  const cluster = await client.hikube.clusters.observe(parseClusterId(clusterId), { signal, inside: "skip" });
  if (cluster === undefined && !client.claims.creates(clusterId)) {
    diagnostics.error(
      "The cluster does not exist",
      `There is no cluster ${clusterId}. Refer to a \`hikube_cluster\` by its \`id\`, so that it is created first, or correct the id.`,
      "cluster_id",
    );
  }
  return cluster;
}
