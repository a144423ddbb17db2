import type { Context } from "../context.ts";
import { CoreError } from "../core-error.ts";
import { addonChanges, addonConflicts, readAddon } from "../desired/addon.ts";
import type { AddonDesired } from "../desired/desired.ts";
import { effective } from "../desired/patch.ts";
import type { AddonState } from "../desired/state.ts";
import { type AddonId, type ClusterId, clusterOf } from "../ids.ts";
import type { AppObject } from "../object/app-object.ts";
import type { ObserveOnceOptions, ObserveOptions } from "../options.ts";
import { addonApiName, availableAddons } from "../platform/addon-catalogue.ts";
import type { Platform } from "../platform/platform.ts";
import { addonState } from "../read/observe.ts";
import { withAddresses } from "./addresses.ts";
import { missingReleases, type ReadReleases, releasesOnce } from "./releases.ts";

export interface ObserveAddonOptions extends ObserveOnceOptions {
  /** Whether the Helm releases inside the tenant cluster are read too; the cluster's own Ready condition does not cover them. */
  readonly releases?: boolean;
}

/**
 * Returns the observed state of an add-on; undefined if its cluster is certainly gone or the platform has no such add-on. Throws
 * CoreError.
 */
export async function observeAddon(
  context: Context,
  id: AddonId,
  options: ObserveAddonOptions,
): Promise<AddonState | undefined> {
  const { signal, fresh = false, releases = false } = options;
  try {
    const [platform, object] = await Promise.all([
      context.platformForRead(signal),
      context.reader.find(clusterOf(id), options),
    ]);
    const found = object === undefined ? undefined : addonState(id, object, platform);
    const state = found === undefined ? undefined : await withAddresses(context, found, platform, signal, fresh);
    if (object === undefined || state === undefined || !releases) return state;
    return await withReleases(state, object, platform, releasesOnce(context, clusterOf(id), signal));
  } catch (error) {
    throw CoreError.from(error, `reading add-on ${id.name} of cluster ${id.cluster}`, signal);
  }
}

/** Returns the state of an add-on with the Helm releases that are not ready, which are read if the platform reports it as ready. */
export async function withReleases(
  state: AddonState,
  object: AppObject,
  platform: Platform,
  read: ReadReleases,
): Promise<AddonState> {
  const missing = state.ready ? await missingReleases(state.id, object, platform, read) : undefined;
  return missing === undefined || missing.length === 0 ? state : notReady(state, missing.join(", "));
}

/**
 * Returns the observed states of all add-ons that the platform serves, with their Helm releases; undefined if the cluster is certainly
 * gone. Throws CoreError.
 */
export async function listAddons(
  context: Context,
  cluster: ClusterId,
  { signal }: ObserveOptions,
): Promise<AddonState[] | undefined> {
  try {
    const [platform, object] = await Promise.all([
      context.platformForRead(signal),
      context.reader.cluster(cluster, signal),
    ]);
    if (object === undefined) return undefined;
    const { namespace, name } = cluster;
    const states = availableAddons(platform).flatMap((addon) => {
      return addonState({ namespace, cluster: name, name: addon }, object, platform) ?? [];
    });
    const read = releasesOnce(context, cluster, signal);
    const checked = states.map(async (found) => {
      const state = await withAddresses(context, found, platform, signal);
      return await withReleases(state, object, platform, read);
    });
    return await Promise.all(checked);
  } catch (error) {
    throw CoreError.from(error, `reading the add-ons of cluster ${cluster.name}`, signal);
  }
}

export const notReady = (state: AddonState, statusMessage: string): AddonState => ({
  ...state,
  ready: false,
  status: "progressing",
  statusMessage,
});

/** Existing settings of an add-on that is to be created. */
export interface ExistingAddon {
  /** Whether a write of the desired settings would change nothing. */
  readonly equal: boolean;
  /** Whether the differences prevent the creation (`resolveConflicts` is NONE). */
  readonly blocks: boolean;
  readonly enabled: boolean;
}

/** Compares an add-on that is to be created with its existing settings; undefined if none conflict. Throws CoreError. */
export async function existingAddon(
  context: Context,
  id: AddonId,
  desired: AddonDesired,
  { signal }: ObserveOptions,
): Promise<ExistingAddon | undefined> {
  try {
    const platform = await context.platformForRead(signal);
    const object = await context.reader.cluster(clusterOf(id), signal);
    const apiName = addonApiName(id.name);
    if (object === undefined || apiName === undefined || !addonConflicts(object.json, apiName, desired, platform))
      return undefined;
    const changes = addonChanges(object.json, apiName, desired, { desired: undefined, secretPaths: [] }, platform);
    const equal = effective(object.json, changes).length === 0;
    const enabled = readAddon(object.json, apiName).enabled === true;
    return { equal, blocks: !equal && desired.resolveConflicts === "NONE", enabled };
  } catch (error) {
    throw CoreError.from(error, `reading add-on ${id.name} of cluster ${id.cluster}`, signal);
  }
}
