import { isJsonObject, type Json, type JsonObject, setMember } from "../../base/json.ts";

/** Returns the schema at a path below `schema`; undefined if none is declared. */
export function schemaAt(schema: JsonObject, path: readonly string[]): JsonObject | undefined {
  let current: JsonObject = schema;
  for (const step of path) {
    const properties = current["properties"];
    const declared = isJsonObject(properties) && Object.hasOwn(properties, step) ? properties[step] : undefined;
    const next = declared ?? current["additionalProperties"];
    if (!isJsonObject(next)) return undefined;
    current = next;
  }
  return current;
}

/** Returns the names of the properties in an object schema. */
export function propertiesOf(schema: JsonObject | undefined): string[] {
  const properties = schema?.["properties"];
  return isJsonObject(properties) ? Object.keys(properties) : [];
}

/** Returns the strings of a schema's `enum` or `required`. */
export function stringsOf(schema: JsonObject | undefined, keyword: "enum" | "required"): string[] {
  const list = schema?.[keyword];
  return Array.isArray(list) ? list.filter((item) => typeof item === "string") : [];
}

/**
 * Returns the value that the API server shows for a stored value, by the server's own algorithm (platform.md §1.4), so that a key can
 * be reset to exactly its default.
 */
export function applyDefaults(value: Json | undefined, schema: JsonObject, top = true): Json | undefined {
  const properties = schema["properties"];
  const additional = schema["additionalProperties"];
  const fallback = schema["default"];
  if (schema["type"] === "object" || isJsonObject(properties) || isJsonObject(additional)) {
    const result: JsonObject = isJsonObject(value)
      ? { ...value }
      : isJsonObject(fallback) && !top
        ? structuredClone(fallback)
        : {};
    if (isJsonObject(properties)) {
      for (const [name, property] of Object.entries(properties)) {
        if (!isJsonObject(property)) continue;
        if (!Object.hasOwn(result, name) && property["default"] !== undefined) {
          result[name] = structuredClone(property["default"]);
        }
        if (Object.hasOwn(result, name)) result[name] = applyDefaults(result[name], property, false) ?? null;
      }
    }
    if (isJsonObject(additional)) {
      for (const name of Object.keys(result)) {
        if (isJsonObject(properties) && Object.hasOwn(properties, name)) continue;
        setMember(result, name, applyDefaults(result[name], additional, false) ?? null);
      }
    }
    return result;
  }
  if (schema["type"] === "array") {
    const items = schema["items"];
    const list = Array.isArray(value) ? value : Array.isArray(fallback) ? structuredClone(fallback) : [];
    return isJsonObject(items) ? list.map((item) => applyDefaults(item, items, false) ?? null) : list;
  }
  if (value === null && fallback !== undefined) return structuredClone(fallback);
  return value;
}

/** Returns the default that the server shows at a path of an object; undefined if there is none. */
export function defaultAt(schema: JsonObject, path: readonly string[]): Json | undefined {
  const at = schemaAt(schema, path);
  if (at === undefined || at["default"] === undefined) return undefined;
  return applyDefaults(structuredClone(at["default"]), at, false);
}
