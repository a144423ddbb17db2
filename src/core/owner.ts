/** The owner of a set of settings: a cluster, or one of its node groups or add-ons. */
export interface Owner {
  readonly kind: "cluster" | "nodeGroup" | "addon";
  readonly name: string;
}

const ownerNouns: Readonly<Record<Owner["kind"], string>> = {
  cluster: "cluster",
  nodeGroup: "node group",
  addon: "add-on",
};

/** Returns the name of an owner in messages, e.g. `node group web`. */
export const ownerLabel = ({ kind, name }: Owner): string => `${ownerNouns[kind]} ${name}`;

export const sameOwner = (a: Owner, b: Owner): boolean => a.kind === b.kind && a.name === b.name;
