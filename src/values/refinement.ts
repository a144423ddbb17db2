import { collectionKinds, numberType, stringType, type Type } from "./type.ts";
import type { Bound, Refinement, Value } from "./value.ts";

/** MessagePack extension types of an unknown with and without refinements (protocol.md §3.2). */
export const REFINED_UNKNOWN = 12;
export const PLAIN_UNKNOWN = 0;

/** Keys in the map of refinements, as in go-cty. */
export const refinementKey = { nullness: 1, prefix: 2, lower: 3, upper: 4, leastLength: 5, mostLength: 6 } as const;

/** Maximum length of the refinements that go-cty reads, and of the prefix that it writes, in bytes. */
export const MAX_REFINEMENT_BYTES = 1024;
const MAX_PREFIX_BYTES = 254;

/** Returns the refinements of an unknown as wire entries by key; refinements that do not apply to the type are omitted. */
export function refinementEntries(refinement: Refinement, type: Type): [key: number, type: Type, value: Value][] {
  const entries: [number, Type, Value][] = [];
  // go-cty does not refine an unknown of unknown type.
  if (type.kind === "dynamic") return entries;
  if (refinement.notNull) entries.push([refinementKey.nullness, { kind: "bool" }, false]);
  if (type.kind === "string" && refinement.prefix) {
    entries.push([refinementKey.prefix, stringType, shortened(refinement.prefix)]);
  }
  if (type.kind === "number") {
    if (refinement.lower) entries.push([refinementKey.lower, boundType, boundValue(refinement.lower)]);
    if (refinement.upper) entries.push([refinementKey.upper, boundType, boundValue(refinement.upper)]);
  }
  if (collectionKinds.has(type.kind)) {
    if (refinement.leastLength) entries.push([refinementKey.leastLength, numberType, refinement.leastLength]);
    if (refinement.mostLength !== undefined)
      entries.push([refinementKey.mostLength, numberType, refinement.mostLength]);
  }
  return entries;
}

/** A bound on the wire: the number, and whether it is inclusive. */
export const boundType: Type = { kind: "tuple", elements: [numberType, { kind: "bool" }] };
const boundValue = ({ value, inclusive }: Bound): Value => [value, inclusive];

/** Returns a prefix within the wire limit, cut between characters. */
function shortened(prefix: string): string {
  if (Buffer.byteLength(prefix) <= MAX_PREFIX_BYTES) return prefix;
  let short = prefix.slice(0, MAX_PREFIX_BYTES);
  while (Buffer.byteLength(short) > MAX_PREFIX_BYTES) short = short.slice(0, -1);
  return short.toWellFormed() === short ? short : short.slice(0, -1);
}
