import { canonicalNumber } from "../../../src/values/number.ts";
import { objectLayout } from "../../../src/values/object-layout.ts";
import type { Path } from "../../../src/values/path.ts";
import type { Type } from "../../../src/values/type.ts";
import { Dynamic, Unknown, type Value } from "../../../src/values/value.ts";
import { ValueError } from "../../../src/values/value-error.ts";
import { isMembers, isNumber } from "../../../src/values/value-kind.ts";

type Conformance = { readonly ok: true } | { readonly ok: false; readonly path: Path; readonly message: string };

/** Whether a value is one of the type: exact key sets, numbers that are numbers, dynamic values that carry their type. */
export function conforms(value: Value, type: Type): Conformance {
  return check(value, type, []) ?? { ok: true };
}

type Mismatch = Extract<Conformance, { ok: false }>;

const mismatch = (path: Path, message: string): Mismatch => ({ ok: false, path, message });

function check(value: Value, type: Type, path: Path): Mismatch | undefined {
  if (value === null || value instanceof Unknown) return undefined;
  switch (type.kind) {
    case "string":
      return typeof value === "string" ? undefined : mismatch(path, "a string is required");
    case "bool":
      return typeof value === "boolean" ? undefined : mismatch(path, "a bool is required");
    case "number":
      return isTrueNumber(value) ? undefined : mismatch(path, "a number is required");
    case "dynamic":
      if (!(value instanceof Dynamic)) return mismatch(path, "a dynamic value must come with its type");
      return check(value.value, value.type, path);
    case "list":
    case "set": {
      if (!Array.isArray(value)) return mismatch(path, `a ${type.kind} is required`);
      const inSet = type.kind === "set";
      return firstOf(value.entries(), ([index, item]) =>
        check(item, type.element, inSet ? path : [...path, { index }]),
      );
    }
    case "tuple": {
      if (!Array.isArray(value) || value.length !== type.elements.length) {
        return mismatch(path, `a tuple of length ${type.elements.length} is required`);
      }
      return firstOf(type.elements.entries(), ([index, element]) =>
        check(value[index] ?? null, element, [...path, { index }]),
      );
    }
    case "map":
      if (!isMembers(value)) return mismatch(path, "a map is required");
      return firstOf(Object.entries(value), ([key, item]) => check(item, type.element, [...path, { key }]));
    case "object": {
      if (!isMembers(value)) return mismatch(path, "an object is required");
      const extra = Object.keys(value).find((key) => !Object.hasOwn(type.attributes, key));
      if (extra !== undefined) return mismatch([...path, { attribute: extra }], "the object has no such attribute");
      return firstOf(objectLayout(type), ({ name, type: attribute, step }) => {
        const member = Object.hasOwn(value, name) ? value[name] : undefined;
        return member === undefined
          ? mismatch([...path, step], "the attribute is missing")
          : check(member, attribute, [...path, step]);
      });
    }
  }
}

function firstOf<Item>(items: Iterable<Item>, find: (item: Item) => Mismatch | undefined): Mismatch | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isTrueNumber(value: Value): boolean {
  if (!isNumber(value)) return false;
  try {
    canonicalNumber(value);
    return true;
  } catch (error) {
    if (error instanceof ValueError) return false;
    throw error;
  }
}
