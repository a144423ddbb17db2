import { isJsonObject, type Json, type JsonObject } from "./json.ts";

const prefix = "#/definitions/";

/**
 * Replaces every `{ "$ref": "#/definitions/<name>", … }` by the definition, deeply; keys beside `$ref` win over the definition's.
 * The profiles in `schemas/hikube` are written so; what comes out is the form the platform's OpenAPI document has.
 *
 * @throws Error for a reference to nothing: an author's mistake.
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
