import { groupDefaults } from "../../core/desired/node-group.ts";
import { clusterKey } from "../../core/ids.ts";
import { clusterNameFormat, groupNameFormat } from "../../core/validate/formats.ts";
import { checkOrder } from "../../core/validate/node-group.ts";
import { resource } from "../../engine/define.ts";
import { string, wireType } from "../../schema/kind.ts";
import { valuesEqual } from "../../values/equal.ts";
import type { Value } from "../../values/value.ts";
import { applyAndSave, memberOutlives, noteOutdated, pendingNote } from "../shared/apply-and-save.ts";
import { explained, report } from "../shared/diagnostics.ts";
import { expand, flatten } from "../shared/expand-flatten.ts";
import { importParts } from "../shared/import-id.ts";
import { missingMember } from "../shared/missing.ts";
import { movedGroup } from "../shared/moves/moved-object.ts";
import { isHandedOver, memberId, parseClusterId, planMemberRemoval, plannedCluster } from "../shared/parent.ts";
import type { Session } from "../shared/session.ts";
import { idOf, specified, stateOf } from "./flatten.ts";
import { planNodeGroup } from "./plan.ts";
import { nodegroupLimits, nodegroupSchema as schema } from "./schema.ts";

/** The storage class that a node group takes over from its cluster, where it is an object of its own. Nothing while it is unknown. */
async function classOfCluster(
  cluster: string | undefined,
  { hikube }: Session,
  signal: AbortSignal,
): Promise<{ readonly storage_class?: string }> {
  if (cluster === undefined) return {};
  const live = await hikube.clusters.observe(parseClusterId(cluster), { signal, tenantInfo: "skip" });
  return live?.storageClass === undefined ? {} : { storage_class: live.storageClass };
}

export const nodegroup = resource<Session>()("hikube_nodegroup", {
  doc: "A group of worker VMs of one cluster, scaled between two bounds by the platform's autoscaler.",
  schema,
  identity: {
    namespace: { kind: string, doc: "The tenant's namespace. Default: the provider's.", optional: true },
    cluster: { kind: string, doc: "Name of the cluster." },
    name: { kind: string, doc: "Name of the group." },
  },
  timeouts: nodegroupLimits,

  validate: ({ config, diagnostics }) => {
    const { min_replicas: min, max_replicas: max } = config;
    if (typeof min === "number" && typeof max === "number") report(checkOrder(min, max), schema, diagnostics);
  },

  defaults: ({ config, prior, client, signal }) =>
    explained(schema, async () => {
      const platform = await client.hikube.platform(signal);
      const cluster = plannedCluster(config.cluster_id, client);
      if (prior === null && typeof config.name === "string" && cluster !== undefined) {
        // An existing group keeps its settings; the platform's own md0 is written like a new group.
        const id = idOf({ cluster_id: cluster, name: config.name });
        const options = { signal, once: client.registry.creates(cluster) };
        const exists = (await client.hikube.nodeGroups.existing(id, {}, options)) !== undefined;
        const live = exists ? await client.hikube.nodeGroups.observe(id, { signal }) : undefined;
        if (live !== undefined) return { ...flatten(specified, live.spec), backend: live.backend };
      }
      if (platform.source !== "live") return undefined;
      const isPool = prior === null ? !platform.nodeGroupsInSpec : prior.backend === "KubernetesNodes";
      const backend = isPool ? "KubernetesNodes" : "cluster";
      const { storage_class, ...settings } = flatten(specified, groupDefaults(platform, backend));
      return {
        ...settings,
        ...(isPool ? await classOfCluster(cluster, client, signal) : { storage_class }),
        ...(cluster === undefined ? {} : { backend }),
      };
    }),

  modifyPlan: (context) => explained(schema, () => planNodeGroup(context)),

  planRemove: (context) => {
    context.client?.hikube.quotas.note(idOf(context.state), undefined);
    planMemberRemoval(context, context.state.id ?? "", "node group");
  },

  read: ({ state, client, signal, private: notes, imported }) =>
    explained(schema, async () => {
      const live = await client.hikube.nodeGroups.observe(idOf(state), { signal });
      client.registry.stored(memberId(state.cluster_id, state.name));
      if (live?.ready === true) delete notes[pendingNote];
      noteOutdated(notes, live?.outdated);
      if (live === undefined) {
        if (imported) throw await missingMember(client, idOf(state), "node group", signal);
        return undefined;
      }
      const seen = stateOf(live);
      // An object of its own shows the platform's defaults as settings of the kubelet.
      const { kubelet } = flatten(specified, groupDefaults(await client.hikube.platform(signal), live.backend));
      const isDefault = valuesEqual(seen.kubelet as Value, kubelet as Value, wireType(schema.kubelet.kind));
      const isUnset = state.kubelet === null && live.backend === "KubernetesNodes" && isDefault;
      const read = isUnset ? { ...seen, kubelet: null } : seen;
      // The autoscaler changes the counts continually. That alone is not reported as a change (design §4 rule 11).
      const counted = state.ready === live.ready && !imported;
      const { ready_replicas, observed_replicas } = counted ? state : read;
      return { ...read, ready_replicas, observed_replicas };
    }),

  apply: (context) =>
    explained(schema, async () => {
      const { wish, former, client } = context;
      await client.registry.removed(memberId(wish.cluster_id, wish.name));
      const state = await applyAndSave(
        context,
        wish.wait_for,
        stateOf,
        (options) =>
          client.hikube.nodeGroups.converge(idOf(wish), expand(specified, wish), {
            ...options,
            ...(former === undefined ? {} : { previous: expand(specified, former) }),
          }),
        memberOutlives,
      );
      client.registry.made(memberId(wish.cluster_id, wish.name));
      return state;
    }),

  remove: (context) =>
    explained(schema, async () => {
      const { state, client, signal, timeoutMs, diagnostics } = context;
      if (isHandedOver(context, state.id ?? "", "node group")) return;
      const { warnings } = await client.registry.removing(state.id ?? "", () =>
        client.hikube.nodeGroups.remove(idOf(state), {
          signal,
          deadline: client.clock.now() + timeoutMs,
          waitFor: state.wait_for === "accepted" ? "accepted" : "ready",
        }),
      );
      for (const { summary, detail } of warnings) diagnostics.warning(summary, detail);
    }),

  identify: (state) => {
    const { namespace, name } = parseClusterId(state.cluster_id);
    return { namespace, cluster: name, name: state.name };
  },

  importState: (source, client) => {
    const { namespace, cluster, name } = importParts(
      source,
      { cluster: clusterNameFormat, name: groupNameFormat },
      client.namespace,
    );
    const clusterId = `${namespace}/${cluster}`;
    return { id: memberId(clusterId, name), cluster_id: clusterId, name };
  },

  moveState: (source) => {
    const { namespace, cluster, name } = movedGroup(source, { type: "hikube_nodegroup", kind: "KubernetesNodes" });
    const clusterId = clusterKey({ namespace, name: cluster });
    return { id: memberId(clusterId, name), cluster_id: clusterId, name };
  },
});
