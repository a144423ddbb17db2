import { describe, expect, test } from "vitest";
import { valuesEqual } from "../../../src/values/equal.ts";
import { decodeMsgpack, encodeMsgpack } from "../../../src/values/msgpack/index.ts";
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
import { Dynamic, UNKNOWN, Unknown, type Value } from "../../../src/values/value.ts";
import { ValueError } from "../../../src/values/value-error.ts";
import { decimal } from "../../support/values/arbitrary.ts";
import { tupleOf } from "../../support/values/tuple-type.ts";

// The bytes are what go-cty v1.18.1 printed itself (msgpack.Marshal), or was seen to read (msgpack.Unmarshal). What is refused here
// is more than it refuses: it lets attributes go missing, drops bytes behind the value and panics at NaN.

const bytes = (hex: string): Uint8Array => Buffer.from(hex.replaceAll(" ", ""), "hex");
const hexOf = (wire: Uint8Array): string => Buffer.from(wire).toString("hex");
const sameHex = (hex: string): string => hex.replaceAll(" ", "");
/** Text as hex, for rows in which the text says more than its bytes. */
const ascii = (text: string): string => Buffer.from(text).toString("hex");

const blocks = '["tuple",[["object",{"v":"number"}],["object",{"v":"string"}]]]';
const nested = '["object",{"a":["tuple",["string","dynamic"]],"b":"number"}]';
const long = Object.fromEntries(
  Array.from({ length: 20 }, (_, index) => [`attribute_${String(index).padStart(2, "0")}`, true]),
);
const longType = `["object",{${Object.keys(long)
  .map((name) => `"${name}":"bool"`)
  .join(",")}}]`;

const notNull = new Unknown({ notNull: true });
const atLeastOne = new Unknown({ lower: { value: 1, inclusive: true } });

/** What go-cty writes for a value, and this codec writes to the byte. */
const written: readonly [what: string, type: Type, value: Value, hex: string][] = [
  ["null", stringType, null, "c0"],
  ["a null of no type", dynamicType, null, "c0"],
  ["unknown", stringType, UNKNOWN, "d4 00 00"],
  ["unknown of no type", dynamicType, UNKNOWN, "d4 00 00"],
  ["unknown, not null", stringType, notNull, "c7 03 0c 81 01 c2"],
  ["an unknown bool, not null", boolType, notNull, "c7 03 0c 81 01 c2"],
  ["unknown with a prefix", stringType, new Unknown({ prefix: "n-" }), "c7 05 0c 81 02 a26e2d"],
  [
    "unknown, not null, with a prefix",
    stringType,
    new Unknown({ notNull: true, prefix: "ns/web" }),
    "c7 0b 0c 82 01 c2 02 a66e732f776562",
  ],
  [
    "unknown, not null, with a prefix beyond ASCII",
    stringType,
    new Unknown({ notNull: true, prefix: "gr\u00f6" }),
    "c7 09 0c 82 01 c2 02 a46772c3b6",
  ],
  [
    "unknown with the longest prefix",
    stringType,
    new Unknown({ notNull: true, prefix: "p".repeat(300) }),
    `c8 0104 0c 82 01 c2 02 d9fe ${ascii("p".repeat(254))}`,
  ],
  ["unknown of at least one", numberType, atLeastOne, "c7 05 0c 81 03 92 01 c3"],
  [
    "unknown below minus forty thousand",
    numberType,
    new Unknown({ upper: { value: -40_000, inclusive: false } }),
    "c7 09 0c 81 04 92 d2ffff63c0 c2",
  ],
  ["an unknown list of at least one", listOf(stringType), new Unknown({ leastLength: 1 }), "c7 03 0c 81 05 01"],
  ["an unknown map of at most 300", mapOf(stringType), new Unknown({ mostLength: 300 }), "c7 05 0c 81 06 cd012c"],
  [
    "an unknown set, not null, of one to three",
    setOf(stringType),
    new Unknown({ notNull: true, leastLength: 1, mostLength: 3 }),
    "c7 07 0c 83 01 c2 05 01 06 03",
  ],
  ["an unknown object, not null", objectOf({ a: stringType }), notNull, "c7 03 0c 81 01 c2"],
  ["an unknown tuple, not null", tupleOf([boolType]), notNull, "c7 03 0c 81 01 c2"],
  ["refinements of what has no type, which have no bytes", dynamicType, notNull, "d4 00 00"],
  [
    "an unknown of known type, not null",
    dynamicType,
    new Dynamic(stringType, notNull),
    `92 c408 ${ascii('"string"')} c7030c8101c2`,
  ],
  ["a set with an unknown that is not null", setOf(stringType), ["b", notNull], "92 a162 c7030c8101c2"],
  [
    "an object with a refined unknown",
    objectOf({ a: stringType, b: numberType }),
    { a: notNull, b: 1 },
    "82 a161 c7030c8101c2 a162 01",
  ],

  ["true", boolType, true, "c3"],
  ["false", boolType, false, "c2"],

  ["zero", numberType, 0, "00"],
  ["one", numberType, 1, "01"],
  ["the greatest positive fixint", numberType, 127, "7f"],
  ["the least uint8", numberType, 128, "cc 80"],
  ["the greatest uint8", numberType, 255, "cc ff"],
  ["the least uint16", numberType, 256, "cd 0100"],
  ["the greatest uint16", numberType, 65_535, "cd ffff"],
  ["the least uint32", numberType, 65_536, "ce 00010000"],
  ["the greatest uint32", numberType, 4_294_967_295, "ce ffffffff"],
  ["the least uint64", numberType, 4_294_967_296, "cf 0000000100000000"],
  ["2^53-1", numberType, 9_007_199_254_740_991, "cf 001fffffffffffff"],
  ["2^53", numberType, decimal("9007199254740992"), "cf 0020000000000000"],
  ["2^53+1", numberType, decimal("9007199254740993"), "cf 0020000000000001"],
  ["the greatest int64", numberType, decimal("9223372036854775807"), "cf 7fffffffffffffff"],
  ["beyond uint64", numberType, decimal("18446744073709551616"), `b4 ${ascii("18446744073709551616")}`],
  ["minus one", numberType, -1, "ff"],
  ["the least negative fixint", numberType, -32, "e0"],
  ["the greatest int8", numberType, -33, "d0 df"],
  ["the least int8", numberType, -128, "d0 80"],
  ["the greatest int16", numberType, -129, "d1 ff7f"],
  ["the least int16", numberType, -32_768, "d1 8000"],
  ["the greatest int32", numberType, -32_769, "d2 ffff7fff"],
  ["the least int32", numberType, -2_147_483_648, "d2 80000000"],
  ["the greatest int64 below int32", numberType, -2_147_483_649, "d3 ffffffff7fffffff"],
  ["the least int64", numberType, decimal("-9223372036854775808"), "d3 8000000000000000"],
  ["below int64", numberType, decimal("-9223372036854775809"), `b4 ${ascii("-9223372036854775809")}`],
  ["a fraction that no double holds", numberType, decimal("0.1"), `a3 ${ascii("0.1")}`],
  ["a small one", numberType, decimal("1e-7"), `a9 ${ascii("0.0000001")}`],
  [
    "more digits than a double has",
    numberType,
    decimal("123456789012345678901234567890.5"),
    `d9 20 ${ascii("123456789012345678901234567890.5")}`,
  ],
  ["1e300, with every zero", numberType, decimal("1e300"), `da 012d ${ascii(`1${"0".repeat(300)}`)}`],
  ["5e-324, with every zero", numberType, decimal("5e-324"), `da 0146 ${ascii(`0.${"0".repeat(323)}5`)}`],
  ["infinity", numberType, Number.POSITIVE_INFINITY, "cb 7ff0000000000000"],
  ["minus infinity", numberType, Number.NEGATIVE_INFINITY, "cb fff0000000000000"],

  ["no text", stringType, "", "a0"],
  ["text", stringType, "hello", "a5 68656c6c6f"],
  ["a composed letter", stringType, "é", "a2 c3a9"],
  ["letters that NFC puts together", stringType, "\u1112\u1161\u11ab", "a3 ed959c"],
  ["a sign that NFC replaces", stringType, "\u212b", "a2 c385"],
  ["a sign beyond 16 bits", stringType, "👍", "a4 f09f918d"],
  ["a zero byte", stringType, "a\u0000b", "a3 610062"],
  ["31 bytes", stringType, "x".repeat(31), `bf ${ascii("x".repeat(31))}`],
  ["32 bytes", stringType, "x".repeat(32), `d9 20 ${ascii("x".repeat(32))}`],
  ["255 bytes", stringType, "x".repeat(255), `d9 ff ${ascii("x".repeat(255))}`],
  ["256 bytes", stringType, "x".repeat(256), `da 0100 ${ascii("x".repeat(256))}`],
  ["65535 bytes", stringType, "x".repeat(65_535), `da ffff ${ascii("x".repeat(65_535))}`],
  ["65536 bytes", stringType, "x".repeat(65_536), `db 00010000 ${ascii("x".repeat(65_536))}`],

  ["an empty list", listOf(stringType), [], "90"],
  ["a list with null and unknown", listOf(numberType), [1, null, UNKNOWN], "93 01 c0 d40000"],
  ["15 elements", listOf(boolType), new Array(15).fill(true), `9f ${"c3".repeat(15)}`],
  ["16 elements", listOf(boolType), new Array(16).fill(true), `dc 0010 ${"c3".repeat(16)}`],
  ["65535 elements", listOf(boolType), new Array(65_535).fill(true), `dc ffff ${"c3".repeat(65_535)}`],
  ["65536 elements", listOf(boolType), new Array(65_536).fill(true), `dd 00010000 ${"c3".repeat(65_536)}`],

  ["an empty set", setOf(stringType), [], "90"],
  [
    "a set of text: by bytes, each once, null last",
    setOf(stringType),
    ["b", "a", null, "B", "a", "\u{10000}", "\uffee"],
    "96 a142 a161 a162 a3efbfae a4f0908080 c0",
  ],
  ["a set of bools: false first", setOf(boolType), [true, false], "92 c2 c3"],
  ["a set with an unknown: after what is known", setOf(stringType), [UNKNOWN, "b"], "92 a162 d40000"],
  ["a set of objects", setOf(objectOf({ a: stringType })), [{ a: "y" }, { a: "x" }], "92 81 a161 a178 81 a161 a179"],

  ["an empty map", mapOf(boolType), {}, "80"],
  ["a map, with an empty key", mapOf(boolType), { "": null, no: false, yes: true }, "83 a0 c0 a26e6f c2 a3796573 c3"],
  ["a key beyond ASCII", mapOf(boolType), { é: true }, "81 a2c3a9 c3"],

  ["an empty tuple", tupleOf([]), [], "90"],
  ["a tuple", tupleOf([boolType, numberType]), [true, 5], "92 c3 05"],

  ["an empty object", objectOf({}), {}, "80"],
  [
    "an object",
    objectOf({ number: numberType, bool: boolType }),
    { number: 0, bool: true },
    "82 a4626f6f6c c3 a66e756d626572 00",
  ],
  [
    "an object, by the bytes of its names",
    objectOf({
      "\u{10000}": numberType,
      "\uffee": numberType,
      a_b: numberType,
      a1: numberType,
      a: numberType,
      B: numberType,
    }),
    { "\u{10000}": 1, "\uffee": 2, B: 3, a: 4, a_b: 5, a1: 6 },
    "86 a142 03 a161 04 a26131 06 a3615f62 05 a3efbfae 02 a4f0908080 01",
  ],
  ["an object with null", objectOf({ v: stringType }), { v: null }, "81 a176 c0"],
  [
    "a map of objects in an object, as a block of that nesting",
    objectOf({ mblk: mapOf(objectOf({ v: stringType })) }),
    { mblk: { k1: { v: "a" } } },
    "81 a46d626c6b 81 a26b31 81 a176 a161",
  ],

  ["a dynamic number", dynamicType, new Dynamic(numberType, 1), `92 c408 ${ascii('"number"')} 01`],
  ["a dynamic string", dynamicType, new Dynamic(stringType, "a"), `92 c408 ${ascii('"string"')} a161`],
  ["a dynamic null of known type", dynamicType, new Dynamic(stringType, null), `92 c408 ${ascii('"string"')} c0`],
  [
    "a dynamic unknown of known type",
    dynamicType,
    new Dynamic(stringType, UNKNOWN),
    `92 c408 ${ascii('"string"')} d40000`,
  ],
  ["a dynamic list", dynamicType, new Dynamic(listOf(numberType), [1]), `92 c411 ${ascii('["list","number"]')} 91 01`],
  [
    "a dynamic tuple of objects",
    dynamicType,
    new Dynamic(tupleOf([objectOf({ v: numberType }), objectOf({ v: stringType })]), [{ v: 1 }, { v: "s" }]),
    `92 c43f ${ascii(blocks)} 92 81 a176 01 81 a176 a173`,
  ],
  [
    "a dynamic object with a null of no type",
    dynamicType,
    new Dynamic(objectOf({ b: numberType, a: tupleOf([stringType, dynamicType]) }), { b: 1, a: ["x", null] }),
    `92 c43c ${ascii(nested)} 82 a161 92 a178 c0 a162 01`,
  ],
  [
    "a dynamic object with an unknown of no type",
    dynamicType,
    new Dynamic(objectOf({ v: dynamicType }), { v: UNKNOWN }),
    `92 c41a ${ascii('["object",{"v":"dynamic"}]')} 81 a176 d40000`,
  ],
  [
    "a dynamic value whose type takes more than 255 bytes",
    dynamicType,
    new Dynamic(objectOf(Object.fromEntries(Object.keys(long).map((name) => [name, boolType]))), long),
    `92 c501c4 ${ascii(longType)} de0014 ${Object.keys(long)
      .map((name) => `ac ${ascii(name)} c3`)
      .join("")}`,
  ],
  [
    "dynamic values in a list",
    listOf(dynamicType),
    [new Dynamic(stringType, "a")],
    `91 92 c408 ${ascii('"string"')} a161`,
  ],
  [
    "a dynamic value in an object",
    objectOf({ v: dynamicType }),
    { v: new Dynamic(boolType, true) },
    `81 a176 92 c406 ${ascii('"bool"')} c3`,
  ],
];

/** What go-cty writes and this codec writes in another form, which go-cty reads as the same value. */
const writtenOtherwise: readonly [what: string, type: Type, value: Value, theirs: string, ours: string][] = [
  ["a half: a double there, digits here", numberType, decimal("0.5"), "cb 3fe0000000000000", `a3 ${ascii("0.5")}`],
  ["one and a half", numberType, decimal("1.5"), "cb 3ff8000000000000", `a3 ${ascii("1.5")}`],
  ["a negative double", numberType, decimal("-2.25"), "cb c002000000000000", `a5 ${ascii("-2.25")}`],
  ["a tenth that came as a double", numberType, decimal("0.1"), "cb 3fb999999999999a", `a3 ${ascii("0.1")}`],
  [
    "2^63: digits there, a uint64 here",
    numberType,
    decimal("9223372036854775808"),
    `b3 ${ascii("9223372036854775808")}`,
    "cf 8000000000000000",
  ],
  [
    "the greatest uint64",
    numberType,
    decimal("18446744073709551615"),
    `b4 ${ascii("18446744073709551615")}`,
    "cf ffffffffffffffff",
  ],
  [
    "a set of numbers, by size",
    setOf(numberType),
    [10, 9, decimal("9.5"), -1, decimal("12345678901234567890")],
    `95 ff 09 cb4023000000000000 0a b4 ${ascii("12345678901234567890")}`,
    `95 ff 09 a3 ${ascii("9.5")} 0a cf ab54a98ceb1f0ad2`,
  ],
  [
    "a map, sorted there and in its own order here",
    mapOf(boolType),
    { b: true, a: false },
    "82 a161 c2 a162 c3",
    "82 a162 c3 a161 c2",
  ],
  [
    "an unknown number between a whole one and a fraction",
    numberType,
    new Unknown({
      notNull: true,
      lower: { value: 1, inclusive: true },
      upper: { value: decimal("2.5"), inclusive: true },
    }),
    "c7 13 0c 83 01 c2 03 92 01 c3 04 92 cb4004000000000000 c3",
    `c7 0e 0c 83 01 c2 03 92 01 c3 04 92 a3 ${ascii("2.5")} c3`,
  ],
  [
    "a type whose names go-cty escapes",
    dynamicType,
    new Dynamic(objectOf({ "<&>": numberType }), { "<&>": 1 }),
    `92 c42a ${ascii('["object",{"\\u003c\\u0026\\u003e":"number"}]')} 81 a33c263e 01`,
    `92 c41b ${ascii('["object",{"<&>":"number"}]')} 81 a33c263e 01`,
  ],
];

/** What go-cty reads although it never writes it; other hosts may. */
const read: readonly [what: string, type: Type, value: Value, hex: string][] = [
  ["an empty extension", stringType, UNKNOWN, "c7 00 00"],
  ["an extension of another code", stringType, UNKNOWN, "d4 07 00"],
  ["an unknown that is certainly null", stringType, null, "c7 03 0c 81 01 c3"],
  ["no refinements", stringType, UNKNOWN, "d4 0c 80"],
  ["a refinement of the future", stringType, UNKNOWN, "c7 03 0c 81 63 c2"],
  ["refinements of what has no type", dynamicType, UNKNOWN, "c7 03 0c 81 01 c2"],
  ["refinements as fixext 4, with a byte behind them", listOf(stringType), UNKNOWN, "d6 0c 81 01 c2 c0"],
  ["refinements as ext 16", objectOf({ a: stringType }), UNKNOWN, "c8 0003 0c 81 01 c2"],
  ["refinements as ext 32", stringType, UNKNOWN, "c9 00000003 0c 81 01 c2"],
  ["a whole double", numberType, 5, "cb 4014000000000000"],
  ["a great double", numberType, decimal("1e300"), "cb 7e37e43c8800759c"],
  ["a float32", numberType, decimal("1.5"), "ca 3fc00000"],
  ["negative zero", numberType, 0, "cb 8000000000000000"],
  ["digits with an exponent", numberType, decimal("1e300"), `a5 ${ascii("1e300")}`],
  ["digits with a plus", numberType, 5, `a2 ${ascii("+5")}`],
  ["digits as bin", numberType, 5, "c4 01 35"],
  ["a small number in a wide form", numberType, 5, "d3 0000000000000005"],
  ["a string as bin 8", stringType, "hi", "c4 02 6869"],
  ["a string as bin 16", stringType, "hi", "c5 0002 6869"],
  ["a string as bin 32", stringType, "hi", "c6 00000002 6869"],
  ["a short string in a wide form", stringType, "hi", "db 00000002 6869"],
  ["a decomposed string", stringType, "é", "a3 65cc81"],
  ["a list in a wide form", listOf(boolType), [true], "dd 00000001 c3"],
  ["a map in a wide form", mapOf(boolType), { a: true }, "df 00000001 a161 c3"],
  ["a set that holds a value twice", setOf(stringType), ["a"], "92 a161 a161"],
  ["object keys in another order", objectOf({ a: numberType, b: numberType }), { a: 1, b: 2 }, "82 a162 02 a161 01"],
  ["a type as str", dynamicType, new Dynamic(stringType, "x"), `92 a8 ${ascii('"string"')} a178`],
  [
    "a dynamic value in a dynamic value",
    dynamicType,
    new Dynamic(stringType, "x"),
    `92 c409 ${ascii('"dynamic"')} 92 c408 ${ascii('"string"')} a178`,
  ],
];

const deep = objectOf({
  groups: listOf(objectOf({ name: stringType, size: numberType })),
  labels: mapOf(boolType),
  tags: setOf(numberType),
  values: dynamicType,
  pair: tupleOf([boolType, boolType]),
});
/** The bytes of such an object in which one attribute is as given. */
const deepWith = (name: string, hex: string): string => {
  const sound: Record<string, string> = { groups: "90", labels: "80", pair: "92c2c2", tags: "90", values: "c0" };
  return `85 ${Object.keys(sound)
    .map((key) => `${(0xa0 | key.length).toString(16)} ${ascii(key)} ${key === name ? hex : sound[key]}`)
    .join(" ")}`;
};

/** What is refused, with the error's code and its place. */
const refused: readonly [what: string, type: Type, hex: string, code: string, path: string][] = [
  ["nothing", stringType, "", "Malformed", ""],
  ["bytes behind the value", stringType, "c0 c0", "Malformed", ""],
  ["a code that nobody uses", stringType, "c1", "WrongType", ""],
  ["a cut string", stringType, "a5 6869", "Malformed", ""],
  ["a cut length", stringType, "db 0000", "Malformed", ""],
  ["a string of four gigabytes", stringType, "db ffffffff 00", "Malformed", ""],
  ["an array of four billion", listOf(stringType), "dd ffffffff c0", "Malformed", ""],
  ["a map of four billion", mapOf(stringType), "df ffffffff c0", "Malformed", ""],
  ["a cut integer", numberType, "cf 00", "Malformed", ""],
  ["a cut extension", numberType, "c9 ffffffff 00", "Malformed", ""],
  ["NaN, at which go-cty panics", numberType, "cb 7ff8000000000001", "BadNumber", ""],
  ["letters for a number", numberType, "a1 78", "BadNumber", ""],
  ["hexadecimal digits", numberType, `a3 ${ascii("0x1")}`, "BadNumber", ""],
  ["infinity in letters", numberType, `a3 ${ascii("Inf")}`, "BadNumber", ""],
  ["an exponent that unfolds into gigabytes", numberType, `ab ${ascii("1e999999999")}`, "BadNumber", ""],
  ["an unknown number with a prefix", numberType, "c7 05 0c 81 02 a26e2d", "Malformed", ""],
  ["an unknown string with a bound", stringType, "c7 05 0c 81 03 92 01 c3", "Malformed", ""],
  ["an unknown number with a length", numberType, "c7 03 0c 81 05 01", "Malformed", ""],
  ["a bound that is no number", numberType, "c7 05 0c 81 03 92 c0 c3", "WrongType", ""],
  ["refinements that lead beyond their end", stringType, "c7 03 0c 82 01 c2 01 c2", "Malformed", ""],
  ["refinements that are no map", stringType, "d4 0c 01", "WrongType", ""],
  ["a number for a bool", boolType, "01", "WrongType", ""],
  ["a bool for a string", stringType, "c3", "WrongType", ""],
  ["a map for a list", listOf(stringType), "80", "WrongType", ""],
  ["an array for a map", mapOf(stringType), "90", "WrongType", ""],
  ["an array for an object", deep, "90", "WrongType", ""],
  ["a tuple that is too short", deep, deepWith("pair", "91 c3"), "WrongType", "pair"],
  ["a tuple that is too long", deep, deepWith("pair", "93 c3 c3 c3"), "WrongType", "pair"],
  ["a tuple's element of another kind", deep, deepWith("pair", "92 c3 01"), "WrongType", "pair[1]"],
  ["a list's element of another kind", deep, deepWith("groups", "91 c3"), "WrongType", "groups[0]"],
  [
    "an attribute of another kind",
    deep,
    deepWith("groups", "92 82 a46e616d65 c0 a473697a65 c0 82 a46e616d65 01 a473697a65 01"),
    "WrongType",
    "groups[1].name",
  ],
  [
    "an object without an attribute",
    deep,
    deepWith("groups", "91 81 a46e616d65 c0"),
    "MissingAttribute",
    "groups[0].size",
  ],
  [
    "an object with another's attribute",
    deep,
    deepWith("groups", "91 82 a46e616d65 c0 a474797065 c0"),
    "UnsupportedAttribute",
    "groups[0].type",
  ],
  [
    "an attribute twice",
    deep,
    deepWith("groups", "91 82 a46e616d65 c0 a46e616d65 c0"),
    "UnsupportedAttribute",
    "groups[0].name",
  ],
  ["an object's key that is none", deep, deepWith("groups", "91 82 01 c0 02 c0"), "WrongType", "groups[0]"],
  ["a map's element of another kind", deep, deepWith("labels", "81 a3612f62 05"), "WrongType", 'labels["a/b"]'],
  ["a map's key that is none", deep, deepWith("labels", "81 01 c3"), "WrongType", "labels"],
  ["a set's element of another kind, named by the set", deep, deepWith("tags", "91 c3"), "WrongType", "tags"],
  ["a dynamic value of one element", deep, deepWith("values", "91 c0"), "WrongType", "values"],
  ["a dynamic value whose type is no JSON", deep, deepWith("values", "92 c40178 c0"), "BadType", "values"],
  ["a dynamic value of a type unheard of", deep, deepWith("values", `92 c403 ${ascii('"x"')} c0`), "BadType", "values"],
  [
    "a dynamic value of a capsule, which go-cty does not write either",
    deep,
    deepWith("values", `92 c411 ${ascii('["capsule","num"]')} 05`),
    "BadType",
    "values",
  ],
  [
    "a dynamic value that is not of its own type",
    deep,
    deepWith("values", `92 c417 ${ascii('["object",{"a":"bool"}]')} 81 a161 01`),
    "WrongType",
    "values.a",
  ],
];

describe("go-cty's MessagePack", () => {
  test.each(written)("is written and read to the byte: %s", (_what, type, value, hex) => {
    expect(hexOf(encodeMsgpack(value, type))).toBe(sameHex(hex));
    const decoded = decodeMsgpack(bytes(hex), type);
    expect(valuesEqual(decoded, value, type)).toBe(true);
    expect(hexOf(encodeMsgpack(decoded, type))).toBe(sameHex(hex));
  });

  test.each(writtenOtherwise)(
    "is read, and the same value written otherwise: %s",
    (_what, type, value, theirs, ours) => {
      expect(valuesEqual(decodeMsgpack(bytes(theirs), type), value, type)).toBe(true);
      expect(hexOf(encodeMsgpack(value, type))).toBe(sameHex(ours));
      expect(valuesEqual(decodeMsgpack(bytes(ours), type), value, type)).toBe(true);
    },
  );

  test.each(read)("is read in forms that it does not write: %s", (_what, type, value, hex) => {
    expect(valuesEqual(decodeMsgpack(bytes(hex), type), value, type)).toBe(true);
  });

  test.each(refused)("is refused at its place where it is %s", (_what, type, hex, code, path) => {
    const error = (() => {
      try {
        return decodeMsgpack(bytes(hex), type);
      } catch (thrown) {
        return thrown;
      }
    })();
    if (!(error instanceof ValueError)) throw new Error(`was not refused: ${String(error)}`);
    expect([error.code, formatPath(error.path)]).toEqual([code, path]);
  });
});
