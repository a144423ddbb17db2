import { deleteObject } from "../objects/delete.ts";
import { resources } from "../objects/served-kind.ts";
import { earliest, type Next } from "../platform/controller.ts";
import {
  at,
  type KubeObject,
  nameOf,
  namespaceOf,
  numberAt,
  objectAt,
  textAt,
  timestamp,
} from "../store/kube-object.ts";
import {
  type ClusterWork,
  dueOf,
  isDeleting,
  kindOf,
  ownedBy,
  setStatus,
  type WorkloadStep,
  withCondition,
} from "./cluster-work.ts";
import { createPod, isActive, isReady, phaseOf } from "./pods.ts";
import { recordEvent } from "./record-event.ts";

const component = "job-controller";

/** Runs the pods of every Job until enough of them have succeeded. */
export const reconcileJobs: WorkloadStep = (work) =>
  earliest(...work.store.list(resources.jobs).map((job) => (isDeleting(job) ? undefined : runJob(work, job))));

function runJob(work: ClusterWork, job: KubeObject): Next {
  const finished = textAt(job, "status", "completionTime");
  if (finished !== "") return removeFinished(work, job);
  const parallelism = at(job, "spec", "suspend") === true ? 0 : (numberAt(job, "spec", "parallelism") ?? 1);
  const completions = numberAt(job, "spec", "completions") ?? 1;
  const pods = ownedBy(work, resources.pods, job);
  const succeeded = pods.filter((pod) => phaseOf(pod) === "Succeeded").length;
  const active = pods.filter(isActive);
  const wanted = Math.min(parallelism, Math.max(0, completions - succeeded));
  for (let count = active.length; count < wanted; count += 1) {
    if (!createPod(work, job, { template: at(job, "spec", "template"), component })) break;
  }
  const kind = kindOf(work, resources.pods);
  for (const pod of active.slice(wanted)) if (kind) deleteObject(work, kind, pod);
  report(work, job, succeeded, succeeded >= completions);
  return undefined;
}

function report(work: ClusterWork, job: KubeObject, succeeded: number, isDone: boolean): void {
  const now = timestamp(work.now());
  const active = ownedBy(work, resources.pods, job).filter(isActive);
  const { conditions, ...before } = objectAt(job, "status");
  const list = Array.isArray(conditions) ? conditions : [];
  const complete = (type: string) => ({
    type,
    status: "True" as const,
    reason: "CompletionsReached",
    message: "Reached expected number of succeeded pods",
  });
  const current = work.store.get(resources.jobs, namespaceOf(job), nameOf(job)) ?? job;
  setStatus(work, resources.jobs, current, {
    startTime: textAt(before, "startTime") || now,
    ...(active.length > 0 ? { active: active.length } : {}),
    ready: active.filter(isReady).length,
    terminating: 0,
    uncountedTerminatedPods: {},
    ...(succeeded > 0 ? { succeeded } : {}),
    ...(isDone
      ? {
          completionTime: now,
          conditions: withCondition(
            work,
            withCondition(work, list, complete("SuccessCriteriaMet")),
            complete("Complete"),
          ),
        }
      : {}),
  });
  if (isDone) recordEvent(work, job, { reason: "Completed", message: "Job completed", component });
}

/** A finished job with `ttlSecondsAfterFinished` goes by itself. */
function removeFinished(work: ClusterWork, job: KubeObject): Next {
  const seconds = numberAt(job, "spec", "ttlSecondsAfterFinished");
  if (seconds === undefined) return undefined;
  const due = dueOf(work, job, "ttl", seconds * 1000);
  if (due > work.now()) return due;
  const kind = kindOf(work, resources.jobs);
  if (kind) deleteObject(work, kind, job);
  return undefined;
}
