import { didYouMean } from "../../base/did-you-mean.ts";
import type { KubeletDesired, NodeGroupDesired } from "../desired/desired.ts";
import { valuesOf } from "../desired/field.ts";
import { groupFieldsOf } from "../desired/node-group.ts";
import { emptyGroup, groupSchema } from "../platform/groups.ts";
import type { Gpu, InstanceType, Offer } from "../platform/offers.ts";
import type { Platform } from "../platform/platform.ts";
import { propertiesOf } from "../platform/schema-defaults.ts";
import { checkFormat, type Finding, failure, unsupported, warning } from "./finding.ts";
import {
  countOrPercentage,
  deviceName,
  type Format,
  objectName,
  orEmpty,
  roleName,
  startupTimeout,
} from "./formats.ts";
import { checkKubelet, kubeletFormats } from "./kubelet.ts";
import { cpu, diskSize, nodeMemory } from "./sizes.ts";

/** The first platform version that has a setting of node groups. */
const since = { storageClass: "1.4", kubelet: "1.4", maxUnhealthy: "1.6", nodeStartupTimeout: "1.6" } as const;

/** Effective settings where none are desired: those of the live group; empty for a new one. */
export type Effective = Pick<NodeGroupDesired, "minReplicas" | "maxReplicas" | "instanceType">;

/** Finds settings of a group that the platform would refuse minutes later, or accept and apply incorrectly. */
export function checkNodeGroup(platform: Platform, desired: NodeGroupDesired, effective: Effective = {}): Finding[] {
  const served = new Set(propertiesOf(groupSchema(platform)));
  const findings = [
    ...checkBounds(platform, desired, effective),
    ...checkSize(platform, desired),
    ...checkFormats(platform, desired),
  ];
  for (const key of ["storageClass", "kubelet", "maxUnhealthy", "nodeStartupTimeout"] as const) {
    if (desired[key] === undefined || served.has(key)) continue;
    findings.push(unsupported([key], since[key], platform.profile.platform));
  }
  // Invalid settings are not checked against each other.
  if (served.has("kubelet") && findings.every(({ severity }) => severity !== "error")) {
    findings.push(...checkKubelet(desired.kubelet ?? {}, sizeOf(platform, { ...effective, ...desired })));
  }
  return findings;
}

/**
 * Checks the bounds of the autoscaler.
 * @param minSource the source of `min` if the setting itself is not set; `maxSource` likewise.
 */
export function checkOrder(min: number, max: number, minSource?: string, maxSource?: string): Finding[] {
  if (min <= max) return [];
  const stated = (name: string, value: number, source: string | undefined) =>
    source === undefined ? `\`${name}\` is ${value}` : `\`${name}\` is not set, so ${source}`;
  const text = `${stated("min_replicas", min, minSource)}, and ${stated("max_replicas", max, maxSource)}. Set \`max_replicas\` to at least ${min}.`;
  return [failure(["minReplicas"], "min_replicas is greater than max_replicas", text)];
}

function checkBounds(
  platform: Platform,
  { minReplicas, maxReplicas }: NodeGroupDesired,
  effective: Effective,
): Finding[] {
  const findings: Finding[] = [];
  for (const [key, name, value] of [
    ["minReplicas", "min_replicas", minReplicas],
    ["maxReplicas", "max_replicas", maxReplicas],
  ] as const) {
    if (value === undefined || (Number.isInteger(value) && value >= 0)) continue;
    findings.push(failure([key], `Invalid ${name}`, `\`${name}\` must be a whole number of at least 0; got ${value}.`));
  }
  const served = emptyGroup(platform);
  const byDefault = (key: string): number | undefined => {
    const value = served[key];
    return typeof value === "number" ? value : undefined;
  };
  const min = minReplicas ?? effective.minReplicas ?? byDefault("minReplicas") ?? 0;
  const max = maxReplicas ?? effective.maxReplicas ?? byDefault("maxReplicas");
  if (max !== undefined && findings.length === 0) {
    const source = (value: number, usual: number | undefined) =>
      value === usual ? `its default of ${value} applies` : `the group's ${value} stays`;
    const unset = (wanted: number | undefined, value: number, key: string) =>
      wanted === undefined ? source(value, byDefault(key)) : undefined;
    findings.push(
      ...checkOrder(min, max, unset(minReplicas, min, "minReplicas"), unset(maxReplicas, max, "maxReplicas")),
    );
  }
  if (max === 0 && platform.diskKey === "ephemeralStorage") {
    const text =
      "On platform 1.1 a group with `max_replicas = 0` is ignored by the autoscaler and keeps two nodes running. Remove the group instead.";
    findings.push(failure(["maxReplicas"], "max_replicas must be at least 1", text));
  }
  return findings;
}

function checkSize(platform: Platform, { resources, instanceType }: NodeGroupDesired): Finding[] {
  const findings: Finding[] = [];
  const sized = [resources?.cpu, resources?.memory].filter((value) => value !== undefined).length;
  if (sized === 1) {
    const [missing, present] = resources?.cpu === undefined ? ["cpu", "memory"] : ["memory", "cpu"];
    const text = `\`resources.${present}\` is set and \`resources.${missing}\` is not. Set both, or use an \`instance_type\`.`;
    findings.push(failure(["resources", missing], "Node size is incomplete", text));
  }
  if (sized === 0 || instanceType === undefined || instanceType === "") return findings;
  findings.push(
    platform.resourcesExcludeInstanceType
      ? failure(
          ["resources"],
          "Set either instance_type or resources",
          "On platform 1.1 a node with both does not start. Remove one of them.",
        )
      : warning(
          ["instanceType"],
          "instance_type has no effect",
          "`resources` is set, so the platform ignores `instance_type`. Remove one of them.",
        ),
  );
  return findings;
}

/** The format of each text, by the key of its setting. */
const formats: Readonly<Record<string, readonly [summary: string, format: Format]>> = {
  roles: ["Invalid role name", roleName],
  instanceType: ["Invalid instance type", orEmpty(objectName("an instance type, such as `u1.xlarge`"))],
  "resources.cpu": ["Invalid CPU quantity", cpu],
  "resources.memory": ["Invalid memory quantity", nodeMemory],
  diskSize: ["Invalid disk size", diskSize],
  storageClass: ["Invalid storage class name", orEmpty(objectName("a storage class"))],
  maxUnhealthy: ["Invalid max_unhealthy", orEmpty(countOrPercentage)],
  nodeStartupTimeout: ["Invalid duration", orEmpty(startupTimeout)],
};

/** Returns the format of a setting with one text or a list of texts. */
const formatOf = (key: readonly string[]): readonly [summary: string, format: Format] | undefined =>
  key[0] === "kubelet"
    ? ["Invalid kubelet setting", kubeletFormats[key[1] as keyof KubeletDesired]]
    : formats[key.join(".")];

function checkFormats(platform: Platform, desired: NodeGroupDesired): Finding[] {
  const devices = (desired.gpus ?? []).flatMap(({ name }, index) =>
    checkFormat(["gpus", String(index), "name"], "Invalid GPU name", deviceName, name),
  );
  const texts = [...valuesOf(groupFieldsOf(platform), desired)].flatMap(({ field: { key }, value }) => {
    const [summary, format] = formatOf(key) ?? [];
    if (summary === undefined || format === undefined) return [];
    return (Array.isArray(value) ? value : [value]).flatMap((text) =>
      checkFormat(key, summary, format, typeof text === "string" ? text : undefined),
    );
  });
  return [...texts, ...devices];
}

/** Returns the CPU and memory of a node of the group, as far as known. */
export function sizeOf(
  platform: Platform,
  { resources, instanceType }: NodeGroupDesired,
  offered: readonly InstanceType[] = [],
): { readonly cpu: string | undefined; readonly memory: string | undefined } {
  if (resources?.cpu !== undefined && resources.memory !== undefined)
    return { cpu: resources.cpu, memory: resources.memory };
  const served = emptyGroup(platform)["instanceType"];
  const name = instanceType || (typeof served === "string" ? served : "");
  const type = offered.find((one) => one.name === name) ?? platform.profile.instanceTypes[name];
  return { cpu: type?.cpu === undefined ? undefined : String(type.cpu), memory: type?.memory };
}

/**
 * Checks whether an instance type exists. Reports an error if the platform lists its types; a warning if only the bundled profile is
 * known, because Hikube may serve others.
 */
export function checkInstanceType(name: string, { source, items }: Offer<InstanceType>): Finding[] {
  const known = items.map((type) => type.name);
  if (name === "" || known.length === 0 || known.includes(name)) return [];
  const prefix = `${name.split(".")[0]}.`;
  const series = known.filter((type) => type.startsWith(prefix));
  const available =
    series.length > 0
      ? `Available in this series: ${series.join(", ")}.`
      : `Available series: ${[...new Set(known.map((type) => type.split(".")[0]))].join(", ")}.`;
  const meant = didYouMean(name, known).trimStart();
  const report = source === "live" ? failure : warning;
  const harm =
    source === "live"
      ? "The platform would reject this change and every other pending change to the cluster."
      : "The platform's own list cannot be read. If the type does not exist, the platform rejects this change and every other pending change to the cluster.";
  const text = [meant, available, harm].filter((part) => part !== "").join(" ");
  return [report(["instanceType"], `Unknown instance type ${JSON.stringify(name)}`, text)];
}

/**
 * Checks whether a GPU device exists. Reports an error if the platform lists its devices, or if the name lacks a domain, which all
 * devices have.
 */
export function checkGpu(name: string, index: number, { source, items }: Offer<Gpu>): Finding[] {
  const known = items.map((gpu) => gpu.name);
  if (name === "" || known.length === 0 || known.includes(name)) return [];
  const meant = didYouMean(name, known).trimStart();
  const report = source === "live" || !name.includes("/") ? failure : warning;
  const text = `Known GPUs: ${known.join(", ")}. Nodes with an unknown device never start.`;
  const detail = meant === "" ? text : `${meant} ${text}`;
  return [report(["gpus", String(index), "name"], `Unknown GPU ${JSON.stringify(name)}`, detail)];
}
