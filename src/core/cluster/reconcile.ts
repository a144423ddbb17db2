import { type Context, clusterSubject } from "../context.ts";
import { CoreError } from "../core-error.ts";
import type { Converged } from "../desired/state.ts";
import type { ClusterId } from "../ids.ts";
import { releaseNumber } from "../object/app-object.ts";
import type { WaitOptions } from "../options.ts";
import type { Owner } from "../owner.ts";
import { diagnose, waited } from "../rollout/diagnose.ts";
import { expectCluster } from "../rollout/existing-cluster.ts";
import { neutralEdit } from "../rollout/force-reconcile.ts";
import { awaitWrite, fromWrite, type Outcome, type Stage } from "../rollout/wait.ts";
import { type Baseline, reconciled } from "../write/baseline.ts";
import type { Holder } from "../write/write-queue.ts";

/** The result of a reconciliation. */
export interface Reconciled {
  /** Number of the Helm release that it made. */
  readonly release: number | undefined;
}

/**
 * Makes one neutral change of a cluster, which starts a Helm upgrade without a change of settings, and waits until its release is rolled
 * out. Throws CoreError NotFound, Deleting, Refused (no neutral change is possible, or the platform fails with the stored settings),
 * Denied, Timeout, Stopped and the other errors of a write.
 */
export async function reconcileCluster(
  context: Context,
  id: ClusterId,
  options: WaitOptions,
): Promise<Converged<Reconciled>> {
  const began = context.clock.now();
  const doing = `reconciling cluster ${id.name}`;
  try {
    const found = await context.reader.cluster(id, options.signal, true);
    const { uid } = expectCluster(context, id, found, "A cluster that is being deleted is not reconciled.");
    const outcome = await reconcile(context, id, uid, options);
    if (outcome.kind === "done") {
      return { release: releaseNumber(outcome.seen.object.ready?.message ?? ""), warnings: outcome.warnings };
    }
    const after = `After ${waited({ began, options })} cluster ${id.name} is not reconciled: ${outcome.why}.`;
    throw new CoreError("Timeout", `${after} ${await diagnose(context, id)}`.trim(), {
      summary: `Cluster ${id.name} is not reconciled yet`,
      hint: "The platform continues in the background. Try again later, or wait longer.",
    });
  } catch (error) {
    throw CoreError.from(error, doing, options.signal);
  }
}

async function reconcile(context: Context, id: ClusterId, uid: string, options: WaitOptions): Promise<Outcome> {
  const { writer, watch, clock } = context;
  const subject = clusterSubject(context, id);
  const owner: Owner = { kind: "cluster", name: id.name };
  const holder: Holder = {};
  try {
    const written = await writer.submit(subject.ref, neutralEdit(owner, uid), { ...options, holder });
    if (!written.wrote) throw noNeutralChange(id);
    watch.poke(subject.ref);
    // The settings are the same: a failure that is reported again is the result.
    const hadFailed = written.before.ready?.status === "False";
    const baseline = hadFailed ? reconciled(written.before, clock.now()) : written.baseline;
    const wait = { ...options, ...fromWrite(written), baseline, edit: undefined, owner, subject };
    return await awaitWrite(context, { ...wait, stages: [newRelease(baseline)] });
  } finally {
    writer.queue(subject.ref).release(holder);
  }
}

/** The stage that ends with a release number above the one before the write. */
const newRelease = (baseline: Baseline): Stage => ({
  missing: async ({ object }) => {
    const former = "release" in baseline ? baseline.release : undefined;
    const release = releaseNumber(object.ready?.message ?? "");
    const isNew = former === undefined || release === undefined || release > former;
    return isNew ? undefined : "the platform has made no new release yet";
  },
});

const noNeutralChange = ({ name }: ClusterId): CoreError =>
  new CoreError("Refused", `Every setting of cluster ${name} that could be used for a neutral change is configured.`, {
    summary: `Cluster ${name} cannot be reconciled without a change`,
    hint: "Change a setting instead: every change of a setting is a reconciliation.",
  });
