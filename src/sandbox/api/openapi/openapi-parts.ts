import type { JsonObject } from "../../../base/json.ts";

const meta = "io.k8s.apimachinery.pkg.apis.meta.v1.";
const prefix = "com.github.cozystack.cozystack.pkg.apis.apps.v1alpha1.";
export const schemaRef = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });
export const metaSchema = (name: string): string => `${meta}${name}`;
export const applicationSchema = (name: string): string => `${prefix}${name}`;

export const string: JsonObject = { type: "string" };
export const emptyString: JsonObject = { default: "", type: "string" };
export const int32: JsonObject = { format: "int32", type: "integer" };
export const int64: JsonObject = { format: "int64", type: "integer" };
export const boolean: JsonObject = { type: "boolean" };
export const one = (name: string): JsonObject => ({ allOf: [schemaRef(metaSchema(name))] });
export const oneOrEmpty = (name: string): JsonObject => ({ ...one(name), default: {} });
export const list = (items: JsonObject, kind?: string): JsonObject => ({
  items,
  type: "array",
  ...(kind === undefined ? {} : { "x-kubernetes-list-type": kind }),
});
export const object = (properties: JsonObject, required?: string[]): JsonObject => ({
  ...(Object.keys(properties).length > 0 ? { properties } : {}),
  ...(required === undefined ? {} : { required }),
  type: "object",
});
export const typed = { apiVersion: string, kind: string };
