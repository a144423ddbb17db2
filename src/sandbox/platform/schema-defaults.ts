import { isJsonObject, type Json, type JsonObject, setMember } from "../../base/json.ts";

/**
 * The defaulting of the platform's API server in every answer (platform.md §1.4): absent properties get their default, an object or array
 * of the wrong type is replaced, a null reads as the default. Scalars are never checked. The input is not changed.
 */
export function applyDefaults(spec: Json | undefined, schema: JsonObject): JsonObject {
  const result = defaulted(spec, schema, true);
  return isJsonObject(result) ? result : {};
}

function defaulted(value: Json | undefined, schema: JsonObject, top: boolean): Json {
  const properties = isJsonObject(schema["properties"]) ? schema["properties"] : undefined;
  const additional = isJsonObject(schema["additionalProperties"]) ? schema["additionalProperties"] : undefined;
  if (schema["type"] === "object" || properties || additional) {
    const result: JsonObject = {};
    if (isJsonObject(value)) for (const [key, member] of Object.entries(value)) setMember(result, key, member);
    else if (!top && isJsonObject(schema["default"])) Object.assign(result, structuredClone(schema["default"]));
    for (const [name, property] of Object.entries(properties ?? {})) {
      if (!isJsonObject(property)) continue;
      if (!Object.hasOwn(result, name) && property["default"] !== undefined) {
        result[name] = copyOf(property["default"]);
      }
      if (Object.hasOwn(result, name)) result[name] = defaulted(result[name], property, false);
    }
    if (additional) {
      for (const key of Object.keys(result)) {
        if (properties && Object.hasOwn(properties, key)) continue;
        setMember(result, key, defaulted(result[key], additional, false));
      }
    }
    return result;
  }
  if (schema["type"] === "array") {
    const fallback = Array.isArray(schema["default"]) ? schema["default"] : [];
    const list = Array.isArray(value) ? value : fallback;
    const items = isJsonObject(schema["items"]) ? schema["items"] : {};
    return list.map((item) => defaulted(item, items, false));
  }
  if ((value === null || value === undefined) && schema["default"] !== undefined) {
    return copyOf(schema["default"]);
  }
  return value === undefined ? null : copyOf(value);
}

/** A copy of a value; most are scalars, which need none. */
const copyOf = (value: Json): Json => (typeof value === "object" && value !== null ? structuredClone(value) : value);
