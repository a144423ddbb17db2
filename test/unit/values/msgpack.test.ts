import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { conforms } from "../../../src/values/conform.ts";
import { valuesEqual } from "../../../src/values/equal.ts";
import { decodeMsgpack, encodeMsgpack } from "../../../src/values/msgpack.ts";
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
  tupleOf,
} from "../../../src/values/type.ts";
import { Dynamic, UNKNOWN, type Value } from "../../../src/values/value.ts";
import { ValueError } from "../../../src/values/value-error.ts";
import { anyStaticType, anyTyped, decimal } from "./arbitrary.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const bytes = (text: string): Uint8Array => Buffer.from(text.replaceAll(" ", ""), "hex");
const thrown = (run: () => unknown): ValueError => {
  try {
    run();
  } catch (error) {
    if (error instanceof ValueError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
};

describe("golden bytes", () => {
  const tupleType = '["tuple",[["object",{"v":"number"}],["object",{"v":"string"}]]]';
  const blocks = tupleOf([objectOf({ v: numberType }), objectOf({ v: stringType })]);
  test.each<[string, string, Type, Value]>([
    ["null", "c0", stringType, null],
    ["unknown", "d4 00 00", stringType, UNKNOWN],
    [
      "a map block with key k1",
      "81 a4 6d626c6b 81 a2 6b31 81 a1 76 a1 61",
      objectOf({ mblk: mapOf(objectOf({ v: stringType })) }),
      { mblk: { k1: { v: "a" } } },
    ],
    [
      "a list block with dynamic attributes",
      `92 c4 3f ${Buffer.from(tupleType).toString("hex")} 92 81 a1 76 01 81 a1 76 a1 73`,
      dynamicType,
      new Dynamic(blocks, [{ v: 1 }, { v: "s" }]),
    ],
    ["a dynamic number 1", "92 c4 08 22 6e 75 6d 62 65 72 22 01", dynamicType, new Dynamic(numberType, 1)],
    ["a dynamic null of known type", "92 c4 08 22 73 74 72 69 6e 67 22 c0", dynamicType, new Dynamic(stringType, null)],
    [
      "a dynamic unknown of known type",
      "92 c4 08 22 73 74 72 69 6e 67 22 d4 00 00",
      dynamicType,
      new Dynamic(stringType, UNKNOWN),
    ],
    ["a dynamic null of no type", "c0", dynamicType, null],
    ["a group block with one null attribute", "81 a1 76 c0", objectOf({ v: stringType }), { v: null }],
    ["an empty object", "80", objectOf({}), {}],
    ["an empty list", "90", listOf(stringType), []],
    ["a bool", "c3", boolType, true],
    ["int64's greatest", "cf 7fffffffffffffff", numberType, decimal("9223372036854775807")],
    ["int64's least", "d3 8000000000000000", numberType, decimal("-9223372036854775808")],
    ["uint64's greatest", "cf ffffffffffffffff", numberType, decimal("18446744073709551615")],
    [
      "beyond uint64",
      `b4 ${Buffer.from("18446744073709551616").toString("hex")}`,
      numberType,
      decimal("18446744073709551616"),
    ],
    ["2^53+1", "cf 0020000000000001", numberType, decimal("9007199254740993")],
    ["0.1", `a3 ${Buffer.from("0.1").toString("hex")}`, numberType, decimal("0.1")],
    ["infinity", "cb 7ff0000000000000", numberType, Number.POSITIVE_INFINITY],
    ["a set in order", "93 a1 61 a1 62 c0", setOf(stringType), ["a", "b", null]],
  ])("%s", (_name, wire, type, value) => {
    expect(hex(encodeMsgpack(value, type))).toBe(wire.replaceAll(" ", ""));
    expect(valuesEqual(decodeMsgpack(bytes(wire), type), value, type)).toBe(true);
  });

  test.each<[number, string]>([
    [0, "00"],
    [127, "7f"],
    [128, "cc80"],
    [255, "ccff"],
    [256, "cd0100"],
    [65535, "cdffff"],
    [65536, "ce00010000"],
    [4294967295, "ceffffffff"],
    [4294967296, "cf0000000100000000"],
    [-1, "ff"],
    [-32, "e0"],
    [-33, "d0df"],
    [-128, "d080"],
    [-129, "d1ff7f"],
    [-32768, "d18000"],
    [-32769, "d2ffff7fff"],
    [-2147483648, "d280000000"],
    [-2147483649, "d3ffffffff7fffffff"],
  ])("the integer %d takes the shortest form", (value, wire) => {
    expect(hex(encodeMsgpack(value, numberType))).toBe(wire);
    expect(decodeMsgpack(bytes(wire), numberType)).toBe(value);
  });

  test.each([0, 31, 32, 255, 256, 65535, 65536])("a string of %d bytes survives", (length) => {
    const text = "x".repeat(length);
    expect(decodeMsgpack(encodeMsgpack(text, stringType), stringType)).toBe(text);
  });

  test.each([15, 16, 65535, 65536])("collections of %d elements survive", (length) => {
    const list = new Array<Value>(length).fill(true);
    expect(decodeMsgpack(encodeMsgpack(list, listOf(boolType)), listOf(boolType))).toEqual(list);
    const map = Object.fromEntries(list.map((value, index) => [`k${index}`, value]));
    expect(Object.keys(decodeMsgpack(encodeMsgpack(map, mapOf(boolType)), mapOf(boolType)) as object)).toHaveLength(
      length,
    );
  });
});

describe("what core sends and we do not", () => {
  test.each<[string, string, Type, Value]>([
    ["unknown that is not null", "c7 03 0c 81 01 c2", stringType, UNKNOWN],
    ["unknown with a prefix", "c7 07 0c 82 01 c2 02 a2 6e 2d", stringType, UNKNOWN],
    ["unknown as fixext 4", "d6 0c 81 01 c2 c0", listOf(stringType), UNKNOWN],
    ["unknown as ext 16", "c8 0003 0c 81 01 c2", objectOf({ a: stringType }), UNKNOWN],
    ["unknown of no type", "d4 00 00", dynamicType, UNKNOWN],
    ["a set with an unknown element", "92 a1 62 c7 03 0c 81 01 c2", setOf(stringType), ["b", UNKNOWN]],
    ["a float64", "cb 3ff8000000000000", numberType, decimal("1.5")],
    ["a whole float64", "cb 4014000000000000", numberType, 5],
    ["a large float64", "cb 7e37e43c8800759c", numberType, decimal(`1${"0".repeat(300)}`)],
    ["a float32", "ca 3fc00000", numberType, decimal("1.5")],
    ["negative zero", "cb 8000000000000000", numberType, 0],
    ["digits with exponent", `a5 ${Buffer.from("1e300").toString("hex")}`, numberType, decimal(`1${"0".repeat(300)}`)],
    ["a number as bin", "c4 01 35", numberType, 5],
    ["a string as bin", "c4 02 68 69", stringType, "hi"],
    ["a small number in a wide form", "d3 0000000000000005", numberType, 5],
    [
      "a dynamic value whose type is a str",
      "92 a8 22 73 74 72 69 6e 67 22 a1 78",
      dynamicType,
      new Dynamic(stringType, "x"),
    ],
    ["an array in a wide form", "dd 00000001 c3", listOf(boolType), [true]],
    ["a decomposed string", "a3 65 cc 81", stringType, "é"],
  ])("%s", (_name, wire, type, value) => {
    const decoded = decodeMsgpack(bytes(wire), type);
    expect(valuesEqual(decoded, value, type)).toBe(true);
    if (typeof value !== "object") expect(decoded).toBe(value);
  });

  test("object keys in any order are read, those in a map keep no prototype", () => {
    const type = objectOf({ a: numberType, b: numberType, c: numberType });
    const decoded = decodeMsgpack(bytes("83 a1 63 03 a1 61 01 a1 62 02"), type);
    expect(decoded).toEqual({ a: 1, b: 2, c: 3 });
    const map = decodeMsgpack(encodeMsgpack(JSON.parse('{"__proto__":"x"}'), mapOf(stringType)), mapOf(stringType));
    expect(Object.getPrototypeOf(map)).toBeNull();
    expect(Object.keys(map as object)).toEqual(["__proto__"]);
  });
});

test("every value survives the round trip", () => {
  fc.assert(
    fc.property(anyTyped({ unknowns: true }), ({ type, value }) => {
      const decoded = decodeMsgpack(encodeMsgpack(value, type), type);
      expect(conforms(decoded, type)).toEqual({ ok: true });
      // A set may have lost duplicates; encoding again must change nothing more.
      expect(hex(encodeMsgpack(decoded, type))).toBe(hex(encodeMsgpack(value, type)));
    }),
    { numRuns: 300 },
  );
});

test("strings are sent in NFC and lone surrogates as the replacement character", () => {
  expect(decodeMsgpack(encodeMsgpack("e\u0301", stringType), stringType)).toBe("é");
  expect(decodeMsgpack(encodeMsgpack("a\ud800b", stringType), stringType)).toBe("a\ufffdb");
});

test("object keys go out in the order of their bytes", () => {
  const type = objectOf({ "\u{10000}": boolType, "\uffee": boolType, a: boolType });
  const wire = Buffer.from(encodeMsgpack({ "\u{10000}": true, a: true, "\uffee": true }, type));
  expect(wire.indexOf("a")).toBeLessThan(wire.indexOf("\uffee"));
  expect(wire.indexOf("\uffee")).toBeLessThan(wire.indexOf("\u{10000}"));
});

test("a string of six megabytes is carried, ASCII or not", () => {
  for (const text of ["k".repeat(6_000_000), "ß".repeat(3_000_000)]) {
    expect(decodeMsgpack(encodeMsgpack(text, stringType), stringType)).toBe(text);
  }
});

describe("encoding refuses", () => {
  const type = objectOf({
    groups: listOf(objectOf({ name: stringType, size: numberType })),
    labels: mapOf(stringType),
    tags: setOf(numberType),
  });
  const good = { groups: [{ name: "a", size: 1 }], labels: {}, tags: [] };
  test.each<[string, Value, string, string]>([
    ["a missing attribute", { groups: [], labels: {} }, "MissingAttribute", "tags"],
    ["an attribute too many", { ...good, more: 1 }, "UnsupportedAttribute", "more"],
    ["a wrong type deep inside", { ...good, groups: [{ name: "a", size: "1" }] }, "WrongType", "groups[0].size"],
    ["a wrong map element", { ...good, labels: { "a/b": 5 } }, "WrongType", 'labels["a/b"]'],
    ["NaN", { ...good, groups: [{ name: "a", size: Number.NaN }] }, "BadNumber", "groups[0].size"],
    ["a wrong element of a set, named by the set", { ...good, tags: ["x"] }, "WrongType", "tags"],
  ])("%s", (_name, value, code, path) => {
    const error = thrown(() => encodeMsgpack(value, type));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(`${path}: `);
  });

  test("a dynamic value without its type, and the path leads through dynamic values", () => {
    expect(thrown(() => encodeMsgpack("x", dynamicType)).code).toBe("WrongType");
    const error = thrown(() =>
      encodeMsgpack({ v: new Dynamic(objectOf({ a: boolType }), { a: 1 }) }, objectOf({ v: dynamicType })),
    );
    expect(error.message).toMatch(/^v\.a: /);
  });
});

describe("decoding refuses", () => {
  test.each<[string, string, Type, string]>([
    ["nothing", "", stringType, "Malformed"],
    ["bytes behind the value", "c0 c0", stringType, "Malformed"],
    ["a cut string", "a5 68 69", stringType, "Malformed"],
    ["a cut length", "db 00 00", stringType, "Malformed"],
    ["a string of four gigabytes", "db ffffffff 00", stringType, "Malformed"],
    ["an array of four billion", "dd ffffffff c0", listOf(stringType), "Malformed"],
    ["a map of four billion", "df ffffffff c0", mapOf(stringType), "Malformed"],
    ["a cut integer", "cf 00", numberType, "Malformed"],
    ["a cut extension", "c9 ffffffff 00", numberType, "Malformed"],
    ["NaN", "cb 7ff8000000000001", numberType, "BadNumber"],
    ["letters for a number", "a1 78", numberType, "BadNumber"],
    ["a number for a bool", "01", boolType, "WrongType"],
    ["a map for a list", "80", listOf(stringType), "WrongType"],
    ["a tuple of other length", "91 c3", tupleOf([boolType, boolType]), "WrongType"],
    ["an object without its attributes", "80", objectOf({ a: stringType }), "MissingAttribute"],
    ["an object with another's attribute", "81 a1 62 c0", objectOf({ a: stringType }), "UnsupportedAttribute"],
    ["an attribute twice", "82 a1 61 c0 a1 61 c0", objectOf({ a: stringType, b: stringType }), "UnsupportedAttribute"],
    ["a key that is none", "81 01 c0", mapOf(stringType), "WrongType"],
    ["a dynamic value of one element", "91 c0", dynamicType, "WrongType"],
    ["a dynamic value of no type", "92 c4 01 78 c0", dynamicType, "BadType"],
    ["an unused code", "c1", stringType, "WrongType"],
  ])("%s", (_name, wire, type, code) => {
    expect(thrown(() => decodeMsgpack(bytes(wire), type)).code).toBe(code);
  });

  test("dynamic values inside dynamic values without end", () => {
    const wrapper = bytes("92 c4 09 22 64 79 6e 61 6d 69 63 22");
    const nested = Buffer.concat([...new Array<Uint8Array>(100_000).fill(wrapper), bytes("c0")]);
    expect(thrown(() => decodeMsgpack(nested, dynamicType)).code).toBe("TooDeep");
  });

  test("any bytes at all, with nothing but a ValueError", () => {
    fc.assert(
      fc.property(anyStaticType, fc.uint8Array({ maxLength: 60 }), (type, noise) => {
        for (const target of [type, dynamicType]) {
          try {
            decodeMsgpack(noise, target);
          } catch (error) {
            expect(error).toBeInstanceOf(ValueError);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
