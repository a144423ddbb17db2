import { isJsonObject, type Json, type JsonObject, jsonEqual } from "../../base/json.ts";
import { stringAt, valueAt } from "../../base/json-pointer.ts";
import { emptyGroup, groupSchema } from "../platform/groups.ts";
import type { Platform } from "../platform/platform.ts";
import { applyDefaults, defaultAt, propertiesOf, schemaAt, stringsOf } from "../platform/schema-defaults.ts";
import type { NodeGroupDesired } from "./desired.ts";
import { difference } from "./difference.ts";
import {
  count,
  type Field,
  type FieldType,
  type FieldValue,
  field,
  means,
  optionalText,
  quantity,
  readFields,
  setAt,
  text,
  texts,
  valuesOf,
} from "./field.ts";

/** A list whose order and repetitions mean nothing; absent and empty are the same. */
const names: FieldType = {
  read: texts.read,
  same: (stored, written) => jsonEqual(sorted(stored ?? []), sorted(written)),
};

const sorted = (list: Json): Json => (Array.isArray(list) ? [...new Set(list)].sort() : list);

/** Devices by name; absent and empty are the same. */
const devices: FieldType = {
  read: (stored) =>
    Array.isArray(stored) ? stored.map((device) => ({ name: stringAt(device, ["name"]) ?? "" })) : undefined,
  write: (value) =>
    Array.isArray(value) ? value.map((device) => ({ name: stringAt(device, ["name"]) ?? "" })) : value,
  same: (stored, written) => jsonEqual(stored ?? [], written),
};

/** A setting of a node group. */
interface GroupField extends Field {
  /** It is part of each machine: a change replaces all nodes (platform.md §3.6). */
  readonly ofMachine?: true;
}

const ofMachine = (field: Field): GroupField => ({ ...field, ofMachine: true });

/** The disk of a node, under the name that the platform serves: renamed in 1.4 (platform.md §0.1). */
const disk = (name: Platform["diskKey"]): GroupField => ({
  key: ["diskSize"],
  path: [name],
  type: quantity,
  ofMachine: true,
});

const common: readonly GroupField[] = [
  field(count, "minReplicas"),
  field(count, "maxReplicas"),
  ofMachine(field(text, "storageClass")),
  field(text, "maxUnhealthy"),
  field(text, "nodeStartupTimeout"),
  ofMachine(field(optionalText, "instanceType")),
  ofMachine(field(quantity, "resources", "cpu")),
  ofMachine(field(quantity, "resources", "memory")),
  ofMachine(field(names, "roles")),
  ofMachine(field(devices, "gpus")),
  field(text, "kubelet", "evictionHardMemory"),
  field(text, "kubelet", "evictionSoftMemory"),
  field(text, "kubelet", "systemReservedMemory"),
  field(text, "kubelet", "kubeReservedMemory"),
  field(text, "kubelet", "systemReservedCpu"),
  field(text, "kubelet", "kubeReservedCpu"),
];

/** Every setting of a node group, with the disk under both of its names. */
export const groupFields: readonly GroupField[] = [...common, disk("ephemeralStorage"), disk("diskSize")];

/** Every setting of a node group, under the names that the platform serves. */
export const groupFieldsOf = ({ diskKey }: Platform): readonly GroupField[] => [...common, disk(diskKey)];

/** The settings of a desired group, one by one, in the form of the API. */
function* groupValues(desired: NodeGroupDesired, platform: Platform): Generator<FieldValue> {
  const { resources, instanceType } = desired;
  const sized = resources?.cpu !== undefined || resources?.memory !== undefined;
  // On 1.1 the template puts both into the VM, which KubeVirt refuses: a sized group has an empty type (platform.md §3.6).
  const isTypeless = sized && instanceType === undefined && platform.resourcesExcludeInstanceType;
  yield* valuesOf(groupFieldsOf(platform), isTypeless ? { ...desired, instanceType: "" } : desired);
}

/**
 * A group as it is to be stored: `live` with the keys of `desired` that differ from `previous`, those of `previous` that are no longer
 * desired given back, and every required key present, as Helm supplies none in a group (platform.md §7.1). `live` may be absent.
 */
export function groupSpec(
  live: Json | undefined,
  desired: NodeGroupDesired,
  previous: NodeGroupDesired | undefined,
  platform: Platform,
  schema: JsonObject = groupSchema(platform),
): JsonObject {
  const group: JsonObject = isJsonObject(live) ? structuredClone(live) : {};
  // Where the group does not exist any more, all of it is written.
  const { write, giveBack } = difference(desired, live === undefined ? undefined : previous);
  for (const { field, value } of groupValues(write, platform)) {
    // A new group stores an empty list; in an existing one it means the same as none.
    if (live === undefined || !means(field, valueAt(group, field.path), value)) setAt(group, field.path, value);
  }
  const wanted = new Set([...groupValues(desired, platform)].map(({ field }) => field.path.join("\0")));
  for (const { field } of groupValues(giveBack, platform)) {
    if (!wanted.has(field.path.join("\0"))) setAt(group, field.path, defaultAt(schema, field.path));
  }
  if (desired.kubelet !== undefined) group["kubelet"] ??= {};
  else if (previous?.kubelet !== undefined && isJsonObject(group["kubelet"])) delete group["kubelet"];
  return { ...group, ...missingKeys(group, platform, schema) };
}

/** The required keys that a group lacks, as the platform shows a group that has nothing set. */
function missingKeys(group: JsonObject, platform: Platform, schema: JsonObject): JsonObject {
  const complete = emptyGroup(platform);
  const known = new Set(propertiesOf(schema));
  const required = [...stringsOf(schema, "required"), "minReplicas", "maxReplicas", "instanceType", platform.diskKey];
  const missing = required.filter((key) => !Object.hasOwn(group, key) && known.has(key));
  return Object.fromEntries(missing.map((key) => [key, structuredClone(complete[key] ?? {})]));
}

/** A group in which nothing is set, in the form of NodeGroupDesired, with what the kubelet's settings would have if one were set. */
export function groupDefaults(platform: Platform): NodeGroupDesired {
  const kubelet = schemaAt(groupSchema(platform), ["kubelet"]);
  return readGroup({
    ...emptyGroup(platform),
    ...(kubelet === undefined ? {} : { kubelet: applyDefaults({}, kubelet, false) ?? {} }),
  });
}

/** Whether a live group already has every desired setting. */
export function groupHolds(live: Json | undefined, desired: NodeGroupDesired, platform: Platform): boolean {
  if (!isJsonObject(live)) return false;
  return [...groupValues(desired, platform)].every(({ field, value }) =>
    means(field, valueAt(live, field.path), value),
  );
}

/** A stored group in the form of NodeGroupDesired. */
export const readGroup = (group: Json | undefined): NodeGroupDesired =>
  readFields(groupFields, group) as NodeGroupDesired;
