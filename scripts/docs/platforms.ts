import type { Json } from "../../src/base/json.ts";
import { addonNames } from "../../src/core/platform/addon-catalogue.ts";
import { type AddonProfile, bundledProfile, bundledVersions, type Profile } from "../../src/core/platform/profile.ts";
import { defaultAt } from "../../src/core/platform/schema-defaults.ts";
import { table } from "./table.ts";

const profiles = bundledVersions.map(bundledProfile);
const newest = profiles[profiles.length - 1] as Profile;

const code = (text: string): string => `\`${text}\``;
const codes = (texts: readonly string[]): string => texts.map(code).join(", ");

/** Returns the add-ons with the key that their values are nested under, as a table. */
export function addons(): string {
  const rows = addonNames.map(({ name, apiName, summary }) => {
    const profile = profiles.map(({ addons: all }) => all[apiName]).find((entry) => entry !== undefined);
    const since = profiles.filter(({ addons: all }) => apiName in all).length === profiles.length;
    return [code(name), summary, valuesOf(profile), profile?.switchable ? "yes" : "no", since ? "yes" : "no"];
  });
  return table(["add-on", "what it does", "values are nested under", "has `enabled`", "on platform 1.1"], rows);
}

function valuesOf(profile: AddonProfile | undefined): string {
  if (profile?.values === "none") return "takes no values";
  if (profile?.values === "ignored") return "the platform ignores its values";
  return code(profile?.valuesKey ?? "");
}

/** Returns what differs between the known platforms: versions and defaults, as a table. */
export function platforms(): string {
  const rows: readonly (readonly [string, (profile: Profile) => string])[] = [
    ["Kubernetes versions", ({ kubernetesVersions }) => codes(Object.keys(kubernetesVersions))],
    ["storage classes", ({ storageClasses }) => codes(storageClasses)],
    ["default of `storage_class`", at("storageClass")],
    ["default of `control_plane.replicas`", at("controlPlane", "replicas")],
    ["default of `control_plane.api_server.resources_preset`", at("controlPlane", "apiServer", "resourcesPreset")],
    ["default of the other `resources_preset`", at("controlPlane", "scheduler", "resourcesPreset")],
    ["default of a group's `instance_type`", at("nodeGroups", "any", "instanceType")],
    ["default of a group's `min_replicas`", at("nodeGroups", "any", "minReplicas")],
    ["default of a group's `max_replicas`", at("nodeGroups", "any", "maxReplicas")],
  ];
  return table(
    ["", ...profiles.map(({ platform }) => `platform ${platform.replace(/\.\d+$/, "")}`)],
    rows.map(([what, value]) => [what, ...profiles.map(value)]),
  );
}

const at =
  (...path: readonly string[]) =>
  ({ clusterSpec }: Profile): string => {
    const value: Json | undefined = defaultAt(clusterSpec, path);
    return value === undefined ? "" : code(String(value));
  };

/** Returns the GPUs that this provider knows, as a table. */
export const gpus = (): string =>
  table(
    ["`name`", "model", "memory"],
    newest.gpus.map(({ name, model, memory }) => [code(name), model, memory]),
  );

/** Returns the instance types that this provider knows, as a table. */
export const instanceTypes = (): string =>
  table(
    ["`instance_type`", "vCPU", "memory"],
    Object.entries(newest.instanceTypes).map(([name, { cpu, memory }]) => [code(name), String(cpu), memory]),
  );
