import { type Context, type MemberRemoveOptions, patiently } from "../context.ts";
import { CoreError } from "../core-error.ts";
import { type AddonId, clusterOf } from "../ids.ts";
import { catalogueEntry } from "../platform/addon-catalogue.ts";
import type { Platform } from "../platform/platform.ts";
import { MemberRemoval } from "../rollout/member-removal.ts";
import { writeAndWait } from "../rollout/wait.ts";
import { addonReset } from "../spec/addon.ts";
import type { AddonDesired } from "../spec/desired.ts";
import type { Removed } from "../spec/state.ts";
import type { Edit } from "../write/edit.ts";
import { addonEdit, servedName } from "./converge.ts";

export interface AddonRemoveOptions extends MemberRemoveOptions {
  /** `disable`: off, own settings given back · `preserve`: nothing changes · `reset`: everything as the platform serves it. */
  readonly onDestroy: "disable" | "preserve" | "reset";
  /** What the owner wrote last time. */
  readonly previous?: Partial<AddonDesired>;
  readonly previousSecretPaths?: readonly (readonly string[])[];
}

/**
 * Ends the ownership of an add-on. Where the cluster is gone or going there is nothing to do. Where the platform has accepted it but rolls
 * out no change of the cluster, that is a warning.
 */
export async function removeAddon(context: Context, id: AddonId, options: AddonRemoveOptions): Promise<Removed> {
  const { signal, expectUid, onDestroy } = options;
  const removal = new MemberRemoval(`Add-on ${id.name} of cluster ${id.cluster}`);
  if (onDestroy === "preserve") return removal.done;
  const cluster = clusterOf(id);
  try {
    const platform = await patiently(context, options, () => context.served(signal));
    const apiName = servedName(id, platform);
    const object = await patiently(context, options, () => context.reader.cluster(cluster, signal, true));
    if (object === undefined || object.deletedAt !== undefined || (expectUid !== undefined && object.uid !== expectUid))
      return removal.done;
    const { outcome } = await writeAndWait(context, cluster, {
      ...options,
      waitFor: options.waitFor ?? "ready",
      edit: removalEdit(id, apiName, platform, object.uid, options),
      owner: { kind: "addon", name: id.name },
      accepted: removal.accepted,
      removal: true,
      check: async () => undefined,
    });
    return removal.end(outcome);
  } catch (error) {
    return removal.failed(CoreError.from(error, `removing add-on ${id.name} of cluster ${id.cluster}`, signal));
  }
}

function removalEdit(
  id: AddonId,
  apiName: string,
  platform: Platform,
  expectUid: string,
  options: AddonRemoveOptions,
): Edit {
  if (options.onDestroy === "reset") {
    return {
      owner: `reset of add-on ${id.name}`,
      expectUid,
      build: (live) => addonReset(live.json, apiName, platform),
    };
  }
  const switchable = catalogueEntry(platform.profile.addons, apiName)?.switchable === true;
  const desired: AddonDesired = { ...(switchable ? { enabled: false } : {}), resolveConflicts: "ADOPT" };
  const { signal, deadline, previous = {}, previousSecretPaths = [] } = options;
  const edit = addonEdit(id, apiName, desired, {
    signal,
    deadline,
    create: false,
    waitFor: "ready",
    previous,
    previousSecretPaths,
    expectUid,
  });
  return { ...edit, owner: `removal of add-on ${id.name}` };
}
