import { addonName, catalogueEntry } from "../core/catalogue.ts";
import { checkAddon } from "../core/checks.ts";
import type { AddonId } from "../core/ids.ts";
import { valueAt } from "../core/json-pointer.ts";
import { leavesOf } from "../core/leaves.ts";
import type { AddonState } from "../core/state.ts";
import { type PlanContext, type Private, resource } from "../engine/resource.ts";
import { string } from "../schema/kind.ts";
import type { Known, State } from "../schema/shape.ts";
import { Dynamic, UNKNOWN, Unknown, type Value } from "../values/value.ts";
import { atAttributes, checkSecretVersion } from "./addon-checks.ts";
import { addonSchema as schema } from "./addon-schema.ts";
import { hclValues, inexactNumber, valuesFromHcl, valuesFromYaml, yamlValues } from "./addon-values.ts";
import { converging, memberOutlives, pendingNote, resumesWaiting } from "./converging.ts";
import { formerlySet, fromDomain, pick, toDomain } from "./domain.ts";
import { explained, report } from "./explain.ts";
import { importParts } from "./import-id.ts";
import { claimMember, memberId, parseClusterId, requireCluster } from "./parent.ts";
import type { Session } from "./session.ts";
import { messageOf } from "./status-message.ts";

type Schema = typeof schema;

const specified = pick(schema, "enabled", "expose_method", "hosts");
const observed = pick(schema, "status", "status_message");

/** Private note: where this resource's secret values stand, so that they can be taken back. Paths only. */
const secretPathsNote = "secretPaths";

const canonical = (name: string): string => addonName(name) ?? name;

const idOf = (of: { cluster_id: string; name: string }): AddonId => {
  const { namespace, name } = parseClusterId(of.cluster_id);
  return { namespace, cluster: name, name: canonical(of.name) };
};

/** Whether the add-on can be switched on and off; the network and DNS cannot. */
const hasSwitch = (name: string): boolean => catalogueEntry({}, name)?.switchable ?? true;

function stateOf(addon: AddonState, stored: Partial<State<Schema>>, imported: boolean): State<Schema> {
  const clusterId = `${addon.id.namespace}/${addon.id.cluster}`;
  return {
    id: memberId(clusterId, addon.id.name),
    cluster_id: clusterId,
    name: addon.id.name,
    values: hclValues(stored.values ?? null, addon.values, imported),
    values_yaml: yamlValues(stored.values_yaml ?? null, addon.values),
    ...fromDomain(specified, addon),
    ...fromDomain(observed, { ...addon, statusMessage: messageOf(addon) }),
  } as unknown as State<Schema>;
}

const desiredOf = (config: Known<Schema>) => {
  const enabled = config.enabled ?? (hasSwitch(config.name) ? true : undefined);
  const values = valuesFromHcl(config.values) ?? valuesFromYaml(config.values_yaml);
  const secretValues = valuesFromHcl(config.values_wo);
  return {
    ...toDomain(specified, config),
    ...(enabled === undefined ? {} : { enabled }),
    ...(values === undefined ? {} : { values }),
    ...(secretValues === undefined ? {} : { secretValues }),
    resolveConflicts: (config.resolve_conflicts_on_create ?? "NONE") as "NONE" | "OVERWRITE" | "ADOPT",
  };
};

const formerly = (prior: State<Schema>, config: Known<Schema>) => {
  const values = valuesFromHcl(prior.values) ?? valuesFromYaml(prior.values_yaml);
  return {
    ...toDomain(specified, formerlySet(specified, prior, config)),
    ...(values === undefined ? {} : { values }),
    resolveConflicts: "NONE" as const,
  };
};

function secretPaths(notes: Private): string[][] {
  const paths = notes[secretPathsNote];
  return Array.isArray(paths)
    ? paths.filter((path): path is string[] => Array.isArray(path) && path.every((step) => typeof step === "string"))
    : [];
}

export const addon = resource<Session>()("hikube_addon", {
  doc: "An add-on of one cluster: cert-manager, ingress-nginx, GPU operator and the like, with its Helm values.",
  schema,
  identity: {
    namespace: { kind: string, doc: "The tenant's namespace. Default: the provider's.", optional: true },
    cluster: { kind: string, doc: "Name of the cluster." },
    name: { kind: string, doc: "Name of the add-on, e.g. `cert-manager`." },
  },
  timeouts: { create: "20m", update: "20m", delete: "20m" },

  validate: ({ config, diagnostics }) => {
    if (config.values !== null && config.values_yaml !== null) {
      diagnostics.error("Conflicting arguments", "Set either `values` or `values_yaml`, not both.", "values_yaml");
    }
    for (const name of ["values", "values_wo"] as const) {
      const complaint = notAnObject(config[name] as Value);
      if (complaint !== undefined) {
        diagnostics.error(
          "Invalid value",
          `\`${name}\` must be an object such as { cert-manager = { … } }, not ${complaint}.${
            name === "values" ? " For a list or string of YAML as in `helm_release`, use `values_yaml`." : ""
          }`,
          name,
        );
      }
      const inexact = inexactNumber(config[name] as Value);
      if (inexact !== undefined) diagnostics.error("Invalid value", `\`${name}\` cannot be stored: ${inexact}.`, name);
    }
    const twice = givenTwice(config.values as Value, config.values_yaml as Value, config.values_wo as Value);
    if (twice !== undefined) {
      diagnostics.error(
        "Value is set twice",
        `\`${twice}\` is set in both \`${config.values === null ? "values_yaml" : "values"}\` and \`values_wo\`. Remove it from \`${config.values === null ? "values_yaml" : "values"}\`, which is stored in the state.`,
        "values_wo",
      );
    }
    if (typeof config.name !== "string") return;
    if (config.enabled !== null && !hasSwitch(config.name)) {
      diagnostics.error(
        "Add-on has no enabled setting",
        `\`${canonical(config.name)}\` is always installed. Remove \`enabled\`.`,
        "enabled",
      );
    }
    if (canonical(config.name) === "ingress-nginx") return;
    for (const name of ["expose_method", "hosts"] as const) {
      if (config[name] !== null) {
        diagnostics.error(
          "Unsupported argument for this add-on",
          `Only ingress-nginx has \`${name}\`. Remove it.`,
          name,
        );
      }
    }
  },

  modifyPlan: (context) => explained(schema, () => modifyPlan(context)),

  planRemove: ({ state, client }) => {
    client?.claims.claim(state.id ?? "", "destroy", false);
  },

  read: ({ state, client, signal, private: notes, imported }) =>
    explained(schema, async () => {
      const live = await client.hikube.addons.observe(idOf(state), { signal });
      if (live?.ready === true) delete notes[pendingNote];
      return live === undefined ? undefined : stateOf(live, state, imported);
    }),

  apply: (context) =>
    explained(schema, async () => {
      const { config, prior, client, private: notes } = context;
      const desired = desiredOf(config);
      const previousSecretPaths = secretPaths(notes);
      if (desired.secretValues === undefined) delete notes[secretPathsNote];
      else notes[secretPathsNote] = leavesOf(desired.secretValues).map(({ path }) => [...path]);
      const state = await converging(
        context,
        config.wait_for,
        (live: AddonState) => stateOf(live, { values: config.values, values_yaml: config.values_yaml }, false),
        (options) =>
          client.hikube.addons.converge(idOf(config), desired, {
            ...options,
            previousSecretPaths,
            ...(prior === null ? {} : { previous: formerly(prior, config) }),
          }),
        memberOutlives,
      );
      client.claims.made(memberId(config.cluster_id, canonical(config.name)));
      return state;
    }),

  remove: ({ state, client, signal, timeoutMs, diagnostics, private: notes }) =>
    explained(schema, async () => {
      if (client.claims.wasMade(state.id ?? "")) {
        diagnostics.warning(
          "The add-on was kept",
          `${state.id} was configured anew in this run, so its former self is not removed. An add-on exists once in a ` +
            "cluster: leave `create_before_destroy` out.",
        );
        return;
      }
      await client.hikube.addons.remove(idOf(state), {
        signal,
        deadline: client.clock.now() + timeoutMs,
        onDestroy: (state.on_destroy ?? "disable") as "disable" | "preserve" | "reset",
        previousSecretPaths: secretPaths(notes),
        previous: { values: valuesFromHcl(state.values) ?? valuesFromYaml(state.values_yaml) ?? {} },
      });
    }),

  identify: (state) => {
    const { namespace, name } = parseClusterId(state.cluster_id);
    return { namespace, cluster: name, name: canonical(state.name) };
  },

  importState: (source, client) => {
    const { namespace, cluster, name } = importParts(source, ["cluster", "name"], client.namespace);
    const clusterId = `${namespace}/${cluster}`;
    return { id: memberId(clusterId, canonical(name)), cluster_id: clusterId, name };
  },
});

/** The first leaf that is set both openly and as a secret: read back, the secret would show where the open one was. */
function givenTwice(values: Value, yaml: Value, secret: Value): string | undefined {
  try {
    const hidden = valuesFromHcl(secret);
    const open = valuesFromHcl(values) ?? (typeof yaml === "string" ? valuesFromYaml(yaml) : undefined);
    if (hidden === undefined || open === undefined) return undefined;
    const leaf = leavesOf(hidden).find(({ path }) => valueAt(open, path) !== undefined);
    return leaf?.path.join(".");
  } catch {
    // Not known yet, or refused for another reason.
    return undefined;
  }
}

/** What a dynamic value is instead of an object; undefined when it is one, or null, or not known yet. */
function notAnObject(value: Value): string | undefined {
  if (value === null || value instanceof Unknown) return undefined;
  if (!(value instanceof Dynamic)) return "this";
  const { kind } = value.type;
  if (kind === "object" || kind === "map" || kind === "dynamic") return undefined;
  return kind === "tuple" || kind === "list" || kind === "set" ? "a list" : `a ${kind}`;
}

async function modifyPlan(context: PlanContext<Schema, Session>): Promise<void> {
  const { config, prior, plan, client, diagnostics, signal, private: notes } = context;
  const { cluster_id: clusterId, name } = config;
  if (name instanceof Unknown) return;
  let changed = context.changed;
  if (config.enabled === null) {
    const wanted = hasSwitch(name) ? true : null;
    if (prior !== null && prior.enabled !== wanted) changed = true;
    plan.enabled = wanted;
  }
  const resumes = resumesWaiting(prior, notes, config.wait_for);
  if (resumes || changed) {
    plan.status = UNKNOWN;
    plan.status_message = UNKNOWN;
  }
  if (canonical(name) !== "ingress-nginx") plan.expose_method = null;
  if (client === undefined || clusterId instanceof Unknown) return;
  claimMember(context, clusterId, canonical(name), "add-on");
  if (config.enabled !== false) client.claims.intend(clusterId, { addon: canonical(name) });
  if (!(changed || resumes)) return;
  // While applying, Terraform plans each resource once more right before its turn.
  client.hikube.addons.announce(idOf({ cluster_id: clusterId, name }));
  const cluster = await requireCluster(context, clusterId);
  if (!changed) return;
  const platform = await client.hikube.platform(signal);
  const values = config.values instanceof Dynamic ? knownValues(config.values) : undefined;
  const secretValues = config.values_wo instanceof Dynamic ? knownValues(config.values_wo) : undefined;
  const desired = {
    ...toDomain(specified, config),
    ...(plan.enabled === true ? { enabled: true } : {}),
    ...(values === undefined ? {} : { values }),
    ...(typeof config.values_yaml === "string" ? { values: valuesFromYaml(config.values_yaml) ?? {} } : {}),
    ...(secretValues === undefined ? {} : { secretValues }),
    resolveConflicts: "NONE" as const,
  };
  // Without a live cluster (it is created in this run) there is nothing to compare the prerequisites with.
  const surroundings = () => {
    if (cluster === undefined) return {};
    const { addons, roles } = client.claims.intentions(clusterId);
    return { enabled: [...cluster.addons, ...addons], roles: [...cluster.roles, ...roles] };
  };
  let findings = checkAddon(platform, canonical(name), desired, surroundings());
  if (findings.length > 0 && !findings.some(({ severity }) => severity === "error")) {
    // What it needs may be part of the same run and merely planned later.
    await client.claims.intends(clusterId, () => false);
    findings = checkAddon(platform, canonical(name), desired, surroundings());
  }
  report([...atAttributes(findings, config), ...checkSecretVersion(config)], schema, diagnostics);
}

/** The values as JSON where all of them are known. */
function knownValues(value: Dynamic) {
  try {
    return valuesFromHcl(value);
  } catch {
    return undefined;
  }
}
