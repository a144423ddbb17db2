import { isIdentifier } from "../hcl/expression.ts";

/** Returns a name in a configuration for a name of the platform: `prod-eu` becomes `prod_eu`. */
export function labelOf(name: string): string {
  const label = name.replace(/[^A-Za-z0-9_]/g, "_");
  return isIdentifier(label) ? label : `_${label}`;
}

/**
 * Returns a different label for each of these names, each a list of parts. A label depends on its own name only, except where two names
 * would have the same one: those keep their dashes, and are numbered where that is not enough.
 */
export function uniqueLabels<Item>(
  items: readonly Item[],
  partsOf: (item: Item) => readonly string[],
): Map<Item, string> {
  const short = (item: Item): string => labelOf(partsOf(item).join("_"));
  const counts = new Map<string, number>();
  for (const item of items) counts.set(short(item), (counts.get(short(item)) ?? 0) + 1);
  const taken = new Set<string>([...counts].filter(([, count]) => count === 1).map(([label]) => label));
  const labels = new Map<Item, string>();
  for (const item of items) {
    const isAlone = counts.get(short(item)) === 1;
    const label = isAlone ? short(item) : free(dashed(partsOf(item)), taken);
    taken.add(label);
    labels.set(item, label);
  }
  return labels;
}

const dashed = (parts: readonly string[]): string => {
  const label = parts.join("_").replace(/[^A-Za-z0-9_-]/g, "_");
  return isIdentifier(label) ? label : `_${label}`;
};

function free(label: string, taken: ReadonlySet<string>): string {
  let candidate = label;
  for (let number = 2; taken.has(candidate); number++) candidate = `${label}_${number}`;
  return candidate;
}
