import type { PlanContext } from "../../engine/resource/definition.ts";
import { wireType } from "../../schema/kind.ts";
import type { State } from "../../schema/shape.ts";
import { containsUnknown, valuesEqual } from "../../values/equal.ts";
import { UNKNOWN, Unknown, type Value } from "../../values/value.ts";
import type { DefaultKeys, Keys, Session } from "../shared/session.ts";
import { clusterSchema as schema } from "./schema.ts";

/** `labels` and `annotations`, and the attributes that show them together with the provider's defaults. */
const kinds = [
  ["labels", "labels_all"],
  ["annotations", "annotations_all"],
] as const;

type Context = PlanContext<typeof schema, Session>;
type ClusterState = State<typeof schema>;
export interface OwnKeys {
  readonly labels: Keys | null;
  readonly annotations: Keys | null;
}

const known = (keys: Keys | Unknown | undefined): Keys => (keys === undefined || keys instanceof Unknown ? {} : keys);

/** An empty map is the same as none. */
const orNull = (keys: Keys): Keys | null => (Object.keys(keys).length === 0 ? null : keys);

const isSame = (a: Keys | null, b: Keys | null): boolean =>
  valuesEqual(a as Value, b as Value, wireType(schema.labels.kind));

/**
 * Plans `labels_all` and `annotations_all`: a changed default is a change of every cluster, as `tags_all` of the AWS provider shows it.
 * A key of the cluster that repeats a default is no difference.
 */
export function planDefaultKeys({ config, prior, plan, client }: Context): void {
  for (const [own, all] of kinds) {
    const planned: unknown = plan[own];
    const defaults = client === undefined ? formerDefaults(prior, own, all) : client.defaults[own];
    if (defaults instanceof Unknown || containsUnknown(planned as Value)) {
      plan[all] = UNKNOWN;
      continue;
    }
    const merged = (keys: Keys | null) => orNull({ ...defaults, ...keys });
    // Not null, because only another value may be kept where a configuration repeats a default later (protocol.md §4.2).
    if (prior === null && config[own] === null && orNull(defaults) !== null) plan[own] = {};
    const wanted = merged(plan[own] as Keys | null);
    const former = prior?.[own] ?? null;
    if (former !== null && config[own] !== null && isSame(wanted, merged(former))) plan[own] = former;
    const isFromBefore = prior !== null && prior[all] === null && isSame(wanted, orNull(prior[own] ?? {}));
    plan[all] = isFromBefore ? null : wanted;
  }
}

/** Without a connection, the defaults are not known either: none if the cluster has none so far. */
function formerDefaults(
  prior: ClusterState | null,
  own: "labels" | "annotations",
  all: "labels_all" | "annotations_all",
): Keys | Unknown {
  return prior !== null && (prior[all] === null || isSame(prior[all], prior[own])) ? {} : UNKNOWN;
}

/** Returns the keys to set: those of the cluster over the provider's. undefined where neither has any. */
export const withDefaults = (own: OwnKeys, defaults: DefaultKeys) => {
  const merged = (kind: "labels" | "annotations") => {
    const keys = { ...known(defaults[kind]), ...own[kind] };
    return own[kind] === null && orNull(keys) === null ? {} : { [kind]: keys };
  };
  return { ...merged("labels"), ...merged("annotations") };
};

/** Returns the keys of the last apply: those of the configuration, and the defaults of that time. */
export const formerKeys = (prior: ClusterState, former: OwnKeys) => {
  const keysOf = (own: "labels" | "annotations", all: "labels_all" | "annotations_all") => {
    const defaults = Object.entries(prior[all] ?? {}).filter(([key]) => !Object.hasOwn(prior[own] ?? {}, key));
    const keys = { ...Object.fromEntries(defaults), ...former[own] };
    return former[own] === null && orNull(keys) === null ? {} : { [own]: keys };
  };
  return { ...keysOf("labels", "labels_all"), ...keysOf("annotations", "annotations_all") };
};

/** Returns keys without those that only repeat a default: an import cannot know whether the configuration has them too. */
export function withoutDefaults(keys: Keys, defaults: Keys | Unknown): Keys {
  const given = known(defaults);
  return Object.fromEntries(
    Object.entries(keys).filter(([key, value]) => !(Object.hasOwn(given, key) && given[key] === value)),
  );
}
