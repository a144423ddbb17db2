import type { Clock } from "../base/clock.ts";
import { beforeDeadline } from "../base/deadline.ts";
import type { Log } from "../base/log.ts";
import { retry } from "../base/retry.ts";
import type { RwLock } from "../base/rw-lock.ts";
import type { KubeClient } from "../kube/kube-client.ts";
import type { KubeError } from "../kube/kube-error.ts";
import { CoreError, isTransient, rethrowBug } from "./core-error.ts";
import { type ClusterId, clusterRef, type NodeGroupId, poolRef } from "./ids.ts";
import type { Secrets } from "./object/secrets.ts";
import type { WaitOptions } from "./options.ts";
import type { Platform } from "./platform/platform.ts";
import type { Reader } from "./read/reader.ts";
import type { Tenants } from "./read/tenants.ts";
import type { Subject, Watch } from "./read/watch.ts";
import type { Timings } from "./timings.ts";
import type { Writer } from "./write/writer.ts";

/** Shared dependencies of one Hikube instance. */
export interface Context {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Log;
  /** Random numbers in [0, 1). */
  readonly random: () => number;
  readonly timings: Timings;
  readonly reader: Reader;
  readonly writer: Writer;
  readonly watch: Watch;
  readonly tenants: Tenants;
  readonly secrets: Secrets;
  readonly lock: RwLock;
  /** Detected once per process. May be assumed from a bundled profile, which is sufficient for reads and plans. */
  readonly platformForRead: (signal: AbortSignal) => Promise<Platform>;
  /** Detected, never assumed; required for writes. Throws CoreError Unreachable or Denied. */
  readonly platformForWrite: (signal: AbortSignal) => Promise<Platform>;
  /** Neutral changes made, keyed by object and write: at most one per write. */
  readonly forcedReconciles: Map<string, Promise<void>>;
}

export const clusterSubject = (context: Context, id: ClusterId): Subject => ({
  ref: clusterRef(id),
  what: `cluster ${id.name}`,
  namespace: id.namespace,
  read: (signal) => context.reader.cluster(id, signal, true),
});

export const poolSubject = (context: Context, id: NodeGroupId): Subject => ({
  ref: poolRef(id),
  what: `node group ${id.name}`,
  namespace: id.namespace,
  read: (signal) => context.reader.pool(id, signal, true),
});

/** Time limit for one additional read after a deadline, clock ms. */
const lastReadMs = 5_000;

/**
 * Returns the result of a read that a write depends on. Retries until the deadline while the API restarts; at least one attempt is
 * made. Throws CoreError.
 */
export async function retryUntilDeadline<T>(
  context: Context,
  { signal, deadline }: WaitOptions,
  read: () => Promise<T>,
): Promise<T> {
  const { clock, random, client, log } = context;
  let lastError: unknown;
  const onRetry = (error: unknown) => {
    lastError = error;
    log("debug", "the platform's API does not answer; trying again");
  };
  const answer = await beforeDeadline(
    clock,
    Math.max(deadline, clock.now() + lastReadMs),
    signal,
    async (either) => ({
      value: await retry(read, { clock, random, deadline, signal: either, isTransient, onRetry }),
    }),
    () => {
      lastError ??= client.failing();
    },
  );
  if (answer !== undefined) return answer.value;
  throw lastError ?? new CoreError("Unreachable", "The platform's API did not answer before the deadline.");
}

/**
 * Returns the result of one additional read, after a deadline or a success; undefined if it does not succeed in time.
 * @param onLate called with the reason, if known.
 */
export async function readOnce<T>(
  { clock, client }: Context,
  read: (signal: AbortSignal) => Promise<T>,
  onLate: (why: KubeError | undefined) => void = () => {},
): Promise<T | undefined> {
  const never = new AbortController().signal;
  const until = clock.now() + lastReadMs;
  return await beforeDeadline(clock, until, never, read, () => onLate(client.failing())).catch(rethrowBug);
}
