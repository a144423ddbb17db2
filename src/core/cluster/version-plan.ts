import { valueAt } from "../../base/json-pointer.ts";
import { type Context, retryUntilDeadline } from "../context.ts";
import type { ClusterDesired } from "../desired/desired.ts";
import { difference } from "../desired/difference.ts";
import type { ClusterId } from "../ids.ts";
import { compareVersions } from "../platform/versions.ts";
import { upgradeSteps } from "../validate/version.ts";
import type { ClusterOptions } from "./wait.ts";

/** How a cluster comes to its version. */
export interface VersionPlan {
  /** The minors to go through, the wanted one last; empty where nothing is to do. */
  readonly steps: readonly string[];
  /** Whether the cluster's own API answered, so that it must answer again before the cluster counts as ready. */
  readonly isReachable: boolean;
}

/** Judged by what is stored and by what really runs. Throws CoreError InvalidInput for a version that cannot be reached. */
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

/** The stored version, and the one that runs; undefined where there is none, or where it is not needed. */
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
