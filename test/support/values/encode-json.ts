import { compareByteOrder } from "../../../src/values/byte-order.ts";
import { MAX_DEPTH } from "../../../src/values/depth.ts";
import { formatNumber } from "../../../src/values/number.ts";
import { objectLayout } from "../../../src/values/object-layout.ts";
import type { Path } from "../../../src/values/path.ts";
import { normalizeSet } from "../../../src/values/set.ts";
import type { Type } from "../../../src/values/type.ts";
import { typeToJson } from "../../../src/values/type-json.ts";
import { Dynamic, Unknown, type Value } from "../../../src/values/value.ts";
import { ValueError } from "../../../src/values/value-error.ts";
import { isMembers, isNumber } from "../../../src/values/value-kind.ts";

/** The value as state JSON, with sorted keys and every digit. Throws ValueError for unknowns and for what does not conform. */
export function encodeJson(value: Value, type: Type): string {
  return write(value, type, [], 0);
}

function write(value: Value, type: Type, path: Path, depth: number): string {
  if (depth > MAX_DEPTH) throw new ValueError("TooDeep", `values nest deeper than ${MAX_DEPTH} levels`, path);
  if (value === null) return "null";
  if (value instanceof Unknown) throw new ValueError("UnknownValue", "the value is not known yet", path);
  switch (type.kind) {
    case "string":
      if (typeof value !== "string") throw wrong("a string is required", path);
      return JSON.stringify(value.normalize("NFC"));
    case "number":
      if (!isNumber(value)) throw wrong("a number is required", path);
      if (typeof value === "number" && !Number.isFinite(value)) {
        throw new ValueError("BadNumber", "JSON cannot express infinity or NaN", path);
      }
      return formatNumber(value);
    case "bool":
      if (typeof value !== "boolean") throw wrong("a bool is required", path);
      return String(value);
    case "dynamic":
      if (!(value instanceof Dynamic)) throw wrong("a dynamic value must come with its type", path);
      return `{"type":${typeToJson(value.type)},"value":${write(value.value, value.type, path, depth + 1)}}`;
    case "list":
    case "set": {
      if (!Array.isArray(value)) throw wrong(`a ${type.kind} is required`, path);
      const inSet = type.kind === "set";
      const ordered = inSet ? normalizeSet(value, type.element) : value;
      const items = ordered.map((item, index) =>
        write(item, type.element, inSet ? path : [...path, { index }], depth + 1),
      );
      return `[${items.join(",")}]`;
    }
    case "tuple": {
      const { elements } = type;
      if (!Array.isArray(value) || value.length !== elements.length) {
        throw wrong(`a tuple of length ${elements.length} is required`, path);
      }
      const items = elements.map((element, index) =>
        write(value[index] ?? null, element, [...path, { index }], depth + 1),
      );
      return `[${items.join(",")}]`;
    }
    case "map": {
      if (!isMembers(value)) throw wrong("a map is required", path);
      const items = Object.entries(value)
        .map(([key, item]) => [key.normalize("NFC"), item] as const)
        .sort(([a], [b]) => compareByteOrder(a, b))
        .map(([key, item]) => `${JSON.stringify(key)}:${write(item, type.element, [...path, { key }], depth + 1)}`);
      return `{${items.join(",")}}`;
    }
    case "object": {
      if (!isMembers(value)) throw wrong("an object is required", path);
      const items = objectLayout(type).map(({ name, type: attribute, step }) => {
        const member = Object.hasOwn(value, name) ? value[name] : undefined;
        if (member === undefined) throw new ValueError("MissingAttribute", "the attribute is missing", [...path, step]);
        return `${JSON.stringify(name)}:${write(member, attribute, [...path, step], depth + 1)}`;
      });
      const extra = Object.keys(value).find((key) => !Object.hasOwn(type.attributes, key));
      if (extra !== undefined) {
        throw new ValueError("UnsupportedAttribute", "the object has no such attribute", [
          ...path,
          { attribute: extra },
        ]);
      }
      return `{${items.join(",")}}`;
    }
  }
}

const wrong = (message: string, path: Path): ValueError => new ValueError("WrongType", message, path);
