import { beforeDeadline } from "../base/deadline.ts";
import { type Context, clusterSubject } from "./context.ts";
import { CoreError } from "./core-error.ts";
import type { Converged } from "./desired/state.ts";
import type { ClusterId } from "./ids.ts";
import type { AppObject } from "./object/app-object.ts";
import { isAsAtWrite, lastWriteOf } from "./object/last-write.ts";
import type { WaitOptions } from "./options.ts";
import type { ClusterProgress, ReadProgress } from "./progress.ts";
import { ClusterReadiness } from "./rollout/cluster-readiness.ts";
import { diagnose, headline, notReady, waited } from "./rollout/diagnose.ts";
import { cannotBecomeReady, expectCluster } from "./rollout/existing-cluster.ts";
import { isDeterministic } from "./rollout/faults.ts";
import { asFarAsSeen, deletedMeanwhile, lastErrorOf, type Seen, unanswered } from "./rollout/wait.ts";

export interface ReadyOptions extends WaitOptions {
  /** Called with each progress that was read. */
  readonly seen?: (progress: ClusterProgress) => void;
}

/**
 * Waits until a cluster, its node groups and its add-ons are ready and run the stored version. Reads only. Throws CoreError NotFound,
 * Deleting, Refused (the platform fails in the same way at every retry), Denied, Timeout, Stopped; Unreachable if the platform does not
 * answer at the beginning.
 */
export async function awaitReady(
  context: Context,
  read: ReadProgress,
  id: ClusterId,
  options: ReadyOptions,
): Promise<Converged<ClusterProgress>> {
  const { clock, reader } = context;
  const { signal, deadline } = options;
  const began = clock.now();
  const wait = new ReadyWait(context, read, id, options);
  let lastError: string | undefined;
  try {
    wait.look(await reader.cluster(id, signal, true));
    const ready = await beforeDeadline(
      clock,
      deadline,
      signal,
      (either) => wait.run(either),
      () => {
        lastError = lastErrorOf(context, clusterSubject(context, id));
      },
    );
    if (ready !== undefined) return ready;
  } catch (error) {
    throw CoreError.from(error, `waiting for cluster ${id.name}`, signal);
  }
  const why = notReady(`cluster ${id.name}`, asFarAsSeen(wait.why, lastError));
  const text = `After ${waited({ began, options })} ${why} ${await diagnose(context, id)}`;
  throw new CoreError("Timeout", text.trim(), {
    summary: headline(`cluster ${id.name}`),
    hint: "The platform continues in the background. Try again later, or wait longer.",
  });
}

/** The state of one wait. */
class ReadyWait {
  private readonly context: Context;
  private readonly read: ReadProgress;
  private readonly id: ClusterId;
  private readonly options: ReadyOptions;
  private found = false;
  /** The last change of the object that was seen. */
  private rest = { version: "", since: 0 };
  why = "the platform has not answered";

  constructor(context: Context, read: ReadProgress, id: ClusterId, options: ReadyOptions) {
    this.context = context;
    this.read = read;
    this.id = id;
    this.options = options;
  }

  /** Checks the cluster object. Throws if waiting is in vain. */
  look(object: AppObject | undefined): AppObject {
    if (object === undefined && this.found) throw deletedMeanwhile(`cluster ${this.id.name}`);
    const hint = "Wait for another cluster, or create this one again.";
    const existing = expectCluster(this.context, this.id, object, hint);
    this.found = true;
    if (existing.resourceVersion !== this.rest.version)
      this.rest = { version: existing.resourceVersion, since: this.context.clock.now() };
    return existing;
  }

  async run(signal: AbortSignal): Promise<Converged<ClusterProgress>> {
    const { watch } = this.context;
    const readiness = new ClusterReadiness(this.context, this.id, { signal, version: true, mustAnswer: false });
    for (;;) {
      const observation = await watch.next(clusterSubject(this.context, this.id), signal);
      const seen: Seen = { ...observation, object: this.look(observation.object) };
      try {
        const [read] = await this.read({ id: this.id, signal, fresh: true });
        if (read === undefined) continue;
        const isOld = this.isUnreconciled(seen.object);
        const progress = isOld ? unreconciled(read) : read;
        this.options.seen?.(progress);
        if (!isOld) this.rejectFailure(seen.object);
        const missing = missingOf(progress) ?? (await readiness.missing(seen));
        if (missing === undefined) return { ...progress, warnings: readiness.warnings };
        if (missing !== this.why) this.options.progress?.(`cluster ${this.id.name}: ${missing}`);
        this.why = missing;
      } catch (error) {
        this.why = unanswered(error, signal);
      }
    }
  }

  /** Throws CoreError Refused if the platform fails in the same way at every retry. */
  private rejectFailure({ ready }: AppObject): void {
    if (ready?.status !== "False" || !isDeterministic(ready.message)) return;
    const hint = "Correct the cluster's settings first. If they are correct by now, force a reconciliation.";
    throw cannotBecomeReady(this.id, ready.message, hint);
  }

  /**
   * Whether the condition is still the one from before the last write, which says nothing about the write. After `quietMs` without a
   * change it counts: a write of labels alone starts no release.
   */
  private isUnreconciled(object: AppObject): boolean {
    const { clock, timings } = this.context;
    const last = lastWriteOf(object);
    return last !== undefined && isAsAtWrite(last, object) && clock.now() - this.rest.since < timings.quietMs;
  }
}

/** What is read of a cluster whose last change the platform has not taken up: its condition is that of the release before. */
const unreconciled = (read: ClusterProgress): ClusterProgress => ({
  ...read,
  ready: false,
  status: "progressing",
  message: "the platform has not taken up the last change yet",
});

/** Returns the first thing that is not ready; undefined if everything is. */
function missingOf({ ready, status, message, nodeGroups, addons }: ClusterProgress): string | undefined {
  if (ready) return undefined;
  if (status !== "ready") return message === "" || status === "starting" ? `it is ${status}` : message;
  const group = nodeGroups.find((one) => !one.ready);
  if (group !== undefined) return `${group.readyReplicas} of ${group.minReplicas} nodes of ${group.name} run`;
  const addon = addons.find((one) => !one.ready);
  return addon === undefined ? undefined : `add-on ${addon.name}: ${addon.message || addon.status}`;
}
