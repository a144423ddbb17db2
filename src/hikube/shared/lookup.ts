import type { ClusterId, NodeGroupId } from "../../core/ids.ts";
import { DiagnosticError, type Diagnostics } from "../../engine/diagnostic.ts";
import type { Value } from "../../values/value.ts";
import { type IdParts, splitId } from "./ids.ts";

// How data sources name the object they read. Ids are not checked in the schema, because a mocked provider generates any id.

/**
 * Checks that a data source names its object in one way: by `id`, or by its parts. `required` are the parts that are needed without an
 * `id`, `parts` are all of them.
 */
export function checkLookup(
  config: Readonly<Record<string, Value>>,
  { required, parts = required }: { readonly required: readonly string[]; readonly parts?: readonly string[] },
  diagnostics: Diagnostics,
): void {
  const isSet = (name: string) => (config[name] ?? null) !== null;
  const alternative = required.map((name) => `\`${name}\``).join(" and ");
  if (!isSet("id")) {
    if (required.every(isSet)) return;
    const missing = required.find((name) => !isSet(name));
    const where = required.some(isSet) ? missing : undefined;
    diagnostics.error("Missing required argument", `Set \`id\`, or ${alternative}.`, where);
    return;
  }
  for (const name of parts.filter(isSet)) {
    diagnostics.error("Conflicting arguments", `\`id\` contains \`${name}\`. Set \`id\`, or ${alternative}.`, name);
  }
}

/** Returns the cluster of an argument with the id of a cluster. Throws DiagnosticError. */
export function clusterArgument(id: string, where: string): ClusterId {
  const { namespace, cluster } = idArgument(id, where, false);
  return { namespace, name: cluster };
}

/** Returns the node group of an argument with the id of a node group. Throws DiagnosticError. */
export function memberArgument(id: string, where: string): NodeGroupId {
  const { namespace, cluster, name } = idArgument(id, where, true);
  return { namespace, cluster, name: name ?? "" };
}

function idArgument(id: string, where: string, ofMember: boolean): IdParts {
  const invalid = (what: string) => new DiagnosticError("Invalid id", `\`${where}\` ${what}.`, where);
  if (id.split("/").length !== (ofMember ? 3 : 2)) {
    const form = ofMember
      ? "`namespace/cluster/name`, the `id` of a node group"
      : "`namespace/cluster`, the `id` of a cluster";
    throw invalid(`must be ${form}; got ${JSON.stringify(id)}`);
  }
  const split = splitId(id);
  if ("complaint" in split) throw invalid(`is invalid: ${split.complaint}`);
  return split.parts;
}
