import type { Condition, HelmRelease } from "./helm-release.ts";
import { timestamp } from "./kube-object.ts";

/**
 * A condition as it would be set now: its time moves only where status, reason or text differ from what the release has
 * (platform.md §7.1).
 */
export function nextCondition(
  release: HelmRelease,
  now: number,
  type: string,
  status: Condition["status"],
  reason: string,
  message: string,
): Condition {
  const previous = release.status.conditions?.find((one) => one.type === type);
  const same = previous?.status === status && previous.reason === reason && previous.message === message;
  return { type, status, lastTransitionTime: same ? previous.lastTransitionTime : timestamp(now), reason, message };
}

/** The release's conditions with the changed ones in place of the old, in the order of their types. */
export function withConditions(release: HelmRelease, changed: readonly Condition[]): readonly Condition[] {
  const kept = (release.status.conditions ?? []).filter((old) => !changed.some((one) => one.type === old.type));
  return [...kept, ...changed].sort((a, b) => (a.type < b.type ? -1 : 1));
}
