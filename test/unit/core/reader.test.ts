import { expect, test } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { abortable, Reader } from "../../../src/core/reader.ts";
import type { KubeClient } from "../../../src/kube/kube-client.ts";

const id = { namespace: "tenant-acme", name: "prod" };
const { signal } = new AbortController();

function readerAt(lookMs: number) {
  let now = 0;
  let asked = 0;
  const request = async () => {
    asked++;
    return { metadata: { name: "prod", namespace: "tenant-acme", uid: `u${asked}`, resourceVersion: "1" }, spec: {} };
  };
  const reader = new Reader({
    client: { request } as unknown as KubeClient,
    clock: { ...systemClock, now: () => now },
    conceal: (text) => text,
    lookMs,
    cacheMs: 2_000,
    recheckMs: 1,
  });
  const read = async (fresh = false) => (await reader.cluster(id, signal, fresh))?.uid;
  return {
    reader,
    read,
    pass: (ms: number) => {
      now += ms;
    },
  };
}

test("a plan looks at a cluster once, however long it takes", async () => {
  const { read, pass } = readerAt(Number.POSITIVE_INFINITY);
  expect(await read()).toBe("u1");
  pass(3_600_000);
  expect(await read()).toBe("u1");
  expect(await read(true)).toBe("u2");
});

test("once something is to be written, an answer serves for a moment only, and none from before a write does", async () => {
  const { reader, read, pass } = readerAt(Number.POSITIVE_INFINITY);
  expect(await read()).toBe("u1");
  pass(3_000);
  reader.expectWrites();
  expect(await read()).toBe("u2");
  pass(1_900);
  expect(await read()).toBe("u2");
  reader.forget();
  expect(await read()).toBe("u3");
  pass(2_100);
  expect(await read()).toBe("u4");
});

test("who looks again and again sees what has changed", async () => {
  const { read, pass } = readerAt(2_000);
  expect(await read()).toBe("u1");
  for (let look = 0; look < 3; look++) {
    pass(1_000);
    await read();
  }
  expect(await read()).toBe("u2");
});

test("what nobody waits for any more may fail unheard", async () => {
  const unheard: unknown[] = [];
  const note = (reason: unknown) => unheard.push(reason);
  process.on("unhandledRejection", note);
  try {
    const failing = Promise.reject(new Error("broken"));
    await expect(abortable(failing, AbortSignal.abort(new Error("stopped")))).rejects.toThrow("stopped");
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(unheard).toEqual([]);
  } finally {
    process.off("unhandledRejection", note);
  }
});
