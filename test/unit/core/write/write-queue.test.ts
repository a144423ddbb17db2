import { describe, expect, test } from "vitest";
import type { Clock } from "../../../../src/base/clock.ts";
import { RwLock } from "../../../../src/base/rw-lock.ts";
import type { Owner } from "../../../../src/core/owner.ts";
import { type Queued, WriteQueue } from "../../../../src/core/write/write-queue.ts";

/** A clock that moves only when it is told to. */
function manualClock(): Clock & { advance(ms: number): Promise<void> } {
  let now = 0;
  const sleepers = new Set<{ readonly until: number; readonly wake: () => void }>();
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const sleeper = { until: now + ms, wake: resolve };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", () => {
          sleepers.delete(sleeper);
          reject(signal.reason);
        });
      }),
    advance: async (ms) => {
      const end = now + ms;
      for (;;) {
        await new Promise((resolve) => setImmediate(resolve));
        const next = [...sleepers].sort((a, b) => a.until - b.until)[0];
        if (next === undefined || next.until > end) break;
        now = next.until;
        sleepers.delete(next);
        next.wake();
      }
      now = end;
    },
  };
}

const ownerOf = (name: string): Owner => ({ kind: "addon", name });

interface Named extends Queued {
  readonly name: string;
}

function setUp() {
  const clock = manualClock();
  const written: string[] = [];
  const refused: string[] = [];
  const timing = { coalesceMs: 100, coalesceUnheldMs: 40, coalesceMostMs: 500, holdMs: 60_000, yieldMs: 10_000 };
  const queue = new WriteQueue<Named>(clock, timing, async (entries) => {
    written.push(entries.map(({ name }) => name).join("+"));
  });
  const push = (name: string, { urgent = false, isHeld = true } = {}) => {
    const stop = new AbortController();
    queue.push({
      name,
      edit: { owner: ownerOf(name), purpose: "apply" },
      urgent,
      signal: stop.signal,
      holder: isHeld ? {} : undefined,
      deadline: Number.POSITIVE_INFINITY,
      reject: () => refused.push(name),
    });
    return stop;
  };
  return { clock, written, refused, queue, push };
}

describe("the queue of one object", () => {
  test("a write waits for announced owners, with a limit", async () => {
    const { clock, written, queue, push } = setUp();
    queue.announce(ownerOf("b"));
    push("a");
    await clock.advance(400);
    expect(written).toEqual([]);
    push("b");
    await clock.advance(100);
    expect(written).toEqual(["a+b"]);
    queue.announce(ownerOf("never"));
    push("c");
    await clock.advance(9_900);
    expect(written).toEqual(["a+b"]);
    await clock.advance(200);
    expect(written).toEqual(["a+b", "c"]);
  });

  test("hands over together what comes within a moment", async () => {
    const { clock, written, push } = setUp();
    push("a");
    await clock.advance(60);
    push("b");
    await clock.advance(60);
    expect(written).toEqual([]);
    await clock.advance(60);
    expect(written).toEqual(["a+b"]);
  });

  test("waits less where no owner waits for the result", async () => {
    const { clock, written, push } = setUp();
    push("a", { isHeld: false });
    await clock.advance(30);
    push("b", { isHeld: false });
    await clock.advance(50);
    expect(written).toEqual(["a+b"]);
    push("c", { isHeld: false });
    push("d");
    await clock.advance(90);
    expect(written).toEqual(["a+b"]);
    await clock.advance(20);
    expect(written).toEqual(["a+b", "c+d"]);
  });

  test("waits for further owners with a limit", async () => {
    const { clock, written, push } = setUp();
    for (let i = 0; i < 10; i++) {
      push(String(i));
      await clock.advance(60);
    }
    expect(written).toEqual(["0+1+2+3+4+5+6+7+8"]);
  });

  test("holds the next write while owners of the last one wait, and lets later owners join it", async () => {
    const { clock, written, queue, push } = setUp();
    const holder = {};
    queue.hold(holder);
    push("a");
    await clock.advance(5_000);
    expect(written).toEqual([]);
    queue.release(holder);
    await clock.advance(50);
    push("b");
    await clock.advance(200);
    expect(written).toEqual(["a+b"]);
  });

  test("holds no longer than its bound, and not at all what is urgent", async () => {
    const { clock, written, queue, push } = setUp();
    queue.hold({});
    push("slow");
    push("heal", { urgent: true });
    await clock.advance(10);
    expect(written).toEqual(["heal"]);
    await clock.advance(60_200);
    expect(written).toEqual(["heal", "slow"]);
  });

  test("holds no write once a wait for the last write has failed", async () => {
    const { clock, written, queue, push } = setUp();
    queue.hold({});
    queue.hold({});
    push("next");
    await clock.advance(5_000);
    expect(written).toEqual([]);
    queue.releaseAll();
    await clock.advance(200);
    expect(written).toEqual(["next"]);
  });

  test("drops what is stopped and refuses everything once it is sealed", async () => {
    const { clock, written, refused, queue, push } = setUp();
    push("a").abort();
    push("b");
    await queue.seal(new Error("deleting"));
    push("c");
    await clock.advance(1_000);
    expect(refused).toEqual(["a", "b", "c"]);
    expect(written).toEqual([]);
    queue.unseal();
    push("d");
    await clock.advance(1_000);
    expect(written).toEqual(["d"]);
  });
});

describe("the lock of the first writes", () => {
  test("lets many share it, and one be alone", async () => {
    const lock = new RwLock();
    let inside = 0;
    let most = 0;
    let alone = 0;
    const work = (isAlone: boolean) => async () => {
      inside++;
      if (isAlone) expect(inside).toBe(1);
      most = Math.max(most, inside);
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
      if (isAlone) {
        expect(inside).toBe(1);
        alone++;
      }
      inside--;
    };
    await Promise.all([
      lock.shared(work(false)),
      lock.shared(work(false)),
      lock.alone(work(true)),
      lock.shared(work(false)),
      lock.alone(work(true)),
    ]);
    expect(most).toBe(2);
    expect(alone).toBe(2);
  });

  test("is free again after a failure", async () => {
    const lock = new RwLock();
    await expect(lock.alone(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    await expect(lock.alone(async () => "yes")).resolves.toBe("yes");
  });

  test("an owner that waits for a pending write delays it for a moment only", async () => {
    const { clock, written, queue, push } = setUp();
    queue.hold({ yieldsTo: (owner) => owner.name === "needed" });
    push("other");
    await clock.advance(5_000);
    expect(written).toEqual([]);
    push("needed");
    await clock.advance(4_000);
    expect(written).toEqual([]);
    await clock.advance(2_000);
    expect(written).toEqual(["other+needed"]);
  });
});
