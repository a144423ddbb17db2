import { providerFunction } from "../../engine/define.ts";
import { FunctionError } from "../../engine/function.ts";
import { dynamic } from "../../schema/kind.ts";
import { memberType } from "../../values/member-type.ts";
import type { Type } from "../../values/type.ts";
import { Dynamic, type ValueObject } from "../../values/value.ts";
import { isMembers } from "../../values/value-kind.ts";

export const mergeValues = providerFunction("merge_values", {
  summary: "Merges Helm values deeply",
  doc:
    "Merges objects as Helm merges its values files: later arguments take precedence, objects and maps are merged at every level, lists " +
    "and other values are replaced as a whole, and null removes a key. Numbers keep all their digits. No argument may be null: write `var.overrides == null ? {} : var.overrides`.",
  parameters: [],
  variadic: {
    name: "values",
    kind: dynamic,
    doc: "Helm values, each an object or a map; those with the lowest precedence first.",
  },
  returns: dynamic,
  call: (...values) => {
    let merged = emptyTree();
    for (const [index, value] of values.entries()) {
      if (!isMembers(value.value))
        throw new FunctionError(`must be an object or a map; got a ${value.type.kind}`, index);
      merged = merge(merged, value.type, value.value);
    }
    return toDynamic(merged);
  },
});

/** An object with typed values at its leaves. */
interface Tree {
  [key: string]: Dynamic | Tree;
}

/** Without a prototype, so that a key `__proto__` is a key. */
const emptyTree = (): Tree => Object.create(null);

function merge(base: Tree, type: Type, over: ValueObject): Tree {
  const merged = Object.assign(emptyTree(), base);
  for (const [key, member] of Object.entries(over)) {
    if (member === null) {
      delete merged[key];
      continue;
    }
    const { type: kind, value } = member instanceof Dynamic ? member : new Dynamic(memberType(type, key), member);
    const below = merged[key];
    if (!isMembers(value)) merged[key] = new Dynamic(kind, value);
    else merged[key] = merge(below === undefined || below instanceof Dynamic ? emptyTree() : below, kind, value);
  }
  return merged;
}

function toDynamic(tree: Tree): Dynamic {
  const attributes: Record<string, Type> = Object.create(null);
  const values: ValueObject = Object.create(null);
  for (const [key, member] of Object.entries(tree)) {
    const { type, value } = member instanceof Dynamic ? member : toDynamic(member);
    attributes[key] = type;
    values[key] = value;
  }
  return new Dynamic({ kind: "object", attributes }, values);
}
