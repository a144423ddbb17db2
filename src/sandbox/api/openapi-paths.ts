import type { JsonObject } from "../../base/json.ts";
import { applicationSchema, metaSchema, schemaRef } from "./openapi-schemas.ts";
import type { Kind, Profile } from "../platform/profile.ts";

const root = "/apis/apps.cozystack.io/v1alpha1";
const tags = ["appsCozystackIo_v1alpha1"];
const id = "AppsCozystackIoV1alpha1";

const query = (name: string, type: string): JsonObject => ({ in: "query", name, schema: { type, uniqueItems: true } });
const inPath = (name: string): JsonObject => ({
  in: "path",
  name,
  required: true,
  schema: { type: "string", uniqueItems: true },
});
const pretty = query("pretty", "string");

const listParameters = [
  query("allowWatchBookmarks", "boolean"),
  query("continue", "string"),
  query("fieldSelector", "string"),
  query("labelSelector", "string"),
  query("limit", "integer"),
  query("resourceVersion", "string"),
  query("resourceVersionMatch", "string"),
  query("sendInitialEvents", "boolean"),
  query("timeoutSeconds", "integer"),
  query("watch", "boolean"),
];
const writeParameters = [
  query("dryRun", "string"),
  query("fieldManager", "string"),
  query("fieldValidation", "string"),
];
const deleteParameters = [
  query("dryRun", "string"),
  query("gracePeriodSeconds", "integer"),
  query("ignoreStoreReadErrorWithClusterBreakingPotential", "boolean"),
  query("orphanDependents", "boolean"),
  query("propagationPolicy", "string"),
];

const plainTypes = ["application/json", "application/vnd.kubernetes.protobuf", "application/yaml"];
const streamTypes = [
  "application/json",
  "application/json;stream=watch",
  "application/vnd.kubernetes.protobuf",
  "application/vnd.kubernetes.protobuf;stream=watch",
  "application/yaml",
];

/** The paths of the platform's document for `apps.cozystack.io/v1alpha1`, kind by kind. */
export function openApiPaths(profile: Profile): JsonObject {
  const paths: JsonObject = {
    [`${root}/`]: {
      get: {
        description: "get available resources",
        operationId: `get${id}APIResources`,
        responses: responses(["200"], metaSchema("APIResourceList"), plainTypes),
        tags,
      },
    },
  };
  for (const kind of profile.kinds.values()) Object.assign(paths, kindPaths(kind));
  return Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function kindPaths(kind: Kind): JsonObject {
  const own = applicationSchema(kind.name);
  const ownList = applicationSchema(`${kind.name}List`);
  const event = metaSchema("WatchEvent");
  const operation = (action: string, operationId: string, rest: JsonObject): JsonObject => ({
    description: `${action} ${kind.name}`,
    operationId,
    tags,
    "x-kubernetes-action": action,
    "x-kubernetes-group-version-kind": { group: "apps.cozystack.io", kind: kind.name, version: "v1alpha1" },
    ...rest,
  });
  const list = responses(["200"], ownList, streamTypes);
  const watch = responses(["200"], event, streamTypes);
  const withPretty = [...listParameters.slice(0, 5), pretty, ...listParameters.slice(5)];
  const watched = (...path: JsonObject[]) => {
    const [first, ...rest] = [listParameters.slice(0, 5), path, [pretty], listParameters.slice(5)];
    return [first ?? [], ...rest].flat();
  };
  const one = (codes: string[], schema = own) => responses(codes, schema, plainTypes);
  const body = { requestBody: { content: { "*/*": { schema: schemaRef(own) } }, required: true } };
  const patchBody = Object.fromEntries(
    ["application/apply-patch+yaml", "application/json-patch+json", "application/merge-patch+json"].map((type) => [
      type,
      { schema: schemaRef(metaSchema("Patch")) },
    ]),
  );
  const all = `${root}/${kind.plural}`;
  const namespaced = `${root}/namespaces/{namespace}/${kind.plural}`;
  const inNamespace = `${id}Namespaced${kind.name}`;
  return {
    [all]: {
      get: operation("list", `list${id}${kind.name}ForAllNamespaces`, { responses: list }),
      parameters: withPretty,
    },
    [namespaced]: {
      get: operation("list", `list${inNamespace}`, { parameters: listParameters, responses: list }),
      parameters: [inPath("namespace"), pretty],
      post: operation("post", `create${inNamespace}`, {
        parameters: writeParameters,
        ...body,
        responses: one(["200", "201", "202"]),
      }),
    },
    [`${namespaced}/{name}`]: {
      delete: operation("delete", `delete${inNamespace}`, {
        parameters: deleteParameters,
        requestBody: { content: { "*/*": { schema: schemaRef(metaSchema("DeleteOptions")) } } },
        responses: one(["200", "202"], metaSchema("Status")),
      }),
      get: operation("get", `read${inNamespace}`, { responses: one(["200"]) }),
      parameters: [inPath("name"), inPath("namespace"), pretty],
      patch: operation("patch", `patch${inNamespace}`, {
        parameters: [...writeParameters, query("force", "boolean")],
        requestBody: { content: patchBody, required: true },
        responses: one(["200", "201"]),
      }),
      put: operation("put", `replace${inNamespace}`, {
        parameters: writeParameters,
        ...body,
        responses: one(["200", "201"]),
      }),
    },
    [`${root}/watch/${kind.plural}`]: {
      get: operation("watchlist", `watch${id}${kind.name}ListForAllNamespaces`, { responses: watch }),
      parameters: withPretty,
    },
    [`${root}/watch/namespaces/{namespace}/${kind.plural}`]: {
      get: operation("watchlist", `watch${inNamespace}List`, { responses: watch }),
      parameters: watched(inPath("namespace")),
    },
    [`${root}/watch/namespaces/{namespace}/${kind.plural}/{name}`]: {
      get: operation("watch", `watch${inNamespace}`, { responses: watch }),
      parameters: watched(inPath("name"), inPath("namespace")),
    },
  };
}

const phrases: Readonly<Record<string, string>> = { "200": "OK", "201": "Created", "202": "Accepted" };

function responses(codes: readonly string[], schema: string, types: readonly string[]): JsonObject {
  return Object.fromEntries(
    codes.map((code) => [
      code,
      {
        content: Object.fromEntries(types.map((type) => [type, { schema: schemaRef(schema) }])),
        description: phrases[code] ?? "",
      },
    ]),
  );
}
