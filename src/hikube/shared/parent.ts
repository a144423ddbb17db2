import type { ClusterState } from "../../core/desired/state.ts";
import type { ClusterId } from "../../core/ids.ts";
import type { Diagnostics } from "../../engine/diagnostic.ts";
import type { PlanContext, PlanRemoveContext, RemoveContext } from "../../engine/resource/definition.ts";
import type { Attributes } from "../../schema/declaration.ts";
import { Unknown, type Value } from "../../values/value.ts";
import { clusterId as clusterIdComplaint } from "./checks.ts";
import type { Session } from "./session.ts";

/** Returns the parts of a `cluster_id`. An id of another form, as `mock_provider` generates, has an empty part. */
export function parseClusterId(id: string): ClusterId {
  const [namespace = "", name = ""] = id.split("/");
  return { namespace, name };
}

/** Whether a text is a valid `cluster_id`; adds a diagnostic if not. Called in the plan, because a mocked provider generates any id. */
export function isClusterId(id: string, diagnostics: Diagnostics): boolean {
  const complaint = clusterIdComplaint(id);
  if (complaint !== undefined) diagnostics.error("Invalid value", `\`cluster_id\` ${complaint}.`, "cluster_id");
  return complaint === undefined;
}

/** The id of an object in a cluster: `namespace/cluster/name`. */
export const memberId = (clusterId: string, name: string): string => `${clusterId}/${name}`;

/**
 * Returns the cluster of a `cluster_id` as far as the plan knows it: its id, or the prefix of an unknown id if this run plans to create
 * a cluster with exactly that id. Undefined if it can be any cluster.
 */
export function plannedCluster(clusterId: Value, session: Session): string | undefined {
  if (typeof clusterId === "string") return clusterIdComplaint(clusterId) === undefined ? clusterId : undefined;
  const prefix = clusterId instanceof Unknown ? clusterId.refinement.prefix : undefined;
  return prefix !== undefined && session.registry.creates(prefix) ? prefix : undefined;
}

/** Returns the planned id of a group or add-on: known if the cluster's id is known, otherwise unknown with the known prefix. */
export function plannedMemberId(clusterId: Value, planned: string | undefined, name: string): string | Unknown {
  if (typeof clusterId === "string") return memberId(clusterId, name);
  return new Unknown({ notNull: true, ...(planned === undefined ? {} : { prefix: memberId(planned, name) }) });
}

/** The name of the kind in messages. */
export type MemberKind = "node group" | "add-on";

/** Private note of a planned destroy: another resource of the run now has the id, so nothing is destroyed. */
const handedOverNote = "handedOver";

/** Claims the id of a group or add-on for this run; reports a conflicting claim. */
export function claimMember<A extends Attributes>(
  context: PlanContext<A, Session>,
  clusterId: string,
  name: string,
  what: MemberKind,
): void {
  const { prior, client, diagnostics, replacing } = context;
  if (client === undefined) return;
  const id = memberId(clusterId, name);
  const former = prior === null ? undefined : (prior as { id?: unknown }).id;
  if (typeof former === "string" && former !== id) {
    // Replaced by another id: the second half of the plan claims the new one.
    client.registry.claim(former, "destroy", false);
    return;
  }
  const other = client.registry.claim(id, prior === null ? "create" : "keep", replacing);
  if (client.registry.destroys(clusterId)) refuseLossOfMembers(clusterId, [id], diagnostics);
  if (other === undefined) return;
  if (other !== "destroy") {
    diagnostics.error(
      `Two resources manage one ${what}`,
      `Another resource of this configuration already manages ${id}. Keep one of them.`,
      "name",
    );
  } else if (prior === null) sayAddressChange(id, what, diagnostics);
  else refuseDestroyOfKept(id, what, diagnostics);
}

/** Plans the destroy of a group or add-on. Other resources of the run may claim the same id earlier or later. */
export function planMemberRemoval(
  {
    client,
    diagnostics,
    private: notes,
  }: Pick<PlanRemoveContext<Attributes, Session>, "client" | "diagnostics" | "private">,
  id: string,
  what: MemberKind,
): void {
  const other = client?.registry.claim(id, "destroy", false);
  if (other === "create") {
    notes[handedOverNote] = true;
    sayAddressChange(id, what, diagnostics);
  } else if (other === "keep") refuseDestroyOfKept(id, what, diagnostics);
}

/**
 * Reports that a cluster's destroy deletes objects in it that the configuration keeps, also those that refer to the cluster by a
 * literal id.
 */
export function refuseLossOfMembers(clusterId: string, ids: readonly string[], diagnostics: Diagnostics): void {
  diagnostics.error(
    "The cluster is destroyed while resources in it are kept",
    `This run destroys ${clusterId}, and with it ${ids.join(", ")}, which the configuration keeps. Remove ` +
      `${ids.length === 1 ? "that resource" : "those resources"} as well, or keep the cluster.`,
  );
}

function sayAddressChange(id: string, what: MemberKind, diagnostics: Diagnostics): void {
  const type = what === "add-on" ? "hikube_addon" : "hikube_nodegroup";
  diagnostics.warning(
    `The ${what} has a new address`,
    `One resource of this configuration creates ${id} and another destroys it. The ${what} exists after the apply, but it can be ` +
      "removed first, which replaces what runs on it. A `moved` block avoids that:\n\n" +
      `  moved {\n    from = ${type}.<old address>\n    to   = ${type}.<new address>\n  }`,
    "name",
  );
}

function refuseDestroyOfKept(id: string, what: MemberKind, diagnostics: Diagnostics): void {
  diagnostics.error(
    `The ${what} is kept and destroyed in one run`,
    `One resource of this configuration manages ${id} and another destroys it, so it would be lost. Remove the other one from the ` +
      "state without destroying it: `terraform state rm <address>`, or a `removed` block with `destroy = false`.",
  );
}

/**
 * Whether a destroy must skip the group or add-on, because another resource of the run now has it; reports that. Core destroys and
 * creates one id in any order.
 */
export function isHandedOver(
  {
    client,
    diagnostics,
    private: notes,
  }: Pick<RemoveContext<Attributes, Session>, "client" | "diagnostics" | "private">,
  id: string,
  what: MemberKind,
): boolean {
  if (notes[handedOverNote] !== true && !client.registry.isOwned(id)) return false;
  diagnostics.warning(
    `The ${what} is not destroyed`,
    `Another resource of this run manages ${id}; nothing is destroyed. A ${what}'s name is unique in its cluster: with ` +
      "`create_before_destroy`, a replacement needs another name.",
  );
  return true;
}

/** An existing object that a planned create finds: it is adopted or it is an error. */
interface Existing {
  /** Whether it already has every setting of the configuration. */
  readonly equal: boolean;
  /** Whether differing settings are an error; otherwise they are overwritten or kept. */
  readonly blocks: boolean;
  /** Summary and advice of that error. */
  readonly headline: string;
  readonly hint: string;
}

/** Reports at plan time that a group or add-on to be created already exists. */
export function reportExisting(
  { diagnostics }: { readonly diagnostics: Diagnostics },
  id: string,
  what: MemberKind,
  { equal, blocks, headline, hint }: Existing,
): void {
  if (equal || !blocks) {
    diagnostics.warning(
      `The ${what} exists and will be adopted`,
      `${id} exists on the platform${equal ? " with these settings" : ", with other settings"}. This resource will manage it, and a ` +
        "destroy will remove it. If another state manages it, remove it there first.",
      "name",
    );
  } else {
    diagnostics.error(headline, `${id} exists on the platform with other settings. ${hint}`, "name");
  }
}

/** Returns the live cluster of a group or add-on; adds a diagnostic at `cluster_id` if there is none. */
export async function requireCluster<A extends Attributes>(
  context: PlanContext<A, Session>,
  clusterId: string,
): Promise<ClusterState | undefined> {
  const { client, diagnostics, signal } = context;
  if (client === undefined) return undefined;
  const isCreated = client.registry.creates(clusterId);
  const options = { signal, once: isCreated, tenantInfo: "skip" } as const;
  const cluster = await client.hikube.clusters.observe(parseClusterId(clusterId), options);
  if (cluster === undefined && !isCreated) {
    diagnostics.error(
      "The cluster does not exist",
      `There is no cluster ${clusterId} on ${client.connection.server}. Refer to a \`hikube_cluster\` by its \`id\`, so that it is ` +
        "created first, or correct the id. If the cluster belongs to another provider configuration, set the same `provider = …` " +
        "on both resources.",
      "cluster_id",
    );
  }
  return cluster;
}
