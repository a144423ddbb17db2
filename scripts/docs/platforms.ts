import newestDocument from "../../schemas/hikube/1.6.2.json" with { type: "json" };
import type { Json } from "../../src/base/json.ts";
import { addonName, addonNames } from "../../src/core/platform/addon-catalogue.ts";
import { type AddonProfile, bundledProfile, bundledVersions, type Profile } from "../../src/core/platform/profile.ts";
import { defaultAt, schemaAt, stringsOf } from "../../src/core/platform/schema-defaults.ts";
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
    const onFirst = since ? "yes" : "no";
    return [code(name), summary, valuesOf(profile), needsOf(apiName), profile?.switchable ? "yes" : "no", onFirst];
  });
  const heads = ["add-on", "what it does", "values are nested under", "needs", "has `enabled`", "on platform 1.1"];
  return table(heads, rows);
}

/** The add-ons that one needs, with the platform where not all of those that have it require them. */
function needsOf(apiName: string): string {
  const having = profiles.filter(({ addons: all }) => apiName in all);
  const required = having.flatMap((profile) =>
    (profile.addons[apiName]?.requires ?? []).map((other) => ({ profile, other })),
  );
  return [...new Set(required.map(({ other }) => other))]
    .map((other) => {
      const where = required.filter((one) => one.other === other).map(({ profile }) => shortPlatform(profile));
      const name = code(addonName(other) ?? other);
      return where.length === having.length ? name : `${name} on platform ${where.join(", ")}`;
    })
    .join(", ");
}

const shortPlatform = ({ platform }: Profile): string => platform.replace(/\.\d+$/, "");

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
    ["", ...profiles.map((profile) => `platform ${shortPlatform(profile)}`)],
    rows.map(([what, value]) => [what, ...profiles.map(value)]),
  );
}

const at =
  (...path: readonly string[]) =>
  ({ clusterSpec }: Profile): string => {
    const value: Json | undefined = defaultAt(clusterSpec, path);
    return value === undefined ? "" : code(String(value));
  };

/** Returns the presets of each platform, as a table. */
export function presets(): string {
  const rows = profiles.map((profile) => {
    const schema = schemaAt(profile.clusterSpec, ["controlPlane", "apiServer", "resourcesPreset"]);
    const series = Map.groupBy(stringsOf(schema, "enum"), (name) => name.split(".").slice(0, -1).join("."));
    const ranges = [...series.values()].map(
      (names) => `${code(names[0] ?? "")} … ${code(names[names.length - 1] ?? "")}`,
    );
    return [`platform ${shortPlatform(profile)}`, ranges.join(", ")];
  });
  return table(["", "`resources_preset`"], rows);
}

/** Returns the sizes of the presets that both platforms have, as a table. */
export const presetSizes = (): string =>
  table(
    ["`resources_preset`", "CPU", "memory"],
    Object.entries(newestDocument.presets).map(([name, { cpu, memory }]) => [code(name), cpu, memory]),
  );

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
