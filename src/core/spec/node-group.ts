import { isJsonObject, type Json, type JsonObject, jsonEqual } from "../../base/json.ts";
import { numberAt, stringAt, valueAt } from "../../base/json-pointer.ts";
import { quantityEqual } from "../../base/quantity.ts";
import { emptyGroup, groupSchema } from "../platform/groups.ts";
import type { Platform } from "../platform/platform.ts";
import { applyDefaults, defaultAt, propertiesOf, schemaAt, stringsOf } from "../platform/schema-defaults.ts";
import { readResources, readStrings } from "./cluster.ts";
import type { KubeletDesired, NodeGroupDesired } from "./desired.ts";
import { difference } from "./difference.ts";

const kubeletKeys = [
  "evictionHardMemory",
  "evictionSoftMemory",
  "systemReservedMemory",
  "kubeReservedMemory",
  "systemReservedCpu",
  "kubeReservedCpu",
] as const;

interface GroupValue {
  readonly path: readonly string[];
  readonly value: Json;
  /** When a live value means the same, so that its spelling stays. */
  readonly same: (live: Json | undefined, value: Json) => boolean;
}

const sameSet = (live: Json | undefined, value: Json): boolean =>
  Array.isArray(live) && Array.isArray(value)
    ? jsonEqual([...new Set(live)].sort(), [...new Set(value)].sort())
    : jsonEqual(live ?? [], value);
const sameList = (live: Json | undefined, value: Json): boolean => jsonEqual(live ?? [], value);
const sameValue = (live: Json | undefined, value: Json): boolean => jsonEqual(live, value);

/** The own values of a desired group, one by one, under the names the platform serves. */
export function* groupValues(desired: NodeGroupDesired, platform: Platform): Generator<GroupValue> {
  const plain = ["minReplicas", "maxReplicas", "storageClass", "maxUnhealthy", "nodeStartupTimeout"] as const;
  for (const key of plain) {
    const value = desired[key];
    if (value !== undefined) yield { path: [key], value, same: sameValue };
  }
  const sized = desired.resources?.cpu !== undefined || desired.resources?.memory !== undefined;
  // On 1.1 the template puts both into the VM, which KubeVirt refuses: a sized group has an empty type (platform.md §3.6).
  const instanceType = desired.instanceType ?? (sized && platform.resourcesExcludeInstanceType ? "" : undefined);
  if (instanceType !== undefined) yield { path: ["instanceType"], value: instanceType, same: sameValue };
  if (desired.diskSize !== undefined) {
    yield { path: [platform.diskKey], value: desired.diskSize, same: quantityEqual };
  }
  for (const key of ["cpu", "memory"] as const) {
    const value = desired.resources?.[key];
    if (value !== undefined) yield { path: ["resources", key], value, same: quantityEqual };
  }
  if (desired.roles !== undefined) yield { path: ["roles"], value: [...desired.roles], same: sameSet };
  if (desired.gpus !== undefined)
    yield { path: ["gpus"], value: desired.gpus.map(({ name }) => ({ name })), same: sameList };
  for (const key of kubeletKeys) {
    const value = desired.kubelet?.[key];
    if (value !== undefined) yield { path: ["kubelet", key], value, same: sameValue };
  }
}

function set(target: JsonObject, path: readonly string[], value: Json | undefined): void {
  const [first, ...rest] = path;
  if (first === undefined) return;
  if (rest.length === 0) {
    if (value === undefined) delete target[first];
    else target[first] = structuredClone(value);
    return;
  }
  const child = target[first];
  if (isJsonObject(child)) set(child, rest, value);
  else if (value !== undefined) {
    const fresh: JsonObject = {};
    target[first] = fresh;
    set(fresh, rest, value);
  }
}

/**
 * A group as it is to stand in the API: `live` with the keys of `desired` that differ from `previous`, those of `previous` that are
 * no longer desired given back, and every required key present, as Helm supplies none in a group (platform.md §7.1). `live` may be absent.
 */
export function groupSpec(
  live: Json | undefined,
  desired: NodeGroupDesired,
  previous: NodeGroupDesired | undefined,
  platform: Platform,
  schema: JsonObject = groupSchema(platform),
): JsonObject {
  const group: JsonObject = isJsonObject(live) ? structuredClone(live) : {};
  // Where there is no group any more, all of it is to be written.
  const { write, giveBack } = difference(desired, live === undefined ? undefined : previous);
  const wanted = new Set([...groupValues(desired, platform)].map(({ path }) => path.join("\0")));
  for (const { path, value, same } of groupValues(write, platform)) {
    // A new group says an empty list outright; in a standing one it means the same as none.
    if (live === undefined || !same(valueAt(group, path), value)) set(group, path, value);
  }
  for (const { path } of groupValues(giveBack, platform)) {
    if (!wanted.has(path.join("\0"))) set(group, path, defaultAt(schema, path));
  }
  if (desired.kubelet !== undefined) group["kubelet"] ??= {};
  const kubelet = group["kubelet"];
  if (desired.kubelet === undefined && previous?.kubelet !== undefined && isJsonObject(kubelet))
    delete group["kubelet"];
  const complete = emptyGroup(platform);
  const required = stringsOf(schema, "required");
  const known = new Set(propertiesOf(schema));
  for (const key of new Set([...required, "minReplicas", "maxReplicas", "instanceType", platform.diskKey])) {
    if (Object.hasOwn(group, key) || !known.has(key)) continue;
    group[key] = structuredClone(complete[key] ?? {});
  }
  return group;
}

/** A group in which nothing is set, in the words of NodeGroupDesired, with what the kubelet's settings would have if one were set. */
export function groupDefaults(platform: Platform): NodeGroupDesired {
  const kubelet = schemaAt(groupSchema(platform), ["kubelet"]);
  return readGroup({
    ...emptyGroup(platform),
    ...(kubelet === undefined ? {} : { kubelet: applyDefaults({}, kubelet, false) ?? {} }),
  });
}

/** Whether a live group already has every own value. */
export function groupHolds(live: Json | undefined, desired: NodeGroupDesired, platform: Platform): boolean {
  if (!isJsonObject(live)) return false;
  for (const { path, value, same } of groupValues(desired, platform))
    if (!same(valueAt(live, path), value)) return false;
  return true;
}

/** A group of the API in the words of NodeGroupDesired. */
export function readGroup(group: Json | undefined): NodeGroupDesired {
  const text = (key: string) => {
    const value = stringAt(group, [key]);
    return value === undefined ? {} : { [key]: value };
  };
  const count = (key: string) => {
    const value = numberAt(group, [key]);
    return value === undefined ? {} : { [key]: value };
  };
  const disk = valueAt(group, ["diskSize"]) ?? valueAt(group, ["ephemeralStorage"]);
  const resources = readResources(valueAt(group, ["resources"]));
  const roles = readStrings(valueAt(group, ["roles"]));
  const gpus = valueAt(group, ["gpus"]);
  const kubelet: Partial<Record<keyof KubeletDesired, string>> = {};
  for (const key of kubeletKeys) {
    const value = stringAt(group, ["kubelet", key]);
    if (value !== undefined) kubelet[key] = value;
  }
  const instanceType = stringAt(group, ["instanceType"]);
  return {
    ...(instanceType === undefined || instanceType === "" ? {} : { instanceType }),
    ...(Object.keys(resources).length === 0 ? {} : { resources }),
    ...count("minReplicas"),
    ...count("maxReplicas"),
    ...(typeof disk === "string" || typeof disk === "number" ? { diskSize: String(disk) } : {}),
    ...text("storageClass"),
    ...(roles === undefined ? {} : { roles }),
    ...(Array.isArray(gpus) ? { gpus: gpus.map((gpu) => ({ name: stringAt(gpu, ["name"]) ?? "" })) } : {}),
    ...(Object.keys(kubelet).length === 0 ? {} : { kubelet }),
    ...text("maxUnhealthy"),
    ...text("nodeStartupTimeout"),
  };
}
