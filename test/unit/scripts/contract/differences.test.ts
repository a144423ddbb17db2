import { describe, expect, test } from "vitest";
import { createCorrespondence } from "../../../../scripts/contract/correspondence.ts";
import { differences } from "../../../../scripts/contract/differences.ts";
import { answerExceptions, openApiExceptions } from "../../../../scripts/contract/exceptions.ts";
import { readRecording } from "../../../../scripts/contract/recording.ts";
import type { Json } from "../../../../src/base/json.ts";

const paths = (ours: Json, theirs: Json, exceptions = answerExceptions) =>
  differences(ours, theirs, exceptions, () => {}).map(({ path }) => path);

describe("the comparison of answers", () => {
  test("names each place that differs, absent keys and longer lists included", () => {
    expect(paths({ a: 1, b: [1, 2], "c/d": 1 }, { a: 2, b: [1], e: null })).toEqual(["/a", "/b/1", "/e", "/c~1d"]);
  });

  test("the order of keys is no difference, a number as text is one", () => {
    expect(paths({ a: 1, b: 2 }, { b: 2, a: 1 })).toEqual([]);
    expect(paths({ a: 1 }, { a: "1" })).toEqual(["/a"]);
  });

  test("versions and times may differ, but must be versions and times", () => {
    const meta = (resourceVersion: Json, creationTimestamp: Json) => ({
      metadata: { resourceVersion, creationTimestamp },
    });
    expect(paths(meta("1", "2026-01-01T00:00:00Z"), meta("22", "2025-01-01T10:00:00Z"))).toEqual([]);
    expect(paths(meta(1, "soon"), meta("22", "2025-01-01T10:00:00Z"))).toHaveLength(2);
    expect(paths({ message: "2026-01-01T00:00:00Z" }, { message: "2025-01-01T00:00:00Z" })).toEqual(["/message"]);
  });

  test("a hash may differ behind a path that is the same", () => {
    const index = (path: string, hash: string) => ({ paths: { x: { serverRelativeURL: `${path}?hash=${hash}` } } });
    expect(paths(index("/a", "0A"), index("/a", "0B"))).toEqual([]);
    expect(paths(index("/a", "0A"), index("/b", "0A"))).toHaveLength(1);
  });

  test("descriptions of the OpenAPI document may differ, defaults and enums may not", () => {
    const of = (description: string, value: string) => ({ p: { description, default: value } });
    expect(paths(of("one", "x"), of("two", "x"), openApiExceptions)).toEqual([]);
    expect(paths(of("one", "x"), of("one", "y"), openApiExceptions)).toEqual(["/p/default"]);
  });

  test("an object that is the same one again must have the same uid again, and another must not", () => {
    const [a, b, c] = ["a", "b", "c"].map((digit) => `${digit.repeat(8)}-0000-0000-0000-000000000000`);
    const correspondence = createCorrespondence();
    const of = (uid = "") => ({ metadata: { uid } });
    correspondence.learn(of(a), of(b));
    expect(correspondence.translate(of(b))).toEqual(of(a));
    correspondence.learn(of(a), of(c));
    expect(correspondence.translate(of(c))).toEqual(of(c));
  });

  test("a missing recording is named", () => {
    expect(() => readRecording("/nowhere", "1.1.2")).toThrow(/\/nowhere\/1\.1\.2\/script\.jsonl/);
  });
});
