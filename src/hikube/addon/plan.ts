import { checkAddon } from "../../core/validate/index.ts";
import type { PlanContext } from "../../engine/resource/definition.ts";
import type { Known } from "../../schema/shape.ts";
import { containsUnknown } from "../../values/known.ts";
import { UNKNOWN, Unknown, type Value } from "../../values/value.ts";
import { resumesWaiting } from "../shared/apply-and-save.ts";
import { report } from "../shared/diagnostics.ts";
import { expand, knownPart } from "../shared/expand-flatten.ts";
import {
  claimMember,
  isClusterId,
  memberId,
  plannedCluster,
  plannedMemberId,
  reportExisting,
  requireCluster,
} from "../shared/parent.ts";
import { existingAddonTexts } from "../shared/remedy.ts";
import type { Session } from "../shared/session.ts";
import { atAttributes, checkSecretVersion } from "./checks.ts";
import { type AddonSchema, canonical, desiredOf, hasSwitch, idOf, specified } from "./flatten.ts";
import { addonSchema as schema } from "./schema.ts";
import { knownValues, valuesFromYaml } from "./values.ts";

type Context = PlanContext<AddonSchema, Session>;

/** Plans the parts of an add-on that require the platform. */
export async function planAddon(context: Context): Promise<void> {
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
    if (movesAddresses(context)) plan.addresses = new Unknown({ notNull: true });
  }
  if (client === undefined) return;
  if (typeof configured === "string" && !isClusterId(configured, diagnostics)) return;
  const clusterId = plannedCluster(configured, client);
  if (prior === null) plan.id = plannedMemberId(configured, clusterId, canonical(name));
  const platform = changed ? await client.hikube.platform(signal) : undefined;
  const desired = plannedWish(context);
  if (clusterId === undefined) {
    // Without a known cluster, only the checks that need none run.
    if (platform !== undefined) {
      report(atAttributes(checkAddon(platform, canonical(name), desired, {}), config), schema, diagnostics);
      report(checkSecretVersion(config), schema, diagnostics);
    }
    return;
  }
  claimMember(context, clusterId, canonical(name), "add-on");
  if (config.enabled !== false) client.registry.intend(clusterId, { addon: canonical(name) });
  if (!(changed || resumes)) return;
  // During an apply, Terraform plans each resource once more immediately before it applies it.
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
    // A prerequisite may be planned later in the same run.
    await client.registry.intends(clusterId, () => false);
    findings = checkAddon(platform, canonical(name), desired, surroundings());
  }
  report([...atAttributes(findings, config), ...checkSecretVersion(config)], schema, diagnostics);
}

/** Plans `enabled` as true if it is not configured and the add-on can be disabled. Returns whether that changes the value. */
function planSwitch({ config, prior, plan }: Context, name: string): boolean {
  if (canonical(name) !== "ingress-nginx") plan.expose_method = null;
  if (config.enabled !== null) return false;
  plan.enabled = hasSwitch(name) ? true : null;
  return prior !== null && prior.enabled !== plan.enabled;
}

/** Whether an update may change the addresses: Helm values rarely do, and a DNS record depends on the addresses. */
function movesAddresses({ prior, plan }: Context): boolean {
  if (prior === null || canonical(prior.name) !== "ingress-nginx") return false;
  const isMoved = prior.enabled !== plan.enabled || prior.expose_method !== plan.expose_method;
  return (
    isMoved || isEmpty(prior.addresses) || plan.hosts instanceof Unknown || isEmpty(prior.hosts) !== isEmpty(plan.hosts)
  );
}

const isEmpty = (list: readonly unknown[] | null): boolean => list === null || list.length === 0;

/** An import reads both `values` and `values_yaml`. When the values change, only the configured one is valid. */
function planUnsetValues({ config, prior, plan }: Context): void {
  if (prior === null) return;
  if (config.values !== null && config.values_yaml === null) plan.values_yaml = null;
  if (config.values_yaml !== null && config.values === null) plan.values = null;
}

/** Returns the known part of the planned add-on. */
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

/** Reports an add-on to be created that is already configured. */
async function reportAdoption(context: Context, client: Session, id: string): Promise<void> {
  const { config, plan, diagnostics, replacing, signal } = context;
  const { cluster_id: clusterId, name } = config;
  if (replacing || client.registry.isStored(id) || typeof clusterId !== "string" || typeof name !== "string") return;
  if (containsUnknown(config as unknown as Value)) return;
  const enabled = typeof plan.enabled === "boolean" ? plan.enabled : null;
  const desired = desiredOf(config as Known<AddonSchema>, enabled);
  const found = await client.hikube.addons.existing(idOf({ cluster_id: clusterId, name }), desired, { signal });
  if (found === undefined) return;
  const addonId = idOf({ cluster_id: clusterId, name });
  reportExisting({ diagnostics }, id, "add-on", { ...found, ...existingAddonTexts(addonId, found.enabled) });
}
