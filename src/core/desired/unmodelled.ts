import { isJsonObject, type Json, type JsonObject, jsonEqual } from "../../base/json.ts";
import { objectAt, valueAt } from "../../base/json-pointer.ts";
import { addonName } from "../platform/addon-catalogue.ts";
import { groupSchema } from "../platform/groups.ts";
import type { Platform } from "../platform/platform.ts";
import { defaultAt } from "../platform/schema-defaults.ts";
import { addonFields, valuesField } from "./addon.ts";
import { clusterFields } from "./cluster.ts";
import type { Field } from "./field.ts";
import { leavesOf } from "./leaves.ts";
import { groupFields } from "./node-group.ts";

type Path = readonly string[];

/** Returns the paths in a cluster's spec of settings that this library does not model and that differ from the platform's defaults. */
export function unmodelledInCluster(spec: JsonObject, platform: Platform): Path[] {
  const { nodeGroups, addons, ...own } = spec;
  // Where node groups are objects of their own, those of a cluster that was moved are stored without effect.
  const groups = platform.nodeGroupsInSpec ? nodeGroups : {};
  return [
    ...unmodelled(own, clusterFields, platform.clusterSpec),
    ...below(groups, (group) => unmodelled(group, groupFields, groupSchema(platform))).map((path) => [
      "nodeGroups",
      ...path,
    ]),
    ...below(addons, unmodelledInAddon).map((path) => ["addons", ...path]),
  ];
}

/** The same for the spec of a `KubernetesNodes` object, which has the version and the operating system of its cluster. */
export function unmodelledInPool({ cluster: _, ...spec }: JsonObject, cluster: JsonObject, platform: Platform): Path[] {
  const own = Object.entries(spec).filter(([key, value]) => !jsonEqual(value, cluster[key]));
  return unmodelled(Object.fromEntries(own), groupFields, platform.poolSpec ?? {});
}

function below(members: Json | undefined, find: (member: JsonObject, name: string) => Path[]): Path[] {
  return Object.entries(objectAt(members, [])).flatMap(([name, member]) =>
    isJsonObject(member) ? find(member, name).map((path) => [name, ...path]) : [],
  );
}

function unmodelledInAddon(addon: JsonObject, apiName: string): Path[] {
  const fields = addonName(apiName) === undefined ? [] : [...addonFields, valuesField];
  const isModelled = (key: string) => fields.some((field) => field.path[0] === key && isRead(field, addon));
  return Object.entries(addon)
    .filter(([key, value]) => !isModelled(key) && !isEmpty(value) && value !== false)
    .map(([key]) => [key]);
}

function unmodelled(spec: JsonObject, fields: readonly Field[], schema: JsonObject): Path[] {
  return leavesOf(spec)
    .filter(({ path, value }) => !isEmpty(value) && !jsonEqual(value, defaultAt(schema, path)))
    .filter(({ path }) => !fields.some((field) => startsWith(path, field.path) && isRead(field, spec)))
    .map(({ path }) => path);
}

const startsWith = (path: Path, start: Path): boolean => start.every((step, index) => step === path[index]);

/** Whether nothing of a stored value is lost when it is read. */
function isRead({ path, type }: Field, spec: JsonObject): boolean {
  const stored = valueAt(spec, path);
  const read = type.read(stored);
  return jsonEqual(read, stored) || (typeof stored === "number" && read === String(stored));
}

const isEmpty = (value: Json): boolean =>
  value === null || value === "" || (typeof value === "object" && Object.keys(value).length === 0);
