import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { fromPointer, objectAt } from "../../base/json-pointer.ts";
import type { Culprit } from "../core-error.ts";
import { addonName } from "../platform/addon-catalogue.ts";

/** One fault the platform names. */
export interface Fault {
  /** The platform's own words. */
  readonly text: string;
  /** Whose wish it is; undefined where the text does not say. */
  readonly culprit: Culprit | undefined;
  /** Where in that owner's Desired object, in its own key names. */
  readonly path: readonly string[];
  /** Whether the stored spec certainly still has this fault; undefined where that cannot be told. */
  readonly present: boolean | undefined;
}

/** Texts of the chart that no retry changes (platform.md §5.4, §7.1). */
const deterministic =
  /values don't meet the specifications|is not supported, allowed versions|[Ii]nstancetype|instanceType|reserved|execution error at/;
const transient = /context deadline exceeded|timed out|connection refused|i\/o timeout|TLS handshake|etcdserver|EOF$/;

/** Whether the platform will answer the same however often it tries. */
export function isDeterministic(message: string): boolean {
  return deterministic.test(message) && !transient.test(message);
}

/**
 * Reads who is at fault from a failure message: JSON pointers into the spec (`at '/nodeGroups/web/minReplicas': …`), names of
 * groups, and instance types, which `spec` tells the group of.
 */
export function parseFaults(message: string, spec: JsonObject, cluster: string): Fault[] {
  const faults: Fault[] = [];
  for (const match of message.matchAll(/^\s*- at '([^']*)': (.*)$/gm)) {
    const pointer = fromPointer(match[1] ?? "") ?? [];
    faults.push({ text: (match[2] ?? "").trim(), ...owner(pointer, cluster), present: undefined });
  }
  if (faults.length > 0) return faults;
  const text = message.replace(/^.*?execution error at \([^)]*\): /s, "");
  const named = /[nN]odeGroup "?([a-z0-9][-a-z0-9]*)"?:/.exec(message);
  const type =
    /instancetype not exists in cluster: (\S+)/.exec(message)?.[1] ??
    /instanceType "([^"]+)" not found/.exec(message)?.[1];
  const groups = objectAt(spec, ["nodeGroups"]);
  if (type !== undefined) {
    const guilty = Object.entries(groups).filter(
      ([name, group]) =>
        isJsonObject(group) && group["instanceType"] === type && (named?.[1] === undefined || named[1] === name),
    );
    if (guilty.length === 0) {
      return [
        {
          text,
          culprit: group(named?.[1]),
          path: ["instanceType"],
          present: named?.[1] === undefined ? false : named[1] in groups ? false : undefined,
        },
      ];
    }
    return guilty.map(([name]) => ({ text, culprit: group(name), path: ["instanceType"], present: true }));
  }
  if (named?.[1] !== undefined) {
    const path = /resources/.test(text) ? ["resources"] : [];
    return [{ text, culprit: group(named[1]), path, present: undefined }];
  }
  if (/[Kk]ubernetes version .* is not supported/.test(message)) {
    return [{ text, culprit: { kind: "cluster", name: cluster }, path: ["version"], present: undefined }];
  }
  const addon = /addons\.(\w+)/.exec(message)?.[1];
  const addonCulprit = addon === undefined ? undefined : addonName(addon);
  if (addonCulprit !== undefined) {
    return [{ text, culprit: { kind: "addon", name: addonCulprit }, path: ["enabled"], present: undefined }];
  }
  return [{ text, culprit: undefined, path: [], present: undefined }];
}

const group = (name: string | undefined): Culprit | undefined =>
  name === undefined ? undefined : { kind: "nodeGroup", name };

/** The owner of a place in the spec, and that place in the owner's words. */
function owner(pointer: readonly string[], cluster: string): { culprit: Culprit; path: readonly string[] } {
  const [head, name, ...rest] = pointer;
  if (head === "nodeGroups" && name !== undefined) {
    const [key, ...deeper] = rest;
    const path = key === undefined ? [] : [key === "ephemeralStorage" ? "diskSize" : key, ...deeper];
    return { culprit: { kind: "nodeGroup", name }, path };
  }
  if (head === "addons" && name !== undefined) {
    const [key, ...deeper] = rest;
    const path = key === undefined ? [] : [key === "valuesOverride" ? "values" : key, ...deeper];
    return { culprit: { kind: "addon", name: addonName(name) ?? name }, path };
  }
  // The API has one level more for konnectivity than anybody would want to spell.
  const path = pointer.filter((step, depth) => !(depth === 2 && step === "server" && name === "konnectivity"));
  return { culprit: { kind: "cluster", name: cluster }, path };
}
