import type { AddonState } from "../../core/desired/state.ts";
import type { AddonId } from "../../core/ids.ts";
import { addonName, catalogueEntry } from "../../core/platform/addon-catalogue.ts";
import type { Private } from "../../engine/resource/definition.ts";
import type { Known, State } from "../../schema/shape.ts";
import { expand, flatten, pick } from "../shared/expand-flatten.ts";
import { memberId, parseClusterId } from "../shared/parent.ts";
import { messageOf } from "../shared/status-message.ts";
import { addonSchema as schema } from "./schema.ts";
import { hclValues, valuesFromHcl, valuesFromYaml, yamlValues } from "./values.ts";

export type AddonSchema = typeof schema;

export const specified = pick(schema, "enabled", "expose_method", "hosts");
const observed = pick(schema, "addresses", "ready", "status", "status_message");

/** Private note: the paths of this resource's secret values, required to remove them. */
const secretPathsNote = "secretPaths";

export const canonical = (name: string): string => addonName(name) ?? name;

export const idOf = (of: { cluster_id: string; name: string }): AddonId => {
  const { namespace, name } = parseClusterId(of.cluster_id);
  return { namespace, cluster: name, name: canonical(of.name) };
};

/** Whether the add-on can be enabled and disabled. `cilium`, `coredns` and `vertical-pod-autoscaler` cannot. */
export const hasSwitch = (name: string): boolean => catalogueEntry({}, name)?.switchable ?? true;

export function stateOf(addon: AddonState, stored: Partial<State<AddonSchema>>, imported: boolean): State<AddonSchema> {
  const clusterId = `${addon.id.namespace}/${addon.id.cluster}`;
  return {
    id: memberId(clusterId, addon.id.name),
    cluster_id: clusterId,
    name: addon.id.name,
    values: hclValues(stored.values ?? null, addon.values, imported),
    values_yaml: yamlValues(stored.values_yaml ?? null, addon.values, imported),
    ...flatten(specified, addon),
    ...flatten(observed, { ...addon, addresses: [...addon.addresses], statusMessage: messageOf(addon) }),
  } as unknown as State<AddonSchema>;
}

/** Returns the desired add-on of a configuration whose values are known. */
export const desiredOf = (wish: Known<AddonSchema>, enabled: boolean | null) => {
  const values = valuesFromHcl(wish.values) ?? valuesFromYaml(wish.values_yaml);
  const secretValues = valuesFromHcl(wish.values_wo);
  return {
    ...expand(specified, wish),
    ...(enabled === null ? {} : { enabled }),
    ...(values === undefined ? {} : { values }),
    ...(secretValues === undefined ? {} : { secretValues }),
    resolveConflicts: (wish.resolve_conflicts_on_create ?? "NONE") as "NONE" | "OVERWRITE" | "ADOPT",
  };
};

/** Returns the desired add-on of the last apply. `enabled` is always managed. */
export const formerly = (former: State<AddonSchema>, enabled: boolean | null) => {
  const values = valuesFromHcl(former.values) ?? valuesFromYaml(former.values_yaml);
  return {
    ...expand(specified, former),
    ...(enabled === null ? {} : { enabled }),
    ...(values === undefined ? {} : { values }),
  };
};

export function secretPaths(notes: Private): string[][] {
  const paths = notes[secretPathsNote];
  return Array.isArray(paths)
    ? paths.filter((path): path is string[] => Array.isArray(path) && path.every((step) => typeof step === "string"))
    : [];
}

export function noteSecretPaths(notes: Private, paths: string[][]): void {
  if (paths.length === 0) delete notes[secretPathsNote];
  else notes[secretPathsNote] = paths;
}
