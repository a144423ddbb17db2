import { type Context, type ConvergeOptions, clusterTarget, type ObserveOptions, patiently } from "../context.ts";
import { CoreError } from "../core-error.ts";
import { type AddonId, clusterOf, releaseName } from "../ids.ts";
import { poolsOf } from "../node-group/pools.ts";
import type { AppObject } from "../object/app-object.ts";
import { addonApiName, catalogueEntry } from "../platform/addon-catalogue.ts";
import type { Platform } from "../platform/platform.ts";
import { addonState, declaredGroups } from "../read/observe.ts";
import { notReadyYet } from "../rollout/diagnose.ts";
import { type Wait, writeAndWait } from "../rollout/wait.ts";
import { addonChanges, addonConflicts, type PreviousAddon, readAddon, wantedValues } from "../spec/addon.ts";
import type { AddonDesired } from "../spec/desired.ts";
import { effective } from "../spec/patch.ts";
import type { AddonState, Converged, Notice } from "../spec/state.ts";
import type { Edit } from "../write/edit.ts";
import type { Holder } from "../write/write-queue.ts";
import { alreadyEnabled, conflictHint } from "./conflict.ts";

/** Where the platform installs the network of every cluster (platform.md §3.9). */
const networkNamespace = "cozy-cilium";

export interface AddonConvergeOptions extends ConvergeOptions<AddonDesired, AddonState> {
  /** Paths of the secret leaves written last time; their values nobody keeps. */
  readonly previousSecretPaths?: readonly (readonly string[])[];
}

export interface ObserveAddonOptions extends ObserveOptions {
  /** Look inside the cluster for Helm's releases: the cluster's own result says nothing of them. */
  readonly inside?: boolean;
}

/** An add-on as observed; undefined where its cluster is certainly gone or the platform has no such add-on. */
export async function observeAddon(
  context: Context,
  id: AddonId,
  { signal, fresh = false, inside = false }: ObserveAddonOptions,
): Promise<AddonState | undefined> {
  try {
    const [platform, object] = await Promise.all([
      context.platform(signal),
      context.reader.cluster(clusterOf(id), signal, fresh),
    ]);
    const state = object === undefined ? undefined : addonState(id, object, platform);
    if (object === undefined || state === undefined || !inside || !state.ready) return state;
    const missing = await missingReleases(context, id, object, platform, signal);
    return missing === undefined || missing.length === 0 ? state : notReady(state, missing.join(", "));
  } catch (error) {
    throw CoreError.from(error, `reading add-on ${id.name} of cluster ${id.cluster}`, signal);
  }
}

/**
 * An add-on waits for its pods, and they wait for nodes and for the add-ons they need: whoever brings those must not be held up by
 * it, or both would wait until their deadlines (platform.md §3.9).
 */
function addonHolder(apiName: string, platform: Platform): Holder {
  const entry = catalogueEntry(platform.profile.addons, apiName);
  const needs = [...(entry?.requires ?? []), ...(entry?.deployedWith === undefined ? [] : [entry.deployedWith])];
  const owners = needs.map((name) => addonOwner(catalogueEntry(platform.profile.addons, name)?.name ?? name));
  return { yieldsTo: (owner) => owner.startsWith("node group ") || owners.includes(owner) };
}

const addonOwner = (name: string): string => `add-on ${name}`;

/** A converge of the add-on follows at once: what is about to be written to its cluster waits a moment for it. */
export const announceAddon = ({ writer }: Context, id: AddonId): void =>
  writer.announce(clusterTarget(clusterOf(id)), addonOwner(id.name));

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
    const platform = await patiently(context, options, () => context.served(signal));
    const apiName = servedName(id, platform);
    const warnings: Notice[] = [];
    const nodeless = { found: false };
    const accepted = (object: AppObject) => {
      const state = addonState(id, object, platform);
      if (state === undefined) return;
      // What the cluster says of itself is still from before the write.
      partial = { ...state, ready: false, status: "progressing" };
      options.accepted?.(partial);
    };
    const { written, outcome } = await writeAndWait(context, clusterOf(id), {
      ...options,
      edit: addonEdit(id, apiName, desired, options),
      owner: { kind: "addon", name: id.name },
      holder: addonHolder(apiName, platform),
      accepted,
      check: addonCheck(context, id, platform, signal, warnings, nodeless),
    });
    const state = addonState(id, outcome?.seen?.object ?? written.after, platform);
    if (state === undefined) throw unknownAddon(id, platform);
    if (outcome === undefined) return { ...state, warnings };
    warnings.unshift(...outcome.warnings);
    if (outcome.kind === "late") {
      const what = addonOwner(id.name);
      const cause = missingAddon(id, outcome.seen?.object ?? written.after, platform);
      const late = await notReadyYet(context, clusterOf(id), { what, why: outcome.why, began, options, cause });
      return { ...notReady(state, outcome.why), warnings: [...warnings, late] };
    }
    if (!nodeless.found) return { ...state, ready: true, status: "ready", warnings };
    return { ...notReady(state, "the cluster has no nodes"), over: true, warnings };
  } catch (error) {
    const known = CoreError.from(error, `converging add-on ${id.name} of cluster ${id.cluster}`, signal);
    throw partial === undefined || known.partial !== undefined ? known : known.withPartial(partial);
  }
}

/** An add-on that this one needs and that is not enabled, as the likely cause of a wait in vain. */
function missingAddon(id: AddonId, object: AppObject, platform: Platform): string | undefined {
  if (!isWanted(id, object, platform)) return undefined;
  const { requires = [], deployedWith } = catalogueEntry(platform.profile.addons, id.name) ?? {};
  const needs = [...requires, ...(deployedWith === undefined ? [] : [deployedWith])];
  const missing = needs.find((apiName) => readAddon(object.json, apiName).enabled === false);
  if (missing === undefined) return undefined;
  return `${catalogueEntry(platform.profile.addons, missing)?.name ?? missing} is not enabled`;
}

const notReady = (state: AddonState, statusMessage: string): AddonState => ({
  ...state,
  ready: false,
  status: "progressing",
  statusMessage,
});

/**
 * Whether an add-on that is to be created is set up already: `equal` where nothing would change, `blocks` where settings of others are
 * in the way; undefined where nothing is set. Throws CoreError.
 */
export async function existingAddon(
  context: Context,
  id: AddonId,
  desired: AddonDesired,
  { signal }: ObserveOptions,
): Promise<{ readonly equal: boolean; readonly blocks: boolean; readonly enabled: boolean } | undefined> {
  try {
    const platform = await context.platform(signal);
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

/** The add-on's key in the spec; throws InvalidInput where the platform serves none of that name. */
export function servedName(id: AddonId, platform: Platform): string {
  const apiName = addonApiName(id.name);
  if (apiName === undefined || !platform.addons.includes(apiName)) throw unknownAddon(id, platform);
  return apiName;
}

const unknownAddon = (id: AddonId, platform: Platform): CoreError =>
  new CoreError("InvalidInput", `The platform has no add-on named ${id.name}.`, {
    summary: `Add-on ${JSON.stringify(id.name)} is not available`,
    path: ["name"],
    hint: `Available: ${platform.addons.map((apiName) => catalogueEntry({}, apiName)?.name ?? apiName).join(", ")}.`,
  });

/** The changes that make one add-on as desired. */
export function addonEdit(id: AddonId, apiName: string, desired: AddonDesired, options: AddonConvergeOptions): Edit {
  const { create, expectUid, previous } = options;
  const before: PreviousAddon = { desired: previous, secretPaths: options.previousSecretPaths ?? [] };
  return {
    owner: addonOwner(id.name),
    expectUid,
    build: (live, platform, first) => {
      const replace = create && desired.resolveConflicts === "OVERWRITE" && wantedValues(desired) !== undefined;
      const changes = addonChanges(live.json, apiName, desired, before, platform, replace);
      const differs = effective(live.json, changes).length > 0;
      if (
        create &&
        first &&
        desired.resolveConflicts === "NONE" &&
        differs &&
        addonConflicts(live.json, apiName, desired, platform)
      ) {
        throw alreadySet(id, live, apiName);
      }
      return changes;
    },
  };
}

function alreadySet(id: AddonId, live: AppObject, apiName: string): CoreError {
  const enabled = readAddon(live.json, apiName).enabled === true;
  const what = enabled ? "is already enabled" : "already has settings";
  return new CoreError("AlreadyExists", `Add-on ${id.name} ${what}, and they differ from the configuration.`, {
    summary: alreadyEnabled(id, enabled),
    path: ["resolveConflicts"],
    hint: conflictHint(id),
  });
}

/** Whether nothing that could run a pod is declared: waiting for pods would take until the deadline. */
async function hasNoNodes(context: Context, id: AddonId, object: AppObject, platform: Platform, signal: AbortSignal) {
  if (declaredGroups(object, platform).length > 0) return false;
  return (await poolsOf(context, platform, clusterOf(id), signal)).length === 0;
}

/**
 * What the releases of an add-on lack, one text each; undefined where the tenant cluster cannot be reached. An add-on that is
 * disabled lacks that its releases are gone (platform.md §3.9, §5.3).
 */
async function missingReleases(
  context: Context,
  id: AddonId,
  object: AppObject,
  platform: Platform,
  signal: AbortSignal,
): Promise<readonly string[] | undefined> {
  const entry = catalogueEntry(platform.profile.addons, id.name);
  const expected = Object.entries(entry?.releases ?? {});
  if (expected.length === 0) return [];
  const wanted = isWanted(id, object, platform);
  const cluster = clusterOf(id);
  const kubeconfig = await context.tenants.kubeconfig(cluster, signal);
  if (kubeconfig === undefined) return undefined;
  const missing: string[] = [];
  for (const namespace of new Set(expected.map(([, where]) => where))) {
    const releases = await context.tenants.releases(cluster, kubeconfig, namespace, signal);
    if (releases === undefined) return undefined;
    for (const [name, where] of expected) {
      if (where !== namespace) continue;
      const names = [name, `${releaseName(id.cluster)}-${name}`];
      const found = releases.find((release) => names.includes(release.name));
      if (wanted && found?.status !== "deployed") missing.push(`${name} is ${found?.status ?? "not installed yet"}`);
      if (!wanted && found !== undefined) missing.push(`${name} is still installed`);
    }
  }
  return missing;
}

/** Whether the add-on is to be installed: those without a switch always are. */
function isWanted(id: AddonId, object: AppObject, platform: Platform): boolean {
  const entry = catalogueEntry(platform.profile.addons, id.name);
  return entry?.switchable !== true || readAddon(object.json, addonApiName(id.name) ?? "").enabled === true;
}

/**
 * What an add-on lacks until it is ready: Helm's releases in the tenant cluster, as the platform's own result says nothing of them. Where
 * that cluster is out of reach the platform's result has to do, with a warning; where it has no nodes nothing is waited for (`nodeless`).
 */
function addonCheck(
  context: Context,
  id: AddonId,
  platform: Platform,
  signal: AbortSignal,
  warnings: Notice[],
  nodeless: { found: boolean },
): Wait["check"] {
  let unseenSince: number | undefined;
  let nodelessSince: number | undefined;
  return async ({ object }) => {
    const cluster = clusterOf(id);
    const missing = await missingReleases(context, id, object, platform, signal);
    if (missing?.length === 0) return undefined;
    // Every cluster has the network's release. Where not even that shows, releases do not show here at all.
    const kubeconfig = missing === undefined ? undefined : await context.tenants.kubeconfig(cluster, signal);
    const network =
      kubeconfig === undefined ? [] : await context.tenants.releases(cluster, kubeconfig, networkNamespace, signal);
    if (missing !== undefined && network !== undefined && network.length > 0) {
      if (!isWanted(id, object, platform) || !(await hasNoNodes(context, id, object, platform, signal))) {
        nodelessSince = undefined;
        return `add-on ${id.name}: ${missing.join(", ")}`;
      }
      nodelessSince ??= context.clock.now();
      if (context.clock.now() - nodelessSince < context.settle.reachMs)
        return `add-on ${id.name}: the cluster has no nodes yet`;
      warnings.push({
        summary: `Cluster ${id.cluster} has no nodes`,
        detail: `Add-on ${id.name} starts when cluster ${id.cluster} has a node group.`,
      });
      nodeless.found = true;
      return undefined;
    }
    unseenSince ??= context.clock.now();
    const unseen = missing === undefined ? context.tenants.silence(cluster) : context.clock.now() - unseenSince;
    if (unseen < context.settle.reachMs) return `add-on ${id.name}: waiting for the cluster's own API to answer`;
    const why = missing === undefined ? "cannot be reached from here" : "shows no Helm releases";
    warnings.push({
      summary: `Add-on ${id.name} was not checked`,
      detail: `The platform installs add-on ${id.name} in cluster ${id.cluster}. The cluster's own API ${why}, so whether the add-on runs was not checked.`,
    });
    return undefined;
  };
}
