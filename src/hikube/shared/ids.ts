import { clusterNameFormat, groupNameFormat, namespaceFormat } from "../../core/validate/formats.ts";

/** The parts of an `id`. `name` is null in the id of a cluster. */
export interface IdParts {
  readonly namespace: string;
  readonly cluster: string;
  readonly name: string | null;
}

const rules = [
  ["namespace", namespaceFormat],
  ["cluster", clusterNameFormat],
  ["name", groupNameFormat],
] as const;

/** Splits the id of a cluster, node group or add-on; returns the complaint about an invalid one. */
export function splitId(id: string): { readonly parts: IdParts } | { readonly complaint: string } {
  const given = id.split("/");
  if (given.length < 2 || given.length > 3) {
    return { complaint: `${JSON.stringify(id)} is not \`namespace/cluster\` or \`namespace/cluster/name\`` };
  }
  for (const [index, [what, format]] of rules.entries()) {
    const part = given[index];
    const complaint = part === undefined ? undefined : format(part);
    if (complaint !== undefined) return { complaint: `the ${what} in ${JSON.stringify(id)} ${complaint}` };
  }
  const [namespace = "", cluster = "", name = null] = given;
  return { parts: { namespace, cluster, name } };
}
