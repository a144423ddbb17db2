import type { Log } from "../../base/log.ts";
import { type Scheduler, Stopped } from "./scheduler.ts";

/** When to reconcile again, as a moment of the scheduler's clock; undefined: after the next change only. */
export type Next = number | undefined;

/** Brings what it is responsible for closer to the wanted state of one object, whatever state it finds. */
export interface Controller {
  readonly name: string;
  reconcile(key: string): Next | Promise<Next>;
}

/** A controller whose `reconcile` never waits. */
export interface ImmediateController extends Controller {
  reconcile(key: string): Next;
}

/** The work queue of a controller: one reconcile at a time per object. */
interface ControlLoop {
  /** Reconciles now, or after so many lifecycle milliseconds, in place of what is pending for the object. */
  touch(key: string, delayMs?: number): void;
}

interface ControlLoopOptions {
  readonly scheduler: Scheduler;
  readonly log: Log;
  /** Pause between a reconcile and the next one when the object changed meanwhile. Lifecycle milliseconds. */
  readonly pauseMs: number;
}

/** After a failure of the sandbox's own, an object is reconciled again this much later. */
const failureMs = 300_000;

export function runController(controller: Controller, options: ControlLoopOptions): ControlLoop {
  const { scheduler, log, pauseMs } = options;
  const busy = new Set<string>();
  const changedMeanwhile = new Set<string>();
  const pending = new Map<string, () => void>();

  const schedule = (key: string, moment: number): void => {
    pending.get(key)?.();
    const start = () => {
      pending.delete(key);
      run(key);
    };
    pending.set(key, scheduler.at(moment, start));
  };
  const finish = (key: string, next: Next): void => {
    busy.delete(key);
    const changed = changedMeanwhile.delete(key);
    if (pending.has(key)) return;
    if (changed) schedule(key, scheduler.due(pauseMs));
    else if (next !== undefined) schedule(key, next);
  };
  const fail = (key: string, error: unknown): void => {
    if (!(error instanceof Stopped)) {
      log("error", `the sandbox's ${controller.name} controller failed`, { object: key, error: String(error) });
    }
    finish(key, scheduler.due(failureMs));
  };
  const run = (key: string): void => {
    if (busy.has(key)) {
      changedMeanwhile.add(key);
      return;
    }
    busy.add(key);
    try {
      const result = controller.reconcile(key);
      if (result instanceof Promise) {
        result.then(
          (next) => finish(key, next),
          (error: unknown) => fail(key, error),
        );
      } else finish(key, result);
    } catch (error) {
      fail(key, error);
    }
  };
  return {
    touch: (key, delayMs) => {
      if (delayMs !== undefined) return schedule(key, scheduler.due(delayMs));
      pending.get(key)?.();
      pending.delete(key);
      run(key);
    },
  };
}

/** Several controllers of the same objects as one: each reconciles what the ones before it left, then `done` is called. */
export function inSequence(
  name: string,
  controllers: readonly ImmediateController[],
  done: () => void,
): ImmediateController {
  return {
    name,
    reconcile: (key) => {
      let next: Next;
      for (const controller of controllers) next = earliest(next, controller.reconcile(key));
      done();
      return next;
    },
  };
}

export function earliest(...moments: readonly Next[]): Next {
  const known = moments.filter((moment) => moment !== undefined);
  return known.length > 0 ? Math.min(...known) : undefined;
}
