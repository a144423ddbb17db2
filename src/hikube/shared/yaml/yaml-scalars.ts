import type { Json } from "../../../base/json.ts";
import { jsonFromValue } from "../../../values/dynamic-json.ts";
import { parseNumber } from "../../../values/number.ts";
import { ValueError } from "../../../values/value-error.ts";

/** A scalar of a YAML document as resolved by go-yaml v2 (YAML 1.1), which Helm and kubectl use. */
export type ResolvedScalar =
  | { readonly kind: "null" }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "string"; readonly value: string }
  /** `exact` and `key` are undefined if JSON, or a key, cannot represent the number. */
  | { readonly kind: "number"; readonly exact: number | undefined; readonly key: string | undefined };

const prefix = "tag:yaml.org,2002:";

const words: ReadonlyMap<string, ResolvedScalar> = new Map<string, ResolvedScalar>([
  ...["", "~", "null", "Null", "NULL"].map((word) => [word, { kind: "null" }] as const),
  ...["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"].map(
    (word) => [word, { kind: "bool", value: true }] as const,
  ),
  ...["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"].map(
    (word) => [word, { kind: "bool", value: false }] as const,
  ),
  // JSON has neither infinity nor NaN.
  ...[".inf", ".Inf", ".INF"].flatMap((word) =>
    ["", "+", "-"].map((sign) => [`${sign}${word}`, { kind: "number", exact: undefined, key: undefined }] as const),
  ),
  ...[".nan", ".NaN", ".NAN"].map((word) => [word, { kind: "number", exact: undefined, key: undefined }] as const),
]);

/** Resolves a scalar by its text, style and tag. Sexagesimal numbers and timestamps stay strings, as in go-yaml. */
export function resolveScalar(
  text: string,
  plain: boolean,
  tag: string | undefined,
): ResolvedScalar | { readonly error: string } {
  const name = tag?.startsWith(prefix) ? tag.slice(prefix.length) : undefined;
  switch (name) {
    case "int":
    case "float":
    case "bool":
    case "null":
    case "timestamp":
      return tagged(text, name);
    case "binary":
      return binary(text);
    default:
      return tag === undefined && plain ? resolvePlain(text) : { kind: "string", value: text };
  }
}

const timestamp =
  /^\d{4}-\d{1,2}-\d{1,2}$|^\d{4}-\d{1,2}-\d{1,2}([Tt]|[ \t]+)\d{1,2}:\d{2}:\d{2}(\.\d*)?[ \t]*(Z|[-+]\d{1,2}(:?\d{2})?)?$/;

function tagged(
  text: string,
  name: "int" | "float" | "bool" | "null" | "timestamp",
): ResolvedScalar | { readonly error: string } {
  const resolved = resolvePlain(text);
  const fits =
    name === "timestamp"
      ? timestamp.test(text)
      : name === "int"
        ? resolved.kind === "number" && integerOf(text) !== undefined
        : resolved.kind === (name === "float" ? "number" : name);
  return fits ? resolved : { error: `the value is not a !!${name}` };
}

function binary(text: string): ResolvedScalar | { readonly error: string } {
  const base64 = text.replace(/[\r\n]/g, "");
  if (!/^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(base64)) {
    return { error: "the value is not valid base64" };
  }
  return { kind: "string", value: Buffer.from(base64, "base64").toString("utf8") };
}

function resolvePlain(text: string): ResolvedScalar {
  const word = words.get(text);
  if (word !== undefined) return word;
  const integer = integerOf(text);
  if (integer !== undefined) return number(String(integer), integer);
  // go-yaml reads underscores in numbers that start with a digit or sign, not in those that start with a point.
  const digits = text.startsWith(".") ? text : text.replaceAll("_", "");
  if (/^[-+.0-9]/.test(text) && /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/.test(digits)) {
    return number(digits, undefined);
  }
  return { kind: "string", value: text };
}

const shapes: readonly (readonly [shape: RegExp, prefix: string])[] = [
  [/^0[xX]([0-9a-fA-F]+)$/, "0x"],
  [/^0[bB]([01]+)$/, "0b"],
  [/^0[oO]?([0-7]+)$/, "0o"],
  [/^(0|[1-9][0-9]*)$/, ""],
];

/** Returns an integer as Go's `ParseInt` with base 0: prefixes `0x`, `0b`, `0o` and `0`; undefined beyond 64 bits. */
function integerOf(text: string): bigint | undefined {
  if (!/^[-+0-9]/.test(text)) return undefined;
  const [, sign, digits = ""] = /^([-+]?)(.*)$/s.exec(text.replaceAll("_", "")) ?? [];
  for (const [shape, base] of shapes) {
    const match = shape.exec(digits);
    if (match === null) continue;
    const size = BigInt(`${base}${match[1]}`);
    const value = sign === "-" ? -size : size;
    const fits = value >= -(2n ** 63n) && (value < 2n ** 63n || (sign === "" && value < 2n ** 64n));
    return fits ? value : undefined;
  }
  return undefined;
}

function number(text: string, integer: bigint | undefined): ResolvedScalar {
  const exact = exactNumber(text);
  if (integer !== undefined) return { kind: "number", exact, key: integer < 2n ** 63n ? text : undefined };
  return { kind: "number", exact, key: exact === undefined ? undefined : fractionKey(text, exact) };
}

/** Returns a fraction as a key. Go writes it with 32-bit precision and its own exponent format; up to six digits both are identical. */
function fractionKey(text: string, value: number): string | undefined {
  const tiny = Math.abs(value) < 1e-4 && (value !== 0 || text.startsWith("-"));
  const key = String(value);
  return !tiny && /^-?\d{1,6}$|^-?(?=[\d.]{3,7}$)\d+\.\d+$/.test(key) ? key : undefined;
}

/** Returns the number as `values` would store the same digits; undefined if JSON cannot represent them. */
function exactNumber(text: string): number | undefined {
  try {
    const json: Json = jsonFromValue(parseNumber(text));
    return typeof json === "number" ? json : undefined;
  } catch (error) {
    if (error instanceof ValueError) return undefined;
    throw error;
  }
}
