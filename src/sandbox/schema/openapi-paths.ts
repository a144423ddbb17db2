import type { Json, JsonObject } from "../../base/json.ts";

/** What the paths of an OpenAPI document say about a kind. */
export interface PathKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly subresources: readonly string[];
  readonly definition: string;
}

const parameter = (name: string, where: string, type: string, required = false): JsonObject => ({
  in: where,
  name,
  ...(required ? { required } : {}),
  schema: { type, uniqueItems: true },
});

const writes = ["dryRun", "fieldManager", "fieldValidation"].map((name) => parameter(name, "query", "string"));
const reads = [
  ...["continue", "fieldSelector", "labelSelector", "resourceVersion"].map((name) =>
    parameter(name, "query", "string"),
  ),
  ...["limit", "timeoutSeconds"].map((name) => parameter(name, "query", "integer")),
  parameter("watch", "query", "boolean"),
];

/** The paths of one kind in OpenAPI 3: kubectl reads in them which parameters a request may have. */
export function pathsOf(kind: PathKind): JsonObject {
  const root = kind.group === "" ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`;
  const collection = kind.namespaced ? `${root}/namespaces/{namespace}/${kind.plural}` : `${root}/${kind.plural}`;
  const own = { group: kind.group, version: kind.version, kind: kind.kind };
  const content = { "application/json": { schema: { $ref: `#/components/schemas/${kind.definition}` } } };
  const operation = (action: string, parameters: readonly JsonObject[], hasBody: boolean): JsonObject => ({
    parameters: [...parameters],
    ...(hasBody ? { requestBody: { content } } : {}),
    responses: { "200": { content, description: "OK" } },
    "x-kubernetes-action": action,
    "x-kubernetes-group-version-kind": own,
  });
  const shared: Json[] = kind.namespaced ? [parameter("namespace", "path", "string", true)] : [];
  const named: Json[] = [...shared, parameter("name", "path", "string", true)];
  const one: JsonObject = {
    delete: operation(
      "delete",
      [parameter("dryRun", "query", "string"), parameter("propagationPolicy", "query", "string")],
      false,
    ),
    get: operation("get", [], false),
    parameters: named,
    patch: operation("patch", [...writes, parameter("force", "query", "boolean")], true),
    put: operation("put", writes, true),
  };
  const { delete: _, ...part } = one;
  return {
    [collection]: {
      get: operation("list", reads, false),
      parameters: shared,
      post: operation("post", writes, true),
    },
    [`${collection}/{name}`]: one,
    ...Object.fromEntries(kind.subresources.map((name) => [`${collection}/{name}/${name}`, part])),
  };
}
