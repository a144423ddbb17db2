import { valueAt } from "../../base/json-pointer.ts";
import { type Context, retryUntilDeadline } from "../context.ts";
import type { ClusterDesired } from "../desired/desired.ts";
import { difference } from "../desired/difference.ts";
import type { ClusterId } from "../ids.ts";
import { compareVersions } from "../platform/versions.ts";
import { upgradeSteps } from "../validate/version.ts";
import type { ClusterOptions } from "./wait.ts";

/** The steps of a cluster to its desired version. */
export interface VersionPlan {
  /** Minors in order, ending with the desired one; empty if no upgrade is needed. */
  readonly steps: readonly string[];
  /** Whether the tenant API responded, so that it must respond again before the cluster counts as ready. */
  readonly isReachable: boolean;
}

/** Determines the steps from the stored and the running version. Throws CoreError InvalidInput for a version that cannot be reached. */
export async function planVersion(
  context: Context,
  id: ClusterId,
  desired: ClusterDesired,
  options: ClusterOptions,
): Promise<VersionPlan> {
  const { version: to } = difference(desired, options.previous).write;
  if (to === undefined) return { steps: [], isReachable: false };
  const { stored: from, running } = await versionsOf(context, id, to, options);
  return {
    steps: upgradeSteps({ from, to, running, strategy: desired.upgradeStrategy }),
    isReachable: running !== undefined,
  };
}

/** Returns the stored and the running version; each is undefined if absent or not needed. */
async function versionsOf(
  context: Context,
  id: ClusterId,
  wanted: string,
  options: ClusterOptions,
): Promise<{ readonly stored: string | undefined; readonly running: string | undefined }> {
  const { signal, previous, create } = options;
  const none = { stored: undefined, running: undefined };
  if (create) return none;
  const { reader, tenants } = context;
  const live = await retryUntilDeadline(context, options, () => reader.cluster(id, signal, true));
  const read = valueAt(live?.spec, ["version"]);
  const stored = typeof read === "string" ? read : previous?.version;
  if (stored === undefined || compareVersions(stored, wanted) === 0) return { ...none, stored };
  const kubeconfig = await retryUntilDeadline(context, options, () => tenants.kubeconfig(id, signal));
  const running = kubeconfig === undefined ? undefined : await tenants.version(id, kubeconfig, signal);
  return { stored, running };
}
