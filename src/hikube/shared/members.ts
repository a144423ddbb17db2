import type { Diagnostics } from "../../engine/diagnostic.ts";
import { optional } from "../../schema/attribute.ts";
import type { Attributes } from "../../schema/declaration.ts";
import { string } from "../../schema/kind.ts";
import type { Value } from "../../values/value.ts";
import { explained } from "./diagnostics.ts";
import { clusterArgument } from "./lookup.ts";
import { atArgument, missingCluster } from "./missing.ts";
import type { Session } from "./session.ts";

// The search for the node groups or add-ons of one cluster or of all clusters of a namespace.

/** `what`: plural of the members. */
export const clusterFilter = (what: string) =>
  optional(string, { doc: `\`id\` of the cluster whose ${what} are read. Default: all clusters of the namespace.` });

/** Checks that at most one of `cluster_id` and `namespace` is set. */
export function checkScope(
  config: { readonly cluster_id: Value; readonly namespace: Value },
  diagnostics: Diagnostics,
): void {
  if (config.cluster_id === null || config.namespace === null) return;
  diagnostics.error("Conflicting arguments", "`cluster_id` contains `namespace`. Set only one of them.", "namespace");
}

interface Scope {
  readonly cluster_id: string | null;
  readonly namespace: string | null;
}

/** Returns the members that `list` finds, and their namespace. Throws DiagnosticError at the argument that names the scope. */
export function membersIn<Member>(
  schema: Attributes,
  { cluster_id: clusterId, namespace: configured }: Scope,
  client: Session,
  signal: AbortSignal,
  list: (scope: { readonly namespace: string; readonly cluster: string | undefined }) => Promise<Member[] | undefined>,
): Promise<{ readonly namespace: string; readonly members: readonly Member[] }> {
  const where = clusterId === null ? "namespace" : "cluster_id";
  return explained(
    schema,
    async () => {
      const cluster = clusterId === null ? undefined : clusterArgument(clusterId, "cluster_id");
      const namespace = cluster?.namespace ?? configured ?? client.namespace;
      const members = await list({ namespace, cluster: cluster?.name });
      if (members === undefined && cluster !== undefined) {
        throw await missingCluster(client, cluster, signal, atArgument(where, "cluster"));
      }
      return { namespace, members: members ?? [] };
    },
    where,
  );
}
