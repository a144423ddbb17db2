import { expect, test } from "vitest";
import { abortable } from "../../../../src/base/abort.ts";
import { systemClock } from "../../../../src/base/clock.ts";
import { clusterRef } from "../../../../src/core/ids.ts";
import { Reader } from "../../../../src/core/read/reader.ts";
import type { KubeClient } from "../../../../src/kube/kube-client.ts";
import { KubeError } from "../../../../src/kube/kube-error.ts";

const id = { namespace: "tenant-acme", name: "prod" };
const { signal } = new AbortController();

const readerThat = (
  request: (request: { path: string }) => Promise<unknown>,
  lookMs = Number.POSITIVE_INFINITY,
  now = systemClock.now,
) =>
  new Reader({
    client: { request } as unknown as KubeClient,
    clock: { ...systemClock, now },
    conceal: (text) => text,
    lookMs,
    cacheMs: 2_000,
    recheckMs: 1,
  });

function readerAt(lookMs: number) {
  let now = 0;
  let asked = 0;
  const request = async () => {
    asked++;
    return { metadata: { name: "prod", namespace: "tenant-acme", uid: `u${asked}`, resourceVersion: "1" }, spec: {} };
  };
  const reader = readerThat(request, lookMs, () => now);
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

test("a reader that writes caches an answer for a moment, and none from before a write", async () => {
  const { reader, read, pass } = readerAt(Number.POSITIVE_INFINITY);
  expect(await read()).toBe("u1");
  pass(3_000);
  reader.expectWrites();
  expect(await read()).toBe("u2");
  pass(1_900);
  expect(await read()).toBe("u2");
  reader.forget(clusterRef(id));
  expect(await read()).toBe("u3");
  pass(2_100);
  expect(await read()).toBe("u4");
});

test("a repeated read sees changes", async () => {
  const { read, pass } = readerAt(2_000);
  expect(await read()).toBe("u1");
  for (let look = 0; look < 3; look++) {
    pass(1_000);
    await read();
  }
  expect(await read()).toBe("u2");
});

test("a read without a waiter may fail silently", async () => {
  const unheard: unknown[] = [];
  const note = (reason: unknown) => unheard.push(reason);
  process.on("unhandledRejection", note);
  try {
    const failing = Promise.reject(new Error("broken"));
    await expect(abortable(failing, AbortSignal.abort(new Error("stopped")))).rejects.toThrow("stopped");
    // Node tells of such rejections before the next turn of the event loop.
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(unheard).toEqual([]);
  } finally {
    process.off("unhandledRejection", note);
  }
});

/** A reader of a namespace with clusters c0, c1, …; what it asked for, last part of the path first. */
function readerOf(clusters: number, list: () => void = () => {}) {
  const asked: string[] = [];
  const object = (name: string) => ({ metadata: { name, namespace: "tenant-acme", uid: `uid-${name}` }, spec: {} });
  const request = async ({ path }: { path: string }) => {
    const last = path.slice(path.lastIndexOf("/") + 1);
    asked.push(last);
    if (last === "kuberneteses") {
      list();
      return { items: Array.from({ length: clusters }, (_, number) => object(`c${number}`)) };
    }
    return object(last);
  };
  const reader = readerThat(request);
  const read = async (...numbers: number[]) =>
    await Promise.all(
      numbers.map(async (number) => (await reader.cluster({ ...id, name: `c${number}` }, signal))?.uid),
    );
  return { asked, reader, read };
}

test("many clusters of a namespace are read by one list, few one by one", async () => {
  const { asked, read } = readerOf(100);
  await read(0, 1, 2);
  expect(asked).toEqual(["c0", "c1", "c2"]);
  const all = await read(...Array(100).keys());
  expect(all).toEqual(Array.from({ length: 100 }, (_, number) => `uid-c${number}`));
  expect(asked.slice(3)).toEqual(["kuberneteses"]);
});

test("a cluster that the list does not show is looked for by itself", async () => {
  const { asked, read } = readerOf(5);
  await read(0, 1, 2, 3);
  expect(await read(7)).toEqual(["uid-c7"]);
  expect(asked.at(-1)).toBe("c7");
});

test("clusters that may not be listed are read one by one, and the list is not tried again", async () => {
  const { asked, read } = readerOf(5, () => {
    throw new KubeError("Forbidden", "no");
  });
  await read(0, 1, 2);
  await read(3);
  await read(4);
  expect(asked).toEqual(["c0", "c1", "c2", "kuberneteses", "c3", "c4"]);
});

test("a caller that writes, or needs current data, reads the cluster itself", async () => {
  const { asked, reader, read } = readerOf(9);
  await read(0, 1, 2);
  await reader.cluster({ ...id, name: "c5" }, signal, true);
  reader.expectWrites();
  await read(6, 7, 8);
  expect(asked).toEqual(["c0", "c1", "c2", "c5", "c6", "c7", "c8"]);
});

test("a look at a cluster takes what was read a moment ago, and nothing from before a write", async () => {
  const { asked, reader, read } = readerOf(9);
  const look = async () => (await reader.find({ ...id, name: "c0" }, { signal, once: true }))?.uid;
  await read(0);
  expect(await look()).toBe("uid-c0");
  expect(asked).toEqual(["c0"]);
  reader.forget(clusterRef({ ...id, name: "c0" }));
  await look();
  await look();
  expect(asked).toEqual(["c0", "c0"]);
});

const { path } = clusterRef(id);
test.each([
  { before: "nothing", reads: 3 },
  { before: "nothing but for a look", reads: 1, once: true },
  { before: "a deletion", reads: 2, announce: (reader: Reader) => reader.expectGone(path) },
  {
    before: "a deletion and another creation",
    reads: 6,
    uid: "u",
    announce: (reader: Reader) => {
      reader.expectGone(path);
      reader.expect(path);
    },
  },
])(
  "after $before, a cluster that is not found is read $reads times",
  async ({ reads, uid, once = false, announce }) => {
    let asked = 0;
    const reader = readerThat(async () => {
      if (++asked > 5) return { metadata: { name: "prod", namespace: "tenant-acme", uid: "u" }, spec: {} };
      throw new KubeError("NotFound", 'kuberneteses "prod" not found');
    }, 2_000);
    announce?.(reader);
    const found = await reader.find(id, { signal, once });
    expect({ asked, uid: found?.uid }).toEqual({ asked: reads, uid });
  },
);
