import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { RwLock } from "../base/rw-lock.ts";
import { SharedAnswer } from "../base/shared-answer.ts";
import type { KubeClient } from "../kube/kube-client.ts";
import { listConfiguredAddons } from "./addon/configured.ts";
import { announceAddon, convergeAddon } from "./addon/converge.ts";
import type { AddonConvergeOptions } from "./addon/edit.ts";
import {
  type ExistingAddon,
  existingAddon,
  listAddons,
  type ObserveAddonOptions,
  observeAddon,
} from "./addon/observe.ts";
import { type AddonRemoveOptions, removeAddon } from "./addon/remove.ts";
import { awaitReady, type ReadyOptions } from "./await-ready.ts";
import { amendWrites } from "./cluster/amend.ts";
import { convergeCluster } from "./cluster/converge.ts";
import { creationBody, creationMark } from "./cluster/create.ts";
import { awaitKubeconfig, type ClusterKubeconfig, type KubeconfigOptions } from "./cluster/kubeconfig.ts";
import { listNodes } from "./cluster/nodes.ts";
import { listClusters, observeCluster } from "./cluster/observe.ts";
import { type Reconciled, reconcileCluster } from "./cluster/reconcile.ts";
import { removeCluster } from "./cluster/remove.ts";
import { listUnmodelled, type UnmodelledSetting } from "./cluster/unmodelled.ts";
import type { Context } from "./context.ts";
import { CoreError } from "./core-error.ts";
import type { AddonDesired, ClusterDesired, NodeGroupDesired } from "./desired/desired.ts";
import type { AddonState, ClusterState, Converged, NodeGroupState, Removed } from "./desired/state.ts";
import type { AddonId, ClusterId, NodeGroupId } from "./ids.ts";
import { announceNodeGroup, convergeNodeGroup } from "./node-group/converge.ts";
import { listNodeGroups } from "./node-group/list.ts";
import { existingNodeGroup, observeNodeGroup } from "./node-group/observe.ts";
import { createQuotaWatch, type QuotaWatch } from "./node-group/quota-watch.ts";
import { removeNodeGroup } from "./node-group/remove.ts";
import { Secrets } from "./object/secrets.ts";
import type {
  ConvergeOptions,
  MemberRemoveOptions,
  ObserveClusterOptions,
  ObserveOnceOptions,
  ObserveOptions,
  RemoveOptions,
  WaitOptions,
} from "./options.ts";
import { createPlatformSource } from "./platform/detect.ts";
import {
  type Gpu,
  gpus,
  type InstanceType,
  instanceTypes,
  type Offer,
  type QuotaEntry,
  quota,
  type StorageClass,
  storageClasses,
} from "./platform/offers.ts";
import type { Platform } from "./platform/platform.ts";
import { type ClusterProgress, createProgressReader, type ReadProgress } from "./progress.ts";
import { Reader } from "./read/reader.ts";
import type { ClusterScope } from "./read/scope.ts";
import { type TenantNode, Tenants } from "./read/tenants.ts";
import { Watch } from "./read/watch.ts";
import { diagnose } from "./rollout/diagnose.ts";
import { defaultTimings, type Timings } from "./timings.ts";
import { Writer } from "./write/writer.ts";

export interface HikubeOptions {
  readonly client: KubeClient;
  /** The tenant's namespace. */
  readonly namespace: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Random numbers in [0, 1). Default `Math.random`. */
  readonly random?: () => number;
  /** Creates a client for a tenant cluster's own API. */
  readonly connectTenant: (kubeconfig: string) => Promise<KubeClient>;
  /** Poll interval of waits, clock ms; grows by half. Default 500 to 5000. */
  readonly pollIntervalMs?: { readonly first: number; readonly most: number };
  readonly timings?: Partial<Timings>;
}

/** Clusters, node groups and add-ons of one Hikube tenant. Every method is idempotent and throws only CoreError. */
export interface Hikube {
  readonly namespace: string;
  /** Capabilities of the platform, detected once per process. */
  platform(signal?: AbortSignal): Promise<Platform>;
  readonly clusters: {
    observe(id: ClusterId, options: ObserveClusterOptions): Promise<ClusterState | undefined>;
    converge(
      id: ClusterId,
      desired: ClusterDesired,
      options: ConvergeOptions<ClusterDesired, ClusterState>,
    ): Promise<Converged<ClusterState>>;
    remove(id: ClusterId, options: RemoveOptions): Promise<Removed>;
    /** Returns the admin kubeconfig as YAML; undefined until it exists. */
    kubeconfig(id: ClusterId, options: ObserveOptions): Promise<string | undefined>;
    /** Waits until a cluster can be logged in to and returns its admin kubeconfig. Reads only. */
    awaitKubeconfig(id: ClusterId, options: KubeconfigOptions): Promise<ClusterKubeconfig>;
    /** Waits until a cluster, its node groups and its add-ons are ready and run the stored version. Reads only. */
    awaitReady(id: ClusterId, options: ReadyOptions): Promise<Converged<ClusterProgress>>;
    /** Makes the platform roll a cluster out again without a change of settings, and waits for the new release. */
    reconcile(id: ClusterId, options: WaitOptions): Promise<Converged<Reconciled>>;
    /** Waits until a cluster's own API answers and returns its nodes. Reads only. */
    nodes(id: ClusterId, options: WaitOptions): Promise<TenantNode[]>;
    list(options: ObserveOptions & { readonly namespace?: string }): Promise<ClusterState[]>;
    /** Returns the settings of a namespace's clusters and node groups that this library does not model and never writes. */
    unmodelled(options: ObserveOptions & { readonly namespace?: string }): Promise<UnmodelledSetting[]>;
    /** Returns likely reasons why a cluster is not ready, from events and quotas; empty if none is found. */
    diagnose(id: ClusterId): Promise<string>;
    /** Whether an existing cluster is an interrupted creation with these settings, which a converge with `create` continues. */
    isOwnCreation(state: ClusterState, desired: ClusterDesired, options: ObserveOptions): Promise<boolean>;
  };
  readonly nodeGroups: {
    observe(id: NodeGroupId, options: ObserveOptions): Promise<NodeGroupState | undefined>;
    converge(
      id: NodeGroupId,
      desired: NodeGroupDesired,
      options: ConvergeOptions<NodeGroupDesired, NodeGroupState>,
    ): Promise<Converged<NodeGroupState>>;
    remove(id: NodeGroupId, options: MemberRemoveOptions): Promise<Removed>;
    /** Returns the groups of a namespace or of one of its clusters; undefined if that cluster does not exist. */
    list(options: ObserveOptions & Partial<ClusterScope>): Promise<NodeGroupState[] | undefined>;
    /** Whether an existing group has every desired setting; undefined if it does not exist. */
    existing(
      id: NodeGroupId,
      desired: NodeGroupDesired,
      options: ObserveOnceOptions,
    ): Promise<{ readonly equal: boolean } | undefined>;
    /** Announces a converge of the group, so that pending writes of its cluster wait briefly and include it. */
    announce(id: NodeGroupId): void;
  };
  readonly addons: {
    observe(id: AddonId, options: ObserveAddonOptions): Promise<AddonState | undefined>;
    converge(id: AddonId, desired: AddonDesired, options: AddonConvergeOptions): Promise<Converged<AddonState>>;
    remove(id: AddonId, options: AddonRemoveOptions): Promise<Removed>;
    /** Returns all add-ons that the platform serves, as they are in a cluster; undefined if it does not exist. */
    list(cluster: ClusterId, options: ObserveOptions): Promise<AddonState[] | undefined>;
    /**
     * Returns the add-ons that are enabled or have settings, in a namespace or in one of its clusters; undefined if that cluster does not
     * exist. The Helm releases inside the clusters are not read.
     */
    configured(
      options: ObserveOptions & { readonly namespace?: string; readonly cluster?: string | undefined },
    ): Promise<AddonState[] | undefined>;
    /** Compares an add-on that is to be created with its existing settings; undefined if none conflict. */
    existing(id: AddonId, desired: AddonDesired, options: ObserveOptions): Promise<ExistingAddon | undefined>;
    /** As for node groups. */
    announce(id: AddonId): void;
  };
  /** Checks planned node groups against the tenant's quota. */
  readonly quotas: QuotaWatch;
  /** Values available to a tenant. Types, classes and GPUs are read once. */
  readonly offers: {
    instanceTypes(options: ObserveOptions): Promise<Offer<InstanceType>>;
    storageClasses(options: ObserveOptions): Promise<Offer<StorageClass>>;
    gpus(options: ObserveOptions): Promise<Offer<Gpu>>;
    /** Undefined if the quotas may not be read. */
    quota(options: ObserveOptions & { readonly namespace?: string }): Promise<readonly QuotaEntry[] | undefined>;
  };
  /** Reads what a tenant can see of the progress of the clusters. */
  readonly progress: ReadProgress;
  /** Stops background work. The caller closes the client passed in the options. */
  close(): Promise<void>;
}

/** Request timeout of a tenant cluster's own API, clock ms. */
const tenantAnswerMs = 5_000;
const recheckMs = 200;
const coalesceMostMs = 500;

/** Creates a Hikube tenant over a connection to the platform's API. No request is sent before the first method call. */
export function createHikube(options: HikubeOptions): Hikube {
  const context = createContext(options);
  const { namespace } = options;
  const { reader, watch, tenants } = context;
  const writing = <Arguments extends readonly unknown[], Result>(verb: (...given: Arguments) => Result) => {
    return (...given: Arguments): Result => {
      reader.expectWrites();
      return verb(...given);
    };
  };
  const offers = offersOf(context, namespace);
  const progress = createProgressReader(context, namespace);
  return {
    namespace,
    platform: (signal = new AbortController().signal) => context.platformForRead(signal),
    clusters: {
      observe: (id, o) => observeCluster(context, id, o),
      converge: writing((id, desired, o) => convergeCluster(context, id, desired, o)),
      remove: writing((id, o) => removeCluster(context, id, o)),
      kubeconfig: (id, { signal }) => kubeconfigOf(context, id, signal),
      awaitKubeconfig: (id, o) => awaitKubeconfig(context, id, o),
      awaitReady: (id, o) => awaitReady(context, progress, id, o),
      reconcile: writing((id, o) => reconcileCluster(context, id, o)),
      nodes: (id, o) => listNodes(context, id, o),
      diagnose: (id) => diagnose(context, id),
      list: (o) => listClusters(context, o.namespace ?? namespace, o),
      unmodelled: (o) => listUnmodelled(context, o.namespace ?? namespace, o),
      isOwnCreation: async (state, desired, { signal }) =>
        state.creation !== undefined &&
        state.creation === creationMark(creationBody(state.id, desired, await context.platformForRead(signal))),
    },
    nodeGroups: {
      observe: (id, o) => observeNodeGroup(context, id, o),
      converge: writing((id, desired, o) => convergeNodeGroup(context, id, desired, o)),
      remove: writing((id, o) => removeNodeGroup(context, id, o)),
      list: (o) => listNodeGroups(context, { ...o, namespace: o.namespace ?? namespace }, o),
      existing: (id, desired, o) => existingNodeGroup(context, id, desired, o),
      announce: (id) => announceNodeGroup(context, id),
    },
    addons: {
      observe: (id, o) => observeAddon(context, id, o),
      converge: writing((id, desired, o) => convergeAddon(context, id, desired, o)),
      remove: writing((id, o) => removeAddon(context, id, o)),
      list: (cluster, o) => listAddons(context, cluster, o),
      configured: (o) => listConfiguredAddons(context, { namespace: o.namespace ?? namespace, cluster: o.cluster }, o),
      existing: (id, desired, o) => existingAddon(context, id, desired, o),
      announce: (id) => announceAddon(context, id),
    },
    quotas: createQuotaWatch(context, async (signal) => (await offers.instanceTypes({ signal })).items),
    offers,
    progress,
    close: async () => {
      watch.close();
      await tenants.close();
    },
  };
}

function createContext(options: HikubeOptions): Context {
  const { client, clock, log, random = Math.random } = options;
  const timings: Timings = { ...defaultTimings, ...options.timings };
  const secrets = new Secrets();
  const { conceal } = secrets;
  const { lookMs, readCacheMs: cacheMs, readBackMs, coalesceMs, coalesceUnheldMs, holdMs, yieldMs } = timings;
  const reader = new Reader({ client, clock, conceal, lookMs, cacheMs, recheckMs });
  const lock = new RwLock();
  const { platformForRead, platformForWrite } = createPlatformSource(client, log, clock);
  const timing = {
    coalesceMs,
    coalesceUnheldMs,
    coalesceMostMs: Math.max(coalesceMostMs, coalesceMs),
    holdMs,
    yieldMs,
  };
  const amend = amendWrites(reader);
  const writer = new Writer({
    client,
    reader,
    clock,
    log,
    random,
    platformForWrite,
    lock,
    conceal,
    amend,
    readBackMs,
    timing,
  });
  const interval = options.pollIntervalMs ?? { first: 250, most: 5_000 };
  return {
    client,
    clock,
    log,
    random,
    timings,
    reader,
    writer,
    watch: new Watch({ reader, clock, log, interval, random, failing: client.failing }),
    tenants: new Tenants({ client, connect: options.connectTenant, clock, log, answerMs: tenantAnswerMs }),
    secrets,
    lock,
    platformForRead,
    platformForWrite,
    forcedReconciles: new Map(),
  };
}

async function kubeconfigOf({ tenants }: Context, id: ClusterId, signal: AbortSignal): Promise<string | undefined> {
  try {
    return await tenants.kubeconfig(id, signal);
  } catch (error) {
    throw CoreError.from(error, `reading the kubeconfig of cluster ${id.name}`, signal);
  }
}

function offersOf(context: Context, namespace: string): Hikube["offers"] {
  const never = new AbortController().signal;
  const once = <Item>(list: () => Promise<Offer<Item>>) => {
    const shared = new SharedAnswer(list);
    return async ({ signal, fresh = false }: ObserveOptions): Promise<Offer<Item>> => {
      if (fresh && shared.current !== undefined) shared.forget(shared.current);
      try {
        return await shared.get(signal);
      } catch (error) {
        throw CoreError.from(error, "reading what the platform offers", signal);
      }
    };
  };
  return {
    instanceTypes: once(() => instanceTypes(context, namespace, never)),
    storageClasses: once(() => storageClasses(context, namespace, never)),
    gpus: once(() => gpus(context, namespace, never)),
    quota: (o) => quota(context, o.namespace ?? namespace, o.signal),
  };
}
