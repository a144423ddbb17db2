import { isJsonObject, type Json, type JsonObject, jsonEqual, memberOf, setMember } from "../../base/json.ts";

/** The difference between the desired state and the previous one. */
export interface Difference<Desired> {
  /** What is new or has another value. */
  readonly write: Partial<Desired>;
  /** What the former wish had and this one lacks. */
  readonly giveBack: Partial<Desired>;
}

/**
 * The difference of two wishes, value by value down to scalars and lists. What both have alike is in neither part: it is not written,
 * whatever stands on the platform, as the plan that the user has approved does not show it.
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

/** The values of `from` that `other` does not have, and with `orDiffers` those that it has otherwise. */
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
