import type { JsonObject } from "../../../base/json.ts";
import type { Kind, Profile } from "../../platform/profile.ts";
import { applicationSchema, metaSchema, schemaRef } from "./openapi-parts.ts";

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
  const all = `${root}/${kind.plural}`;
  const namespaced = `${root}/namespaces/{namespace}/${kind.plural}`;
  return {
    [all]: {
      get: operation(kind, "list", `list${id}${kind.name}ForAllNamespaces`, { responses: listResponses(kind) }),
      parameters: listParametersWith(),
    },
    [namespaced]: collectionPath(kind),
    [`${namespaced}/{name}`]: objectPath(kind),
    ...watchPaths(kind),
  };
}

const operation = (kind: Kind, action: string, operationId: string, rest: JsonObject): JsonObject => ({
  description: `${action} ${kind.name}`,
  operationId,
  tags,
  "x-kubernetes-action": action,
  "x-kubernetes-group-version-kind": { group: "apps.cozystack.io", kind: kind.name, version: "v1alpha1" },
  ...rest,
});

const inNamespace = (kind: Kind): string => `${id}Namespaced${kind.name}`;

const listResponses = (kind: Kind): JsonObject =>
  responses(["200"], applicationSchema(`${kind.name}List`), streamTypes);

const objectResponses = (kind: Kind, codes: readonly string[]): JsonObject =>
  responses(codes, applicationSchema(kind.name), plainTypes);

const objectBody = (kind: Kind): JsonObject => ({
  requestBody: { content: { "*/*": { schema: schemaRef(applicationSchema(kind.name)) } }, required: true },
});

/** The list parameters with those of the path and `pretty` in the document's order. */
const listParametersWith = (...path: readonly JsonObject[]): JsonObject[] => [
  ...listParameters.slice(0, 5),
  ...path,
  pretty,
  ...listParameters.slice(5),
];

const collectionPath = (kind: Kind): JsonObject => ({
  get: operation(kind, "list", `list${inNamespace(kind)}`, {
    parameters: listParameters,
    responses: listResponses(kind),
  }),
  parameters: [inPath("namespace"), pretty],
  post: operation(kind, "post", `create${inNamespace(kind)}`, {
    parameters: writeParameters,
    ...objectBody(kind),
    responses: objectResponses(kind, ["200", "201", "202"]),
  }),
});

const objectPath = (kind: Kind): JsonObject => ({
  delete: operation(kind, "delete", `delete${inNamespace(kind)}`, {
    parameters: deleteParameters,
    requestBody: { content: { "*/*": { schema: schemaRef(metaSchema("DeleteOptions")) } } },
    responses: responses(["200", "202"], metaSchema("Status"), plainTypes),
  }),
  get: operation(kind, "get", `read${inNamespace(kind)}`, { responses: objectResponses(kind, ["200"]) }),
  parameters: [inPath("name"), inPath("namespace"), pretty],
  patch: operation(kind, "patch", `patch${inNamespace(kind)}`, {
    parameters: [...writeParameters, query("force", "boolean")],
    requestBody: { content: patchContent, required: true },
    responses: objectResponses(kind, ["200", "201"]),
  }),
  put: operation(kind, "put", `replace${inNamespace(kind)}`, {
    parameters: writeParameters,
    ...objectBody(kind),
    responses: objectResponses(kind, ["200", "201"]),
  }),
});

const patchContent: JsonObject = Object.fromEntries(
  ["application/apply-patch+yaml", "application/json-patch+json", "application/merge-patch+json"].map((type) => [
    type,
    { schema: schemaRef(metaSchema("Patch")) },
  ]),
);

function watchPaths(kind: Kind): JsonObject {
  const watch = responses(["200"], metaSchema("WatchEvent"), streamTypes);
  const namespaced = `${root}/watch/namespaces/{namespace}/${kind.plural}`;
  const everywhere = `watch${id}${kind.name}ListForAllNamespaces`;
  return {
    [`${root}/watch/${kind.plural}`]: {
      get: operation(kind, "watchlist", everywhere, { responses: watch }),
      parameters: listParametersWith(),
    },
    [namespaced]: {
      get: operation(kind, "watchlist", `watch${inNamespace(kind)}List`, { responses: watch }),
      parameters: listParametersWith(inPath("namespace")),
    },
    [`${namespaced}/{name}`]: {
      get: operation(kind, "watch", `watch${inNamespace(kind)}`, { responses: watch }),
      parameters: listParametersWith(inPath("name"), inPath("namespace")),
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
