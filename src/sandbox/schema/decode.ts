import { isJsonObject, type Json, type JsonObject, setMember } from "../../base/json.ts";
import { fieldType, isIntOrString, itemType, preservesUnknown, type SchemaType, shapeOf } from "./schema-type.ts";

/** A value as a typed decoder reads it. */
export interface Decoded {
  /** Without unknown fields and without null. */
  readonly value: Json;
  /** Paths of the fields that the type does not have: `spec.template.spec.containers[0].nam`. */
  readonly unknown: readonly string[];
  /** The first value of a wrong type, in the words of Go's decoder. */
  readonly fault: string | undefined;
}

/** Reads a value as Go's decoder reads it into a type of the schema. */
export function decode(value: Json, type: SchemaType): Decoded {
  const unknown: string[] = [];
  let fault: string | undefined;
  const wrong = (found: Json, owner: string, path: string, wanted: string): Json => {
    fault ??= `json: cannot unmarshal ${goTypeOf(found)} into Go struct field ${owner}.${path} of type ${wanted}`;
    return found;
  };
  const walk = (found: Json, of: SchemaType, owner: string, path: string): Json => {
    const shape = shapeOf(of);
    if (shape === "any") return found;
    if (shape === "list") {
      if (!Array.isArray(found)) return wrong(found, owner, path, goNameOf(of));
      const items = itemType(of);
      return items ? found.map((item, index) => walk(item, items, owner, `${path}[${index}]`)) : found;
    }
    if (shape === "scalar") return isScalar(found, of.raw) ? found : wrong(found, owner, path, goNameOf(of));
    if (!isJsonObject(found)) return wrong(found, owner, path, goNameOf(of));
    const result: JsonObject = {};
    for (const [key, item] of Object.entries(found)) {
      const at = path === "" ? key : `${path}.${key}`;
      const field = fieldType(of, key);
      if (!field && !preservesUnknown(of)) unknown.push(at);
      else if (item !== null || !field) setMember(result, key, field ? walk(item, field, of.name ?? owner, at) : item);
    }
    return result;
  };
  return { value: walk(value, type, type.name ?? "", ""), unknown, fault };
}

function isScalar(value: Json, raw: JsonObject): boolean {
  if (isIntOrString(raw)) return typeof value === "string" || Number.isInteger(value);
  if (Array.isArray(raw["oneOf"])) return typeof value === "string" || typeof value === "number";
  if (raw["type"] === "integer") return Number.isInteger(value);
  return typeof value === raw["type"];
}

const goTypeOf = (value: Json): string => {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value === "boolean" ? "bool" : typeof value;
};

/** The name of a type in Go: `int32`, `v1.PodSpec`, `[]v1.Container`, `map[string]string`. */
function goNameOf(type: SchemaType): string {
  const { raw } = type;
  const shape = shapeOf(type);
  if (shape === "list") return `[]${goNameOf(itemType(type) ?? type)}`;
  if (shape === "map") return `map[string]${goNameOf(fieldType(type, "") ?? type)}`;
  if (type.name !== undefined) return `v1.${type.name}`;
  if (raw["type"] === "integer") return raw["format"] === "int64" ? "int64" : "int32";
  if (raw["type"] === "number") return "float64";
  return raw["type"] === "boolean" ? "bool" : "string";
}
