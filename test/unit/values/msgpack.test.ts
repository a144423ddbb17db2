import { describe, expect, test } from "vitest";
import { decodeMsgpack, encodeMsgpack } from "../../../src/values/msgpack/index.ts";
import {
  boolType,
  dynamicType,
  listOf,
  mapOf,
  numberType,
  objectOf,
  setOf,
  stringType,
} from "../../../src/values/type.ts";
import { Dynamic, type Value } from "../../../src/values/value.ts";
import { ValueError } from "../../../src/values/value-error.ts";
import fc from "../../support/fast-check.ts";
import { anyStaticType, anyTyped } from "../../support/values/arbitrary.ts";
import { conforms } from "../../support/values/conform.ts";

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

test("maps of any length survive", () => {
  for (const length of [15, 16, 65535, 65536]) {
    const map = Object.fromEntries(new Array(length).fill(true).map((value, index) => [`k${index}`, value]));
    expect(Object.keys(decodeMsgpack(encodeMsgpack(map, mapOf(boolType)), mapOf(boolType)) as object)).toHaveLength(
      length,
    );
  }
});

test("keys of a map that name properties of every object are keys", () => {
  const map = decodeMsgpack(encodeMsgpack(JSON.parse('{"__proto__":"x"}'), mapOf(stringType)), mapOf(stringType));
  expect(Object.getPrototypeOf(map)).toBeNull();
  expect(Object.keys(map as object)).toEqual(["__proto__"]);
});

/** A map whose keys have misled programs before. */
const oddKeys = Object.assign(Object.create(null), JSON.parse('{"__proto__":"x","":"\\u0000"}'));

test("every value survives the round trip", () => {
  fc.assert(
    fc.property(anyTyped({ unknowns: true, refined: true }), ({ type, value }) => {
      const decoded = decodeMsgpack(encodeMsgpack(value, type), type);
      expect(conforms(decoded, type)).toEqual({ ok: true });
      // A set may have lost duplicates; encoding again must change nothing more.
      expect(hex(encodeMsgpack(decoded, type))).toBe(hex(encodeMsgpack(value, type)));
    }),
    { numRuns: 300, examples: [[{ type: mapOf(stringType), value: oddKeys }]] },
  );
});

test("strings are sent in NFC and lone surrogates as the replacement character", () => {
  expect(decodeMsgpack(encodeMsgpack("e\u0301", stringType), stringType)).toBe("é");
  expect(decodeMsgpack(encodeMsgpack("a\ud800b", stringType), stringType)).toBe("a\ufffdb");
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
      {
        numRuns: 500,
        // Wrong lengths, an unknown extension, a key that is not a string, an invalid string.
        examples: ["dfffffffff", "ddffffffff", "dbffffffff", "c7ff0c81", "81c0c0", "81a2c328c0"].map((hex) => [
          mapOf(stringType),
          new Uint8Array(Buffer.from(hex, "hex")),
        ]),
      },
    );
  });
});
