import { checkQuantity } from "./check-cluster.ts";
import type { NodeGroupDesired } from "./desired.ts";
import { type Finding, failure, warning } from "./finding.ts";
import { groupSchema, type Platform } from "./platform.ts";
import { propertiesOf } from "./schema-defaults.ts";

/** Longest `<cluster><group>` whose machines still get a host name (platform.md §3.6). */
const longestPair = 39;

/** A group's name: it becomes part of machine names, and nobody but the client looks (platform.md §3.6). */
export function checkGroupName(
  cluster: string | undefined,
  name: string,
  path: readonly string[] = ["name"],
): Finding[] {
  if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name)) {
    return [
      failure(
        path,
        "This is no name for a node group",
        `"${name}" must hold only lower-case letters, digits and "-", and begin and end with a letter or digit.`,
      ),
    ];
  }
  const length = name.length + (cluster?.length ?? 1);
  if (length > longestPair) {
    return [
      failure(
        path,
        "The node group's name is too long",
        `Together with the cluster's name it has ${length} characters; machine names leave room for ${longestPair}.`,
      ),
    ];
  }
  return [];
}

/** Everything of a group that the platform would refuse minutes later, or accept and get wrong. */
export function checkNodeGroup(platform: Platform, desired: NodeGroupDesired): Finding[] {
  const findings: Finding[] = [];
  const { minReplicas: min, maxReplicas: max, resources } = desired;
  for (const [key, value] of [
    ["minReplicas", min],
    ["maxReplicas", max],
  ] as const) {
    if (value !== undefined && (!Number.isInteger(value) || value < 0)) {
      findings.push(failure([key], "The number of nodes must be a whole number", `${value} is not, or is negative.`));
    }
  }
  if (min !== undefined && max !== undefined && min > max) {
    findings.push(
      failure(
        ["minReplicas"],
        "The fewest nodes are more than the most",
        `min_replicas is ${min} and max_replicas ${max}; the platform would not notice.`,
      ),
    );
  }
  if (max === 0 && platform.diskKey === "ephemeralStorage") {
    findings.push(
      failure(
        ["maxReplicas"],
        "A group of no nodes keeps two",
        "On this platform the autoscaler ignores a group whose maximum is 0, and it stays at two nodes. Remove the group, or allow at least 1.",
      ),
    );
  }
  const sized = [resources?.cpu, resources?.memory].filter((value) => value !== undefined).length;
  if (sized === 1) {
    const missing = resources?.cpu === undefined ? "cpu" : "memory";
    findings.push(
      failure(
        ["resources", missing],
        "A machine needs both CPU and memory",
        "Give cpu and memory, or neither and an instance_type.",
      ),
    );
  }
  if (sized > 0 && desired.instanceType !== undefined && desired.instanceType !== "") {
    findings.push(
      platform.resourcesExcludeInstanceType
        ? failure(
            ["resources"],
            "A machine has one size",
            "On this platform resources beside an instance_type give a machine that cannot start. Choose one of the two.",
          )
        : warning(
            ["instanceType"],
            "The instance type has no effect",
            "resources are given, so the platform ignores instance_type.",
          ),
    );
  }
  for (const key of ["cpu", "memory"] as const) {
    const value = resources?.[key];
    if (value !== undefined) findings.push(...checkQuantity(value, ["resources", key]));
  }
  if (desired.diskSize !== undefined) findings.push(...checkQuantity(desired.diskSize, ["diskSize"]));
  const served = new Set(propertiesOf(groupSchema(platform)));
  for (const key of ["storageClass", "kubelet", "maxUnhealthy", "nodeStartupTimeout"] as const) {
    if (desired[key] !== undefined && !served.has(key)) {
      findings.push(
        failure(
          [key],
          "The platform does not serve this setting",
          `${key} of a node group needs a newer platform than this one (${platform.profile.platform}); here it would be stored and ignored.`,
        ),
      );
    }
  }
  if (desired.maxUnhealthy !== undefined && !/^\d+%?$/.test(desired.maxUnhealthy)) {
    findings.push(
      failure(
        ["maxUnhealthy"],
        "This is neither a number nor a percentage",
        `"${desired.maxUnhealthy}" is not written like 2 or 40%.`,
      ),
    );
  }
  if (desired.nodeStartupTimeout !== undefined && !/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(desired.nodeStartupTimeout)) {
    findings.push(
      failure(
        ["nodeStartupTimeout"],
        "This is no duration",
        `"${desired.nodeStartupTimeout}" is not written like 10m or 1h30m.`,
      ),
    );
  }
  for (const [index, role] of (desired.roles ?? []).entries()) {
    if (/^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/.test(role)) continue;
    findings.push(
      failure(
        ["roles", String(index)],
        "This is no name for a role",
        `"${role}" must be fit for a label: it becomes node-role.kubernetes.io/${role}.`,
      ),
    );
  }
  for (const [index, gpu] of (desired.gpus ?? []).entries()) {
    if (gpu.name !== "") continue;
    findings.push(
      failure(
        ["gpus", String(index), "name"],
        "A GPU needs a name",
        "Give the device's name, e.g. nvidia.com/AD102GL_L40S.",
      ),
    );
  }
  return findings;
}

/**
 * Whether an instance type is known. Hikube may serve others than anybody wrote down, so that an unknown one is only a warning;
 * `served` are the names the platform lists, where it does.
 */
export function checkInstanceType(platform: Platform, name: string, served?: readonly string[]): Finding[] {
  const known = served ?? Object.keys(platform.profile.instanceTypes);
  if (name === "" || known.includes(name)) return [];
  const series = known.filter((type) => type.startsWith(`${name.split(".")[0]}.`));
  const near = (series.length > 0 ? series : known).slice(0, 12).join(", ");
  return [
    warning(
      ["instanceType"],
      "This instance type is not known",
      `"${name}" is not among the types ${served === undefined ? "known of this platform" : "the platform lists"}, e.g. ${near}. Should it not exist, the platform refuses the whole cluster's change.`,
    ),
  ];
}

/** Whether a GPU's device name is known; soft as with instance types. */
export function checkGpu(platform: Platform, name: string, index: number, served?: readonly string[]): Finding[] {
  const known = served ?? platform.profile.gpus.map((gpu) => gpu.name);
  if (name === "" || known.length === 0 || known.includes(name)) return [];
  return [
    warning(["gpus", String(index), "name"], "This GPU is not known", `"${name}" is not among ${known.join(", ")}.`),
  ];
}
