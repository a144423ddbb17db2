import { describe, expect, test } from "vitest";
import { valuesEqual } from "../../../src/values/equal.ts";
import { decodeJson } from "../../../src/values/json.ts";
import { formatPath } from "../../../src/values/path.ts";
import {
  boolType,
  dynamicType,
  listOf,
  mapOf,
  numberType,
  objectOf,
  setOf,
  stringType,
  type Type,
} from "../../../src/values/type.ts";
import { Dynamic, UNKNOWN, type Value } from "../../../src/values/value.ts";
import { ValueError } from "../../../src/values/value-error.ts";
import { decimal } from "../../support/values/arbitrary.ts";
import { encodeJson } from "../../support/values/encode-json.ts";
import { tupleOf } from "../../support/values/tuple-type.ts";

// The texts are what go-cty v1.18.1 printed itself (json.Marshal). State is kept in it; Terraform sends it to UpgradeResourceState.

/** What go-cty writes for a value, and this codec writes to the letter. */
const written: readonly [what: string, type: Type, value: Value, json: string][] = [
  ["null", listOf(stringType), null, "null"],
  ["a null of no type", dynamicType, null, "null"],
  ["true", boolType, true, "true"],
  ["false", boolType, false, "false"],
  ["zero", numberType, 0, "0"],
  ["2^53+1", numberType, decimal("9007199254740993"), "9007199254740993"],
  ["the least int64", numberType, decimal("-9223372036854775808"), "-9223372036854775808"],
  ["beyond uint64", numberType, decimal("18446744073709551616"), "18446744073709551616"],
  ["a tenth", numberType, decimal("0.1"), "0.1"],
  ["a negative fraction", numberType, decimal("-2.25"), "-2.25"],
  ["a small one", numberType, decimal("1e-7"), "0.0000001"],
  [
    "more digits than a double has",
    numberType,
    decimal("123456789012345678901234567890.5"),
    "123456789012345678901234567890.5",
  ],
  ["1e300, with every zero", numberType, decimal("1e300"), `1${"0".repeat(300)}`],
  ["no text", stringType, "", '""'],
  ["text", stringType, "hello", '"hello"'],
  ["letters that NFC puts together", stringType, "\u1112\u1161\u11ab", '"한"'],
  ["a sign beyond 16 bits", stringType, "👍", '"👍"'],
  ["signs that JSON escapes", stringType, 'a\u0000b"\\\n\u0001\b\f', '"a\\u0000b\\"\\\\\\n\\u0001\\b\\f"'],
  ["a list", listOf(numberType), [1, null], "[1,null]"],
  ["an empty list", listOf(stringType), [], "[]"],
  [
    "a set of text: by bytes, each once, null last",
    setOf(stringType),
    ["b", "a", null, "B", "a", "\u{10000}", "\uffee"],
    '["B","a","b","\uffee","\u{10000}",null]',
  ],
  [
    "a set of numbers, by size",
    setOf(numberType),
    [10, 9, decimal("9.5"), -1, decimal("12345678901234567890")],
    "[-1,9,9.5,10,12345678901234567890]",
  ],
  ["a set of bools: false first", setOf(boolType), [true, false], "[false,true]"],
  ["a set of objects", setOf(objectOf({ a: stringType })), [{ a: "y" }, { a: "x" }], '[{"a":"x"},{"a":"y"}]'],
  ["an empty set", setOf(stringType), [], "[]"],
  ["a map, with an empty key", mapOf(boolType), { yes: true, no: false, "": null }, '{"":null,"no":false,"yes":true}'],
  [
    "a map, by the bytes of its keys",
    mapOf(boolType),
    { "\u{10000}": true, "\uffee": true, B: true, a: true, "10": true, "9": true },
    '{"10":true,"9":true,"B":true,"a":true,"\uffee":true,"\u{10000}":true}',
  ],
  ["an empty map", mapOf(boolType), {}, "{}"],
  ["a tuple", tupleOf([boolType, numberType]), [true, 5], "[true,5]"],
  ["an empty tuple", tupleOf([]), [], "[]"],
  [
    "an object",
    objectOf({ number: numberType, bool: boolType }),
    { number: 0, bool: true },
    '{"bool":true,"number":0}',
  ],
  [
    "an object, by the bytes of its names",
    objectOf({ "\u{10000}": numberType, "\uffee": numberType, a_b: numberType, a1: numberType, B: numberType }),
    { "\u{10000}": 1, "\uffee": 2, B: 3, a_b: 5, a1: 6 },
    '{"B":3,"a1":6,"a_b":5,"\uffee":2,"\u{10000}":1}',
  ],
  ["an empty object", objectOf({}), {}, "{}"],
  ["a null of no type in an object", objectOf({ v: dynamicType }), { v: null }, '{"v":null}'],
];

/** What go-cty writes and this codec writes in another form: its object members in order, and nothing escaped for the sake of HTML. */
const writtenOtherwise: readonly [what: string, type: Type, value: Value, theirs: string, ours: string][] = [
  [
    "a dynamic number",
    dynamicType,
    new Dynamic(numberType, 1),
    '{"value":1,"type":"number"}',
    '{"type":"number","value":1}',
  ],
  [
    "a dynamic null of known type",
    dynamicType,
    new Dynamic(stringType, null),
    '{"value":null,"type":"string"}',
    '{"type":"string","value":null}',
  ],
  [
    "a dynamic list",
    dynamicType,
    new Dynamic(listOf(numberType), [1]),
    '{"value":[1],"type":["list","number"]}',
    '{"type":["list","number"],"value":[1]}',
  ],
  [
    "a dynamic object with a null of no type",
    dynamicType,
    new Dynamic(objectOf({ b: numberType, a: tupleOf([stringType, dynamicType]) }), { b: 1, a: ["x", null] }),
    '{"value":{"a":["x",null],"b":1},"type":["object",{"a":["tuple",["string","dynamic"]],"b":"number"}]}',
    '{"type":["object",{"a":["tuple",["string","dynamic"]],"b":"number"}],"value":{"a":["x",null],"b":1}}',
  ],
  [
    "dynamic values in a list",
    listOf(dynamicType),
    [new Dynamic(stringType, "a")],
    '[{"value":"a","type":"string"}]',
    '[{"type":"string","value":"a"}]',
  ],
  [
    "a dynamic value in an object",
    objectOf({ v: dynamicType }),
    { v: new Dynamic(boolType, true) },
    '{"v":{"value":true,"type":"bool"}}',
    '{"v":{"type":"bool","value":true}}',
  ],
  [
    "names that go-cty escapes",
    dynamicType,
    new Dynamic(objectOf({ "<&>": numberType }), { "<&>": 1 }),
    '{"value":{"\\u003c\\u0026\\u003e":1},"type":["object",{"\\u003c\\u0026\\u003e":"number"}]}',
    '{"type":["object",{"<&>":"number"}],"value":{"<&>":1}}',
  ],
  ["text that go-cty escapes", stringType, "<a&b>\u2028", '"\\u003ca\\u0026b\\u003e\\u2028"', '"<a&b>\u2028"'],
  ["negative zero", numberType, 0, "-0", "0"],
];

/** What go-cty reads although it never writes it: states of other versions and of other hands. */
const read: readonly [what: string, type: Type, value: Value, json: string][] = [
  ["digits with an exponent", numberType, decimal("1e300"), "1e300"],
  ["more digits than a double has", numberType, decimal("0.1000000000000000055"), "0.1000000000000000055"],
  ["a number in quotes", numberType, decimal("1.5"), '"1.50"'],
  ["a bool in quotes", boolType, true, '"true"'],
  ["a bool as a digit in quotes", boolType, false, '"0"'],
  ["a number for text", stringType, "12345678901234567890", "12345678901234567890"],
  ["a bool for text", stringType, "true", "true"],
  ["a decomposed letter", stringType, "é", '"e\\u0301"'],
  ["a decomposed key", mapOf(boolType), { é: true }, '{"e\\u0301":true}'],
  ["white space", listOf(boolType), [true], " [\n\ttrue ] "],
  ["a set that holds a value twice", setOf(stringType), ["a"], '["a","a"]'],
];

const deep = objectOf({
  groups: listOf(objectOf({ name: stringType, size: numberType })),
  labels: mapOf(boolType),
  tags: setOf(numberType),
  values: dynamicType,
  pair: tupleOf([boolType, boolType]),
});

/** What is refused, with the error's code and its place. */
const refused: readonly [what: string, type: Type, json: string, code: string, path: string][] = [
  ["nothing", stringType, "", "Malformed", ""],
  ["cut", stringType, "{", "Malformed", ""],
  ["more than one value", stringType, '"a" "b"', "Malformed", ""],
  ["a list for text", stringType, "[1]", "WrongType", ""],
  ["an object for a list", listOf(stringType), "{}", "WrongType", ""],
  ["a list for an object", objectOf({}), "[]", "WrongType", ""],
  ["letters for a number", numberType, '"x"', "BadNumber", ""],
  ["an exponent that unfolds into megabytes", numberType, "1e999999", "BadNumber", ""],
  ["a word for a bool", boolType, '"maybe"', "WrongType", ""],
  ["a number for a bool", boolType, "1", "WrongType", ""],
  ["an attribute of another kind", deep, '{"groups":[{},{"name":[]}]}', "WrongType", "groups[1].name"],
  ["letters for a number inside", deep, '{"groups":[{"size":"x"}]}', "BadNumber", "groups[0].size"],
  ["another's attribute", deep, '{"groups":[{"type":1}]}', "UnsupportedAttribute", "groups[0].type"],
  ["a map's element of another kind", deep, '{"labels":{"a/b":[]}}', "WrongType", 'labels["a/b"]'],
  ["a set's element of another kind, named by the set", deep, '{"tags":[1,true]}', "WrongType", "tags"],
  ["a tuple that is too short", deep, '{"pair":[true]}', "WrongType", "pair"],
  ["a tuple's element of another kind", deep, '{"pair":[true,[]]}', "WrongType", "pair[1]"],
  ["a dynamic value without its type", deep, '{"values":5}', "WrongType", "values"],
  ["a dynamic value with more", deep, '{"values":{"type":"string","value":"a","more":1}}', "WrongType", "values"],
  ["a dynamic value of a type unheard of", deep, '{"values":{"type":"strin","value":1}}', "BadType", "values"],
  [
    "a dynamic value of a capsule, which go-cty does not write either",
    deep,
    '{"values":{"type":["capsule","num"],"value":5}}',
    "BadType",
    "values",
  ],
  [
    "a dynamic value that is not of its own type",
    deep,
    '{"values":{"type":["object",{"a":"bool"}],"value":{"a":[]}}}',
    "WrongType",
    "values.a",
  ],
  ["nested without end", dynamicType, "[".repeat(2_000), "Malformed", ""],
  ["nested beyond use", dynamicType, `${"[".repeat(200_000)}${"]".repeat(200_000)}`, "TooDeep", ""],
];

describe("go-cty's JSON", () => {
  test.each(written)("is written and read to the letter: %s", (_what, type, value, json) => {
    expect(encodeJson(value, type)).toBe(json);
    expect(valuesEqual(decodeJson(json, type), value, type)).toBe(true);
    expect(decodeJson(Buffer.from(json), type)).toEqual(decodeJson(json, type));
  });

  test.each(writtenOtherwise)(
    "is read, and the same value written otherwise: %s",
    (_what, type, value, theirs, ours) => {
      expect(valuesEqual(decodeJson(theirs, type), value, type)).toBe(true);
      expect(encodeJson(value, type)).toBe(ours);
      expect(valuesEqual(decodeJson(ours, type), value, type)).toBe(true);
    },
  );

  test.each(read)("is read in forms that it does not write: %s", (_what, type, value, json) => {
    expect(valuesEqual(decodeJson(json, type), value, type)).toBe(true);
  });

  test.each(refused)("is refused at its place where it is %s", (_what, type, json, code, path) => {
    const error = (() => {
      try {
        return decodeJson(json, type);
      } catch (thrown) {
        return thrown;
      }
    })();
    if (!(error instanceof ValueError)) throw new Error(`was not refused: ${String(error)}`);
    expect([error.code, formatPath(error.path)]).toEqual([code, path]);
  });

  test("has no word for what is not known, however it is refined, nor for infinity", () => {
    const whole = (over: Value): Value => ({
      groups: [{ name: "a", size: over }],
      labels: {},
      tags: [],
      values: null,
      pair: null,
    });
    for (const [value, code] of [
      [UNKNOWN, "UnknownValue"],
      [Number.POSITIVE_INFINITY, "BadNumber"],
    ] as const) {
      expect(() => encodeJson(whole(value), deep)).toThrow(expect.objectContaining({ code }));
      expect(() => encodeJson(whole(value), deep)).toThrow("groups[0].size: ");
    }
  });
});
