import { isJsonObject, type Json, type JsonObject, setMember } from "../../../src/base/json.ts";
import fc from "../fast-check.ts";

// What an API may answer that is not what it promises.

/** Where an object, and what in it, was expected. */
export const rubbish: readonly (readonly [string, string])[] = [
  ["null", "null"],
  ["a list", "[]"],
  ["a string", '"x"'],
  ["a number", "7"],
  ["an empty object", "{}"],
  ["items that are null", '{"items":null}'],
  ["items that are an object", '{"items":{"length":3}}'],
  ["items that are anything but objects", '{"items":[null,7,"x",[],{},true,{"metadata":null},{"metadata":{"uid":7}}]}'],
  ["metadata of another kind", '{"metadata":"x","spec":"y","status":["z"],"data":7}'],
  [
    "parts of other kinds",
    '{"metadata":{"uid":"u","name":"a","labels":[1],"annotations":"x"},"spec":{"nodeGroups":[7],"addons":"x","version":{},"controlPlane":[]},"status":{"conditions":{}}}',
  ],
  [
    "members of other kinds",
    '{"metadata":{"uid":"u","name":"a"},"spec":{"nodeGroups":{"web":7,"__proto__":{}},"addons":{"velero":null,"certManager":[]},"controlPlane":{"replicas":"2"}},"status":{"conditions":[null,{"type":7},{"type":"Ready","status":{}}]}}',
  ],
  [
    "lists that nest without end",
    `{"metadata":{"uid":"u","name":"a"},"spec":${"[".repeat(20_000)}${"]".repeat(20_000)}}`,
  ],
  [
    "objects that nest without end",
    `{"metadata":{"uid":"u","name":"a"},"spec":{"nodeGroups":${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}}}`,
  ],
];

/** A value of JSON: mostly of a kind that is not expected where it comes to stand. */
export const anyJson: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(
    null,
    [],
    {},
    "",
    "x",
    0,
    -1,
    1e308,
    7.5,
    true,
    [null],
    [[]],
    { items: 7 },
    "1e999999999",
    "9".repeat(5_000),
  ),
  fc.constantFrom<Json>(...['"', "$" + "{x}", "%{if}", "a\nb", "\u0000", "\u202e", "\ud800", "a".repeat(1_000_000)]),
  fc.jsonValue({ maxDepth: 3 }).map((value) => value as Json),
);

/** A copy in which the n-th value, counted in depth, is another one. */
export function replaced(json: Json, at: number, value: Json): Json {
  const paths: string[][] = [];
  const walk = (current: Json, path: string[]): void => {
    paths.push(path);
    if (typeof current !== "object" || current === null) return;
    for (const [key, member] of Object.entries(current)) walk(member, [...path, key]);
  };
  walk(json, []);
  const path = paths[at % paths.length] ?? [];
  const put = (current: Json, rest: readonly string[]): Json => {
    const [step, ...more] = rest;
    if (step === undefined) return value;
    if (Array.isArray(current)) return current.map((item, index) => (String(index) === step ? put(item, more) : item));
    const copy: JsonObject = isJsonObject(current) ? { ...current } : {};
    setMember(copy, step, put(copy[step] ?? null, more));
    return copy;
  };
  return put(json, path);
}
