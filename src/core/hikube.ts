import { abortable } from "../base/abort.ts";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { RwLock } from "../base/rw-lock.ts";
import type { KubeClient } from "../kube/kube-client.ts";
import {
  type AddonConvergeOptions,
  announceAddon,
  convergeAddon,
  existingAddon,
  type ObserveAddonOptions,
  observeAddon,
} from "./addon/converge.ts";
import { type AddonRemoveOptions, removeAddon } from "./addon/remove.ts";
import { convergeCluster, listClusters, observeCluster } from "./cluster/converge.ts";
import { creationBody, creationMark } from "./cluster/create.ts";
import { removeCluster, removeNodeGroup } from "./cluster/remove.ts";
import {
  type Context,
  type ConvergeOptions,
  defaultSettle,
  type MemberRemoveOptions,
  type ObserveClusterOptions,
  type ObserveOptions,
  type RemoveOptions,
  type Settle,
} from "./context.ts";
import { CoreError } from "./core-error.ts";
import type { AddonId, ClusterId, NodeGroupId } from "./ids.ts";
import { announceNodeGroup, convergeNodeGroup, existingNodeGroup, observeNodeGroup } from "./node-group/converge.ts";
import { createQuotaWatch, type QuotaWatch } from "./node-group/quota-watch.ts";
import { Secrets } from "./object/secrets.ts";
import { type Detection, detectPlatform } from "./platform/detect.ts";
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
import { type Platform } from "./platform/platform.ts";
import { Reader } from "./read/reader.ts";
import { Tenants } from "./read/tenants.ts";
import { Watch } from "./read/watch.ts";
import type { AddonDesired, ClusterDesired, NodeGroupDesired } from "./spec/desired.ts";
import type { AddonState, ClusterState, Converged, NodeGroupState, Removed } from "./spec/state.ts";
import { Writer } from "./write/writer.ts";

export type { AddonConvergeOptions } from "./addon/converge.ts";
export type { AddonRemoveOptions } from "./addon/remove.ts";
export type {
  ConvergeOptions,
  KnownInside,
  MemberRemoveOptions,
  ObserveClusterOptions,
  ObserveOptions,
  RemoveOptions,
  Settle,
  WaitOptions,
} from "./context.ts";
export type { Gpu, InstanceType, Offer, QuotaEntry, StorageClass } from "./platform/offers.ts";
export type { Notice, Removed } from "./spec/state.ts";

export interface HikubeOptions {
  readonly client: KubeClient;
  /** The tenant's namespace. */
  readonly namespace: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Random in [0, 1); default `Math.random`. */
  readonly random?: () => number;
  /** A client for a tenant cluster's own API. */
  readonly connectTenant: (kubeconfig: string) => Promise<KubeClient>;
  /** Of waiting, clock ms; grows by half. Default 500 to 5000. */
  readonly pollIntervalMs?: { readonly first: number; readonly most: number };
  readonly settle?: Partial<Settle>;
}

/** Clusters, node groups and add-ons of one Hikube tenant. Every verb is idempotent and throws CoreError only. */
export interface Hikube {
  readonly namespace: string;
  /** What the platform can do, found out once per process. */
  platform(signal?: AbortSignal): Promise<Platform>;
  readonly clusters: {
    observe(id: ClusterId, options: ObserveClusterOptions): Promise<ClusterState | undefined>;
    converge(
      id: ClusterId,
      desired: ClusterDesired,
      options: ConvergeOptions<ClusterDesired, ClusterState>,
    ): Promise<Converged<ClusterState>>;
    remove(id: ClusterId, options: RemoveOptions): Promise<void>;
    /** The admin kubeconfig as YAML; undefined as long as there is none. */
    kubeconfig(id: ClusterId, options: ObserveOptions): Promise<string | undefined>;
    list(options: ObserveOptions & { readonly namespace?: string }): Promise<ClusterState[]>;
    /** Whether an existing cluster is one's own creation, cut short by a crash: converge with `create` goes on with it. */
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
    /** Whether a group that is to be created exists already, and has every desired setting; undefined where it does not exist. */
    existing(
      id: NodeGroupId,
      desired: NodeGroupDesired,
      options: ObserveOptions,
    ): Promise<{ readonly equal: boolean } | undefined>;
    /** A converge follows at once: a write to its cluster that others wait for already waits a moment for it. */
    announce(id: NodeGroupId): void;
  };
  readonly addons: {
    observe(id: AddonId, options: ObserveAddonOptions): Promise<AddonState | undefined>;
    converge(id: AddonId, desired: AddonDesired, options: AddonConvergeOptions): Promise<Converged<AddonState>>;
    remove(id: AddonId, options: AddonRemoveOptions): Promise<Removed>;
    /** Whether an add-on that is to be created is set up already, and whether other settings are in the way, and whether it is enabled. */
    existing(
      id: AddonId,
      desired: AddonDesired,
      options: ObserveOptions,
    ): Promise<{ readonly equal: boolean; readonly blocks: boolean; readonly enabled: boolean } | undefined>;
    /** As for node groups. */
    announce(id: AddonId): void;
  };
  /** Whether what is planned fits the tenant's quota. */
  readonly quotas: QuotaWatch;
  /** What a tenant can choose from; types, classes and GPUs are asked for once. */
  readonly offers: {
    instanceTypes(options: ObserveOptions): Promise<Offer<InstanceType>>;
    storageClasses(options: ObserveOptions): Promise<Offer<StorageClass>>;
    gpus(options: ObserveOptions): Promise<Offer<Gpu>>;
    quota(options: ObserveOptions): Promise<readonly QuotaEntry[]>;
  };
  /** Ends what runs in the background. The client given in the options stays the caller's to close. */
  close(): Promise<void>;
}

/** How long a tenant cluster's own API may take to answer, clock ms. */
const tenantAnswerMs = 5_000;
const recheckMs = 200;
const coalesceMostMs = 500;

/** A Hikube tenant over a connection to its platform's API. Nothing is sent before the first verb. */
export function createHikube(options: HikubeOptions): Hikube {
  const { client, namespace, clock, log } = options;
  const random = options.random ?? Math.random;
  const settle: Settle = { ...defaultSettle, ...options.settle };
  const secrets = new Secrets();
  const { conceal } = secrets;
  const reader = new Reader({ client, clock, conceal, lookMs: settle.lookMs, cacheMs: settle.readCacheMs, recheckMs });
  const writing = <Options extends readonly unknown[], Result>(verb: (...options: Options) => Result) => {
    return (...options: Options): Result => {
      reader.expectWrites();
      return verb(...options);
    };
  };
  const lock = new RwLock();
  const { platform, served } = detectOnce(client, log, clock);
  const writer = new Writer({
    client,
    reader,
    clock,
    log,
    random,
    served,
    lock,
    conceal,
    readBackMs: settle.readBackMs,
    timing: {
      coalesceMs: settle.coalesceMs,
      coalesceMostMs: Math.max(coalesceMostMs, settle.coalesceMs),
      holdMs: settle.holdMs,
      yieldMs: settle.yieldMs,
    },
  });
  const interval = options.pollIntervalMs ?? { first: 500, most: 5_000 };
  const watch = new Watch({ reader, clock, log, interval, random, failing: client.failing });
  const tenants = new Tenants({ client, connect: options.connectTenant, clock, log, answerMs: tenantAnswerMs });
  const context: Context = {
    client,
    clock,
    log,
    random,
    settle,
    reader,
    writer,
    watch,
    tenants,
    secrets,
    lock,
    platform,
    served,
    healings: new Map(),
  };
  const offers = {
    instanceTypes: memoized((signal) => instanceTypes(context, namespace, signal)),
    storageClasses: memoized((signal) => storageClasses(context, namespace, signal)),
    gpus: memoized((signal) => gpus(context, namespace, signal)),
  };
  return {
    namespace,
    platform: (signal = new AbortController().signal) => platform(signal),
    clusters: {
      observe: (id, o) => observeCluster(context, id, o),
      converge: writing((id, desired, o) => convergeCluster(context, id, desired, o)),
      remove: writing((id, o) => removeCluster(context, id, o)),
      kubeconfig: async (id, { signal }) => {
        try {
          return await tenants.kubeconfig(id, signal);
        } catch (error) {
          throw CoreError.from(error, `reading the kubeconfig of cluster ${id.name}`, signal);
        }
      },
      list: (o) => listClusters(context, o.namespace ?? namespace, o),
      isOwnCreation: async (state, desired, { signal }) =>
        state.creation !== undefined &&
        state.creation === creationMark(creationBody(state.id, desired, await platform(signal))),
    },
    nodeGroups: {
      observe: (id, o) => observeNodeGroup(context, id, o),
      converge: writing((id, desired, o) => convergeNodeGroup(context, id, desired, o)),
      remove: writing((id, o) => removeNodeGroup(context, id, o)),
      existing: (id, desired, o) => existingNodeGroup(context, id, desired, o),
      announce: (id) => announceNodeGroup(context, id),
    },
    addons: {
      observe: (id, o) => observeAddon(context, id, o),
      converge: writing((id, desired, o) => convergeAddon(context, id, desired, o)),
      remove: writing((id, o) => removeAddon(context, id, o)),
      existing: (id, desired, o) => existingAddon(context, id, desired, o),
      announce: (id) => announceAddon(context, id),
    },
    quotas: createQuotaWatch(context, async (signal) => (await offers.instanceTypes({ signal })).items),
    offers: {
      ...offers,
      quota: ({ signal }) => quota(context, namespace, signal),
    },
    close: async () => {
      watch.close();
      await tenants.close();
    },
  };
}

/** An answer that is asked for once and shared; a failure is not remembered. */
function memoized<T>(ask: (signal: AbortSignal) => Promise<T>): (options: ObserveOptions) => Promise<T> {
  let found: Promise<T> | undefined;
  return async ({ signal, fresh = false }) => {
    if (found === undefined || fresh) {
      const mine = ask(new AbortController().signal);
      found = mine;
      mine.catch(() => {
        if (found === mine) found = undefined;
      });
    }
    try {
      return await abortable(found, signal);
    } catch (error) {
      throw CoreError.from(error, "reading what the platform offers", signal);
    }
  };
}

/** The platform as asked for by many: detected by the first who asks and remembered; a failure is not, nor is a guess where it counts. */
function detectOnce(client: KubeClient, log: Log, clock: Clock) {
  let found: Promise<Detection> | undefined;
  const detection = async (signal: AbortSignal): Promise<Detection> => {
    if (found === undefined) {
      const mine = detectPlatform(client, { log, clock });
      found = mine;
      mine.catch(() => {
        if (found === mine) found = undefined;
      });
    }
    try {
      return await abortable(found, signal);
    } catch (error) {
      throw CoreError.from(error, "reading the platform's API description", signal);
    }
  };
  return {
    /** Good enough to read and plan with. */
    platform: async (signal: AbortSignal): Promise<Platform> => (await detection(signal)).platform,
    /** As the platform describes itself: what is written depends on it. Throws CoreError Unreachable, Denied, Stopped. */
    served: async (signal: AbortSignal): Promise<Platform> => {
      const known = found;
      let { platform, guessed } = await detection(signal);
      if (guessed !== undefined && found === known) {
        found = undefined;
        ({ platform, guessed } = await detection(signal));
      }
      if (guessed !== undefined) throw guessed;
      return platform;
    },
  };
}
