import { describe, expect, test } from "vitest";
import { inSequence, type Next, runController } from "../../../src/sandbox/platform/controller.ts";
import type { Scheduler } from "../../../src/sandbox/platform/scheduler.ts";

/** A scheduler whose time passes by `advance` only. */
function manualScheduler(): Scheduler & { advance(ms: number): void } {
  let now = 0;
  let tasks: { moment: number; task: () => void }[] = [];
  const at = (moment: number, task: () => void) => {
    const entry = { moment, task };
    tasks.push(entry);
    return () => {
      tasks = tasks.filter((one) => one !== entry);
    };
  };
  return {
    now: () => now,
    due: (ms) => now + ms,
    at,
    after: (ms, task) => at(now + ms, task),
    sleep: (ms) => new Promise((resolve) => at(now + ms, resolve)),
    stop: () => {
      tasks = [];
    },
    advance: (ms) => {
      now += ms;
      const due = tasks.filter(({ moment }) => moment <= now);
      tasks = tasks.filter(({ moment }) => moment > now);
      for (const { task } of due) task();
    },
  };
}

function started(reconcile: (key: string) => Next | Promise<Next>) {
  const scheduler = manualScheduler();
  const errors: string[] = [];
  const seen: string[] = [];
  const log = (_level: string, message: string) => void errors.push(message);
  const controller = {
    name: "test",
    reconcile: (key: string) => {
      seen.push(`${key}@${scheduler.now()}`);
      return reconcile(key);
    },
  };
  return { loop: runController(controller, { scheduler, log, pauseMs: 5 }), scheduler, errors, seen };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("control loop", () => {
  test("reconciles at once, and again at the moment that reconcile answers", () => {
    const { loop, scheduler, seen } = started(() => (scheduler.now() < 20 ? scheduler.now() + 10 : undefined));
    loop.touch("a");
    for (let step = 0; step < 10; step += 1) scheduler.advance(10);
    expect(seen).toEqual(["a@0", "a@10", "a@20"]);
  });

  test("replaces what is pending for an object, and leaves other objects alone", () => {
    const { loop, scheduler, seen } = started(() => undefined);
    loop.touch("a", 10);
    loop.touch("b", 10);
    scheduler.advance(6);
    loop.touch("a", 10);
    scheduler.advance(4);
    scheduler.advance(6);
    expect(seen).toEqual(["b@10", "a@16"]);
  });

  test("reconciles an object that changed meanwhile after a pause, never concurrently", async () => {
    const waiting: (() => void)[] = [];
    const { loop, scheduler, seen } = started(
      () =>
        new Promise((resolve) => {
          waiting.push(() => resolve(1_000));
        }),
    );
    loop.touch("a");
    loop.touch("a");
    loop.touch("a");
    expect(seen).toEqual(["a@0"]);
    waiting.shift()?.();
    await settled();
    scheduler.advance(4);
    expect(seen).toEqual(["a@0"]);
    scheduler.advance(1);
    expect(seen).toEqual(["a@0", "a@5"]);
  });

  test("logs a failure, and reconciles the object again", async () => {
    let fails = true;
    const { loop, scheduler, seen, errors } = started(() => {
      if (fails) throw new Error("broken");
      return undefined;
    });
    loop.touch("a");
    expect(errors).toEqual(["the sandbox's test controller failed"]);
    fails = false;
    scheduler.advance(300_000);
    expect(seen).toEqual(["a@0", "a@300000"]);
    expect(errors).toHaveLength(1);
  });
});

test("controllers in sequence > answer the earliest moment after the last one ran", () => {
  const ran: string[] = [];
  const controller = (name: string, next: Next) => ({
    name,
    reconcile: () => {
      ran.push(name);
      return next;
    },
  });
  const controllers = [controller("a", 30), controller("b", undefined), controller("c", 20)];
  expect(inSequence("all", controllers, () => ran.push("done")).reconcile("x")).toBe(20);
  expect(ran).toEqual(["a", "b", "c", "done"]);
});
