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
  monitorsPath,
  type NodeGroupId,
  poolPath,
  poolsPath,
} from "../ids.ts";
import { type AppObject, parseApp, parseApps } from "../object/app-object.ts";
import { type Monitor, parseMonitors } from "../object/monitors.ts";
import type { Conceal } from "../object/secrets.ts";

export interface ReaderOptions {
  readonly client: KubeClient;
  readonly clock: Clock;
  /** Takes secrets out of the platform's texts. */
  readonly conceal: Conceal;
  /** How long an answer may serve other readers, clock ms: while nothing was written yet, and from the first write on. */
  readonly lookMs: number;
  readonly cacheMs: number;
  /** Between two looks at a 404. */
  readonly recheckMs: number;
}

/** How often a 404 is read before it counts. */
const mostReads = 3;
/** At most this many clusters of a namespace are read one by one. A caller that reads more will probably read all. */
const fewClusters = 3;
const never = new AbortController().signal;
/** How long a new object may be missing from a replica's cache. */
const expectMs = 10_000;

interface Shared {
  readonly at: number;
  readonly value: Promise<unknown>;
  /** The answer has come. Its wait no longer needs to be cancellable. */
  answered: boolean;
}

/**
 * Reads of the API, shared: those that ask for the same thing at the same time get one answer, and it serves a while longer, so that
 * a refresh of N groups in many clusters costs a handful of requests, however long it takes. A caller that reads everything once may
 * use cached answers; a caller that writes may not. A 404 is read again before it counts, because two replicas answer
 * from separate caches (platform.md §1.1).
 */
export class Reader {
  private readonly options: ReaderOptions;
  private readonly shared = new Map<string, Shared>();
  private writing = false;
  /** By namespace: how many clusters were read one by one, and whether to list them all did not work. */
  private readonly asked = new Map<string, { clusters: number; inVain: boolean }>();
  /** Objects made a moment ago, and when: a replica that does not show one of them yet is behind. */
  private readonly expected = new Map<string, number>();

  constructor(options: ReaderOptions) {
    this.options = options;
  }

  /** The cluster, undefined where it is certainly gone. */
  cluster(id: ClusterId, signal: AbortSignal, fresh = false): Promise<AppObject | undefined> {
    return this.once(`cluster ${id.namespace}/${id.name}`, fresh, signal, async () => {
      const path = clusterPath(id);
      const listed = fresh || this.writing ? undefined : await this.listed(id);
      return listed ?? (await this.app(path, id.name));
    });
  }

  /** The cluster as one of its namespace's, once enough of them were asked for; undefined where that does not tell. */
  private async listed({ namespace, name }: ClusterId): Promise<AppObject | undefined> {
    const asked = this.asked.get(namespace) ?? { clusters: 0, inVain: false };
    this.asked.set(namespace, asked);
    if (++asked.clusters <= fewClusters || asked.inVain) return undefined;
    try {
      const all = await this.clusters(namespace, never);
      return all.find((cluster) => cluster.name === name);
    } catch (error) {
      rethrowBug(error);
      // Not every user may list. What else fails, fails one by one as well, and is told then.
      asked.inVain = true;
      return undefined;
    }
  }

  /** The cluster, read once: undefined where the replica that answers has none, although another may have it. */
  clusterOnce(id: ClusterId, signal: AbortSignal): Promise<AppObject | undefined> {
    return this.once(`once ${id.namespace}/${id.name}`, false, signal, () => this.app(clusterPath(id), id.name, 1));
  }

  /** The group's own object, undefined where there is certainly none. */
  pool(id: NodeGroupId, signal: AbortSignal, fresh = false): Promise<AppObject | undefined> {
    const name = `${id.cluster}-${id.name}`;
    return this.once(`pool ${id.namespace}/${name}`, fresh, signal, () => this.app(poolPath(id), name));
  }

  clusters(namespace: string, signal: AbortSignal, fresh = false): Promise<AppObject[]> {
    return this.once(`clusters ${namespace}`, fresh, signal, async () =>
      parseApps(await this.get(clustersPath(namespace)), this.options.conceal),
    );
  }

  pools(namespace: string, signal: AbortSignal, fresh = false): Promise<AppObject[]> {
    return this.once(`pools ${namespace}`, fresh, signal, async () =>
      parseApps(await this.get(poolsPath(namespace)), this.options.conceal),
    );
  }

  monitors(namespace: string, signal: AbortSignal, fresh = false): Promise<Monitor[]> {
    return this.once(`monitors ${namespace}`, fresh, signal, async () =>
      parseMonitors(await this.get(monitorsPath(namespace))),
    );
  }

  /** An object was just made: for a while a 404 only means that a replica is behind (platform.md §1.1). */
  expect(path: string): void {
    this.expected.set(path, this.options.clock.now());
  }

  /** An object is being deleted: a 404 means what it says. */
  unexpect(path: string): void {
    this.expected.delete(path);
  }

  private isExpected(path: string): boolean {
    const since = this.expected.get(path);
    return since !== undefined && this.options.clock.now() - since < expectMs;
  }

  /** Something is going to be written: from now on an answer only serves for a moment. */
  expectWrites(): void {
    this.writing = true;
  }

  /** Forgets every answer: something was written. */
  forget(): void {
    this.expectWrites();
    this.shared.clear();
  }

  /** A read of an object that no other reader shares; undefined where it is certainly gone. */
  async app(path: string, name: string, reads = mostReads): Promise<AppObject | undefined> {
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

  private async once<T>(key: string, fresh: boolean, signal: AbortSignal, read: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const now = this.options.clock.now();
    let shared = this.shared.get(key);
    const serves = this.writing ? this.options.cacheMs : this.options.lookMs;
    if (shared === undefined || fresh || now - shared.at > serves) {
      const value = read();
      const mine: Shared = { at: now, value, answered: false };
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

/** Whether an error says that exactly this object is not there; a 404 of the API as a whole says nothing of it. */
function isGone(error: unknown, name: string): boolean {
  return error instanceof KubeError && error.code === "NotFound" && error.message.includes(`"${name}" not found`);
}
