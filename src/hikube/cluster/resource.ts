import { CoreError } from "../../core/core-error.ts";
import type { ClusterState } from "../../core/desired/state.ts";
import { clusterKey } from "../../core/ids.ts";
import type { KnownTenantInfo } from "../../core/options.ts";
import { clusterNameFormat } from "../../core/validate/formats.ts";
import { resource } from "../../engine/define.ts";
import { DiagnosticError } from "../../engine/diagnostic.ts";
import type { Private } from "../../engine/resource/definition.ts";
import { string } from "../../schema/kind.ts";
import type { State } from "../../schema/shape.ts";
import { applyAndSave, clusterOutlives, noteOutdated, pendingNote } from "../shared/apply-and-save.ts";
import { versionsEqual } from "../shared/checks.ts";
import { explain, explained } from "../shared/diagnostics.ts";
import { importParts } from "../shared/import-id.ts";
import { missingCluster } from "../shared/missing.ts";
import { movedObject } from "../shared/moves/moved-object.ts";
import { refuseLossOfMembers } from "../shared/parent.ts";
import type { Session } from "../shared/session.ts";
import { formerKeys, withDefaults } from "./default-keys.ts";
import { type ClusterSchema, defaultsOf, desiredOf, formerly, idOf, stateOf } from "./flatten.ts";
import { importedState } from "./imported-state.ts";
import { withOwnKeys } from "./own-keys.ts";
import { behindNote, planCluster, refuseAddressChange } from "./plan.ts";
import { clusterLimits, clusterSchema as schema } from "./schema.ts";

/** Whether the cluster is ready and no upgrade is in progress. */
const isSettled = ({ ready, version, kubernetesVersion }: ClusterState): boolean =>
  ready && (version === undefined || kubernetesVersion === undefined || versionsEqual(version, kubernetesVersion));

/**
 * Adds the possible remedies to the error of a new cluster, which Terraform marks as tainted. An apply would replace it, and the plan
 * rejects that.
 */
function taintedError(error: unknown): unknown {
  if (!(error instanceof CoreError) || error.partial === undefined) return error;
  const diagnostic = explain(error, schema);
  if (diagnostic === undefined) return error;
  const isLate = error.code === "Timeout";
  const tainted =
    "Terraform has marked the resource as tainted:\n" +
    "  - To keep the cluster, run `terraform untaint hikube_cluster.<name>` with the resource's address and apply again" +
    `${isLate ? ", which waits again; raise `timeouts.create` if it needs longer" : ""}.\n` +
    "  - To remove it, run `terraform destroy -refresh=false`.";
  const detail = isLate ? `${error.message}\n\n${error.hint} ${tainted}` : `${diagnostic.detail}\n\n${tainted}`;
  return new DiagnosticError(diagnostic.summary, detail, diagnostic.path, { cause: error });
}

/**
 * Notes at a read the node groups that an upgrade by this resource has to reach yet: where they are objects of their own, they follow the
 * control plane, and the apply may have ended before it.
 */
function noteBehind(notes: Private, live: ClusterState): void {
  if (!(behindNote in notes) || live.kubernetesVersion === undefined || !isSettled(live)) return;
  if (live.groupsBehind.length > 0) notes[behindNote] = [...live.groupsBehind];
  else delete notes[behindNote];
}

/** Private note: the key of the cluster as of the last read inside it. While it is unchanged, a refresh does not read there again. */
const insideNote = "inside";

/** Returns the tenant information stored in the state; reading it costs two requests and a separate connection (design §8). */
function knownInside(state: State<ClusterSchema>, notes: Private): KnownTenantInfo | undefined {
  const key = notes[insideNote];
  if (typeof key !== "string") return undefined;
  return {
    key,
    endpoint: state.endpoint ?? undefined,
    caCertificate: state.cluster_ca_certificate ?? undefined,
    kubernetesVersion: state.kubernetes_version ?? undefined,
  };
}

function readState(live: ClusterState, state: State<ClusterSchema>): State<ClusterSchema> {
  const all = { labels: state.labels_all ?? state.labels, annotations: state.annotations_all ?? state.annotations };
  const own = withOwnKeys(live, state);
  const labels = state.labels === null ? null : own.labels;
  const annotations = state.annotations === null ? null : own.annotations;
  return { ...stateOf(live, withOwnKeys(live, all)), labels, annotations };
}

export const cluster = resource<Session>()("hikube_cluster", {
  doc: "A managed Kubernetes cluster: control plane, version, storage class and API host.",
  schema,
  identity: {
    namespace: { kind: string, doc: "The tenant's namespace. Default: the provider's.", optional: true },
    name: { kind: string, doc: "Name of the cluster." },
  },
  timeouts: clusterLimits,

  defaults: ({ client, signal }) =>
    explained(schema, async () => defaultsOf(await client.hikube.platform(signal), client.namespace)),

  modifyPlan: (context) => explained(schema, () => planCluster(context)),

  planRemove: ({ state, client, diagnostics }) => {
    if (state.deletion_protection === true) {
      diagnostics.error(
        "Deletion protection is enabled",
        `\`deletion_protection\` is true for ${state.id}. Set it to false and apply before destroying the cluster.`,
        "deletion_protection",
      );
    }
    const other = client?.registry.claim(state.id ?? "", "destroy", false);
    if (other !== undefined) refuseAddressChange(state.id ?? "", diagnostics);
    const kept = client?.registry.keptIn(state.id ?? "") ?? [];
    if (kept.length > 0) refuseLossOfMembers(state.id ?? "", kept, diagnostics);
  },

  read: ({ state, client, signal, imported, private: notes }) =>
    explained(schema, async () => {
      const known = knownInside(state, notes);
      const live = await client.hikube.clusters.observe(idOf(state, client), {
        signal,
        ...(known === undefined ? {} : { tenantInfo: known }),
      });
      if (live !== undefined && isSettled(live)) delete notes[pendingNote];
      if (live !== undefined) notes[insideNote] = live.tenantKey;
      noteOutdated(notes, live?.outdated);
      if (live !== undefined) noteBehind(notes, live);
      client.registry.stored(clusterKey(idOf(state, client)));
      if (live === undefined) {
        if (imported) throw await missingCluster(client, idOf(state, client), signal);
        return undefined;
      }
      const read = imported ? importedState(live, client) : readState(live, state);
      // Without the platform's own description, what it offers is only assumed.
      const isOffered = live.availableUpgrades !== undefined || state.available_upgrades === null;
      return isOffered ? read : { ...read, available_upgrades: state.available_upgrades };
    }),

  apply: (context) =>
    explained(schema, async () => {
      const { wish, former, prior, planned, client } = context;
      const id = idOf(prior ?? wish, client);
      if (prior !== null && planned.version !== prior.version) context.private[behindNote] = [];
      const desired = { ...desiredOf(wish), ...withDefaults(wish, client.defaults) };
      const all = { labels: desired.labels ?? {}, annotations: desired.annotations ?? {} };
      const noted = (live: ClusterState) => {
        context.private[insideNote] = live.tenantKey;
        return stateOf(live, all);
      };
      const state = await applyAndSave(
        context,
        wish.wait_for,
        noted,
        (options) =>
          client.hikube.clusters.converge(id, desired, {
            ...options,
            ...(former === undefined || prior === null
              ? {}
              : { previous: { ...formerly(former), ...formerKeys(prior, former) } }),
            ...(prior?.uid ? { expectUid: prior.uid } : {}),
          }),
        clusterOutlives,
      ).catch((error: unknown) => {
        throw prior === null ? taintedError(error) : error;
      });
      client.registry.made(clusterKey(id));
      return state;
    }),

  remove: ({ state, client, signal, timeoutMs, diagnostics }) =>
    explained(schema, async () => {
      const id = idOf(state, client);
      if (state.deletion_protection === true) {
        throw new DiagnosticError(
          "Deletion protection is enabled",
          `\`deletion_protection\` is true for ${clusterKey(id)}. Set it to false and apply before destroying the cluster.`,
          "deletion_protection",
        );
      }
      if (client.registry.isOwned(clusterKey(id))) {
        diagnostics.warning(
          "The cluster is not destroyed",
          `Another resource of this run manages ${clusterKey(id)}; nothing is destroyed. A cluster's name is unique in its ` +
            "namespace: with `create_before_destroy`, a replacement needs another name.",
        );
        return;
      }
      diagnostics.warning(
        "Volumes and load balancers are deleted with the cluster",
        `Deleting ${clusterKey(id)} also deletes the persistent volumes and load balancers that were made from inside it.`,
      );
      const { warnings } = await client.hikube.clusters.remove(id, {
        signal,
        deadline: client.clock.now() + timeoutMs,
        ...(state.uid ? { expectUid: state.uid } : {}),
      });
      for (const { summary, detail } of warnings) diagnostics.warning(summary, detail);
    }),

  identify: (state) => ({ namespace: state.namespace ?? "", name: state.name }),

  importState: (source, client) => {
    const { namespace, name } = importParts(source, { name: clusterNameFormat }, client.namespace);
    return { id: `${namespace}/${name}`, name, namespace };
  },

  moveState: (source) => {
    const { namespace, name } = movedObject(source, { type: "hikube_cluster", kind: "Kubernetes" });
    return { id: `${namespace}/${name}`, name, namespace };
  },
});
