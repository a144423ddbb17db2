import { createHash } from "node:crypto";
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { type PathKind, pathsOf } from "./openapi-paths.ts";

/** A kind with the schema of its objects, where that is not one of Kubernetes' own. */
export interface DocumentKind extends PathKind {
  readonly schema: JsonObject | undefined;
}

const info = { title: "Kubernetes", version: "unversioned" };

const folderOf = ({ group, version }: PathKind): string =>
  group === "" ? `api/${version}` : `apis/${group}/${version}`;

/** The index of the OpenAPI 3 documents: one for each group and version. */
export function openApiIndex(kinds: readonly DocumentKind[]): JsonObject {
  const folders = [...new Set(kinds.map(folderOf))].sort();
  const hashOf = (folder: string) =>
    createHash("sha512")
      .update(JSON.stringify(kinds.filter((kind) => folderOf(kind) === folder)))
      .digest("hex")
      .toUpperCase();
  return {
    paths: Object.fromEntries(
      folders.map((folder) => [folder, { serverRelativeURL: `/openapi/v3/${folder}?hash=${hashOf(folder)}` }]),
    ),
  };
}

/** The OpenAPI 3 document of a group and version; undefined where nothing of it is served. */
export function openApi3(
  folder: string,
  kinds: readonly DocumentKind[],
  definitions: JsonObject,
): JsonObject | undefined {
  const own = kinds.filter((kind) => folderOf(kind) === folder);
  if (own.length === 0) return undefined;
  const schemas = schemasOf(own, definitions);
  return {
    openapi: "3.0.0",
    info,
    paths: Object.assign({}, ...own.map(pathsOf)) as JsonObject,
    components: { schemas: withReferences(schemas, "#/components/schemas/") },
  };
}

/** Everything as one OpenAPI 2 document. */
export function openApi2(kinds: readonly DocumentKind[], definitions: JsonObject): JsonObject {
  const paths = Object.assign({}, ...kinds.map(pathsOf)) as JsonObject;
  return {
    swagger: "2.0",
    info,
    paths: Object.fromEntries(Object.entries(paths).map(([path, item]) => [path, swaggerPath(item)])),
    definitions: asSwagger(withReferences(schemasOf(kinds, definitions), "#/definitions/")),
  };
}

/** The schemas of kinds and all that they refer to, by name. */
function schemasOf(kinds: readonly DocumentKind[], definitions: JsonObject): JsonObject {
  const result: JsonObject = {};
  const visit = (name: string, schema: Json | undefined): void => {
    if (schema === undefined || name in result) return;
    result[name] = schema;
    for (const other of referencesIn(schema)) visit(other, definitions[other]);
  };
  for (const { group, version, kind, definition, schema } of kinds) {
    const named = [{ group, version, kind }];
    visit(
      definition,
      schema === undefined ? definitions[definition] : { ...schema, "x-kubernetes-group-version-kind": named },
    );
  }
  return result;
}

function referencesIn(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    key === "$ref" && typeof item === "string" ? [item] : referencesIn(item),
  );
}

function withReferences(value: Json, prefix: string): Json {
  if (Array.isArray(value)) return value.map((item) => withReferences(item, prefix));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === "$ref" && typeof item === "string" ? prefix + item : withReferences(item, prefix),
    ]),
  );
}

/** OpenAPI 2 has a reference without siblings in place of `allOf`, and neither `oneOf` nor defaults. */
function asSwagger(value: Json): Json {
  if (Array.isArray(value)) return value.map(asSwagger);
  if (!isJsonObject(value)) return value;
  const { allOf, oneOf, anyOf, nullable, default: _, ...rest } = value;
  const first = Array.isArray(allOf) ? allOf[0] : undefined;
  const own = Object.fromEntries(Object.entries(rest).map(([key, item]) => [key, asSwagger(item)]));
  if (isJsonObject(first)) return { ...own, ...first };
  return Array.isArray(oneOf) && own["type"] === undefined ? { ...own, type: "string" } : own;
}

function swaggerPath(item: Json): Json {
  if (!isJsonObject(item)) return item;
  return Object.fromEntries(
    Object.entries(item).map(([key, operation]) => {
      if (key === "parameters") return [key, swaggerParameters(operation)];
      if (!isJsonObject(operation)) return [key, operation];
      const { requestBody, responses, parameters, ...rest } = operation;
      return [
        key,
        {
          ...rest,
          parameters: swaggerParameters(parameters),
          produces: ["application/json"],
          responses: { "200": { description: "OK" } },
        },
      ];
    }),
  );
}

const swaggerParameters = (list: Json | undefined): Json =>
  (Array.isArray(list) ? list : []).map((one) => {
    if (!isJsonObject(one)) return one;
    const { schema, ...rest } = one;
    return { ...rest, ...(isJsonObject(schema) ? schema : {}) };
  });
