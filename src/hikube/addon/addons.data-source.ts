import type { AddonState } from "../../core/desired/state.ts";
import {
  addonName,
  availableAddons,
  type CatalogueEntry,
  catalogueEntry,
} from "../../core/platform/addon-catalogue.ts";
import { dataSource } from "../../engine/define.ts";
import { computed, optional } from "../../schema/attribute.ts";
import { observed } from "../../schema/derive.ts";
import { bool, list, string } from "../../schema/kind.ts";
import type { State } from "../../schema/shape.ts";
import { explained } from "../shared/diagnostics.ts";
import { filtered, nameRegex, readyFilter } from "../shared/filters.ts";
import { clusterArgument } from "../shared/lookup.ts";
import { atArgument, missingCluster } from "../shared/missing.ts";
import type { Session } from "../shared/session.ts";
import { stateOf } from "./flatten.ts";
import { addonSchema } from "./schema.ts";

const ofCluster = "Null without `cluster_id`.";

/** The attributes of one add-on. */
const attributes = {
  name: computed(string, { doc: "Name, as `name` of a `hikube_addon` takes it, e.g. `cert-manager`." }),
  summary: computed(string, { doc: "What the add-on is for." }),
  has_switch: computed(bool, { doc: "Whether the add-on can be enabled and disabled." }),
  values_key: computed(string, { doc: "The chart's own key, under which `values` are nested; null if it takes none." }),
  requires: computed(list(string), { doc: "Names of the add-ons that it needs." }),
  installed: computed(bool, {
    doc: `Whether the add-on is to be installed in the cluster: enabled, or always installed, or part of another one. ${ofCluster}`,
  }),
  ...observed(addonSchema, {
    // A list cannot hold values of any type; `values_yaml` contains the same.
    without: ["cluster_id", "name", "values", "values_wo_version"],
    docs: {
      id: `\`namespace/cluster/name\`. ${ofCluster}`,
      enabled: `Whether the add-on is installed; null for an add-on without a switch. ${ofCluster}`,
      values_yaml: `Helm values as YAML, without those that came from \`values_wo\`; null if none are set. ${ofCluster}`,
      ready: `Whether the add-on is deployed in the cluster, or gone from it where it is not enabled. ${ofCluster}`,
    },
  }),
};

const schema = {
  cluster_id: optional(string, {
    doc: "`id` of the cluster whose add-ons are read. Without it, the add-ons are those that the platform offers.",
  }),
  name_regex: nameRegex("add-ons"),
  ready: readyFilter("add-ons"),
  installed: optional(bool, { doc: "Only add-ons that are installed in the cluster (true), or that are not (false)." }),
  addons: computed(list(attributes), { doc: "The add-ons, sorted by name." }),
  names: computed(list(string), { doc: "Names of the add-ons, in the same order." }),
};

type Addon = CatalogueEntry & { readonly state: AddonState | undefined; readonly installed: boolean | null };

export const addonsData = dataSource<Session>()("hikube_addons", {
  doc: "The add-ons that the platform offers and, with `cluster_id`, what a cluster has of them.",
  schema,
  validate: ({ config, diagnostics }) => {
    for (const name of ["ready", "installed"] as const) {
      if (config.cluster_id !== null || config[name] === null) continue;
      diagnostics.error("Missing required argument", `\`${name}\` needs \`cluster_id\`.`, name);
    }
  },
  read: ({ config, client, signal }) =>
    explained(
      schema,
      async () => {
        const named = (await addonsOf(config.cluster_id, client, signal)).map((one) => ({
          ...one,
          ready: one.state?.ready ?? null,
        }));
        const addons = filtered(named, config).filter(
          ({ installed }) => config.installed === null || config.installed === installed,
        );
        return { ...config, addons: addons.map(flattened), names: addons.map(({ name }) => name) };
      },
      "cluster_id",
    ),
});

async function addonsOf(clusterId: string | null, client: Session, signal: AbortSignal): Promise<Addon[]> {
  const platform = await client.hikube.platform(signal);
  const entries = availableAddons(platform)
    .sort()
    .flatMap((name) => catalogueEntry(platform.profile.addons, name) ?? []);
  if (clusterId === null) return entries.map((entry) => ({ ...entry, state: undefined, installed: null }));
  const cluster = clusterArgument(clusterId, "cluster_id");
  const states = await client.hikube.addons.list(cluster, { signal });
  if (states === undefined) throw await missingCluster(client, cluster, signal, atArgument("cluster_id", "cluster"));
  const stateBy = (name: string | undefined) => states.find(({ id }) => id.name === name);
  return entries.map((entry) => {
    const switchOf = entry.deployedWith === undefined ? entry.name : addonName(entry.deployedWith);
    return { ...entry, state: stateBy(entry.name), installed: stateBy(switchOf)?.enabled ?? !entry.switchable };
  });
}

/** Attributes that only a cluster has are null without one. */
const flattened = ({
  name,
  summary,
  switchable,
  valuesKey,
  requires = [],
  state,
  installed,
}: Addon): State<typeof attributes> =>
  ({
    ...(state === undefined ? {} : stateOf(state, {}, true)),
    name,
    summary,
    has_switch: switchable,
    installed,
    values_key: valuesKey ?? null,
    requires: requires.map((apiName) => addonName(apiName) ?? apiName),
  }) as State<typeof attributes>;
