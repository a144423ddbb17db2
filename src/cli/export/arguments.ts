import type { Attributes, Kind } from "../../schema/declaration.ts";
import { formatNumber } from "../../values/number.ts";
import { Dynamic, type Value, type ValueObject } from "../../values/value.ts";
import { isMembers, isNumber } from "../../values/value-kind.ts";
import { type Expression, Verbatim } from "../hcl/expression.ts";
import { isSecretSetting, isSecretText } from "./secret-names.ts";

/** A value that is taken out of the configuration, and where it was. */
export interface FoundSecret {
  /** Attribute names, keys and indexes from the root of the resource. */
  readonly path: readonly string[];
  readonly value: string | Verbatim;
}

/** Returns the expression that takes the place of a secret. */
type Hide = (secret: FoundSecret) => Expression;

/** Returns the arguments of a configuration that are set, in the order of the schema, as expressions. */
export function argumentsOf(
  attributes: Attributes,
  config: ValueObject,
  hide: Hide,
  path: readonly string[] = [],
): [string, Expression][] {
  return Object.entries(attributes).flatMap(([name, { kind }]): [string, Expression][] => {
    const value = config[name] ?? null;
    return value === null ? [] : [[name, attributeExpression(kind, value, hide, [...path, name])]];
  });
}

function attributeExpression(kind: Kind, value: Value, hide: Hide, path: readonly string[]): Expression {
  if (kind.plain) {
    const isFree = kind.wire.kind === "map" || kind.wire.kind === "dynamic";
    return plainExpression(value, (at, text) => (isFree ? isSecretSetting(at, text) : isSecretText(text)), hide, path);
  }
  const { attributes, nesting } = kind;
  const one = (element: Value, at: readonly string[]): Expression =>
    element !== null && isMembers(element) ? new Map(argumentsOf(attributes, element, hide, at)) : null;
  if (nesting === "single") return one(value, path);
  if (Array.isArray(value)) return value.map((element, index) => one(element, [...path, String(index)]));
  return isMembers(value)
    ? new Map(sorted(value).map(([key, element]) => [key, one(element, [...path, key])]))
    : one(value, path);
}

type IsSecret = (path: readonly string[], text: string) => boolean;

/** Keys of maps and of Helm values are sorted, so that the text does not depend on the order in which they were read. */
function plainExpression(value: Value, isSecret: IsSecret, hide: Hide, path: readonly string[]): Expression {
  if (value instanceof Dynamic) return plainExpression(value.value, isSecret, hide, path);
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "string") return isSecret(path, value) ? hide({ path, value }) : value;
  if (isNumber(value)) {
    const number = new Verbatim(formatNumber(value));
    return isSecret(path, number.text) ? hide({ path, value: number }) : number;
  }
  if (Array.isArray(value)) {
    return value.map((item, index) => plainExpression(item, isSecret, hide, [...path, String(index)]));
  }
  if (!isMembers(value)) throw new TypeError("an exported value is known");
  return new Map(sorted(value).map(([key, inner]) => [key, plainExpression(inner, isSecret, hide, [...path, key])]));
}

const sorted = (members: ValueObject): [string, Value][] =>
  Object.entries(members).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
