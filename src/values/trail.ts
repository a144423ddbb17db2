import type { Path, Step } from "./path.ts";

/** What a walker writes down at each level: a ready step, an index, a map key, IN_SET where paths end, or IN_DYNAMIC where none begins. */
export type TrailStep = Step | number | string | typeof IN_SET | typeof IN_DYNAMIC;

/** Elements of a set cannot be addressed: a path stops at the set (protocol.md §3.3). */
export const IN_SET: unique symbol = Symbol("element of a set");

/** A dynamic value and what it wraps stand in the same place. */
export const IN_DYNAMIC: unique symbol = Symbol("inside of a dynamic value");

/** The path of what a walker stands on: cheap to keep while all is well, turned into a Path only for an error. */
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
