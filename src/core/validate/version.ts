import { didYouMean, nearest } from "../../base/did-you-mean.ts";
import type { Platform } from "../platform/platform.ts";
import { namesPatch, normaliseVersion, shortVersion, upgradePath } from "../platform/versions.ts";
import { checkFormat, type Finding, failure, warning } from "./finding.ts";
import { versionFormat } from "./formats.ts";

const path = ["version"];

/**
 * A version as written against what the platform offers and what the cluster has. One that the cluster already has is fine although
 * the platform no longer offers it; downgrades and skipped minors are not, as the platform hides what comes of them (platform.md §3.3).
 */
export function checkVersion(
  platform: Platform,
  wanted: string,
  current?: string,
  strategy: "single" | "stepwise" = "single",
): Finding[] {
  const version = normaliseVersion(wanted);
  if (version === undefined) return checkFormat(path, "Invalid Kubernetes version", versionFormat, wanted);
  const from = current === undefined ? undefined : normaliseVersion(current);
  if (from === version) return [];
  if (!platform.versions.includes(version)) return [notOffered(platform, wanted)];
  const findings = from === undefined ? [] : checkUpgrade(platform, from, version, strategy);
  return findings.length > 0 ? findings : checkPatch(platform, wanted, version);
}

function notOffered(platform: Platform, wanted: string): Finding {
  const offered = platform.versions.map(shortVersion);
  const short = shortVersion(wanted);
  // Of several near ones none is more likely.
  const unique = nearest(short, offered).length === 1 ? didYouMean(short, offered) : "";
  // HCL reads 1.30 without quotes as the number 1.3.
  const hint = /^1\.\d$/.test(short)
    ? ` Write the version in quotes: \`version = ${short}0\` is the number ${short}.`
    : unique;
  return failure(path, `Kubernetes ${short} is not available`, `Available: ${offered.join(", ")}.${hint}`);
}

function checkUpgrade(platform: Platform, from: string, to: string, strategy: "single" | "stepwise"): Finding[] {
  const upgrade = upgradePath(from, to);
  const [before, after] = [shortVersion(from), shortVersion(to)];
  if (!upgrade.ok) {
    const text = `The cluster runs ${before}, and ${after} is older: the platform would accept it and leave the cluster broken. If the cluster was upgraded outside Terraform, set \`version = "${before}"\`, or add \`version\` to \`ignore_changes\`.`;
    return [failure(path, "Kubernetes cannot be downgraded", text)];
  }
  const steps = upgrade.steps.map(shortVersion);
  if (steps.length > 1 && strategy === "single") {
    const text = `${before} to ${after} is ${steps.length} minor versions. Apply ${steps.map((step) => `\`version = "${step}"\``).join(", then ")}, or set \`upgrade_strategy = "stepwise"\`.`;
    return [failure(path, "Kubernetes upgrades go one minor at a time", text)];
  }
  const missing = upgrade.steps.filter((step) => !platform.versions.includes(step)).map(shortVersion);
  if (missing.length === 0) return [];
  const offered = platform.versions.map(shortVersion).join(", ");
  const text = `The upgrade from ${before} to ${after} goes through ${steps.join(", ")}, and ${missing.join(", ")} is not available. Available: ${offered}.`;
  return [failure(path, "A version of the upgrade is not available", text)];
}

/** A patch in the text selects nothing: the platform has one patch of each minor. */
function checkPatch(platform: Platform, wanted: string, version: string): Finding[] {
  const runs = platform.profile.kubernetesVersions[version];
  if (!namesPatch(wanted) || (runs !== undefined && wanted.trim().replace(/^v/, "") === runs.slice(1))) return [];
  const short = shortVersion(wanted);
  const known = runs === undefined ? "" : `; platform ${platform.profile.platform} runs ${runs.slice(1)}`;
  const text = `\`${wanted}\` selects ${short}${known}. Write \`version = "${short}"\`.`;
  return [warning(path, "The patch version is chosen by the platform", text)];
}
