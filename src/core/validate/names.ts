import type { Platform } from "../platform/platform.ts";
import { type Finding, failure, settingName, warning } from "./finding.ts";
import { clusterNameFormat, groupNameFormat, labelKey, labelValue } from "./formats.ts";

/** The longest cluster name that the platform's next release accepts (platform.md §1.3). */
const longestNameSoon = 32;
/** The longest name for which `kubernetes-<name>-cluster-autoscaler`, a label in the charts of both platforms, fits into 63 characters. */
const longestInstallableName = 33;
/** The longest name for which `kubernetes-<name>-bootstrap-token-tenant` fits, a job of 1.6's chart that runs after every change. */
const longestChangeableName = 29;
/** Longest `<cluster><group>` with valid host names of the machines (platform.md §3.6). */
const longestPair = 39;
/** Longest `<cluster>-<group>` as the name of a `KubernetesNodes` object (platform.md §4). */
const longestPool = 36;

/** Whether the chart runs a job after every change, with a label that contains the cluster's name (1.6 and newer). */
const runsJobAfterChange = (platform: Platform): boolean => platform.poolSpec !== undefined;

const sentence = (text: string): string => (text.endsWith("?") ? text : `${text}.`);

/**
 * Checks the name of a new cluster: the API must accept it, and the platform must be able to install and change the cluster
 * (platform.md §1.3).
 */
export function checkClusterName(name: string, platform?: Platform, path: readonly string[] = ["name"]): Finding[] {
  const complaint = clusterNameFormat(name);
  if (complaint !== undefined) {
    return [failure(path, "Invalid cluster name", sentence(`\`${settingName(path)}\` ${complaint}`))];
  }
  const findings: Finding[] = [];
  if (name.length > longestInstallableName) {
    const text = `"${name}" has ${name.length} characters. The API takes it, but the platform's chart makes the label \`kubernetes-${name}-cluster-autoscaler\` of it, and a label has at most 63 characters: the cluster would never be installed. Use at most ${longestInstallableName} characters, or ${longestChangeableName} to be ready for platform 1.6.`;
    findings.push(failure(path, "Cluster name is too long to be installed", text));
  } else if (name.length > longestChangeableName) {
    const why = `a job of its chart makes the label \`kubernetes-${name}-bootstrap-token-tenant\` of the name, and a label has at most 63 characters`;
    const length = `"${name}" has ${name.length} characters.`;
    if (platform !== undefined && runsJobAfterChange(platform)) {
      const text = `${length} The platform installs the cluster, but every later change of it fails: ${why}. Use at most ${longestChangeableName} characters.`;
      findings.push(failure(path, "Cluster name is too long to be changed", text));
    } else {
      const soon =
        name.length > longestNameSoon ? ` A later release takes at most ${longestNameSoon} for new clusters.` : "";
      const text = `${length} This platform installs it. Platform 1.6 fails to change a cluster whose name has more than ${longestChangeableName}: ${why}.${soon}`;
      findings.push(warning(path, "Cluster name is too long for platform 1.6", text));
    }
  }
  if (name.startsWith("nodes-")) {
    const text = `A cluster named "${name}" and a KubernetesNodes object named "${name.slice(6)}" would share one Helm release.`;
    findings.push(warning(path, "Cluster name may collide", text));
  }
  return findings;
}

/** Checks a group's name, which becomes part of machine names that the platform does not check (platform.md §3.6). */
export function checkGroupName(
  cluster: string | undefined,
  name: string,
  path: readonly string[] = ["name"],
  platform?: Platform,
): Finding[] {
  const complaint = groupNameFormat(name);
  if (complaint !== undefined) {
    return [failure(path, "Invalid node group name", sentence(`\`${settingName(path)}\` ${complaint}`))];
  }
  const pools = platform !== undefined && !platform.nodeGroupsInSpec;
  const longest = pools ? longestPool - 1 : longestPair;
  const length = name.length + (cluster?.length ?? 1);
  if (length < longestPool) return [];
  if (length <= longest) {
    const text = `Cluster and group name together have ${length} characters. The platform's next version names the group's object after both, takes at most ${longestPool - 1}, and could not manage this group any more.`;
    return [warning(path, "Node group name is too long for the platform's next version", text)];
  }
  const room = longest - (cluster?.length ?? 1);
  const names = cluster === undefined ? `"${name}" has ${name.length}` : `"${cluster}" + "${name}" have ${length}`;
  const way =
    room > 0 ? `Shorten the group's name to ${room}.` : "The cluster's name leaves no room; choose a shorter one.";
  const text = `Cluster and group name together may have ${longest} characters (${names}), because ${pools ? "the group's object is named after both" : "node names are built from both"}. ${way}`;
  return [failure(path, "Node group name is too long", text)];
}

/** Checks the keys and values of labels and annotations of the cluster object. */
export function checkKeys(desired: {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}): Finding[] {
  const findings: Finding[] = [];
  for (const kind of ["labels", "annotations"] as const) {
    const noun = kind === "labels" ? "label" : "annotation";
    for (const [key, value] of Object.entries(desired[kind] ?? {})) {
      const badKey = labelKey(key);
      if (badKey !== undefined) {
        findings.push(failure([kind, key], `Invalid ${noun} key`, sentence(`\`${kind}\` ${badKey}`)));
      }
      const badValue = kind === "labels" ? labelValue(value) : undefined;
      if (badValue !== undefined) {
        findings.push(failure([kind, key], "Invalid label value", sentence(`\`labels\` ${badValue}`)));
      }
    }
  }
  return findings;
}
