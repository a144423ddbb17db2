import { collectionKinds, numberType, stringType, type Type } from "./type.ts";
import type { Bound, Refinement, Value } from "./value.ts";

/** MessagePack extension of an unknown value with refinements, and of one without (protocol.md §3.2). */
export const REFINED_UNKNOWN = 12;
export const PLAIN_UNKNOWN = 0;

/** Keys of the map that a refined unknown carries, as go-cty numbers them. */
export const refinementKey = { nullness: 1, prefix: 2, lower: 3, upper: 4, leastLength: 5, mostLength: 6 } as const;

/** Longest description of refinements that go-cty reads, and longest prefix that it writes, bytes. */
export const MAX_REFINEMENT_BYTES = 1024;
const MAX_PREFIX_BYTES = 254;

/** The refinements of an unknown of the type as wire entries, by their keys; what does not fit the type is left out. */
export function refinementEntries(refinement: Refinement, type: Type): [key: number, type: Type, value: Value][] {
  const entries: [number, Type, Value][] = [];
  // go-cty refines nothing whose type is unknown too.
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

/** A bound on the wire: the number, and whether it is itself allowed. */
export const boundType: Type = { kind: "tuple", elements: [numberType, { kind: "bool" }] };
const boundValue = ({ value, inclusive }: Bound): Value => [value, inclusive];

/** A prefix within the limit of the wire, cut between characters. */
function shortened(prefix: string): string {
  if (Buffer.byteLength(prefix) <= MAX_PREFIX_BYTES) return prefix;
  let short = prefix.slice(0, MAX_PREFIX_BYTES);
  while (Buffer.byteLength(short) > MAX_PREFIX_BYTES) short = short.slice(0, -1);
  return short.toWellFormed() === short ? short : short.slice(0, -1);
}
