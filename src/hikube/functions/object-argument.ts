import { didYouMean } from "../../base/did-you-mean.ts";
import { FunctionError } from "../../engine/function.ts";
import type { Attribute, Attributes } from "../../schema/declaration.ts";
import { wireType } from "../../schema/kind.ts";
import type { Known } from "../../schema/shape.ts";
import { formatPath, type Path } from "../../values/path.ts";
import { Dynamic, type Value, type ValueObject } from "../../values/value.ts";
import { isMembers } from "../../values/value-kind.ts";

/**
 * Returns an argument of dynamic type as an object with these attributes, those that are optional and not set null: the type of a
 * parameter cannot have optional attributes. The attributes are texts, lists and maps of texts, and objects of these. Throws
 * FunctionError, which quotes no value, because it may be secret.
 */
export function objectArgument<A extends Attributes>(attributes: A, argument: Dynamic, index: number): Known<A> {
  try {
    return objectAt(attributes, argument, []) as unknown as Known<A>;
  } catch (error) {
    if (error instanceof Complaint) throw new FunctionError(error.message, index);
    throw error;
  }
}

class Complaint extends Error {}

const named = (path: Path): string => (path.length === 0 ? "" : ` at \`${formatPath(path)}\``);

function objectAt(attributes: Attributes, given: Value, path: Path): ValueObject {
  const value = inside(given);
  if (!isMembers(value)) throw new Complaint(`must be an object${named(path)}`);
  const known = Object.keys(attributes);
  for (const name of Object.keys(value)) {
    if (known.includes(name)) continue;
    const meant = didYouMean(name, known);
    throw new Complaint(`has an unknown attribute \`${formatPath([...path, { attribute: name }])}\`.${meant}`);
  }
  return Object.fromEntries(
    Object.entries(attributes).map(([name, attribute]) => [
      name,
      attributeAt(attribute, inside(value[name] ?? null), [...path, { attribute: name }]),
    ]),
  );
}

function attributeAt(attribute: Attribute, value: Value, path: Path): Value {
  if (value === null) {
    if (attribute.mode !== "required") return null;
    throw new Complaint(`has no \`${formatPath(path)}\``);
  }
  if (!attribute.kind.plain) return objectAt(attribute.kind.attributes, value, path);
  const read = textsAt(wireType(attribute.kind).kind, value, path);
  const complaint = (attribute.check as ((value: Value) => string | undefined) | undefined)?.(read);
  if (complaint !== undefined) throw new Complaint(`is invalid: \`${formatPath(path)}\` ${complaint}`);
  return read;
}

function textsAt(kind: string, value: Value, path: Path): Value {
  if (kind === "list") {
    if (Array.isArray(value)) return value.map((item, index) => textAt(item, [...path, { index }]));
  } else if (kind === "map") {
    if (isMembers(value)) {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, textAt(item, [...path, { key }])]));
    }
  } else return textAt(value, path);
  throw new Complaint(`must be a ${kind} of strings${named(path)}`);
}

function textAt(given: Value, path: Path): string {
  const value = inside(given);
  if (typeof value === "string") return value;
  throw new Complaint(`must be a string${named(path)}`);
}

const inside = (value: Value): Value => (value instanceof Dynamic ? value.value : value);
