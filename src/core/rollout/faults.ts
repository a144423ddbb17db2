import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { fromPointer, objectAt } from "../../base/json-pointer.ts";
import { addonKeyOf } from "../desired/addon.ts";
import { clusterFields } from "../desired/cluster.ts";
import { keyOf } from "../desired/field.ts";
import { groupFields } from "../desired/node-group.ts";
import type { Owner } from "../owner.ts";
import { addonName } from "../platform/addon-catalogue.ts";
import { retiredDiskKey } from "../platform/groups.ts";

/** One fault in a failure message of the platform. */
export interface Fault {
  /** The platform's text. */
  readonly text: string;
  /** The owner of the faulty setting; undefined if the text does not name it. */
  readonly culprit: Owner | undefined;
  /** The path in that owner's desired object. */
  readonly path: readonly string[];
  /** Whether the stored spec certainly still has this fault; undefined if unknown. */
  readonly present: boolean | undefined;
  /** The fault is a key that the platform no longer serves; a write of the owner removes it. */
  readonly retiredKey?: true;
}

/** Errors of the chart that a retry does not resolve (platform.md §5.4, §7.1). */
const deterministic =
  /values don't meet the specifications|is not supported, allowed versions|[Ii]nstancetype|instanceType|reserved|execution error at/;
const transient = /context deadline exceeded|timed out|connection refused|i\/o timeout|TLS handshake|etcdserver|EOF$/;

/** Whether every retry of the platform ends with the same failure. */
export function isDeterministic(message: string): boolean {
  return deterministic.test(message) && !transient.test(message);
}

/**
 * Returns the faults in a failure message: JSON pointers into the spec (`at '/nodeGroups/web/minReplicas': …`), names of groups, and
 * instance types, whose groups are looked up in `spec`.
 */
export function parseFaults(message: string, spec: JsonObject, cluster: string): Fault[] {
  const placed = [...message.matchAll(/^\s*- at '([^']*)': (.*)$/gm)].map(([, pointer = "", text = ""]) => ({
    text: text.trim(),
    ...owner(fromPointer(pointer) ?? [], cluster),
    present: undefined,
  }));
  if (placed.length > 0) return placed;
  const text = message.replace(/^.*?execution error at \([^)]*\): /s, "");
  return (
    retiredDiskFaults(message, text, spec) ??
    instanceTypeFaults(message, text, spec) ?? [namedFault(message, text, cluster)]
  );
}

const groupNameIn = (message: string): string | undefined =>
  /[nN]odeGroup "?([a-z0-9][-a-z0-9]*)"?:/.exec(message)?.[1];

/** Returns the faults of groups with the retired key of their disk, of which the message names the first; undefined for other messages. */
function retiredDiskFaults(message: string, text: string, spec: JsonObject): Fault[] | undefined {
  if (!message.includes(`${retiredDiskKey} is no longer supported`)) return undefined;
  const fault = { text, path: ["diskSize"], retiredKey: true } as const;
  const guilty = Object.entries(objectAt(spec, ["nodeGroups"])).filter(
    ([, group]) => isJsonObject(group) && group[retiredDiskKey] !== undefined,
  );
  if (guilty.length > 0) return guilty.map(([name]) => ({ ...fault, culprit: group(name), present: true }));
  return [{ ...fault, culprit: group(groupNameIn(message)), present: false }];
}

/** Returns the faults of an unknown instance type; undefined for other messages. */
function instanceTypeFaults(message: string, text: string, spec: JsonObject): Fault[] | undefined {
  const type =
    /instancetype not exists in cluster: (\S+)/.exec(message)?.[1] ??
    /instanceType "([^"]+)" not found/.exec(message)?.[1];
  if (type === undefined) return undefined;
  const named = groupNameIn(message);
  const groups = objectAt(spec, ["nodeGroups"]);
  const path = ["instanceType"];
  const guilty = Object.entries(groups).filter(
    ([name, group]) => isJsonObject(group) && group["instanceType"] === type && (named === undefined || named === name),
  );
  if (guilty.length > 0) return guilty.map(([name]) => ({ text, culprit: group(name), path, present: true }));
  const isInSpec = named === undefined || named in groups;
  return [{ text, culprit: group(named), path, present: isInSpec ? false : undefined }];
}

/** Returns a fault whose owner the message names in prose. */
function namedFault(message: string, text: string, cluster: string): Fault {
  const named = groupNameIn(message);
  const addon = addonName(/addons\.(\w+)/.exec(message)?.[1] ?? "");
  const present = undefined;
  if (named !== undefined)
    return { text, culprit: group(named), path: /resources/.test(text) ? ["resources"] : [], present };
  if (/[Kk]ubernetes version .* is not supported/.test(message))
    return { text, culprit: { kind: "cluster", name: cluster }, path: ["version"], present };
  if (addon !== undefined) return { text, culprit: { kind: "addon", name: addon }, path: ["enabled"], present };
  return { text, culprit: undefined, path: [], present };
}

const group = (name: string | undefined): Owner | undefined =>
  name === undefined ? undefined : { kind: "nodeGroup", name };

/** Returns the owner of a path in the spec, and the path in the owner's desired object. */
function owner(pointer: readonly string[], cluster: string): { culprit: Owner; path: readonly string[] } {
  const [head, name, ...rest] = pointer;
  if (head === "nodeGroups" && name !== undefined)
    return { culprit: { kind: "nodeGroup", name }, path: keyOf(groupFields, rest) };
  if (head === "addons" && name !== undefined)
    return { culprit: { kind: "addon", name: addonName(name) ?? name }, path: addonKeyOf(rest) };
  return { culprit: { kind: "cluster", name: cluster }, path: keyOf(clusterFields, pointer) };
}
