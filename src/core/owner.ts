/** What one resource owns: a cluster, or one node group or add-on of it. */
export interface Owner {
  readonly kind: "cluster" | "nodeGroup" | "addon";
  readonly name: string;
}

const ownerNouns: Readonly<Record<Owner["kind"], string>> = {
  cluster: "cluster",
  nodeGroup: "node group",
  addon: "add-on",
};

/** An owner in messages, e.g. `node group web`. */
export const ownerLabel = ({ kind, name }: Owner): string => `${ownerNouns[kind]} ${name}`;

export const sameOwner = (a: Owner, b: Owner): boolean => a.kind === b.kind && a.name === b.name;
