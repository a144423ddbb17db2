import { leavesOf } from "../../core/desired/leaves.ts";
import type { AddonState } from "../../core/desired/state.ts";
import { clusterDefault } from "../../core/platform/groups.ts";
import { clusterNameFormat } from "../../core/validate/formats.ts";
import { resource } from "../../engine/define.ts";
import { string } from "../../schema/kind.ts";
import { Unknown } from "../../values/value.ts";
import { applyAndSave, memberOutlives, pendingNote } from "../shared/apply-and-save.ts";
import { addonName as addonNameCheck } from "../shared/checks.ts";
import { explained } from "../shared/diagnostics.ts";
import { expand, flatten, pick } from "../shared/expand-flatten.ts";
import { importParts } from "../shared/import-id.ts";
import { missingMember } from "../shared/missing.ts";
import { isHandedOver, memberId, parseClusterId, planMemberRemoval, plannedCluster } from "../shared/parent.ts";
import type { Session } from "../shared/session.ts";
import { canonical, desiredOf, formerly, hasSwitch, idOf, noteSecretPaths, secretPaths, stateOf } from "./flatten.ts";
import { planAddon } from "./plan.ts";
import { addonLimits, addonSchema as schema } from "./schema.ts";
import { validateAddon } from "./validate.ts";
import { valuesFromHcl, valuesFromYaml } from "./values.ts";

export const addon = resource<Session>()("hikube_addon", {
  doc: "An add-on of one cluster: cert-manager, ingress-nginx, GPU operator and the like, with its Helm values.",
  schema,
  identity: {
    namespace: { kind: string, doc: "The tenant's namespace. Default: the provider's.", optional: true },
    cluster: { kind: string, doc: "Name of the cluster." },
    name: { kind: string, doc: "Name of the add-on, e.g. `cert-manager`." },
  },
  timeouts: addonLimits,

  alternatives: { values_yaml: "values" },

  validate: validateAddon,

  defaults: ({ config, prior, client, signal }) =>
    explained(schema, async () => {
      if (config.name instanceof Unknown) return undefined;
      const enabled = hasSwitch(config.name) ? true : null;
      const none = { enabled, values: null, values_yaml: null, expose_method: null, hosts: null };
      if (canonical(config.name) !== "ingress-nginx") return none;
      const cluster = plannedCluster(config.cluster_id, client);
      if (prior === null && cluster !== undefined) {
        // Existing settings are kept.
        const options = { signal, once: client.registry.creates(cluster) };
        const live = await client.hikube.addons.observe(idOf({ cluster_id: cluster, name: config.name }), options);
        if (live !== undefined) return { ...none, ...flatten(pick(schema, "expose_method", "hosts"), live) };
      }
      const platform = await client.hikube.platform(signal);
      if (platform.source !== "live") return { enabled, values: null, values_yaml: null };
      const served = (key: string) => clusterDefault(platform, ["addons", "ingressNginx", key]);
      return {
        ...none,
        ...flatten(pick(schema, "expose_method", "hosts"), {
          exposeMethod: served("exposeMethod"),
          hosts: served("hosts"),
        }),
      };
    }),

  modifyPlan: (context) => explained(schema, () => planAddon(context)),

  planRemove: (context) => planMemberRemoval(context, context.state.id ?? "", "add-on"),

  read: ({ state, client, signal, private: notes, imported }) =>
    explained(schema, async () => {
      // The deployment state is read from the cluster itself; an add-on that was ready before is not read there again.
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
      const wanted = leavesOf(desired.secretValues ?? {}).map(({ path }) => [...path]);
      // Until the platform has accepted the write, either may be stored.
      noteSecretPaths(notes, [...previousSecretPaths, ...wanted]);
      const state = await applyAndSave(
        context,
        wish.wait_for,
        (accepted: AddonState) => {
          noteSecretPaths(notes, wanted);
          return stateOf(accepted, { values: wish.values, values_yaml: wish.values_yaml }, false);
        },
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
      const { state, former, client, signal, timeoutMs, diagnostics, private: notes } = context;
      if (isHandedOver(context, state.id ?? "", "add-on")) return;
      const { warnings } = await client.registry.removing(state.id ?? "", () =>
        client.hikube.addons.remove(idOf(state), {
          signal,
          deadline: client.clock.now() + timeoutMs,
          waitFor: state.wait_for === "accepted" ? "accepted" : "ready",
          onDestroy: (state.on_destroy ?? "disable") as "disable" | "preserve" | "reset",
          previousSecretPaths: secretPaths(notes),
          previous: {
            ...expand(pick(schema, "expose_method", "hosts"), former),
            values: valuesFromHcl(state.values) ?? valuesFromYaml(state.values_yaml) ?? {},
          },
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
