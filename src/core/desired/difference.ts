import { isJsonObject, type Json, type JsonObject, jsonEqual, memberOf, setMember } from "../../base/json.ts";

/** The difference between the desired state and the previous one. */
export interface Difference<Desired> {
  /** Values that are new or changed. */
  readonly write: Partial<Desired>;
  /** Values that only the previous state has. */
  readonly giveBack: Partial<Desired>;
}

/**
 * Returns the difference of two desired states, compared down to scalars and lists. Equal values are in neither part: they are not
 * written whatever the platform has stored, because the plan that the user approved does not show such a change.
 */
export function difference<Desired extends object>(
  desired: Desired,
  former: Partial<Desired> | undefined,
): Difference<Desired> {
  if (former === undefined) return { write: desired, giveBack: {} };
  return {
    write: without(desired as JsonObject, former as JsonObject, true) as Partial<Desired>,
    giveBack: without(former as JsonObject, desired as JsonObject, false) as Partial<Desired>,
  };
}

/** Returns the values of `from` that `other` lacks, and with `orDiffers` also those with another value in `other`. */
function without(from: JsonObject, other: JsonObject, orDiffers: boolean): JsonObject {
  const left: JsonObject = {};
  for (const [key, value] of Object.entries(from)) {
    const opposite: Json | undefined = memberOf(other, key);
    if (isJsonObject(value) && isJsonObject(opposite)) {
      const inner = without(value, opposite, orDiffers);
      if (Object.keys(inner).length > 0) setMember(left, key, inner);
    } else if (opposite === undefined || (orDiffers && !jsonEqual(value, opposite))) setMember(left, key, value);
  }
  return left;
}
