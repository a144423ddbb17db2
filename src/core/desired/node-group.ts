import { isJsonObject, type Json, type JsonObject, jsonEqual } from "../../base/json.ts";
import { stringAt, valueAt } from "../../base/json-pointer.ts";
import { emptyGroup, groupSchema, hasRetiredDisk, retiredDiskKey } from "../platform/groups.ts";
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
import type { Backend } from "./state.ts";

/** A list without order and duplicates; absent and empty are equal. */
const names: FieldType = {
  read: texts.read,
  same: (stored, written) => jsonEqual(sorted(stored ?? []), sorted(written)),
};

const sorted = (list: Json): Json => (Array.isArray(list) ? [...new Set(list)].sort() : list);

/** Devices by name; absent and empty are equal. */
const devices: FieldType = {
  read: (stored) =>
    Array.isArray(stored) ? stored.map((device) => ({ name: stringAt(device, ["name"]) ?? "" })) : undefined,
  write: (value) =>
    Array.isArray(value) ? value.map((device) => ({ name: stringAt(device, ["name"]) ?? "" })) : value,
  same: (stored, written) => jsonEqual(stored ?? [], written),
};

/** A setting of a node group. */
interface GroupField extends Field {
  /** Part of each machine: a change replaces all nodes (platform.md §3.6). */
  readonly ofMachine?: true;
}

const ofMachine = (field: Field): GroupField => ({ ...field, ofMachine: true });

/** The disk of a node under the key that the platform serves, which was renamed in 1.4 (platform.md §0.1). */
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

/** All settings of a node group, with both keys of the disk. */
export const groupFields: readonly GroupField[] = [...common, disk("ephemeralStorage"), disk("diskSize")];

/** All settings of a node group, under the keys that the platform serves. */
export const groupFieldsOf = ({ diskKey }: Platform): readonly GroupField[] => [...common, disk(diskKey)];

/** Yields the settings of a desired group in the form of the API. */
function* groupValues(desired: NodeGroupDesired, platform: Platform): Generator<FieldValue> {
  const { resources, instanceType } = desired;
  const sized = resources?.cpu !== undefined || resources?.memory !== undefined;
  // On 1.1 the template puts both into the VM, which KubeVirt rejects: a group with explicit sizes has an empty type (platform.md
  // §3.6).
  const isTypeless = sized && instanceType === undefined && platform.resourcesExcludeInstanceType;
  yield* valuesOf(groupFieldsOf(platform), isTypeless ? { ...desired, instanceType: "" } : desired);
}

/**
 * Returns the group to store: `live` with the keys of `desired` that differ from `previous`, the keys of `previous` that are no longer
 * desired reset, the one key of the disk that the platform serves, and all required keys present, because Helm supplies no defaults in a
 * group (platform.md §7.1). `live` may be absent.
 */
export function groupSpec(
  live: Json | undefined,
  desired: NodeGroupDesired,
  previous: NodeGroupDesired | undefined,
  platform: Platform,
  schema: JsonObject = groupSchema(platform),
): JsonObject {
  const group: JsonObject = isJsonObject(live) ? structuredClone(live) : {};
  // All settings are written if the group no longer exists.
  const { write, giveBack } = difference(desired, live === undefined ? undefined : previous);
  for (const { field, value } of groupValues(write, platform)) {
    // A new group stores an empty list; in an existing group, an empty list equals an absent one.
    if (live === undefined || !means(field, valueAt(group, field.path), value)) setAt(group, field.path, value);
  }
  const wanted = new Set([...groupValues(desired, platform)].map(({ field }) => field.path.join("\0")));
  for (const { field } of groupValues(giveBack, platform)) {
    if (!wanted.has(field.path.join("\0"))) setAt(group, field.path, defaultAt(schema, field.path));
  }
  if (desired.kubelet !== undefined) group["kubelet"] ??= {};
  else if (previous?.kubelet !== undefined && isJsonObject(group["kubelet"])) delete group["kubelet"];
  if (hasRetiredDisk(platform, group)) {
    group[platform.diskKey] ??= group[retiredDiskKey] ?? null;
    delete group[retiredDiskKey];
  }
  return { ...group, ...missingKeys(group, platform, schema) };
}

/** Returns the required keys that a group lacks, with the values the platform shows for an empty group. */
function missingKeys(group: JsonObject, platform: Platform, schema: JsonObject): JsonObject {
  const complete = emptyGroup(platform);
  const known = new Set(propertiesOf(schema));
  const required = [...stringsOf(schema, "required"), "minReplicas", "maxReplicas", "instanceType", platform.diskKey];
  const missing = required.filter((key) => !Object.hasOwn(group, key) && known.has(key));
  return Object.fromEntries(missing.map((key) => [key, structuredClone(complete[key] ?? {})]));
}

/**
 * Returns an empty group in the form of NodeGroupDesired, with the kubelet defaults that apply once any kubelet setting is set. The
 * defaults of a `KubernetesNodes` object differ from those of a group in the spec of a cluster.
 */
export function groupDefaults(
  platform: Platform,
  backend: Backend = platform.nodeGroupsInSpec ? "cluster" : "KubernetesNodes",
): NodeGroupDesired {
  const schema = (backend === "cluster" ? undefined : platform.poolSpec) ?? groupSchema(platform);
  const kubelet = schemaAt(schema, ["kubelet"]);
  return readGroup({
    ...emptyGroup(platform, schema),
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

/** Reads a stored group in the form of NodeGroupDesired. */
export const readGroup = (group: Json | undefined): NodeGroupDesired =>
  readFields(groupFields, group) as NodeGroupDesired;
