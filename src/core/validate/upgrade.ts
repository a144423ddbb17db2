import { CoreError } from "../core-error.ts";
import { compareVersions, normaliseVersion, upgradePath } from "../platform/versions.ts";
import type { TenantNode } from "../read/tenants.ts";

/**
 * The minors to go through so that a cluster of version `from` comes to `to`, the last one first written last; empty where nothing is to
 * do. `running` is what its API server says it is. Throws CoreError InvalidInput for downgrades and skipped minors: the platform
 * accepts both, and ends with kubelets newer than the API server and a status that says Ready (platform.md §3.3).
 */
export function upgradeSteps(
  from: string | undefined,
  to: string | undefined,
  running: string | undefined,
  strategy: "single" | "stepwise",
): readonly string[] {
  if (to === undefined) return [];
  const target = normaliseVersion(to);
  if (target === undefined)
    throw invalid(
      "Invalid Kubernetes version",
      `"${to}" is not a Kubernetes version.`,
      "Write it as `1.34` or `v1.34`.",
    );
  if (from === undefined || normaliseVersion(from) === undefined || normaliseVersion(from) === target) return [];
  const path = upgradePath(from, target);
  if (!path.ok) {
    throw invalid(
      noDowngrade,
      `The cluster's version is ${from}; ${target} is older.`,
      "Kubernetes cannot be downgraded. Keep the version, or create a new cluster.",
    );
  }
  if (running !== undefined) {
    const real = upgradePath(running, target);
    if (!real.ok) {
      throw invalid(
        noDowngrade,
        `The cluster's API server already runs ${running}; ${target} would be a downgrade.`,
        `Set \`version\` to the version that runs.`,
      );
    }
    if (real.steps.length > path.steps.length) {
      throw invalid(
        "The last upgrade has not finished",
        `The cluster's version is ${from}, but its API server still runs ${running}.`,
        `Set \`version\` to ${from} and apply. Continue with ${target} when the cluster is ready.`,
      );
    }
  }
  if (path.steps.length > 1 && strategy === "single") {
    throw invalid(
      "Kubernetes upgrades go one minor at a time",
      `From ${from} to ${target} is more than one minor version at once, which Kubernetes does not allow.`,
      `Apply ${path.steps.join(", ")} one after another, or set \`upgrade_strategy = "stepwise"\`.`,
    );
  }
  return path.steps;
}

const noDowngrade = "Kubernetes cannot be downgraded";

const invalid = (summary: string, message: string, hint: string): CoreError =>
  new CoreError("InvalidInput", message, { summary, path: ["version"], hint });

/** What is still missing until a cluster really runs a version; undefined where nothing is (platform.md §5.4). */
export function missingOfVersion(
  wanted: string,
  running: string | undefined,
  nodes: readonly TenantNode[] | undefined,
): string | undefined {
  if (running !== undefined && compareVersions(running, wanted) !== 0) return `the API server still runs ${running}`;
  const old = (nodes ?? []).filter(
    ({ kubeletVersion }) => kubeletVersion !== "" && compareVersions(kubeletVersion, wanted) !== 0,
  );
  if (old.length === 0) return undefined;
  return `${old.length} of ${nodes?.length ?? 0} nodes do not run ${wanted} yet`;
}
