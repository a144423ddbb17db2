import { MAX_DEPTH } from "./depth.ts";
import { parseNumber } from "./number.ts";
import { objectLayout } from "./object-layout.ts";
import type { Path } from "./path.ts";
import type { Type } from "./type.ts";
import { typeFromJson } from "./type-json.ts";
import { Decimal, Dynamic, type Value, type ValueObject } from "./value.ts";
import { ValueError } from "./value-error.ts";

/** JSON whose numbers keep their text: `1.0000000000000000001` is not 1. */
type ExactJson = null | boolean | string | number | Decimal | ExactJson[] | { [key: string]: ExactJson };

/**
 * Decodes a value from state JSON. Missing attributes are null, as in core; unsupported ones are errors. Primitives are converted as in
 * core ("5" to a number, true to a string). Throws ValueError.
 */
export function decodeJson(text: string | Uint8Array, type: Type): Value {
  return read(parseExactJson(typeof text === "string" ? text : Buffer.from(text).toString("utf8")), type, [], 0);
}

/** Matches a number that a double may round: many digits, a fraction, an exponent, or the sign of zero. Also matches some strings. */
const inexactNumber = /(?:^|[:,[])\s*-?(?:\d{16}|\d+[.eE]|(?<=-)0)/;
/** Maximum length of a text, in characters, whose nesting needs no check. */
const plainLength = 64 * 1024;

function parseExactJson(text: string): ExactJson {
  try {
    // The reviver with each value's source is slower than everything else, and few states need it. It also detects excessive nesting.
    if (text.length <= plainLength && !inexactNumber.test(text)) return JSON.parse(text);
    return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) =>
      typeof value === "number" && context?.source !== undefined ? parseNumber(context.source) : value,
    );
  } catch (error) {
    if (error instanceof ValueError) throw error;
    if (error instanceof RangeError) throw new ValueError("TooDeep", "the JSON nests too deep");
    // The parser's own message quotes the text, which may contain secrets.
    throw new ValueError("Malformed", "the text is not valid JSON");
  }
}

function read(json: ExactJson, type: Type, path: Path, depth: number): Value {
  if (depth > MAX_DEPTH) throw new ValueError("TooDeep", `values nest deeper than ${MAX_DEPTH} levels`, path);
  if (json === null) return null;
  switch (type.kind) {
    case "string":
      if (typeof json === "string") return json.normalize("NFC");
      if (typeof json === "object" && !(json instanceof Decimal)) throw wrong("a string is required", path);
      return String(json);
    case "number":
      if (typeof json === "number" || json instanceof Decimal) return json;
      if (typeof json === "string") return readNumber(json, path);
      throw wrong("a number is required", path);
    case "bool":
      if (typeof json === "boolean") return json;
      if (json === "true" || json === "1") return true;
      if (json === "false" || json === "0") return false;
      throw wrong("a bool is required", path);
    case "dynamic":
      return readDynamic(json, path, depth);
    case "list":
    case "set": {
      if (!Array.isArray(json)) throw wrong(`a ${type.kind} is required`, path);
      const inSet = type.kind === "set";
      return json.map((item, index) => read(item, type.element, inSet ? path : [...path, { index }], depth + 1));
    }
    case "tuple": {
      const { elements } = type;
      if (!Array.isArray(json) || json.length !== elements.length) {
        throw wrong(`a tuple of length ${elements.length} is required`, path);
      }
      return elements.map((element, index) => read(json[index] ?? null, element, [...path, { index }], depth + 1));
    }
    case "map": {
      if (!isObject(json)) throw wrong("a map is required", path);
      const map: ValueObject = Object.create(null);
      for (const [key, item] of Object.entries(json)) {
        map[key.normalize("NFC")] = read(item, type.element, [...path, { key }], depth + 1);
      }
      return map;
    }
    case "object": {
      if (!isObject(json)) throw wrong("an object is required", path);
      for (const name of Object.keys(json)) {
        if (Object.hasOwn(type.attributes, name)) continue;
        throw new ValueError("UnsupportedAttribute", "the object has no such attribute", [
          ...path,
          { attribute: name },
        ]);
      }
      const object: ValueObject = Object.create(null);
      for (const { name, type: attribute, step } of objectLayout(type)) {
        const member = Object.hasOwn(json, name) ? json[name] : undefined;
        object[name] = read(member ?? null, attribute, [...path, step], depth + 1);
      }
      return object;
    }
  }
}

function readNumber(text: string, path: Path): number | Decimal {
  try {
    return parseNumber(text);
  } catch (error) {
    throw error instanceof ValueError ? new ValueError(error.code, error.summary, path) : error;
  }
}

function readDynamic(json: ExactJson, path: Path, depth: number): Value {
  if (
    !isObject(json) ||
    Object.keys(json).length !== 2 ||
    !Object.hasOwn(json, "type") ||
    !Object.hasOwn(json, "value")
  ) {
    throw wrong('a dynamic value is {"type": …, "value": …}', path);
  }
  let type: Type;
  try {
    type = typeFromJson(json["type"]);
  } catch (error) {
    throw error instanceof ValueError ? new ValueError(error.code, error.summary, path) : error;
  }
  const value = read(json["value"] ?? null, type, path, depth + 1);
  // A null without a particular type is plain null, in either notation.
  return type.kind === "dynamic" ? value : new Dynamic(type, value);
}

const wrong = (message: string, path: Path): ValueError => new ValueError("WrongType", message, path);

function isObject(json: ExactJson): json is { [key: string]: ExactJson } {
  return typeof json === "object" && json !== null && !Array.isArray(json) && !(json instanceof Decimal);
}
