import { didYouMean, nearest } from "../../base/did-you-mean.ts";
import type { ClusterDesired } from "../desired/desired.ts";
import type { Platform } from "../platform/platform.ts";
import { namesPatch, normaliseVersion, shortVersion, upgradePath } from "../platform/versions.ts";
import { checkFormat, type Finding, failure, refuse, warning } from "./finding.ts";
import { versionFormat } from "./formats.ts";

const path = ["version"];

/**
 * Checks a configured version against the offered versions and the cluster's version. The cluster's current version is valid even if it
 * is no longer offered; downgrades and skipped minors are invalid, because the platform hides their failure (platform.md §3.3).
 */
export function checkVersion(
  platform: Platform,
  wanted: string,
  current?: string,
  strategy: ClusterDesired["upgradeStrategy"] = "single",
): Finding[] {
  const version = normaliseVersion(wanted);
  if (version === undefined) return checkFormat(path, "Invalid Kubernetes version", versionFormat, wanted);
  const from = current === undefined ? undefined : normaliseVersion(current);
  if (from === version) return [];
  if (!platform.versions.includes(version)) {
    return [from !== undefined && isNext(version, from) ? raised(wanted, from) : notOffered(platform, wanted)];
  }
  const findings = from === undefined ? [] : checkUpgrade({ from, to: version, strategy }, platform.versions);
  return findings.length > 0 ? findings : checkPatch(platform, wanted, version);
}

function notOffered(platform: Platform, wanted: string): Finding {
  const offered = platform.versions.map(shortVersion);
  const short = shortVersion(wanted);
  // Several candidates at the same distance are equally likely.
  const unique = nearest(short, offered).length === 1 ? didYouMean(short, offered) : "";
  // HCL parses 1.30 without quotes as the number 1.3.
  const hint = /^1\.\d$/.test(short)
    ? ` Write the version in quotes: \`version = ${short}0\` is the number ${short}.`
    : unique;
  return failure(path, `Kubernetes ${short} is not available`, `Available: ${offered.join(", ")}.${hint}`);
}

/** Whether `to` is the minor after `from`. */
function isNext(from: string, to: string): boolean {
  const path = upgradePath(from, to);
  return path.ok && path.steps.length === 1;
}

/** An upgrade of the platform raises the clusters whose version it no longer serves by one minor (platform.md §3.3). */
function raised(wanted: string, current: string): Finding {
  const [before, after] = [shortVersion(wanted), shortVersion(current)];
  const text =
    `The platform was upgraded and no longer serves Kubernetes ${before}, so it raised this cluster from ${before} to ${after}. ` +
    `A cluster cannot go back. Write \`version = "${after}"\`.`;
  return failure(path, `The platform raised the cluster to Kubernetes ${after}`, text);
}

/** The summary of a version below the running one. */
export const downgrade = "Kubernetes cannot be downgraded";

/** A change of a cluster's version. */
export interface Upgrade {
  /** The stored version; undefined for a new cluster. */
  readonly from: string | undefined;
  readonly to: string;
  /** The running version of the API server; undefined if unknown. */
  readonly running?: string | undefined;
  readonly strategy: ClusterDesired["upgradeStrategy"];
}

/**
 * Checks whether Kubernetes allows an upgrade: the platform accepts downgrades and skipped minors, which result in kubelets newer than
 * the API server and a Ready status (platform.md §3.3). Called in the plan and again before the write.
 * @param offered versions of the platform, `v1.34`; undefined if only the rule itself is checked.
 */
function checkUpgrade(
  { from, to, running, strategy }: Upgrade & { readonly from: string },
  offered?: readonly string[],
): Finding[] {
  const upgrade = upgradePath(from, to);
  const real = running === undefined ? upgrade : upgradePath(running, to);
  const [before, after] = [shortVersion(upgrade.ok && !real.ok ? (running ?? from) : from), shortVersion(to)];
  if (!upgrade.ok || !real.ok) {
    const text = `The cluster runs ${before}, and ${after} is older: the platform would accept it and leave the cluster broken. If the cluster was upgraded elsewhere, set \`version = "${before}"\`.`;
    return [failure(path, downgrade, text)];
  }
  if (real.steps.length > upgrade.steps.length) {
    const text = `The cluster's version is ${before}, but its API server still runs ${shortVersion(running ?? "")}. Set \`version\` to ${before} and apply. Continue with ${after} when the cluster is ready.`;
    return [failure(path, "The last upgrade has not finished", text)];
  }
  const steps = upgrade.steps.map(shortVersion);
  if (steps.length > 1 && strategy === "single") {
    const text = `${before} to ${after} is ${steps.length} minor versions. Apply ${steps.map((step) => `\`version = "${step}"\``).join(", then ")}, or set \`upgrade_strategy = "stepwise"\`.`;
    return [failure(path, "Kubernetes upgrades go one minor at a time", text)];
  }
  const missing = upgrade.steps.filter((step) => offered?.includes(step) === false).map(shortVersion);
  if (offered === undefined || missing.length === 0) return [];
  const text = `The upgrade from ${before} to ${after} goes through ${steps.join(", ")}, and ${missing.join(", ")} is not available. Available: ${offered.map(shortVersion).join(", ")}.`;
  return [failure(path, "A version of the upgrade is not available", text)];
}

/** Returns the minors of an upgrade in order, ending with the desired one; empty if no upgrade is needed. Throws CoreError InvalidInput. */
export function upgradeSteps({ from, to, ...more }: Upgrade): readonly string[] {
  const target = normaliseVersion(to);
  if (target === undefined) refuse(checkFormat(path, "Invalid Kubernetes version", versionFormat, to));
  const stored = from === undefined ? undefined : normaliseVersion(from);
  if (target === undefined || stored === undefined || stored === target) return [];
  refuse(checkUpgrade({ from: stored, to: target, ...more }));
  const upgrade = upgradePath(stored, target);
  return upgrade.ok ? upgrade.steps : [];
}

/** A patch version in the text has no effect: the platform has one patch version per minor. */
function checkPatch(platform: Platform, wanted: string, version: string): Finding[] {
  const runs = platform.profile.kubernetesVersions[version];
  if (!namesPatch(wanted) || (runs !== undefined && wanted.trim().replace(/^v/, "") === runs.slice(1))) return [];
  const short = shortVersion(wanted);
  const known = runs === undefined ? "" : `; platform ${platform.profile.platform} runs ${runs.slice(1)}`;
  const text = `\`${wanted}\` selects ${short}${known}. Write \`version = "${short}"\`.`;
  return [warning(path, "The patch version is chosen by the platform", text)];
}
