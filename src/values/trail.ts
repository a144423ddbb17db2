import type { Path, Step } from "./path.ts";

/** The record of one level: a complete step, an index, a map key, IN_SET where a path ends, or IN_DYNAMIC, which adds no step. */
export type TrailStep = Step | number | string | typeof IN_SET | typeof IN_DYNAMIC;

/** Elements of a set cannot be addressed: a path ends at the set (protocol.md §3.3). */
export const IN_SET: unique symbol = Symbol("element of a set");

/** A dynamic value and its inner value have the same path. */
export const IN_DYNAMIC: unique symbol = Symbol("inside of a dynamic value");

/** Returns the path of the current value. A trail is cheap to maintain and is converted to a Path only for an error. */
export function trailToPath(trail: readonly TrailStep[], depth: number): Path {
  const path: Step[] = [];
  for (let level = 0; level < depth; level++) {
    const step = trail[level];
    if (step === undefined || step === IN_SET) break;
    if (step === IN_DYNAMIC) continue;
    path.push(typeof step === "number" ? { index: step } : typeof step === "string" ? { key: step } : step);
  }
  return path;
}
