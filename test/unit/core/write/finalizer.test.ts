import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../../src/base/json.ts";
import { lastWriteAnnotation } from "../../../../src/core/object/annotations.ts";
import { type AppObject, parseApp } from "../../../../src/core/object/app-object.ts";
import { readyMark, writeMark } from "../../../../src/core/object/last-write.ts";
import { bundledPlatform } from "../../../../src/core/platform/platform.ts";
import { applyDefaults } from "../../../../src/core/platform/schema-defaults.ts";
import { neutralChange } from "../../../../src/core/rollout/force-reconcile.ts";
import { contentHash } from "../../../../src/core/write/content-hash.ts";
import { Finalizers, hasBegun, holdsByRecord } from "../../../../src/core/write/finalizers.ts";

const platform = bundledPlatform("1.1.2");
const schema = platform.clusterSpec;

type Ready = readonly [status: string, reason: string, message: string, second: number];
const installing: Ready = ["Unknown", "Progressing", "Running 'install' action with timeout of 5m0s", 1];
const installed: Ready = ["True", "InstallSucceeded", "Helm install succeeded for release t/c.v1 with chart k", 2];
const upgrading: Ready = ["Unknown", "Progressing", "Running 'upgrade' action with timeout of 5m0s", 3];
const upgraded: Ready = ["True", "UpgradeSucceeded", "Helm upgrade succeeded for release t/c.v2 with chart k", 4];
const upgradedTwice: Ready = ["True", "UpgradeSucceeded", "Helm upgrade succeeded for release t/c.v3 with chart k", 6];
const failed: Ready = ["False", "UpgradeFailed", "Helm upgrade failed: no luck", 5];
const rollingBack: Ready = ["Unknown", "Progressing", "Running 'rollback' action with timeout of 5m0s", 6];
const rolledBack: Ready = ["False", "RollbackSucceeded", "Helm rollback succeeded", 7];
const later = ([status, reason, message]: Ready): Ready => [status, reason, message, 8];

let version = 100;
function object(ready: Ready | undefined, more: { spec?: JsonObject; annotations?: JsonObject } = {}): AppObject {
  const conditions = (ready === undefined ? [] : [ready]).map(([status, reason, message, second]) => ({
    type: "Ready",
    status,
    reason,
    message,
    lastTransitionTime: `2026-01-01T00:00:0${second}Z`,
  }));
  return parseApp({
    kind: "Kubernetes",
    metadata: { name: "c", uid: "u", resourceVersion: String(++version), annotations: more.annotations ?? {} },
    spec: more.spec ?? {},
    status: { conditions },
  });
}

describe("an attempt of Flux has begun between two observations", () => {
  test.each<[string, Ready | undefined, Ready | undefined, boolean]>([
    ["where nothing was said before", undefined, installing, true],
    ["where an action follows a result", installed, upgrading, true],
    ["where another result stands: it came and went unseen", installed, upgraded, true],
    ["where the same failure is said later", failed, later(failed), true],
    ["where the same action is said later", upgrading, later(upgrading), true],
    ["where an action follows a remedy", rolledBack, later(upgrading), true],
    ["not where nothing moved", installed, installed, false],
    ["not where the action under way has ended", installing, installed, false],
    ["not where the remedy of a failed action is under way", failed, rollingBack, false],
    ["not where the remedy of a failed action has ended", failed, rolledBack, false],
  ])("%s", (_, before, now, begun) => {
    expect(hasBegun(object(before).ready, object(now).ready)).toBe(begun);
  });
});

describe("the finalizer is certainly on", () => {
  /** Writes on the object as it reads with `at`, then sees the rest; answers after how many of these it holds. */
  function holdsAfter(at: Ready | undefined, seen: readonly Ready[], former?: Ready): number | undefined {
    const finalizers = new Finalizers();
    if (former !== undefined) write(finalizers, former);
    write(finalizers, at);
    return firstHeld(finalizers, seen);
  }
  /** Sees observations; returns after how many of them the finalizer is certainly on. */
  function firstHeld(finalizers: Finalizers, seen: readonly Ready[]): number | undefined {
    const index = seen.findIndex((ready) => {
      const live = object(ready);
      finalizers.saw("p", live);
      return finalizers.holds("p", live);
    });
    return index < 0 ? undefined : index + 1;
  }
  function write(finalizers: Finalizers, at: Ready | undefined): void {
    const before = object(at);
    finalizers.wrote("p", before, object(at), finalizers.attemptsAfter("p", before));
  }

  test.each<[string, Ready | undefined, readonly Ready[], number | undefined, Ready?]>([
    ["with the attempt that a write at rest starts", installed, [installed, upgrading], 2],
    ["with the next attempt after the one under way", installing, [installing, installed, upgrading], 3],
    ["not with the end of the attempt under way", installing, [installed], undefined],
    ["with the second attempt after a failure", failed, [upgrading, later(failed), later(upgrading)], 3],
    ["not with the remedy of a failed attempt", failed, [rollingBack, rolledBack], undefined],
    ["with the second attempt of an object that was just created", undefined, [installing, installed, upgrading], 3],
    ["with two releases after a failure that went unseen", failed, [upgraded, upgradedTwice], 2],
    ["with two releases that are seen at once", installed, [upgradedTwice], 1, installed],
    [
      "not with an attempt that a write before may have started",
      installed,
      [upgrading, upgraded],
      undefined,
      installed,
    ],
  ])("%s", (_, at, seen, expected, former) => {
    expect(holdsAfter(at, seen, former)).toBe(expected);
  });

  test.each<[string, Ready | undefined, Ready, readonly Ready[], number | undefined]>([
    ["another attempt was under way", installing, later(installing), [later(installing), installed], undefined],
    ["the attempt before it had ended", installing, installed, [upgrading, upgraded], undefined],
    ["an attempt had begun", installed, upgrading, [upgrading, upgraded], undefined],
    ["an attempt had begun, until the next one", installed, upgrading, [upgraded, later(upgrading)], 2],
    ["it had failed", installed, failed, [later(upgrading), later(failed)], undefined],
  ])("as the answer of a write shows it, not as the read before it did: %s", (_, read, at, seen, expected) => {
    const finalizers = new Finalizers();
    const before = object(read);
    finalizers.wrote("p", before, object(at), finalizers.attemptsAfter("p", before));
    expect(firstHeld(finalizers, seen)).toBe(expected);
  });

  test("on what this process created, and not once others have written to it", () => {
    const finalizers = new Finalizers();
    finalizers.created("p", object(undefined, { spec: { host: "a" } }));
    expect(finalizers.holds("p", object(installing, { spec: { host: "a" } }))).toBe(true);
    expect(finalizers.holds("p", object(installing, { spec: { host: "b" } }))).toBe(false);
  });

  test("not as an older replica shows it", () => {
    const finalizers = new Finalizers();
    const old = object(upgrading);
    write(finalizers, installed);
    finalizers.saw("p", old);
    expect(finalizers.holds("p", object(installed))).toBe(false);
    expect(finalizers.isStale("p", old)).toBe(true);
  });
});

describe("the note of the last write tells another process that the finalizer is on", () => {
  const spec = applyDefaults({ host: "a" }, schema) as JsonObject;
  const nextInSameSecond: Ready = ["True", "InstallSucceeded", installed[2].replace(".v1", ".v2"), installed[3]];
  const hash = contentHash({ spec: { host: "a" }, labels: {}, annotations: {} }, schema);
  const withMark = (attempts: number, ready: string, now: Ready | undefined, content = spec) =>
    object(now, {
      spec: content,
      annotations: { [lastWriteAnnotation]: writeMark({ attempts, ready, content: hash }) },
    });
  const marked = (attempts: number, at: Ready | undefined, now: Ready | undefined, content = spec) =>
    withMark(attempts, readyMark(object(at)), now, content);
  /** As earlier versions recorded it. */
  const markedByTime = ([status, reason, , second]: Ready, now: Ready) =>
    withMark(1, `${status}/${reason}/2026-01-01T00:00:0${second}Z`, now);
  test.each<[string, boolean, AppObject]>([
    ["after a creation", true, marked(0, undefined, installing)],
    ["after an attempt that followed a write at rest", true, marked(1, installed, upgrading)],
    ["after an attempt within the same second", true, marked(1, installed, nextInSameSecond)],
    ["not while nothing has moved since", false, marked(1, installed, installed)],
    ["not while nothing has moved since a write without a release number", false, markedByTime(installed, installed)],
    ["after an attempt that followed such a write", true, markedByTime(installed, upgraded)],
    ["not where the write came while an action was under way", false, marked(1, installing, installed)],
    ["not where two attempts are needed", false, marked(2, installed, upgrading)],
    ["not where two attempts are needed and one release followed", false, marked(2, installed, upgraded)],
    ["where two attempts are needed and two releases followed", true, marked(2, installed, upgradedTwice)],
    ["not where others have written since", false, marked(0, undefined, installing, { ...spec, host: "b" })],
    ["not where there is none", false, object(installed, { spec })],
  ])("%s", (_, holds, live) => {
    expect(holdsByRecord(live, schema)).toBe(holds);
  });
});

test("a neutral change is never the one that the last write made: that would be none", () => {
  const spec = applyDefaults({}, schema) as JsonObject;
  const after = (removed: string) =>
    object(installed, {
      spec,
      annotations: { [lastWriteAnnotation]: writeMark({ attempts: 1, ready: "-", content: "-", removed }) },
    });
  const first = neutralChange(object(installed, { spec }), platform);
  expect(first?.path).toEqual(["spec", "host"]);
  const second = neutralChange(after("/spec/host"), platform);
  expect(second).toBeDefined();
  expect(second?.path).not.toEqual(first?.path);
});
