/** The parts of a URL path of a Kubernetes API. */
export interface ResourcePath {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

/** What a namespace itself has below its name. */
const namespaceParts = new Set(["finalize", "status"]);

/** Reads `/api/v1/…` and `/apis/<group>/<version>/…`; undefined for paths without a resource. */
export function parseResourcePath(path: string): ResourcePath | undefined {
  const parts = path
    .split("/")
    .filter((part) => part !== "")
    .map(decodeURIComponent);
  const root = parts.shift();
  if (root !== "api" && root !== "apis") return undefined;
  const group = root === "api" ? "" : parts.shift();
  const version = parts.shift();
  if (group === undefined || version === undefined || parts.length === 0) return undefined;
  let namespace: string | undefined;
  // `/namespaces/<name>` is the namespace itself; followed by more it is a scope.
  const isPartOfNamespace = parts.length === 3 && namespaceParts.has(parts[2] ?? "");
  if (parts[0] === "namespaces" && parts.length >= 3 && !isPartOfNamespace) {
    parts.shift();
    namespace = parts.shift();
  }
  const [resource, name, ...rest] = parts;
  if (resource === undefined) return undefined;
  return { group, version, resource, namespace, name, subresource: rest.length > 0 ? rest.join("/") : undefined };
}

/** The authorizer's verb for a request (Kubernetes' own table). */
export function verbOf(method: string, path: ResourcePath, query: URLSearchParams): string {
  const watching = ["true", "1"].includes(query.get("watch") ?? "");
  switch (method) {
    case "POST":
      return "create";
    case "PUT":
      return "update";
    case "PATCH":
      return "patch";
    case "DELETE":
      return path.name === undefined ? "deletecollection" : "delete";
    default:
      if (watching) return "watch";
      return path.name === undefined ? "list" : "get";
  }
}
