import { addonEdit, servedName } from "./addons.ts";
import { catalogueEntry } from "./catalogue.ts";
import { type Context, patiently, type RemoveOptions } from "./context.ts";
import { CoreError } from "./core-error.ts";
import type { AddonDesired } from "./desired.ts";
import type { Edit } from "./edit.ts";
import { type AddonId, clusterOf } from "./ids.ts";
import type { Platform } from "./platform.ts";
import { addonReset } from "./spec-addon.ts";
import { writeAndWait } from "./wait.ts";

export interface AddonRemoveOptions extends RemoveOptions {
  /** `disable`: off, own settings given back · `preserve`: nothing changes · `reset`: everything as the platform serves it. */
  readonly onDestroy: "disable" | "preserve" | "reset";
  /** What the owner wrote last time. */
  readonly previous?: Partial<AddonDesired>;
  readonly previousSecretPaths?: readonly (readonly string[])[];
  readonly waitFor?: "accepted" | "ready";
}

/** Ends the ownership of an add-on. Where the cluster is gone or going there is nothing to do. */
export async function removeAddon(context: Context, id: AddonId, options: AddonRemoveOptions): Promise<void> {
  const { signal, expectUid, onDestroy } = options;
  if (onDestroy === "preserve") return;
  const cluster = clusterOf(id);
  try {
    const platform = await patiently(context, options, () => context.served(signal));
    const apiName = servedName(id, platform);
    const object = await patiently(context, options, () => context.reader.cluster(cluster, signal, true));
    if (object === undefined || object.deletedAt !== undefined || (expectUid !== undefined && object.uid !== expectUid))
      return;
    const { outcome } = await writeAndWait(context, cluster, {
      ...options,
      waitFor: options.waitFor ?? "ready",
      edit: removalEdit(id, apiName, platform, object.uid, options),
      owner: { kind: "addon", name: id.name },
      check: async () => undefined,
    });
    if (outcome?.kind === "late") {
      throw new CoreError(
        "Timeout",
        `The platform did not take up the removal of add-on ${id.name} in time: ${outcome.why}.`,
        { hint: "It goes on in the background; run it again to resume waiting, or give it a longer timeout." },
      );
    }
  } catch (error) {
    const known = CoreError.from(error, `removing add-on ${id.name} of cluster ${id.cluster}`, signal);
    if (known.code === "NotFound" || known.code === "Replaced" || known.code === "Deleting") return;
    throw known;
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
