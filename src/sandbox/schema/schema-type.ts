import { isJsonObject, type Json, type JsonObject, memberOf } from "../../base/json.ts";

/** A type of an OpenAPI schema, its references resolved one level deep. */
export interface SchemaType {
  readonly raw: JsonObject;
  readonly definitions: JsonObject;
  /** Go's name of the definition, where it has one: `PodSpec`. */
  readonly name: string | undefined;
}

/**
 * - `struct`: an object with declared fields. `map`: an object of equal values. `list`: an array.
 * - `any`: a value that is stored as it is.
 */
export type Shape = "struct" | "map" | "list" | "any" | "scalar";

export function schemaType(definitions: JsonObject, raw: Json | undefined): SchemaType {
  const own = isJsonObject(raw) ? raw : {};
  const all = own["allOf"];
  const first = Array.isArray(all) && all.length === 1 && isJsonObject(all[0]) ? all[0]["$ref"] : undefined;
  const reference = own["$ref"] ?? first;
  if (typeof reference !== "string") return { raw: own, definitions, name: undefined };
  const { $ref, allOf, ...rest } = own;
  const target = schemaType(definitions, definitions[reference]);
  return { raw: { ...target.raw, ...rest }, definitions, name: reference.slice(reference.lastIndexOf(".") + 1) };
}

/** The type of a definition; undefined for an unknown name. */
export const definitionType = (definitions: JsonObject, name: string): SchemaType | undefined =>
  definitions[name] === undefined ? undefined : schemaType(definitions, { $ref: name });

export function shapeOf({ raw }: SchemaType): Shape {
  if (isJsonObject(raw["properties"])) return "struct";
  if (isJsonObject(raw["additionalProperties"])) return "map";
  if (raw["type"] === "array") return "list";
  if (isIntOrString(raw) || raw["oneOf"] !== undefined) return "scalar";
  return raw["type"] === undefined || raw["type"] === "object" ? "any" : "scalar";
}

export const isIntOrString = (raw: JsonObject): boolean =>
  raw["format"] === "int-or-string" || raw["x-kubernetes-int-or-string"] === true;

export const preservesUnknown = ({ raw }: SchemaType): boolean => raw["x-kubernetes-preserve-unknown-fields"] === true;

/** The type of a member of an object; undefined where none is declared. */
export function fieldType(type: SchemaType | undefined, key: string): SchemaType | undefined {
  if (!type) return undefined;
  const { properties, additionalProperties } = type.raw;
  if (isJsonObject(properties)) {
    const found = memberOf(properties, key);
    return found === undefined ? undefined : schemaType(type.definitions, found);
  }
  return isJsonObject(additionalProperties) ? schemaType(type.definitions, additionalProperties) : undefined;
}

/** The type of the items of an array. */
export const itemType = (type: SchemaType | undefined): SchemaType | undefined =>
  type?.raw["items"] === undefined ? undefined : schemaType(type.definitions, type.raw["items"]);

/** How an array merges in server-side apply. */
export function listTypeOf(type: SchemaType | undefined): "atomic" | "set" | "map" {
  const found = type?.raw["x-kubernetes-list-type"];
  return found === "set" || found === "map" ? found : "atomic";
}

/** The fields that identify an item of an array. */
export function listMapKeys(type: SchemaType | undefined): readonly string[] {
  const keys = type?.raw["x-kubernetes-list-map-keys"];
  return Array.isArray(keys) ? keys.filter((key) => typeof key === "string") : [];
}

export const isAtomicMap = (type: SchemaType | undefined): boolean => type?.raw["x-kubernetes-map-type"] === "atomic";

/** How a strategic merge patch treats a field. */
export function patchStrategyOf(type: SchemaType | undefined): {
  readonly strategies: readonly string[];
  readonly mergeKey: string | undefined;
} {
  const strategy = type?.raw["x-kubernetes-patch-strategy"];
  const mergeKey = type?.raw["x-kubernetes-patch-merge-key"];
  return {
    strategies: typeof strategy === "string" ? strategy.split(",") : [],
    mergeKey: typeof mergeKey === "string" ? mergeKey : undefined,
  };
}
