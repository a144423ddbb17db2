import { jsonEqual } from "../../base/json.ts";
import { valueAt } from "../../base/json-pointer.ts";
import { leavesOf } from "../../core/desired/leaves.ts";
import type { AddonState } from "../../core/desired/state.ts";
import type { AddonId } from "../../core/ids.ts";
import { addonName, catalogueEntry } from "../../core/platform/addon-catalogue.ts";
import { clusterDefault } from "../../core/platform/groups.ts";
import { clusterNameFormat } from "../../core/validate/formats.ts";
import { checkAddon } from "../../core/validate/index.ts";
import { resource } from "../../engine/define.ts";
import type { PlanContext, Private } from "../../engine/resource/definition.ts";
import { string } from "../../schema/kind.ts";
import type { Known, State } from "../../schema/shape.ts";
import { containsUnknown } from "../../values/known.ts";
import { Dynamic, UNKNOWN, Unknown, type Value } from "../../values/value.ts";
import { applyAndSave, memberOutlives, pendingNote, resumesWaiting } from "../shared/apply-and-save.ts";
import { addonName as addonNameCheck } from "../shared/checks.ts";
import { explained, report } from "../shared/diagnostics.ts";
import { expand, flatten, knownPart, pick } from "../shared/expand-flatten.ts";
import { importParts } from "../shared/import-id.ts";
import { missingMember } from "../shared/import-missing.ts";
import {
  claimMember,
  isClusterId,
  isHandedOver,
  memberId,
  parseClusterId,
  planMemberRemoval,
  plannedCluster,
  plannedMemberId,
  reportExisting,
  requireCluster,
} from "../shared/parent.ts";
import { existingAddonTexts } from "../shared/remedy.ts";
import type { Session } from "../shared/session.ts";
import { messageOf } from "../shared/status-message.ts";
import { atAttributes, checkSecretVersion } from "./checks.ts";
import { addonSchema as schema } from "./schema.ts";
import { hclValues, inexactNumber, knownValues, valuesFromHcl, valuesFromYaml, yamlValues } from "./values.ts";

type Schema = typeof schema;

const specified = pick(schema, "enabled", "expose_method", "hosts");
const observed = pick(schema, "ready", "status", "status_message");

/** Private note: where this resource's secret values stand, so that they can be taken back. Paths only. */
const secretPathsNote = "secretPaths";

const canonical = (name: string): string => addonName(name) ?? name;

const idOf = (of: { cluster_id: string; name: string }): AddonId => {
  const { namespace, name } = parseClusterId(of.cluster_id);
  return { namespace, cluster: name, name: canonical(of.name) };
};

/** Whether the add-on can be enabled and disabled; the network and DNS cannot. */
const hasSwitch = (name: string): boolean => catalogueEntry({}, name)?.switchable ?? true;

function stateOf(addon: AddonState, stored: Partial<State<Schema>>, imported: boolean): State<Schema> {
  const clusterId = `${addon.id.namespace}/${addon.id.cluster}`;
  return {
    id: memberId(clusterId, addon.id.name),
    cluster_id: clusterId,
    name: addon.id.name,
    values: hclValues(stored.values ?? null, addon.values, imported),
    values_yaml: yamlValues(stored.values_yaml ?? null, addon.values, imported),
    ...flatten(specified, addon),
    ...flatten(observed, { ...addon, statusMessage: messageOf(addon) }),
  } as unknown as State<Schema>;
}

/** What is wanted of the add-on: a wish, or a configuration whose values are known. */
const desiredOf = (wish: Known<Schema>, enabled: boolean | null) => {
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

/** What its owner had wanted before. The switch is always the owner's. */
const formerly = (former: State<Schema>, enabled: boolean | null) => {
  const values = valuesFromHcl(former.values) ?? valuesFromYaml(former.values_yaml);
  return {
    ...expand(specified, former),
    ...(enabled === null ? {} : { enabled }),
    ...(values === undefined ? {} : { values }),
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
    if (differ(config.values as Value, config.values_yaml)) {
      diagnostics.error("Conflicting arguments", "`values` and `values_yaml` differ. Set one of them.", "values_yaml");
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

  defaults: ({ config, prior, client, signal }) =>
    explained(schema, async () => {
      if (config.name instanceof Unknown) return undefined;
      const none = { values: null, values_yaml: null, expose_method: null, hosts: null };
      if (canonical(config.name) !== "ingress-nginx") return none;
      const cluster = plannedCluster(config.cluster_id, client);
      if (prior === null && cluster !== undefined) {
        // Settings that are there already are taken over.
        const live = await client.hikube.addons.observe(idOf({ cluster_id: cluster, name: config.name }), { signal });
        if (live !== undefined) return { ...none, ...flatten(pick(schema, "expose_method", "hosts"), live) };
      }
      const platform = await client.hikube.platform(signal);
      if (platform.source !== "live") return { values: null, values_yaml: null };
      const served = (key: string) => clusterDefault(platform, ["addons", "ingressNginx", key]);
      return {
        ...none,
        ...flatten(pick(schema, "expose_method", "hosts"), {
          exposeMethod: served("exposeMethod"),
          hosts: served("hosts"),
        }),
      };
    }),

  modifyPlan: (context) => explained(schema, () => modifyPlan(context)),

  planRemove: (context) => planMemberRemoval(context, context.state.id ?? "", "add-on"),

  read: ({ state, client, signal, private: notes, imported }) =>
    explained(schema, async () => {
      // Whether it is deployed only the cluster itself tells; one that was seen to be is not asked for again.
      const releases = imported || notes[pendingNote] === true || state.ready !== true;
      const live = await client.hikube.addons.observe(idOf(state), { signal, releases });
      client.registry.stored(memberId(state.cluster_id, canonical(state.name)));
      if (live?.ready === true) delete notes[pendingNote];
      if (live !== undefined) return stateOf(live, state, imported);
      if (imported) throw await missingMember(client, idOf(state), "add-on", signal);
      return undefined;
    }),

  apply: (context) =>
    explained(schema, async () => {
      const { wish, former, prior, planned, client, private: notes } = context;
      const id = memberId(wish.cluster_id, canonical(wish.name));
      await client.registry.removed(id);
      const desired = desiredOf(wish, typeof planned.enabled === "boolean" ? planned.enabled : null);
      const previousSecretPaths = secretPaths(notes);
      if (desired.secretValues === undefined) delete notes[secretPathsNote];
      else notes[secretPathsNote] = leavesOf(desired.secretValues).map(({ path }) => [...path]);
      const state = await applyAndSave(
        context,
        wish.wait_for,
        (live: AddonState) => stateOf(live, { values: wish.values, values_yaml: wish.values_yaml }, false),
        (options) =>
          client.hikube.addons.converge(idOf(wish), desired, {
            ...options,
            previousSecretPaths,
            ...(former === undefined ? {} : { previous: formerly(former, prior?.enabled ?? null) }),
          }),
        memberOutlives,
      );
      client.registry.made(id);
      return state;
    }),

  remove: (context) =>
    explained(schema, async () => {
      const { state, client, signal, timeoutMs, diagnostics, private: notes } = context;
      if (isHandedOver(context, state.id ?? "", "add-on")) return;
      const { warnings } = await client.registry.removing(state.id ?? "", () =>
        client.hikube.addons.remove(idOf(state), {
          signal,
          deadline: client.clock.now() + timeoutMs,
          waitFor: state.wait_for === "accepted" ? "accepted" : "ready",
          onDestroy: (state.on_destroy ?? "disable") as "disable" | "preserve" | "reset",
          previousSecretPaths: secretPaths(notes),
          previous: { values: valuesFromHcl(state.values) ?? valuesFromYaml(state.values_yaml) ?? {} },
        }),
      );
      for (const { summary, detail } of warnings) diagnostics.warning(summary, detail);
    }),

  identify: (state) => {
    const { namespace, name } = parseClusterId(state.cluster_id);
    return { namespace, cluster: name, name: canonical(state.name) };
  },

  importState: (source, client) => {
    const { namespace, cluster, name } = importParts(
      source,
      { cluster: clusterNameFormat, name: addonNameCheck },
      client.namespace,
    );
    const clusterId = `${namespace}/${cluster}`;
    return { id: memberId(clusterId, canonical(name)), cluster_id: clusterId, name };
  },
});

/** The first leaf that is set both openly and as a secret: read back, the secret would show where the open one was. */
function givenTwice(values: Value, yaml: Value, secret: Value): string | undefined {
  const hidden = knownValues(secret);
  const open = knownValues(values) ?? (typeof yaml === "string" ? valuesFromYaml(yaml) : undefined);
  if (hidden === undefined || open === undefined) return undefined;
  const leaf = leavesOf(hidden).find(({ path }) => valueAt(open, path) !== undefined);
  return leaf?.path.join(".");
}

/** Whether `values` and `values_yaml` certainly differ. Configuration that Terraform generates has both, with the same values. */
function differ(values: Value, yaml: Value): boolean {
  const one = knownValues(values);
  return one !== undefined && typeof yaml === "string" && !jsonEqual(one, valuesFromYaml(yaml));
}

/** What a dynamic value is instead of an object; undefined when it is one, or null, or not known yet. */
function notAnObject(value: Value): string | undefined {
  if (value === null || value instanceof Unknown) return undefined;
  if (!(value instanceof Dynamic)) return "this";
  const { kind } = value.type;
  if (kind === "object" || kind === "map" || kind === "dynamic") return undefined;
  return kind === "tuple" || kind === "list" || kind === "set" ? "a list" : `a ${kind}`;
}

type Context = PlanContext<Schema, Session>;

async function modifyPlan(context: Context): Promise<void> {
  const { config, prior, plan, client, diagnostics, signal, private: notes } = context;
  const { cluster_id: configured, name } = config;
  if (name instanceof Unknown) return;
  const changed = planSwitch(context, name) || context.changed;
  const resumes = resumesWaiting(prior, notes, config.wait_for);
  if (changed) planUnsetValues(context);
  if (resumes || changed) {
    plan.ready = new Unknown({ notNull: true });
    plan.status = new Unknown({ notNull: true });
    plan.status_message = UNKNOWN;
  }
  if (client === undefined) return;
  if (typeof configured === "string" && !isClusterId(configured, diagnostics)) return;
  const clusterId = plannedCluster(configured, client);
  if (prior === null) plan.id = plannedMemberId(configured, clusterId, canonical(name));
  const platform = changed ? await client.hikube.platform(signal) : undefined;
  const desired = plannedWish(context);
  if (clusterId === undefined) {
    // Its cluster can be any: what needs none is checked all the same.
    if (platform !== undefined) {
      report(atAttributes(checkAddon(platform, canonical(name), desired, {}), config), schema, diagnostics);
      report(checkSecretVersion(config), schema, diagnostics);
    }
    return;
  }
  claimMember(context, clusterId, canonical(name), "add-on");
  if (config.enabled !== false) client.registry.intend(clusterId, { addon: canonical(name) });
  if (!(changed || resumes)) return;
  // While applying, Terraform plans each resource once more right before its turn.
  client.hikube.addons.announce(idOf({ cluster_id: clusterId, name }));
  const cluster = await requireCluster(context, clusterId);
  if (platform === undefined) return;
  if (prior === null && cluster !== undefined)
    await reportAdoption(context, client, memberId(clusterId, canonical(name)));
  const surroundings = () => {
    const { addons, roles } = client.registry.intentions(clusterId);
    return { enabled: [...(cluster?.addons ?? []), ...addons], roles: [...(cluster?.roles ?? []), ...roles] };
  };
  let findings = checkAddon(platform, canonical(name), desired, surroundings());
  if (findings.length > 0 && !findings.some(({ severity }) => severity === "error")) {
    // What it needs may be part of the same run and merely planned later.
    await client.registry.intends(clusterId, () => false);
    findings = checkAddon(platform, canonical(name), desired, surroundings());
  }
  report([...atAttributes(findings, config), ...checkSecretVersion(config)], schema, diagnostics);
}

/** The switch is on where the configuration says nothing and there is one. Answers whether that changes anything. */
function planSwitch({ config, prior, plan }: Context, name: string): boolean {
  if (canonical(name) !== "ingress-nginx") plan.expose_method = null;
  if (config.enabled !== null) return false;
  plan.enabled = hasSwitch(name) ? true : null;
  return prior !== null && prior.enabled !== plan.enabled;
}

/** After an import both spellings of the values are known. Once values change, only the one that is configured is right. */
function planUnsetValues({ config, prior, plan }: Context): void {
  if (prior === null) return;
  if (config.values !== null && config.values_yaml === null) plan.values_yaml = null;
  if (config.values_yaml !== null && config.values === null) plan.values = null;
}

/** What the plan wants of the add-on, as far as it is known. */
function plannedWish({ config, plan }: Context): Parameters<typeof checkAddon>[2] {
  const values = knownValues(config.values as Value);
  const secretValues = knownValues(config.values_wo as Value);
  return {
    ...expand(specified, knownPart(config)),
    ...(plan.enabled === true ? { enabled: true } : {}),
    ...(values === undefined ? {} : { values }),
    ...(secretValues === undefined ? {} : { secretValues }),
    ...(values === undefined && typeof config.values_yaml === "string"
      ? { values: valuesFromYaml(config.values_yaml) ?? {} }
      : {}),
    resolveConflicts: "NONE",
  };
}

/** Says where an add-on that is to be created is set up already. */
async function reportAdoption(context: Context, client: Session, id: string): Promise<void> {
  const { config, plan, diagnostics, replacing, signal } = context;
  const { cluster_id: clusterId, name } = config;
  if (replacing || client.registry.isStored(id) || typeof clusterId !== "string" || typeof name !== "string") return;
  if (containsUnknown(config as unknown as Value)) return;
  const enabled = typeof plan.enabled === "boolean" ? plan.enabled : null;
  const desired = desiredOf(config as Known<Schema>, enabled);
  const found = await client.hikube.addons.existing(idOf({ cluster_id: clusterId, name }), desired, { signal });
  if (found === undefined) return;
  const addonId = idOf({ cluster_id: clusterId, name });
  reportExisting({ diagnostics }, id, "add-on", { ...found, ...existingAddonTexts(addonId, found.enabled) });
}
