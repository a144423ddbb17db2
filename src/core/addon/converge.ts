import { type Context, retryUntilDeadline } from "../context.ts";
import { CoreError } from "../core-error.ts";
import { readAddon } from "../desired/addon.ts";
import type { AddonDesired } from "../desired/desired.ts";
import type { AddonState, Converged } from "../desired/state.ts";
import { type AddonId, clusterOf, clusterRef } from "../ids.ts";
import type { AppObject } from "../object/app-object.ts";
import { ownerLabel } from "../owner.ts";
import { type CatalogueEntry, catalogueEntry } from "../platform/addon-catalogue.ts";
import type { Platform } from "../platform/platform.ts";
import { addonState } from "../read/observe.ts";
import { notReadyYet } from "../rollout/diagnose.ts";
import { writeAndWait } from "../rollout/write-and-wait.ts";
import type { Holder } from "../write/write-queue.ts";
import { withAddresses } from "./addresses.ts";
import { type AddonConvergeOptions, addonEdit, ownerOf, servedName, unknownAddon } from "./edit.ts";
import { notReady, withReleases } from "./observe.ts";
import { isWanted, ReleasesReady, releasesOnce } from "./releases.ts";

/** API names of the add-ons that an add-on requires. */
const needsOf = (entry: CatalogueEntry | undefined): readonly string[] => [
  ...(entry?.requires ?? []),
  ...(entry?.deployedWith === undefined ? [] : [entry.deployedWith]),
];

/**
 * An add-on waits for its pods, which wait for nodes and for required add-ons. The writes that create those are not delayed by this
 * wait; otherwise both would block until their deadlines (platform.md §3.9).
 */
function addonHolder(apiName: string, platform: Platform): Holder {
  const { addons } = platform.profile;
  const needs = needsOf(catalogueEntry(addons, apiName)).map((name) => catalogueEntry(addons, name)?.name ?? name);
  return { yieldsTo: ({ kind, name }) => kind === "nodeGroup" || (kind === "addon" && needs.includes(name)) };
}

/** Announces a converge of the add-on, so that pending writes of its cluster wait briefly and include it. */
export const announceAddon = ({ writer }: Context, id: AddonId): void =>
  writer.announce(clusterRef(clusterOf(id)), ownerOf(id));

/**
 * Applies the desired settings of an add-on and waits according to `waitFor`. A slow add-on results in a warning, not an error (design
 * rule 7).
 */
export async function convergeAddon(
  context: Context,
  id: AddonId,
  desired: AddonDesired,
  options: AddonConvergeOptions,
): Promise<Converged<AddonState>> {
  const { signal } = options;
  const began = context.clock.now();
  let partial: AddonState | undefined;
  context.secrets.add(desired.secretValues);
  try {
    const platform = await retryUntilDeadline(context, options, () => context.platformForWrite(signal));
    const apiName = servedName(id, platform);
    const accepted = (object: AppObject) => {
      const state = addonState(id, object, platform);
      if (state === undefined) return;
      partial = unreconciled(state);
      options.accepted?.(partial);
    };
    const edit = addonEdit(id, apiName, desired, options);
    const releases = new ReleasesReady(context, id, platform, signal);
    const holder = addonHolder(apiName, platform);
    const step = { ...options, holder, accepted, stages: [releases] };
    const { written, outcome } = await writeAndWait(context, clusterOf(id), edit, step);
    const object = outcome?.seen?.object ?? written.after;
    const found = addonState(id, object, platform);
    if (found === undefined) throw unknownAddon(id, platform);
    // An add-on that is not ready has no addresses yet.
    const state =
      outcome?.kind === "done"
        ? await retryUntilDeadline(context, options, () => withAddresses(context, found, platform, signal, true))
        : found;
    const warnings = [...(outcome?.warnings ?? []), ...releases.warnings];
    if (outcome?.kind === "late") {
      const cause = missingAddon(id, object, platform);
      const what = ownerLabel(ownerOf(id));
      const late = await notReadyYet(context, clusterOf(id), { what, why: outcome.why, began, options, cause });
      return { ...notReady(state, outcome.why), warnings: [...warnings, late] };
    }
    if (outcome === undefined) {
      if (written.wrote) return { ...unreconciled(state), warnings };
      const read = releasesOnce(context, clusterOf(id), signal);
      return { ...(await withReleases(state, object, platform, read)), warnings };
    }
    if (!releases.isNodeless) return { ...state, ready: true, status: "ready", warnings };
    return { ...notReady(state, "the cluster has no nodes"), over: true, warnings };
  } catch (error) {
    const known = CoreError.from(error, `converging add-on ${id.name} of cluster ${id.cluster}`, signal);
    throw known.withPartial(partial);
  }
}

/** Returns the state of an add-on after a write: the cluster's status predates it. */
const unreconciled = (state: AddonState): AddonState => notReady(state, "the platform has not taken up the change yet");

/** Returns the likely cause of an unsuccessful wait: a required add-on that is not enabled. */
function missingAddon(id: AddonId, object: AppObject, platform: Platform): string | undefined {
  const { addons } = platform.profile;
  if (!isWanted(id, object, platform)) return undefined;
  const missing = needsOf(catalogueEntry(addons, id.name)).find(
    (apiName) => readAddon(object.json, apiName).enabled === false,
  );
  if (missing === undefined) return undefined;
  return `${catalogueEntry(addons, missing)?.name ?? missing} is not enabled`;
}
