import { type Context, retryUntilDeadline } from "../context.ts";
import { CoreError } from "../core-error.ts";
import type { AddonDesired } from "../desired/desired.ts";
import type { Removed } from "../desired/state.ts";
import { type AddonId, clusterOf } from "../ids.ts";
import type { MemberRemoveOptions } from "../options.ts";
import { MemberRemoval } from "../rollout/member-removal.ts";
import { writeAndWait } from "../rollout/write-and-wait.ts";
import { addonRemovalEdit, servedName } from "./edit.ts";

export interface AddonRemoveOptions extends MemberRemoveOptions {
  /** `disable`: disabled, own settings reset · `preserve`: nothing changes · `reset`: all keys as the platform's defaults. */
  readonly onDestroy: "disable" | "preserve" | "reset";
  /** Desired settings of the owner's previous write. */
  readonly previous?: Partial<AddonDesired>;
  readonly previousSecretPaths?: readonly (readonly string[])[];
}

/**
 * Ends the ownership of an add-on. Does nothing if the cluster is gone or being deleted. Returns a warning if the platform has accepted
 * the removal but cannot roll out any change of the cluster.
 */
export async function removeAddon(context: Context, id: AddonId, options: AddonRemoveOptions): Promise<Removed> {
  const { signal, expectUid, onDestroy } = options;
  const removal = new MemberRemoval(`Add-on ${id.name} of cluster ${id.cluster}`);
  if (onDestroy === "preserve") return removal.done;
  const cluster = clusterOf(id);
  try {
    const platform = await retryUntilDeadline(context, options, () => context.platformForWrite(signal));
    const apiName = servedName(id, platform);
    const object = await retryUntilDeadline(context, options, () => context.reader.present(cluster, signal));
    if (object === undefined || object.deletedAt !== undefined || (expectUid !== undefined && object.uid !== expectUid))
      return removal.done;
    const edit = addonRemovalEdit(id, apiName, platform, object.uid, { ...options, onDestroy });
    const { waitFor = "ready" } = options;
    const { outcome } = await writeAndWait(context, cluster, edit, {
      ...options,
      waitFor,
      accepted: removal.accepted,
      stages: [],
    });
    return removal.end(outcome);
  } catch (error) {
    return removal.failed(CoreError.from(error, `removing add-on ${id.name} of cluster ${id.cluster}`, signal));
  }
}
