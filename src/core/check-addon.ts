import { catalogueEntry } from "./catalogue.ts";
import type { AddonDesired } from "./desired.ts";
import { type Finding, failure, warning } from "./finding.ts";
import type { Platform } from "./platform.ts";
import { schemaAt, stringsOf } from "./schema-defaults.ts";
import { wantedValues } from "./spec-addon.ts";

/** What else stands in the cluster an add-on goes to, as far as it is known. */
export interface AddonSurroundings {
  /** Catalogue names of the add-ons that are, or will be, switched on. */
  readonly enabled?: readonly string[];
  /** Roles of all node groups. */
  readonly roles?: readonly string[];
  /** Whether any group has GPUs. */
  readonly gpus?: boolean;
}

/** Everything of an add-on that the platform would refuse later, ignore silently, or hang on for ever (platform.md §3.9). */
export function checkAddon(
  platform: Platform,
  name: string,
  desired: AddonDesired,
  live: AddonSurroundings = {},
): Finding[] {
  const entry = catalogueEntry(platform.profile.addons, name);
  if (entry === undefined || !platform.addons.includes(entry.apiName)) {
    const offered = platform.addons.map((apiName) => catalogueEntry(platform.profile.addons, apiName)?.name ?? apiName);
    return [failure(["name"], "The platform has no such add-on", `"${name}" is not among ${offered.join(", ")}.`)];
  }
  const findings: Finding[] = [];
  if (!entry.switchable && desired.enabled !== undefined) {
    const why =
      entry.deployedWith === undefined
        ? "it is always installed"
        : `it comes with ${kebab(platform, entry.deployedWith)}`;
    findings.push(
      failure(["enabled"], "This add-on has no switch", `${entry.name} cannot be switched on or off: ${why}.`),
    );
  }
  for (const key of ["exposeMethod", "hosts"] as const) {
    if (desired[key] !== undefined && schemaAt(platform.clusterSpec, ["addons", entry.apiName, key]) === undefined) {
      findings.push(
        failure(
          [key],
          "This add-on has no such setting",
          `Only ingress-nginx has ${key === "hosts" ? "hosts" : "expose_method"}.`,
        ),
      );
    }
  }
  const methods = stringsOf(schemaAt(platform.clusterSpec, ["addons", entry.apiName, "exposeMethod"]), "enum");
  if (desired.exposeMethod !== undefined && methods.length > 0 && !methods.includes(desired.exposeMethod)) {
    findings.push(
      failure(
        ["exposeMethod"],
        "The platform does not know this method",
        `"${desired.exposeMethod}" is not one of ${methods.join(", ")}.`,
      ),
    );
  }
  if (desired.exposeMethod === "LoadBalancer" && (desired.hosts?.length ?? 0) > 0) {
    findings.push(warning(["hosts"], "The hosts have no effect", "Hosts are used with the method Proxied only."));
  }
  findings.push(...checkValues(desired, entry.values, entry.valuesKey, entry.name));
  const on = entry.switchable ? desired.enabled === true : true;
  if (on)
    findings.push(...checkPrerequisites(platform, entry.name, entry.requires ?? [], entry.deployedWith, desired, live));
  return findings;
}

const kebab = (platform: Platform, apiName: string): string =>
  catalogueEntry(platform.profile.addons, apiName)?.name ?? apiName;

function checkValues(
  desired: AddonDesired,
  use: "merged" | "ignored" | "none",
  valuesKey: string | undefined,
  name: string,
): Finding[] {
  const wanted = wantedValues(desired);
  if (wanted === undefined || Object.keys(wanted).length === 0) return [];
  const path = [desired.values !== undefined ? "values" : "secretValues"];
  if (use === "none") return [failure(path, "This add-on takes no values", `${name} has nothing to configure.`)];
  if (use === "ignored")
    return [warning(path, "The values have no effect", `The platform stores the values of ${name} and ignores them.`)];
  if (valuesKey === undefined) return [];
  const others = Object.keys(wanted).filter((key) => key !== valuesKey && key !== "global");
  if (others.length === 0) return [];
  return [
    warning(
      path,
      "Values outside the chart's key have no effect",
      `The platform wraps the upstream chart, so that values of ${name} must be nested under "${valuesKey}". Helm ignores ${others.map((key) => `"${key}"`).join(", ")} silently.`,
    ),
  ];
}

function checkPrerequisites(
  platform: Platform,
  name: string,
  requires: readonly string[],
  deployedWith: string | undefined,
  desired: AddonDesired,
  live: AddonSurroundings,
): Finding[] {
  const findings: Finding[] = [];
  const { enabled, roles, gpus } = live;
  if (enabled !== undefined) {
    for (const apiName of requires) {
      const other = kebab(platform, apiName);
      if (enabled.includes(other)) continue;
      findings.push(
        warning(
          ["enabled"],
          "The add-on needs another one",
          `${name} needs ${other}, which is not switched on; without it ${name} is refused or never becomes ready.`,
        ),
      );
    }
    if (deployedWith !== undefined && !enabled.includes(kebab(platform, deployedWith))) {
      findings.push(
        warning(
          ["values"],
          "The add-on is not installed",
          `${name} comes with ${kebab(platform, deployedWith)}, which is not switched on; its values wait until then.`,
        ),
      );
    }
  }
  const proxied = desired.exposeMethod === undefined || desired.exposeMethod === "Proxied";
  if (name === "ingress-nginx" && proxied && roles !== undefined && !roles.includes("ingress-nginx")) {
    findings.push(
      warning(
        ["exposeMethod"],
        "Nothing would receive the traffic",
        'With the method Proxied at least one node group needs the role "ingress-nginx" and a live node.',
      ),
    );
  }
  if (name === "gpu-operator" && gpus === false) {
    findings.push(
      warning(["enabled"], "The cluster has no GPUs", "No node group has GPUs, so the GPU operator has nothing to do."),
    );
  }
  return findings;
}
