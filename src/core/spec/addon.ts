import { isJsonObject, type Json, type JsonObject, jsonEqual } from "../../base/json.ts";
import { objectAt, valueAt } from "../../base/json-pointer.ts";
import { annotationPath, secretValuesAnnotation } from "../object/annotations.ts";
import { markedSecrets } from "../object/secrets.ts";
import { clusterDefault } from "../platform/groups.ts";
import type { Platform } from "../platform/platform.ts";
import { readStrings } from "./cluster.ts";
import type { AddonDesired } from "./desired.ts";
import { difference } from "./difference.ts";
import { leavesOf, overlay, ownLeaves, withoutLeaf } from "./leaves.ts";
import type { Change } from "./patch.ts";

/** What the owner of an add-on wrote last time: his wish, and the paths of secret leaves, whose values nobody keeps. */
export interface PreviousAddon {
  readonly desired: Partial<AddonDesired> | undefined;
  readonly secretPaths: readonly (readonly string[])[];
}

const plain = ["enabled", "exposeMethod", "hosts"] as const;

/** Where an add-on stands in a cluster. */
export const addonPath = (apiName: string, ...rest: string[]): string[] => ["spec", "addons", apiName, ...rest];

/** The whole wish for an add-on's Helm values: the secret ones laid over the others. undefined where none is uttered. */
export function wantedValues(desired: Partial<AddonDesired>): JsonObject | undefined {
  if (desired.values === undefined && desired.secretValues === undefined) return undefined;
  return overlay(desired.values ?? {}, desired.secretValues ?? {});
}

/**
 * The changes of an add-on's own keys. Values are owned leaf by leaf: previous leaves that are no longer desired go, leaves of
 * others stay. `replaceValues` lets nothing of others stand (OVERWRITE).
 */
export function addonChanges(
  live: JsonObject,
  apiName: string,
  desired: AddonDesired,
  previous: PreviousAddon,
  platform: Platform,
  replaceValues = false,
): Change[] {
  const changes: Change[] = [];
  const { write, giveBack } = difference(desired, previous.desired);
  for (const key of plain) {
    const value = write[key];
    const path = addonPath(apiName, key);
    if (value !== undefined) changes.push({ path, value: typeof value === "object" ? [...value] : value });
    else if (giveBack[key] !== undefined) changes.push({ path, value: clusterDefault(platform, path.slice(1)) });
  }
  const path = addonPath(apiName, "valuesOverride");
  const seen = objectAt(live, path);
  // Secret values are kept nowhere, so there is nothing to compare them with.
  const wanted = wantedValues({ ...write, ...pickSecret(desired) });
  const former = [...leavesOf(giveBack.values ?? {}).map((leaf) => leaf.path), ...previous.secretPaths];
  if (wanted !== undefined || former.length > 0) {
    const value: JsonObject = replaceValues ? (wanted ?? {}) : ownLeaves(seen, former, wanted ?? {});
    if (!jsonEqual(value, seen)) changes.push({ path, value });
  }
  changes.push(...secretMark(live, apiName, desired.secretValues));
  return changes;
}

const pickSecret = ({ secretValues }: AddonDesired): Pick<AddonDesired, "secretValues"> =>
  secretValues === undefined ? {} : { secretValues };

/** Writes down which leaves are secret, or that none is. */
function secretMark(live: JsonObject, apiName: string, secrets: JsonObject | undefined): Change[] {
  const paths = leavesOf(secrets ?? {}).map((leaf) => [...leaf.path]);
  const path = annotationPath(`${secretValuesAnnotation}${apiName}`);
  if (paths.length > 0) return [{ path, value: JSON.stringify(paths) }];
  return valueAt(live, path) === undefined ? [] : [{ path, value: undefined }];
}

/** The changes that give an add-on back wholly: every key as the platform serves it by default. */
export function addonReset(live: JsonObject, apiName: string, platform: Platform): Change[] {
  const own = Object.keys(objectAt(live, addonPath(apiName))).map((key): Change => {
    const path = addonPath(apiName, key);
    return { path, value: clusterDefault(platform, path.slice(1)) };
  });
  return [...own, ...secretMark(live, apiName, undefined)];
}

/**
 * Whether a new wish for an add-on contradicts what somebody made of it: it is switched on already, or something that is set would have
 * to give way. Values of others beside the own ones contradict nothing (design rule 1).
 */
export function addonConflicts(live: JsonObject, apiName: string, desired: AddonDesired, platform: Platform): boolean {
  if (valueAt(live, addonPath(apiName, "enabled")) === true) return true;
  const overwrites = (["exposeMethod", "hosts"] as const).some((key) => {
    const path = addonPath(apiName, key);
    const [now, served] = [valueAt(live, path), clusterDefault(platform, path.slice(1)) ?? []];
    const value = typeof desired[key] === "object" ? [...desired[key]] : desired[key];
    return value !== undefined && now !== undefined && !jsonEqual(now, value) && !jsonEqual(now, served);
  });
  if (overwrites) return true;
  const seen = objectAt(live, addonPath(apiName, "valuesOverride"));
  const laidOver = overlay(seen, wantedValues(desired) ?? {});
  return leavesOf(seen).some(({ path, value }) => {
    const now = valueAt(laidOver, path);
    const isPlace = isJsonObject(value) && isJsonObject(now);
    return !isPlace && !jsonEqual(now, value);
  });
}

/** The live values without the leaves that are marked as secret: no state may hold them, not even after an import. */
function visibleValues(live: Json, apiName: string): JsonObject {
  return markedSecrets(live)
    .filter((secret) => secret.apiName === apiName)
    .reduce((values, { path }) => withoutLeaf(values, path), objectAt(live, addonPath(apiName, "valuesOverride")));
}

/** The switch, values and ingress settings of an add-on as the API shows them, without secret values. */
export function readAddon(
  live: Json,
  apiName: string,
): { enabled: boolean | undefined; values: JsonObject; exposeMethod: string | undefined; hosts: string[] | undefined } {
  const enabled = valueAt(live, addonPath(apiName, "enabled"));
  const method = valueAt(live, addonPath(apiName, "exposeMethod"));
  return {
    enabled: typeof enabled === "boolean" ? enabled : undefined,
    values: visibleValues(live, apiName),
    exposeMethod: typeof method === "string" ? method : undefined,
    hosts: readStrings(valueAt(live, addonPath(apiName, "hosts"))),
  };
}
