import { didYouMean } from "../../base/did-you-mean.ts";
import type { JsonObject } from "../../base/json.ts";
import type { AddonDesired } from "../desired/desired.ts";
import { addonName, availableAddons, type CatalogueEntry, catalogueEntry } from "../platform/addon-catalogue.ts";
import type { Platform } from "../platform/platform.ts";
import { schemaAt, stringsOf } from "../platform/schema-defaults.ts";
import { checkFormat, type Finding, failure, settingName, warning } from "./finding.ts";
import { hostPattern } from "./formats.ts";

/** Known settings of the cluster of an add-on. */
export interface AddonSurroundings {
  /** Catalogue names of the add-ons that are or will be enabled. */
  readonly enabled?: readonly string[];
  /** Roles of all node groups. */
  readonly roles?: readonly string[];
  /** Whether any group has GPUs. */
  readonly gpus?: boolean;
}

/** The first platform version that has an add-on; default 1.1. */
const since: Readonly<Record<string, string>> = { hami: "1.4", ouroboros: "1.4" };

/** Finds settings of an add-on that the platform would refuse later, ignore silently, or never finish (platform.md §3.9). */
export function checkAddon(
  platform: Platform,
  name: string,
  desired: AddonDesired,
  live: AddonSurroundings = {},
): Finding[] {
  const entry = catalogueEntry(platform.profile.addons, name);
  if (entry === undefined || !platform.addons.includes(entry.apiName))
    return [notServed(platform, entry?.name ?? name)];
  const on = entry.switchable ? desired.enabled === true : true;
  return [
    ...checkSettings(platform, entry, desired),
    ...checkHosts(desired),
    ...checkValues(desired.values, "values", entry),
    ...checkValues(desired.secretValues, "secretValues", entry),
    ...(on ? checkPrerequisites(platform, entry, live) : []),
    ...(on ? checkNodes(entry, desired, live) : []),
  ];
}

const kebab = (platform: Platform, apiName: string): string =>
  catalogueEntry(platform.profile.addons, apiName)?.name ?? apiName;

function notServed(platform: Platform, name: string): Finding {
  const offered = availableAddons(platform);
  const needs = since[name];
  const why =
    needs === undefined
      ? `Available: ${offered.join(", ")}.${didYouMean(name, offered)}`
      : `${name} needs platform ${needs} or newer; this one runs ${platform.profile.platform}. Available: ${offered.join(", ")}.`;
  return failure(["name"], `Add-on ${JSON.stringify(name)} is not available`, why);
}

/** A setting that only some add-ons have. */
type OwnSetting = "enabled" | "exposeMethod" | "hosts";

/**
 * Finds settings that an add-on does not have.
 * @param set names of the desired settings.
 * @param serves whether the platform serves a setting for this add-on; default: as all known platforms do.
 */
export function checkOwnSettings(
  entry: CatalogueEntry,
  set: readonly OwnSetting[],
  serves: (setting: OwnSetting) => boolean = () => entry.name === "ingress-nginx",
): Finding[] {
  return set.flatMap((key) => {
    if (key === "enabled" ? entry.switchable : serves(key)) return [];
    const setting = settingName([key]);
    const why =
      key === "enabled"
        ? `${entry.name} cannot be enabled or disabled: ${reasonOf(entry)}. Remove \`enabled\`.`
        : `Only ingress-nginx has \`${setting}\`. Remove it.`;
    return [failure([key], `${entry.name} has no ${setting} setting`, why)];
  });
}

const reasonOf = ({ deployedWith }: CatalogueEntry): string =>
  deployedWith === undefined ? "it is always installed" : `it comes with ${addonName(deployedWith) ?? deployedWith}`;

function checkSettings(platform: Platform, entry: CatalogueEntry, desired: AddonDesired): Finding[] {
  const set = (["enabled", "exposeMethod", "hosts"] as const).filter((key) => desired[key] !== undefined);
  const schemaOf = (key: string) => schemaAt(platform.clusterSpec, ["addons", entry.apiName, key]);
  const findings = checkOwnSettings(entry, set, (key) => schemaOf(key) !== undefined);
  const methods = stringsOf(schemaOf("exposeMethod"), "enum");
  const { exposeMethod: method } = desired;
  if (method === undefined || methods.length === 0 || methods.includes(method)) return findings;
  const text = `The platform has ${methods.join(", ")}; got ${JSON.stringify(method)}.${didYouMean(method, methods)}`;
  return [...findings, failure(["exposeMethod"], "Invalid expose_method", text)];
}

function checkHosts({ hosts = [], exposeMethod }: AddonDesired): Finding[] {
  const findings = hosts.flatMap((host, index) =>
    checkFormat(["hosts", String(index)], "Invalid host name", hostPattern, host),
  );
  const twice = hosts.find((host, index) => hosts.indexOf(host) !== index);
  if (twice !== undefined) {
    findings.push(failure(["hosts"], "Duplicate host", `\`hosts\` has ${JSON.stringify(twice)} twice. Remove one.`));
  }
  if (exposeMethod === "LoadBalancer" && hosts.length > 0) {
    const text = '`hosts` is only used with `expose_method = "Proxied"`. Remove it, or change the method.';
    findings.push(warning(["hosts"], "hosts has no effect", text));
  }
  return findings;
}

function checkValues(
  wanted: JsonObject | undefined,
  place: "values" | "secretValues",
  entry: CatalogueEntry,
): Finding[] {
  const { name, values, valuesKey } = entry;
  if (wanted === undefined || Object.keys(wanted).length === 0) return [];
  if (values === "none") {
    return [failure([place], `${name} takes no values`, `${name} has nothing to configure. Remove the values.`)];
  }
  if (values === "ignored") {
    return [warning([place], "Values have no effect", `The platform stores the values of ${name} and ignores them.`)];
  }
  if (valuesKey === undefined) return [];
  // `x-…` keys usually hold YAML anchors.
  const others = Object.keys(wanted).filter((key) => key !== valuesKey && key !== "global" && !key.startsWith("x-"));
  if (others.length === 0) return [];
  const listed = others
    .slice(0, 10)
    .map((other) => JSON.stringify(other))
    .join(", ");
  const text = `The platform wraps the upstream chart, so values of ${name} must be nested under "${valuesKey}". Helm ignores ${listed} silently.`;
  return [warning([place], "Values outside the chart's key have no effect", text)];
}

function checkPrerequisites(platform: Platform, entry: CatalogueEntry, { enabled }: AddonSurroundings): Finding[] {
  if (enabled === undefined) return [];
  const findings: Finding[] = [];
  const running = `platform ${platform.profile.platform.split(".").slice(0, 2).join(".")}`;
  for (const apiName of entry.requires ?? []) {
    const other = kebab(platform, apiName);
    if (enabled.includes(other)) continue;
    const harm =
      since[entry.name] === undefined ? "it never becomes ready without it" : "the chart refuses it without it";
    const text = `On ${running} ${harm}. Add the add-on "${other}".`;
    findings.push(warning(["enabled"], `${entry.name} needs ${other}`, text));
  }
  if (entry.deployedWith !== undefined && !enabled.includes(kebab(platform, entry.deployedWith))) {
    const other = kebab(platform, entry.deployedWith);
    const text = `${entry.name} comes with ${other}, which is not enabled; its values have no effect until then. Add the add-on "${other}".`;
    findings.push(warning(["values"], `${entry.name} is not installed`, text));
  }
  return findings;
}

function checkNodes(entry: CatalogueEntry, desired: AddonDesired, { roles, gpus }: AddonSurroundings): Finding[] {
  const proxied = desired.exposeMethod === undefined || desired.exposeMethod === "Proxied";
  if (entry.name === "ingress-nginx" && proxied && roles !== undefined && !roles.includes("ingress-nginx")) {
    const text =
      '`expose_method = "Proxied"` forwards traffic to nodes with this role. Add `roles = ["ingress-nginx"]` to a group with `min_replicas` of at least 1.';
    return [warning(["exposeMethod"], "No node group has the role ingress-nginx", text)];
  }
  if (entry.name === "gpu-operator" && gpus === false) {
    const text = "No node group has `gpus`, so the GPU operator has nothing to do.";
    return [warning(["enabled"], "The cluster has no GPUs", text)];
  }
  return [];
}
