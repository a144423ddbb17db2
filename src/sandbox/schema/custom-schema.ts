import { isJsonObject, type Json, type JsonObject, jsonEqual, memberOf, setMember } from "../../base/json.ts";
import type { FieldFault } from "../server/api-status.ts";
import { text } from "../store/kube-object.ts";
import { fieldType, isIntOrString, itemType, type SchemaType, schemaType } from "./schema-type.ts";

const stringType = { type: "string" };

/**
 * The type of a custom resource: its structural schema with the fields that every object has.
 *
 * @param definitions hold the type of the metadata; until they do, it is not checked.
 */
export function structuralType(schema: JsonObject, definitions: JsonObject): SchemaType {
  const closed = close(schema);
  const own = isJsonObject(closed) ? closed : {};
  const properties = isJsonObject(own["properties"]) ? own["properties"] : {};
  return schemaType(definitions, {
    ...own,
    type: "object",
    properties: {
      ...properties,
      apiVersion: stringType,
      kind: stringType,
      metadata: { $ref: "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta" },
    },
  });
}

/** An object without fields of its own has no fields, unless it keeps what it does not know. */
function close(schema: Json): Json {
  if (!isJsonObject(schema)) return schema;
  const result: JsonObject = { ...schema };
  if (isJsonObject(schema["properties"])) {
    result["properties"] = Object.fromEntries(
      Object.entries(schema["properties"]).map(([key, value]) => [key, close(value)]),
    );
  }
  for (const key of ["items", "additionalProperties"]) {
    const value = schema[key];
    if (isJsonObject(value)) result[key] = close(value);
  }
  const isBare =
    schema["type"] === "object" && !("properties" in schema) && !isJsonObject(schema["additionalProperties"]);
  const isOpen = schema["x-kubernetes-preserve-unknown-fields"] === true || schema["additionalProperties"] === true;
  if (isBare && !isOpen && schema["x-kubernetes-embedded-resource"] !== true) result["properties"] = {};
  return result;
}

/** The value with the defaults of its schema. */
export function withDefaults(value: Json, type: SchemaType): Json {
  if (Array.isArray(value)) {
    const items = itemType(type);
    return items ? value.map((item) => withDefaults(item, items)) : value;
  }
  if (!isJsonObject(value)) return value;
  const result: JsonObject = { ...value };
  const { properties } = type.raw;
  for (const key of Object.keys(isJsonObject(properties) ? properties : {})) {
    const fallback = fieldType(type, key)?.raw["default"];
    if (fallback !== undefined && memberOf(result, key) === undefined)
      setMember(result, key, structuredClone(fallback));
  }
  for (const [key, item] of Object.entries(result)) {
    const field = fieldType(type, key);
    if (field) setMember(result, key, withDefaults(item, field));
  }
  return result;
}

type Reason = FieldFault["reason"];

/** What a value breaks of its schema, in the words of the API server. */
export function schemaFaults(value: Json, type: SchemaType, path = ""): FieldFault[] {
  const fault = (message: string, reason: Reason = "FieldValueInvalid"): FieldFault => ({
    field: path === "" ? "<nil>" : path,
    reason,
    message,
  });
  const wrong = typeFault(value, type.raw);
  if (wrong !== undefined) {
    const shown = JSON.stringify(wrong.found);
    return [
      fault(
        `Invalid value: ${shown}: ${path} in body must be of type ${wrong.wanted}: ${shown}`,
        "FieldValueTypeInvalid",
      ),
    ];
  }
  const own = scalarFaults(value, type.raw, path).map((message) => fault(message));
  const allowed = type.raw["enum"];
  if (Array.isArray(allowed) && !allowed.some((one) => jsonEqual(one, value))) {
    own.push(
      fault(
        `Unsupported value: ${JSON.stringify(value)}: supported values: ${allowed.map((one) => JSON.stringify(one)).join(", ")}`,
        "FieldValueNotSupported",
      ),
    );
  }
  if (Array.isArray(value)) {
    const items = itemType(type);
    return [...own, ...(items ? value.flatMap((item, index) => schemaFaults(item, items, `${path}[${index}]`)) : [])];
  }
  if (!isJsonObject(value)) return own;
  const inside = (key: string) => (path === "" ? key : `${path}.${key}`);
  for (const key of Array.isArray(type.raw["required"]) ? type.raw["required"] : []) {
    if (memberOf(value, text(key)) === undefined) {
      own.push({ field: inside(text(key)), reason: "FieldValueRequired", message: "Required value" });
    }
  }
  for (const [key, item] of Object.entries(value)) {
    const field = fieldType(type, key);
    if (field && item !== null) own.push(...schemaFaults(item, field, inside(key)));
  }
  return own;
}

function typeFault(value: Json, raw: JsonObject): { readonly found: string; readonly wanted: string } | undefined {
  const found =
    value === null ? "null" : Array.isArray(value) ? "array" : Number.isInteger(value) ? "integer" : typeof value;
  if (isIntOrString(raw))
    return found === "integer" || found === "string" ? undefined : { found, wanted: "integer,string" };
  const wanted = raw["type"];
  if (typeof wanted !== "string" || wanted === found || (wanted === "number" && found === "integer")) return undefined;
  return value === null && raw["nullable"] === true ? undefined : { found, wanted };
}

function scalarFaults(value: Json, raw: JsonObject, path: string): string[] {
  const shown = JSON.stringify(value);
  const faults: string[] = [];
  const bound = (key: string): number | undefined => (typeof raw[key] === "number" ? raw[key] : undefined);
  const check = (limit: number | undefined, holds: (limit: number) => boolean, words: (limit: number) => string) => {
    if (limit !== undefined && !holds(limit)) faults.push(`Invalid value: ${shown}: ${path} in body ${words(limit)}`);
  };
  if (typeof value === "number") {
    check(
      bound("minimum"),
      (limit) => value >= limit,
      (limit) => `should be greater than or equal to ${limit}`,
    );
    check(
      bound("maximum"),
      (limit) => value <= limit,
      (limit) => `should be less than or equal to ${limit}`,
    );
  }
  if (typeof value === "string") {
    check(
      bound("minLength"),
      (limit) => value.length >= limit,
      (limit) => `should be at least ${limit} chars long`,
    );
    check(
      bound("maxLength"),
      (limit) => value.length <= limit,
      (limit) => `should be at most ${limit} chars long`,
    );
    const pattern = raw["pattern"];
    if (typeof pattern === "string" && !matches(pattern, value)) {
      faults.push(`Invalid value: ${shown}: ${path} in body should match '${pattern}'`);
    }
  }
  if (Array.isArray(value)) {
    check(
      bound("minItems"),
      (limit) => value.length >= limit,
      (limit) => `should have at least ${limit} items`,
    );
    check(
      bound("maxItems"),
      (limit) => value.length <= limit,
      (limit) => `should have at most ${limit} items`,
    );
  }
  return faults;
}

/** Go's expressions are almost those of JavaScript; one that JavaScript does not read allows every value. */
function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern, "u").test(value);
  } catch {
    return true;
  }
}
