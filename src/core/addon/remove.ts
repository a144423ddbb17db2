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
  /** `disable`: off, own settings given back · `preserve`: nothing changes · `reset`: everything as the platform serves it. */
  readonly onDestroy: "disable" | "preserve" | "reset";
  /** What the owner wrote last time. */
  readonly previous?: Partial<AddonDesired>;
  readonly previousSecretPaths?: readonly (readonly string[])[];
}

/**
 * Ends the ownership of an add-on. Where the cluster is gone or being deleted there is nothing to do. Where the platform has accepted it
 * but rolls out no change of the cluster, that is a warning.
 */
export async function removeAddon(context: Context, id: AddonId, options: AddonRemoveOptions): Promise<Removed> {
  const { signal, expectUid, onDestroy } = options;
  const removal = new MemberRemoval(`Add-on ${id.name} of cluster ${id.cluster}`);
  if (onDestroy === "preserve") return removal.done;
  const cluster = clusterOf(id);
  try {
    const platform = await retryUntilDeadline(context, options, () => context.platformForWrite(signal));
    const apiName = servedName(id, platform);
    const object = await retryUntilDeadline(context, options, () => context.reader.cluster(cluster, signal, true));
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
