import { isJsonObject, type Json, type JsonObject } from "./json.ts";

const prefix = "#/definitions/";

/**
 * Replaces every `{ "$ref": "#/definitions/<name>", … }` with the definition, deeply; keys beside `$ref` override the definition's.
 * The profiles in `schemas/hikube` use references; the result has the form of the platform's OpenAPI document.
 *
 * @throws Error for an unknown reference.
 */
export function inlineReferences(schema: Json, definitions: JsonObject): Json {
  if (Array.isArray(schema)) return schema.map((item) => inlineReferences(item, definitions));
  if (!isJsonObject(schema)) return schema;
  const { $ref: reference, ...own } = schema;
  const result: JsonObject = {};
  if (typeof reference === "string") {
    const definition = reference.startsWith(prefix) ? definitions[reference.slice(prefix.length)] : undefined;
    if (definition === undefined) throw new Error(`The schema refers to ${reference}, which is not defined.`);
    Object.assign(result, inlineReferences(definition, definitions));
  }
  for (const [key, value] of Object.entries(own)) result[key] = inlineReferences(value, definitions);
  return result;
}
