import { CoreError } from "../core-error.ts";
import {
  addonChanges,
  addonConflicts,
  addonReset,
  markedPaths,
  type PreviousAddon,
  readAddon,
  wantedValues,
} from "../desired/addon.ts";
import type { AddonDesired } from "../desired/desired.ts";
import { effective } from "../desired/patch.ts";
import type { AddonState } from "../desired/state.ts";
import { type AddonId, memberKey } from "../ids.ts";
import type { AppObject } from "../object/app-object.ts";
import type { ConvergeOptions } from "../options.ts";
import type { Owner } from "../owner.ts";
import { addonApiName, availableAddons, catalogueEntry } from "../platform/addon-catalogue.ts";
import type { Platform } from "../platform/platform.ts";
import type { Edit } from "../write/edit.ts";

export interface AddonConvergeOptions extends ConvergeOptions<AddonDesired, AddonState> {
  /** Paths of the secret leaves in the previous write; their values are not stored. */
  readonly previousSecretPaths?: readonly (readonly string[])[];
}

type Options = Pick<AddonConvergeOptions, "create" | "expectUid" | "previous" | "previousSecretPaths">;

export const ownerOf = ({ name }: Pick<AddonId, "name">): Owner => ({ kind: "addon", name });

/** Returns the add-on's key in the spec; throws InvalidInput if the platform does not serve an add-on of that name. */
export function servedName(id: AddonId, platform: Platform): string {
  const apiName = addonApiName(id.name);
  if (apiName === undefined || !platform.addons.includes(apiName)) throw unknownAddon(id, platform);
  return apiName;
}

export const unknownAddon = (id: AddonId, platform: Platform): CoreError =>
  new CoreError("InvalidInput", `The platform has no add-on named ${id.name}.`, {
    summary: `Add-on ${JSON.stringify(id.name)} is not available`,
    path: ["name"],
    hint: `Available: ${availableAddons(platform).join(", ")}.`,
  });

/** Returns the edit that applies the desired settings of one add-on. */
export function addonEdit(id: AddonId, apiName: string, desired: AddonDesired, options: Options): Edit {
  const { create, expectUid, previous } = options;
  const before: PreviousAddon = { desired: previous, secretPaths: options.previousSecretPaths ?? [] };
  return {
    owner: ownerOf(id),
    purpose: "apply",
    expectUid,
    build: (live, platform, first) => {
      const replace = create && desired.resolveConflicts === "OVERWRITE" && wantedValues(desired) !== undefined;
      const changes = addonChanges(live.json, apiName, desired, before, platform, replace);
      const refuses = create && first && desired.resolveConflicts === "NONE";
      const differs = effective(live.json, changes).length > 0;
      if (refuses && differs && addonConflicts(live.json, apiName, desired, platform))
        throw alreadySet(id, live, apiName);
      return changes;
    },
  };
}

function alreadySet(id: AddonId, live: AppObject, apiName: string): CoreError {
  const enabled = readAddon(live.json, apiName).enabled === true;
  const what = enabled ? "is already enabled" : "already has settings";
  return new CoreError("AlreadyExists", `Add-on ${id.name} ${what}, and they differ from those wanted.`, {
    summary: `Add-on ${id.name} is already ${enabled ? "enabled" : "configured"} on cluster ${id.cluster}`,
    path: ["resolveConflicts"],
    hint: 'Set `resolveConflicts` to "ADOPT" or "OVERWRITE".',
    remedy: { kind: "takeOver", owner: "addon", id: memberKey(id) },
  });
}

/**
 * Returns the edit that ends the ownership of an add-on: it is disabled and its own settings are reset, or all keys are reset to the
 * platform's defaults.
 */
export function addonRemovalEdit(
  id: AddonId,
  apiName: string,
  platform: Platform,
  expectUid: string,
  {
    onDestroy,
    previous = {},
    previousSecretPaths = [],
  }: Pick<Options, "previous" | "previousSecretPaths"> & { readonly onDestroy: "disable" | "reset" },
): Edit {
  const switchable = catalogueEntry(platform.profile.addons, apiName)?.switchable === true;
  const desired: AddonDesired = { ...(switchable ? { enabled: false } : {}), resolveConflicts: "ADOPT" };
  const disable = (live: AppObject) => {
    const secretPaths = [...previousSecretPaths, ...markedPaths(live.json, apiName)];
    return addonChanges(live.json, apiName, desired, { desired: previous, secretPaths }, platform);
  };
  return {
    owner: ownerOf(id),
    purpose: "remove",
    expectUid,
    build: (live) => (onDestroy === "reset" ? addonReset(live.json, apiName, platform) : disable(live)),
  };
}
