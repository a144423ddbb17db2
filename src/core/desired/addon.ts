import { isJsonObject, type Json, type JsonObject, jsonEqual } from "../../base/json.ts";
import { objectAt, valueAt } from "../../base/json-pointer.ts";
import { annotationPath, secretValuesAnnotation } from "../object/annotations.ts";
import { markedSecrets } from "../object/secrets.ts";
import { clusterDefault } from "../platform/groups.ts";
import type { Platform } from "../platform/platform.ts";
import type { AddonDesired } from "./desired.ts";
import { difference } from "./difference.ts";
import { type Field, field, flag, keyOf, readFields, text, texts, valuesOf } from "./field.ts";
import { leavesOf, overlay, ownLeaves, withoutLeaf } from "./leaves.ts";
import type { Change } from "./patch.ts";

/** The previous write of an add-on: the desired state, and the paths of secret leaves, whose values are not stored. */
export interface PreviousAddon {
  readonly desired: Partial<AddonDesired> | undefined;
  readonly secretPaths: readonly (readonly string[])[];
}

/** Settings of an add-on except its Helm values, which are owned leaf by leaf. */
export const addonFields: readonly Field[] = [
  field(flag, "enabled"),
  field(text, "exposeMethod"),
  field(texts, "hosts"),
];

/** The Helm values. */
export const valuesField: Field = {
  key: ["values"],
  path: ["valuesOverride"],
  type: { read: (stored) => (isJsonObject(stored) ? stored : undefined) },
};

/** Returns the path in the desired object for a path in an add-on's spec, for errors. */
export const addonKeyOf = (place: readonly string[]): readonly string[] => keyOf([...addonFields, valuesField], place);

/** Path of an add-on in a cluster object. */
const addonPath = (apiName: string, ...rest: string[]): string[] => ["spec", "addons", apiName, ...rest];

/** Returns the desired Helm values with the secret ones merged over the others; undefined if neither is set. */
export function wantedValues(desired: Partial<AddonDesired>): JsonObject | undefined {
  if (desired.values === undefined && desired.secretValues === undefined) return undefined;
  return overlay(desired.values ?? {}, desired.secretValues ?? {});
}

/**
 * Returns the changes of an add-on's own keys. Values are owned leaf by leaf: previous leaves that are no longer desired are removed,
 * leaves of other writers are kept. `replaceValues` removes those too (OVERWRITE).
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
  for (const { field, value } of valuesOf(addonFields, write)) {
    changes.push({ path: addonPath(apiName, ...field.path), value });
  }
  for (const { field } of valuesOf(addonFields, giveBack)) {
    const path = addonPath(apiName, ...field.path);
    changes.push({ path, value: clusterDefault(platform, path.slice(1)) });
  }
  const path = addonPath(apiName, "valuesOverride");
  const seen = objectAt(live, path);
  // Secret values are not stored, so there is no previous value to compare with.
  const wanted = wantedValues({ ...write, ...pickSecret(desired) });
  const former = [...leavesOf(giveBack.values ?? {}).map((leaf) => leaf.path), ...previous.secretPaths];
  const value = replaceValues ? (wanted ?? {}) : ownLeaves(seen, former, wanted ?? {});
  if (!jsonEqual(value, seen)) changes.push({ path, value });
  changes.push(...secretMark(live, apiName, value, desired));
  return changes;
}

const pickSecret = ({ secretValues }: AddonDesired): Pick<AddonDesired, "secretValues"> =>
  secretValues === undefined ? {} : { secretValues };

/**
 * Returns the change that records the paths of the secret leaves, or removes the record. A leaf that was recorded before and is still in
 * `values` stays recorded, unless its value is desired as one that is not secret.
 */
function secretMark(
  live: JsonObject,
  apiName: string,
  values: JsonObject,
  { values: open = {}, secretValues = {} }: Partial<AddonDesired>,
): Change[] {
  const own = leavesOf(secretValues).map((leaf) => [...leaf.path]);
  const isOwn = (path: readonly string[]) => own.some((other) => jsonEqual(other, [...path]));
  const others = markedPaths(live, apiName).filter(
    (path) => !isOwn(path) && valueAt(values, path) !== undefined && valueAt(open, path) === undefined,
  );
  const paths = [...own, ...others];
  const path = annotationPath(`${secretValuesAnnotation}${apiName}`);
  if (paths.length > 0) return [{ path, value: JSON.stringify(paths) }];
  return valueAt(live, path) === undefined ? [] : [{ path, value: undefined }];
}

/** Returns the paths of the secret leaves that the object records for an add-on. */
export const markedPaths = (live: Json, apiName: string): string[][] =>
  markedSecrets(live).flatMap((secret) => (secret.apiName === apiName ? [secret.path] : []));

/** Returns the changes that reset every key of an add-on to the platform's default. */
export function addonReset(live: JsonObject, apiName: string, platform: Platform): Change[] {
  const own = Object.keys(objectAt(live, addonPath(apiName))).map((key): Change => {
    const path = addonPath(apiName, key);
    return { path, value: clusterDefault(platform, path.slice(1)) };
  });
  return [...own, ...secretMark(live, apiName, {}, {})];
}

/**
 * Whether a new desired state conflicts with an existing add-on: the add-on is already enabled, or a value that is set would change.
 * Values that other writers set elsewhere do not conflict (design rule 1).
 */
export function addonConflicts(live: JsonObject, apiName: string, desired: AddonDesired, platform: Platform): boolean {
  if (valueAt(live, addonPath(apiName, "enabled")) === true) return true;
  const { exposeMethod, hosts } = desired;
  const overwrites = [...valuesOf(addonFields, { exposeMethod, hosts })].some(({ field, value }) => {
    const path = addonPath(apiName, ...field.path);
    const [now, served] = [valueAt(live, path), clusterDefault(platform, path.slice(1)) ?? []];
    return now !== undefined && !jsonEqual(now, value) && !jsonEqual(now, served);
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

/** Returns the live values without the leaves recorded as secret, which must not enter any state, even after an import. */
function visibleValues(live: Json, apiName: string): JsonObject {
  const values = objectAt(live, addonPath(apiName, "valuesOverride"));
  return markedPaths(live, apiName).reduce(withoutLeaf, values);
}

/** Returns the settings of an add-on from the API object, without secret values. */
export function readAddon(
  live: Json,
  apiName: string,
): { enabled: boolean | undefined; values: JsonObject; exposeMethod: string | undefined; hosts: string[] | undefined } {
  const none = { enabled: undefined, exposeMethod: undefined, hosts: undefined };
  const read = readFields(addonFields, valueAt(live, addonPath(apiName)));
  return { ...none, ...read, values: visibleValues(live, apiName) };
}
