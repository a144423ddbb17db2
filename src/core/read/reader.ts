import { abortable } from "../../base/abort.ts";
import type { Clock } from "../../base/clock.ts";
import type { Json } from "../../base/json.ts";
import type { KubeClient } from "../../kube/kube-client.ts";
import { KubeError } from "../../kube/kube-error.ts";
import { rethrowBug } from "../core-error.ts";
import {
  type ClusterId,
  clusterPath,
  clustersPath,
  ingressesPath,
  monitorsPath,
  type NodeGroupId,
  type ObjectRef,
  poolName,
  poolPath,
  poolsPath,
  servicesPath,
} from "../ids.ts";
import { type AppObject, parseApp, parseApps } from "../object/app-object.ts";
import { type Monitor, parseMonitors } from "../object/monitors.ts";
import { type Published, parsePublished } from "../object/published.ts";
import type { Conceal } from "../object/secrets.ts";
import type { ObserveOnceOptions } from "../options.ts";

export interface ReaderOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  /** Redacts secrets in the platform's texts. */
  readonly conceal: Conceal;
  /** How long a response is shared with later readers, clock ms: `lookMs` before the first write, `cacheMs` from then on. */
  readonly lookMs: number;
  readonly cacheMs: number;
  /** Delay between two reads of a 404. */
  readonly recheckMs: number;
}

/** Number of reads until a 404 counts. */
const mostReads = 3;
/** The same after a deletion: one of each replica (platform.md §5.4). */
const readsOfDeleted = 2;
/** Number of clusters of a namespace that are read one by one. A caller that reads more will probably read all. */
const fewClusters = 3;
const never = new AbortController().signal;
/** How long a new object may be missing from a replica's cache, clock ms. */
const expectMs = 10_000;

/** Key of the response of one replica; other keys are paths. */
const onceKey = (path: string): string => `${path} once`;

interface Shared {
  readonly at: number;
  readonly value: Promise<unknown>;
  /** The response has arrived, so its wait no longer needs to be cancellable. */
  answered: boolean;
}

/**
 * Shared reads of the API: concurrent reads of the same path share one response, which also serves later reads for a short time, so
 * that a refresh of many groups and clusters needs few requests. Callers that write must not use cached responses. A 404 is read again
 * before it counts, because two replicas respond from separate caches (platform.md §1.1).
 */
export class Reader {
  private readonly options: ReaderOptions;
  private readonly shared = new Map<string, Shared>();
  private writing = false;
  /** By namespace: the number of clusters read one by one, and whether listing all of them failed. */
  private readonly asked = new Map<string, { clusters: number; inVain: boolean }>();
  /** By path: the creation time of a new object, which a stale replica does not show yet, or that an object is being deleted. */
  private readonly expected = new Map<string, number | "gone">();

  constructor(options: ReaderOptions) {
    this.options = options;
  }

  /** Returns the cluster; undefined if it is certainly gone. */
  cluster(id: ClusterId, signal: AbortSignal, fresh = false): Promise<AppObject | undefined> {
    const path = clusterPath(id);
    return this.once(path, fresh, signal, async () => {
      const listed = fresh || this.writing ? undefined : await this.listed(id);
      return listed ?? (await this.app(path, id.name));
    });
  }

  /**
   * Returns the cluster for a write, which reads it again; undefined if it is certainly gone. A shared response serves as long as it
   * shows the cluster.
   */
  async present(id: ClusterId, signal: AbortSignal): Promise<AppObject | undefined> {
    const shared = await this.cluster(id, signal);
    return shared === undefined || shared.deletedAt !== undefined ? await this.cluster(id, signal, true) : shared;
  }

  /** Returns the cluster from a list of its namespace, once enough single clusters were read; undefined if the list does not contain it. */
  private async listed({ namespace, name }: ClusterId): Promise<AppObject | undefined> {
    const asked = this.asked.get(namespace) ?? { clusters: 0, inVain: false };
    this.asked.set(namespace, asked);
    if (++asked.clusters <= fewClusters || asked.inVain) return undefined;
    try {
      const all = await this.clusters(namespace, never);
      return all.find((cluster) => cluster.name === name);
    } catch (error) {
      rethrowBug(error);
      // Not every user may list. Any other failure occurs in the single read as well and is reported there.
      asked.inVain = true;
      return undefined;
    }
  }

  /** Returns the cluster; with `once`, as `clusterOnce` does. */
  find(id: ClusterId, { signal, fresh = false, once = false }: ObserveOnceOptions): Promise<AppObject | undefined> {
    return once ? this.clusterOnce(id, signal) : this.cluster(id, signal, fresh);
  }

  /** Reads the cluster once; undefined if the responding replica has none, although another may have it. A shared response counts, too. */
  private clusterOnce(id: ClusterId, signal: AbortSignal): Promise<AppObject | undefined> {
    const path = clusterPath(id);
    if (this.serving(path) !== undefined) return this.cluster(id, signal);
    return this.once(onceKey(path), false, signal, () => this.app(path, id.name, 1));
  }

  /** Returns the `KubernetesNodes` object of a group; undefined if there is certainly none. */
  pool(id: NodeGroupId, signal: AbortSignal, fresh = false): Promise<AppObject | undefined> {
    const path = poolPath(id);
    return this.once(path, fresh, signal, () => this.app(path, poolName(id)));
  }

  clusters(namespace: string, signal: AbortSignal, fresh = false): Promise<AppObject[]> {
    const path = clustersPath(namespace);
    return this.once(path, fresh, signal, async () => parseApps(await this.get(path), this.options.conceal));
  }

  pools(namespace: string, signal: AbortSignal, fresh = false): Promise<AppObject[]> {
    const path = poolsPath(namespace);
    return this.once(path, fresh, signal, async () => parseApps(await this.get(path), this.options.conceal));
  }

  monitors(namespace: string, signal: AbortSignal, fresh = false): Promise<Monitor[]> {
    const path = monitorsPath(namespace);
    return this.once(path, fresh, signal, async () => parseMonitors(await this.get(path)));
  }

  /** Returns the Ingresses of a namespace; undefined for a user who may not read them. */
  async ingresses(namespace: string, signal: AbortSignal, fresh = false): Promise<Published[] | undefined> {
    return await this.published(ingressesPath(namespace), {}, signal, fresh);
  }

  /** Returns the load balancers that clusters have in a namespace; undefined for a user who may not read them. */
  async balancers(namespace: string, signal: AbortSignal, fresh = false): Promise<Published[] | undefined> {
    return await this.published(
      servicesPath(namespace),
      { labelSelector: "cluster.x-k8s.io/cluster-name" },
      signal,
      fresh,
    );
  }

  private published(
    path: string,
    query: Readonly<Record<string, string>>,
    signal: AbortSignal,
    fresh: boolean,
  ): Promise<Published[] | undefined> {
    return this.once(path, fresh, signal, async () => {
      try {
        return parsePublished(await this.options.client.request({ method: "GET", path, query }));
      } catch (error) {
        if (error instanceof KubeError && (error.code === "Forbidden" || error.code === "NotFound")) return undefined;
        throw error;
      }
    });
  }

  /** Registers a new object: a 404 shortly afterwards only means that a replica is stale (platform.md §1.1). */
  expect(path: string): void {
    this.expected.set(path, this.options.clock.now());
  }

  /** Registers an object that is being deleted: a 404 counts sooner. */
  expectGone(path: string): void {
    this.expected.set(path, "gone");
  }

  private readsUntilGone(path: string): number {
    return this.expected.get(path) === "gone" ? readsOfDeleted : mostReads;
  }

  private isExpected(path: string): boolean {
    const since = this.expected.get(path);
    return typeof since === "number" && this.options.clock.now() - since < expectMs;
  }

  /** From now on, a response is shared for `cacheMs` only. */
  expectWrites(): void {
    this.writing = true;
  }

  /** Drops the responses that contain an object, before and after a write to it. Its monitors follow the write later. */
  forget({ path }: ObjectRef): void {
    this.expectWrites();
    for (const key of [path, onceKey(path), path.slice(0, path.lastIndexOf("/"))]) this.shared.delete(key);
  }

  /** Shares an object as the API has returned it after a write. */
  seen({ path }: ObjectRef, object: AppObject): void {
    this.shared.set(path, { at: this.options.clock.now(), value: Promise.resolve(object), answered: true });
  }

  /** Reads an object without sharing; undefined if it is certainly gone. */
  async app(path: string, name: string, reads = this.readsUntilGone(path)): Promise<AppObject | undefined> {
    for (let read = 1; ; read++) {
      try {
        return parseApp(await this.get(path), this.options.conceal);
      } catch (error) {
        if (!isGone(error, name)) throw error;
        if (read >= reads && !this.isExpected(path)) return undefined;
        await this.options.clock.sleep(this.options.recheckMs);
      }
    }
  }

  private get(path: string): Promise<Json> {
    return this.options.client.request({ method: "GET", path });
  }

  /** Returns the response that is still shared. */
  private serving(key: string): Shared | undefined {
    const { cacheMs, lookMs, clock } = this.options;
    const shared = this.shared.get(key);
    return shared !== undefined && clock.now() - shared.at <= (this.writing ? cacheMs : lookMs) ? shared : undefined;
  }

  private async once<T>(key: string, fresh: boolean, signal: AbortSignal, read: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    let shared = fresh ? undefined : this.serving(key);
    if (shared === undefined) {
      const value = read();
      const mine: Shared = { at: this.options.clock.now(), value, answered: false };
      value.then(
        () => {
          mine.answered = true;
        },
        () => {
          if (this.shared.get(key) === mine) this.shared.delete(key);
        },
      );
      this.shared.set(key, mine);
      shared = mine;
    }
    return (await (shared.answered ? shared.value : abortable(shared.value, signal))) as T;
  }
}

/** Whether an error reports exactly this object as absent; a 404 of the API as a whole does not. */
function isGone(error: unknown, name: string): boolean {
  return error instanceof KubeError && error.code === "NotFound" && error.message.includes(`"${name}" not found`);
}
