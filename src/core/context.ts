import type { Clock } from "../base/clock.ts";
import { beforeDeadline } from "../base/deadline.ts";
import type { Log } from "../base/log.ts";
import type { RwLock } from "../base/rw-lock.ts";
import type { KubeClient } from "../kube/kube-client.ts";
import type { KubeError } from "../kube/kube-error.ts";
import { CoreError, isTransient, rethrowBug } from "./core-error.ts";
import { type ClusterId, clusterPath, type NodeGroupId, poolName, poolPath } from "./ids.ts";
import type { Secrets } from "./object/secrets.ts";
import type { Platform } from "./platform/platform.ts";
import type { Reader } from "./read/reader.ts";
import type { Tenants } from "./read/tenants.ts";
import type { Subject, Watch } from "./read/watch.ts";
import type { Target } from "./write/edit.ts";
import type { Writer } from "./write/writer.ts";

/** Delays of the library, clock ms. */
export interface Settle {
  /** How long a write waits for company. */
  readonly coalesceMs: number;
  /** How long the waiters of one write may hold up the next. */
  readonly holdMs: number;
  /** How long a waiter holds up even the write that it waits for itself. */
  readonly yieldMs: number;
  /** How long an old failure may stand after a write before one neutral change clears it. */
  readonly healAfterMs: number;
  /** How long a read serves other readers. */
  readonly readCacheMs: number;
  /** The same until the first converge or remove. Longer than `readCacheMs` only for who looks at everything once and is then gone. */
  readonly lookMs: number;
  /** How long a success must stand that may belong to the release before a write. */
  readonly quietMs: number;
  /** How long a success that never moved must stand after a write: the values were put back before Flux looked. */
  readonly unmovedMs: number;
  /** How long a tenant cluster that runs may be out of this machine's reach before that is accepted, with a warning. */
  readonly reachMs: number;
  /**
   * After a write, until it is read back: the servers from 1.5 on repeat another writer's older object over it for up to 600 ms
   * (platform.md §1.5, §7).
   */
  readonly readBackMs: number;
  /** How long the monitors may outlive a deleted object before what it ran counts as orphaned. */
  readonly orphanMs: number;
}

export const defaultSettle: Settle = {
  coalesceMs: 100,
  holdMs: 600_000,
  yieldMs: 10_000,
  healAfterMs: 15_000,
  readCacheMs: 2_000,
  lookMs: 2_000,
  quietMs: 10_000,
  unmovedMs: 120_000,
  reachMs: 30_000,
  readBackMs: 1_000,
  orphanMs: 120_000,
};

/** What the parts of one Hikube share. */
export interface Context {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly settle: Settle;
  readonly reader: Reader;
  readonly writer: Writer;
  readonly watch: Watch;
  readonly tenants: Tenants;
  readonly secrets: Secrets;
  readonly lock: RwLock;
  /** Detected once per process; may be a guess, good enough to read and plan with. */
  readonly platform: (signal: AbortSignal) => Promise<Platform>;
  /** The same for whoever writes: never a guess. Throws CoreError Unreachable or Denied. */
  readonly served: (signal: AbortSignal) => Promise<Platform>;
  /** Neutral changes made, by object and write: never two for one write. */
  readonly healings: Map<string, Promise<void>>;
}

export const clusterTarget = (id: ClusterId): Target => ({ path: clusterPath(id), name: id.name, cluster: true });
export const poolTarget = (id: NodeGroupId): Target => ({ path: poolPath(id), name: poolName(id), cluster: false });

export const clusterSubject = (context: Context, id: ClusterId): Subject => ({
  key: clusterPath(id),
  what: `cluster ${id.name}`,
  namespace: id.namespace,
  read: (signal) => context.reader.cluster(id, signal, true),
});

export const poolSubject = (context: Context, id: NodeGroupId): Subject => ({
  key: poolPath(id),
  what: `node group ${id.name}`,
  namespace: id.namespace,
  read: (signal) => context.reader.pool(id, signal, true),
});

/** What every waiting call takes. */
export interface WaitOptions {
  readonly signal: AbortSignal;
  /** Clock ms. */
  readonly deadline: number;
  readonly progress?: (message: string) => void;
}

export interface ConvergeOptions<Desired, State> extends WaitOptions {
  readonly waitFor: "accepted" | "ready";
  /** What this owner wished last time: what is still desired alike is not written, what is no longer desired is given back. */
  readonly previous?: Partial<Desired>;
  /** The cluster must still be this one. */
  readonly expectUid?: string;
  /** Whether the owner believes that it does not exist yet. */
  readonly create: boolean;
  /** Called as soon as the API accepted the write, before anything is waited for. */
  readonly accepted?: (state: State) => void;
}

export interface ObserveOptions {
  readonly signal: AbortSignal;
  /** Look anew instead of sharing a recent answer. */
  readonly fresh?: boolean;
}

/** What a look inside a cluster told last time, and of which cluster as it then was (`insideKey`). */
export interface KnownInside {
  readonly key: string;
  readonly endpoint: string | undefined;
  readonly caCertificate: string | undefined;
  readonly kubernetesVersion: string | undefined;
}

export interface ObserveClusterOptions extends ObserveOptions {
  /** One look, where a cluster is expected not to be there and the write that follows would find out anyhow. */
  readonly glance?: boolean;
  /** `skip`: without a look inside. Else what is known is believed as long as nothing about the cluster could change it. */
  readonly inside?: "skip" | KnownInside;
}

export interface RemoveOptions extends WaitOptions {
  readonly expectUid?: string;
}

/** What the removal of a part of a cluster takes. */
export interface MemberRemoveOptions extends RemoveOptions {
  /** `accepted`: gone from the cluster's settings; the machines drain in the background. Default `ready`: they are gone as well. */
  readonly waitFor?: "accepted" | "ready";
}

/** How long a look may take beyond a deadline, and one for the last words about something. */
const lastLookMs = 5_000;

/** Reads what a write needs to know first, and waits out an API server that restarts, until the deadline. Throws CoreError. */
export async function patiently<T>(
  context: Context,
  { signal, deadline }: WaitOptions,
  read: () => Promise<T>,
): Promise<T> {
  const { clock, client } = context;
  let trouble: unknown;
  const latest = Math.max(deadline, clock.now() + lastLookMs);
  const attempt = async (either: AbortSignal) => {
    for (let backoff = 200; ; backoff = Math.min(backoff * 2, 5_000)) {
      try {
        return { value: await read() };
      } catch (error) {
        if (either.aborted || !isTransient(error) || clock.now() + backoff > deadline) throw error;
        trouble = error;
        context.log("debug", "the platform's API does not answer; trying again");
        await clock.sleep(backoff * (0.5 + context.random()), either);
      }
    }
  };
  const answer = await beforeDeadline(clock, latest, signal, attempt, () => {
    trouble ??= client.failing();
  });
  if (answer !== undefined) return answer.value;
  throw trouble ?? new CoreError("Unreachable", "The platform's API did not answer before the deadline.");
}

/**
 * A look for the last words about something, after its deadline or beside its success: undefined where it does not succeed soon.
 * @param late told why, as far as that is known.
 */
export async function lastLook<T>(
  { clock, client }: Context,
  look: (signal: AbortSignal) => Promise<T>,
  late: (why: KubeError | undefined) => void = () => {},
): Promise<T | undefined> {
  const never = new AbortController().signal;
  const until = clock.now() + lastLookMs;
  return await beforeDeadline(clock, until, never, look, () => late(client.failing())).catch(rethrowBug);
}
