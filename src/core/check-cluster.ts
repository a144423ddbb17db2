import type { ClusterDesired } from "./desired.ts";
import { type Finding, failure, warning } from "./finding.ts";
import { valueAt } from "./json-pointer.ts";
import type { Platform } from "./platform.ts";
import { compareQuantities, parseQuantity } from "./quantity.ts";
import { schemaAt, stringsOf } from "./schema-defaults.ts";
import { clusterValues } from "./spec-cluster.ts";
import { normaliseVersion, upgradePath } from "./versions.ts";

/** Longest name the API server takes, and the one the platform's next release takes (platform.md §1.3). */
const longestName = 42;
const longestNameSoon = 32;
/** The longest name whose `kubernetes-<name>-cluster-autoscaler`, a label in the charts of both platforms, fits the 63 characters of one. */
const longestInstallableName = 33;
/** The same for `kubernetes-<name>-bootstrap-token-tenant`, a job of 1.6's chart that runs after an upgrade. */
const longestUpgradableName = 29;
/** The platform stores `apps.cozystack.io-<key>`, and the name part of a key has 63 characters (platform.md §1.2). */
const longestBareKey = 45;

/** A cluster's name: a DNS-1035 label of at most 42 characters (platform.md §1.3). */
export function checkClusterName(name: string, path: readonly string[] = ["name"]): Finding[] {
  if (!/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name)) {
    return [
      failure(
        path,
        "This is no name for a cluster",
        `"${name}" must begin with a lower-case letter, end with a letter or digit, and hold only lower-case letters, digits and "-".`,
      ),
    ];
  }
  if (name.length > longestName) {
    return [
      failure(
        path,
        "The cluster's name is too long",
        `"${name}" has ${name.length} characters; the platform takes at most ${longestName}.`,
      ),
    ];
  }
  if (name.startsWith("nodes-")) {
    return [
      warning(
        path,
        "The cluster's name may collide",
        `A cluster named "${name}" and a KubernetesNodes object named "${name.slice(6)}" would share one Helm release.`,
      ),
    ];
  }
  if (name.length > longestInstallableName) {
    return [
      warning(
        path,
        "The cluster's name is too long to be installed",
        `"${name}" has ${name.length} characters. The API takes them, but the platform's chart makes labels of the name that Kubernetes takes up to ${longestInstallableName} characters only: such a cluster is not installed, and one of more than 40 cannot be removed either.`,
      ),
    ];
  }
  if (name.length > longestUpgradableName) {
    const soon =
      name.length > longestNameSoon ? ` The next release takes at most ${longestNameSoon} for new clusters.` : "";
    return [
      warning(
        path,
        "The cluster's name is long",
        `"${name}" has ${name.length} characters. Platform 1.6 fails to upgrade or change a cluster whose name has more than ${longestUpgradableName}: a job of its chart makes a label of the name.${soon}`,
      ),
    ];
  }
  return [];
}

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
  const path = ["version"];
  const offered = platform.versions.join(", ");
  const version = normaliseVersion(wanted);
  if (version === undefined) {
    return [
      failure(
        path,
        "This is no Kubernetes version",
        `"${wanted}" is not written like 1.34 or v1.34. The platform offers ${offered}.`,
      ),
    ];
  }
  const from = current === undefined ? undefined : normaliseVersion(current);
  if (from === version) return [];
  if (!platform.versions.includes(version)) {
    return [
      failure(path, "The platform does not offer this Kubernetes version", `${version} is not among ${offered}.`),
    ];
  }
  if (from === undefined) return [];
  const steps = upgradePath(from, version);
  if (!steps.ok) {
    return [
      failure(
        path,
        "Kubernetes cannot be downgraded",
        `The cluster's version is ${from}; ${version} is older. The platform would accept it and leave the cluster broken.`,
      ),
    ];
  }
  if (steps.steps.length > 1 && strategy === "single") {
    return [
      failure(
        path,
        "Kubernetes upgrades go one minor at a time",
        `From ${from} to ${version} is ${steps.steps.length} minors. Go through ${steps.steps.join(", ")} one apply after another, or set upgrade_strategy = "stepwise".`,
      ),
    ];
  }
  if (steps.steps.length > 1 && steps.steps.some((step) => !platform.versions.includes(step))) {
    return [
      failure(
        path,
        "A version on the way is not offered",
        `The way from ${from} leads through ${steps.steps.join(", ")}, and the platform offers only ${offered}.`,
      ),
    ];
  }
  return [];
}

/** A quantity, positive unless told otherwise. */
export function checkQuantity(value: string, path: readonly string[], allowZero = false): Finding[] {
  const quantity = parseQuantity(value);
  if (quantity === undefined) {
    return [failure(path, "This is no quantity", `"${value}" is not written like 500m, 2, 512Mi or 20Gi.`)];
  }
  const sign = compareQuantities(quantity, { numerator: 0n, denominator: 1n });
  if (sign < 0 || (sign === 0 && !allowZero))
    return [failure(path, "The quantity must be positive", `"${value}" is not.`)];
  return [];
}

/** Everything of a cluster that can be refused before it is sent. `current` is the version it has. */
export function checkCluster(platform: Platform, desired: ClusterDesired, current?: string): Finding[] {
  const findings: Finding[] = [];
  if (desired.version !== undefined)
    findings.push(...checkVersion(platform, desired.version, current, desired.upgradeStrategy));
  for (const { path, key, value, quantity } of clusterValues(desired)) {
    const schema = schemaAt(platform.clusterSpec, path);
    if (schema === undefined && !isFree(platform, path)) {
      findings.push(
        failure(
          key,
          "The platform does not serve this setting",
          `${key.join(".")} needs a newer platform than this one (${platform.profile.platform}).`,
        ),
      );
      continue;
    }
    if (quantity === true && typeof value === "string") findings.push(...checkQuantity(value, key));
    const allowed = stringsOf(schema, "enum");
    if (path[0] !== "version" && typeof value === "string" && allowed.length > 0 && !allowed.includes(value)) {
      findings.push(
        failure(key, "The platform does not know this value", `"${value}" is not one of ${allowed.join(", ")}.`),
      );
    }
  }
  const replicas = desired.controlPlane?.replicas;
  if (replicas !== undefined && (!Number.isInteger(replicas) || replicas < 0)) {
    findings.push(
      failure(
        ["controlPlane", "replicas"],
        "The number of replicas must be a whole number",
        `${replicas} is not, or is negative.`,
      ),
    );
  } else if (replicas === 0) {
    findings.push(
      warning(
        ["controlPlane", "replicas"],
        "The control plane is switched off",
        "With 0 replicas nothing answers, and the cluster never becomes ready.",
      ),
    );
  }
  findings.push(...checkOidc(desired), ...checkKeys(desired));
  if (
    desired.host !== undefined &&
    desired.host !== "" &&
    !/^(?=.{1,253}$)([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)*[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(desired.host)
  ) {
    findings.push(
      failure(
        ["host"],
        "This is no host name",
        `"${desired.host}" is not a DNS name in lower case without scheme or port.`,
      ),
    );
  }
  return findings;
}

const isFree = (platform: Platform, path: readonly string[]): boolean =>
  valueAt(schemaAt(platform.clusterSpec, path.slice(0, -1)), ["x-kubernetes-preserve-unknown-fields"]) === true &&
  path.length > 1;

function checkOidc({ oidc, controlPlane }: ClusterDesired): Finding[] {
  const findings: Finding[] = [];
  if (oidc === undefined) return findings;
  const { config, secretRef } = oidc.customConfig ?? {};
  const given = [config, secretRef?.name].filter((value) => value !== undefined && value !== "").length;
  if (oidc.mode === "CustomConfig" && given !== 1) {
    findings.push(
      failure(
        ["oidc", "customConfig"],
        "OIDC needs exactly one configuration",
        "With mode CustomConfig, give either config or secret_ref, and not both.",
      ),
    );
  }
  const flags = controlPlane?.apiServer?.extraArgs?.filter((argument) => argument.startsWith("--oidc-")) ?? [];
  if (oidc.mode !== undefined && oidc.mode !== "None" && flags.length > 0) {
    findings.push(
      failure(
        ["controlPlane", "apiServer", "extraArgs"],
        "OIDC is configured twice",
        `With oidc.mode ${oidc.mode} the platform refuses ${flags.join(", ")}.`,
      ),
    );
  }
  for (const [index, user] of (oidc.users ?? []).entries()) {
    if (user.role === "admin" || user.role === "view") continue;
    findings.push(
      failure(
        ["oidc", "users", String(index), "role"],
        "The platform does not know this role",
        `"${user.role}" is neither admin nor view.`,
      ),
    );
  }
  return findings;
}

function checkKeys(desired: ClusterDesired): Finding[] {
  const findings: Finding[] = [];
  for (const kind of ["labels", "annotations"] as const) {
    for (const [key, value] of Object.entries(desired[kind] ?? {})) {
      const path = [kind, key];
      const [prefix, name, ...more] = key.includes("/") ? key.split("/") : [undefined, key];
      const part = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
      if (more.length > 0 || name === undefined || !part.test(name) || prefix === "") {
        findings.push(
          failure(path, "This is no key for a label or annotation", `"${key}" is not of the form [domain/]name.`),
        );
      } else if (prefix === undefined && name.length > longestBareKey) {
        findings.push(
          failure(
            path,
            "The key is too long",
            `"${key}" has ${name.length} characters; without a domain the platform takes at most ${longestBareKey}.`,
          ),
        );
      } else if (prefix === "hikube.cloud") {
        findings.push(failure(path, "The key is reserved", `Keys of hikube.cloud are the provider's own.`));
      }
      if (kind === "labels" && value !== "" && !part.test(value)) {
        findings.push(
          failure(
            path,
            "This is no value for a label",
            `"${value}" must have at most 63 letters, digits, "-", "_" and ".", and begin and end with a letter or digit.`,
          ),
        );
      }
    }
  }
  return findings;
}
