import { type Context, retryUntilDeadline } from "../context.ts";
import { CoreError } from "../core-error.ts";
import { readAddon } from "../desired/addon.ts";
import type { AddonDesired } from "../desired/desired.ts";
import type { AddonState, Converged } from "../desired/state.ts";
import { type AddonId, clusterOf, clusterRef } from "../ids.ts";
import type { AppObject } from "../object/app-object.ts";
import { type Owner, ownerLabel } from "../owner.ts";
import { type CatalogueEntry, catalogueEntry } from "../platform/addon-catalogue.ts";
import type { Platform } from "../platform/platform.ts";
import { addonState } from "../read/observe.ts";
import { notReadyYet } from "../rollout/diagnose.ts";
import { writeAndWait } from "../rollout/write-and-wait.ts";
import type { Holder } from "../write/write-queue.ts";
import { type AddonConvergeOptions, addonEdit, servedName, unknownAddon } from "./edit.ts";
import { notReady } from "./observe.ts";
import { isWanted, ReleasesReady } from "./releases.ts";

const ownerOf = ({ name }: Pick<AddonId, "name">): Owner => ({ kind: "addon", name });

/** API names of the add-ons that an add-on cannot run without. */
const needsOf = (entry: CatalogueEntry | undefined): readonly string[] => [
  ...(entry?.requires ?? []),
  ...(entry?.deployedWith === undefined ? [] : [entry.deployedWith]),
];

/**
 * An add-on waits for its pods, and they wait for nodes and for the add-ons they need: the writes that bring those are not delayed by
 * it, or both would wait until their deadlines (platform.md §3.9).
 */
function addonHolder(apiName: string, platform: Platform): Holder {
  const { addons } = platform.profile;
  const needs = needsOf(catalogueEntry(addons, apiName)).map((name) => catalogueEntry(addons, name)?.name ?? name);
  return { yieldsTo: ({ kind, name }) => kind === "nodeGroup" || (kind === "addon" && needs.includes(name)) };
}

/** The add-on will be converged at once: pending writes of its cluster wait a moment for it. */
export const announceAddon = ({ writer }: Context, id: AddonId): void =>
  writer.announce(clusterRef(clusterOf(id)), ownerOf(id));

/** Makes an add-on as desired, and waits as long as asked. One that is slow ends in a warning, not an error (design rule 7). */
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
      // The cluster's own status is still from before the write.
      partial = { ...state, ready: false, status: "progressing" };
      options.accepted?.(partial);
    };
    const edit = addonEdit(id, apiName, desired, options);
    const releases = new ReleasesReady(context, id, platform, signal);
    const holder = addonHolder(apiName, platform);
    const step = { ...options, holder, accepted, stages: [releases] };
    const { written, outcome } = await writeAndWait(context, clusterOf(id), edit, step);
    const object = outcome?.seen?.object ?? written.after;
    const state = addonState(id, object, platform);
    if (state === undefined) throw unknownAddon(id, platform);
    const warnings = [...(outcome?.warnings ?? []), ...releases.warnings];
    if (outcome?.kind === "late") {
      const cause = missingAddon(id, object, platform);
      const what = ownerLabel(ownerOf(id));
      const late = await notReadyYet(context, clusterOf(id), { what, why: outcome.why, began, options, cause });
      return { ...notReady(state, outcome.why), warnings: [...warnings, late] };
    }
    if (outcome === undefined) return { ...state, warnings };
    if (!releases.isNodeless) return { ...state, ready: true, status: "ready", warnings };
    return { ...notReady(state, "the cluster has no nodes"), over: true, warnings };
  } catch (error) {
    const known = CoreError.from(error, `converging add-on ${id.name} of cluster ${id.cluster}`, signal);
    throw partial === undefined || known.partial !== undefined ? known : known.withPartial(partial);
  }
}

/** An add-on that this one needs and that is not enabled, as the likely cause of a wait without success. */
function missingAddon(id: AddonId, object: AppObject, platform: Platform): string | undefined {
  const { addons } = platform.profile;
  if (!isWanted(id, object, platform)) return undefined;
  const missing = needsOf(catalogueEntry(addons, id.name)).find(
    (apiName) => readAddon(object.json, apiName).enabled === false,
  );
  if (missing === undefined) return undefined;
  return `${catalogueEntry(addons, missing)?.name ?? missing} is not enabled`;
}
