import { type Context, clusterSubject } from "../context.ts";
import type { ClusterId } from "../ids.ts";
import type { AppObject } from "../object/app-object.ts";
import type { WaitOptions } from "../options.ts";
import type { Edit, Written } from "../write/edit.ts";
import type { Holder } from "../write/write-queue.ts";
import { awaitWrite, fromWrite, type Outcome, type Stage } from "./wait.ts";

/** One owner's write to a cluster, and the wait that follows. */
export interface Step extends WaitOptions {
  readonly waitFor: "accepted" | "ready";
  /** Default: a holder that yields to no other owner. */
  readonly holder?: Holder;
  /** Called as soon as the API has accepted the write, before it is read back. */
  readonly accepted?: (object: AppObject) => void;
  readonly stages: readonly Stage[];
}

/**
 * Writes an edit to a cluster and waits for its result; the next write of the cluster is delayed meanwhile. The outcome is undefined if
 * only the acceptance is waited for. Throws the errors of `Writer.submit` and `awaitWrite`.
 */
export async function writeAndWait(
  context: Context,
  cluster: ClusterId,
  edit: Edit,
  step: Step,
): Promise<{ readonly written: Written; readonly outcome: Outcome | undefined }> {
  const { signal, deadline, waitFor, accepted, holder = {} } = step;
  const subject = clusterSubject(context, cluster);
  try {
    const written = await context.writer.submit(subject.ref, edit, {
      signal,
      deadline,
      ...(accepted === undefined ? {} : { accepted }),
      ...(waitFor === "ready" ? { holder } : {}),
    });
    context.watch.poke(subject.ref);
    if (waitFor === "accepted") return { written, outcome: undefined };
    const { owner, purpose } = edit;
    const removal = purpose === "remove";
    const wait = { ...step, ...fromWrite(written), edit, owner, removal, subject };
    return { written, outcome: await awaitWrite(context, wait) };
  } finally {
    context.writer.queue(subject.ref).release(holder);
  }
}
