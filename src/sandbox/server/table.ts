import type { Json, JsonObject } from "../../base/json.ts";
import type { KubeObject } from "../store/kube-object.ts";
import type { ApiResource, Column } from "./api-resource.ts";

/** The version of `meta.k8s.io` for the table that a client requests; undefined where it requests the objects. */
export function tableVersion(accept: string): "v1" | "v1beta1" | undefined {
  for (const part of accept.split(",")) {
    if (/;\s*as=Table/.test(part)) return /;\s*v=v1beta1/.test(part) ? "v1beta1" : "v1";
    // The first acceptable media type decides: plain JSON before any table means JSON.
    if (/^\s*application\/json\s*(;q=[0-9.]+)?\s*$/.test(part)) return undefined;
  }
  return undefined;
}

/** The objects as the rows of a table, as `kubectl get` requests them. */
export function toTable(
  resource: ApiResource,
  objects: readonly KubeObject[],
  version: "v1" | "v1beta1",
  metadata: JsonObject,
  include: string | null,
): JsonObject {
  return {
    kind: "Table",
    apiVersion: `meta.k8s.io/${version}`,
    metadata,
    columnDefinitions: resource.columns.map(definition),
    rows: objects.map((object) => ({
      cells: resource.columns.map((column) => cell(column, object)),
      object: include === "None" ? null : include === "Object" ? object : partial(object),
    })),
  };
}

function definition(column: Column): Json {
  return {
    name: column.name,
    type: column.type === "date" ? "string" : column.type,
    format: column.format ?? "",
    description: "",
    priority: column.wide ? 1 : 0,
  };
}

function cell(column: Column, object: KubeObject): Json {
  const value = column.cell(object);
  return column.type === "date" ? age(value) : value;
}

function partial(object: KubeObject): Json {
  return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: object.metadata };
}

/** An age in the format of kubectl: `45s`, `3m20s`, `2h`, `5d`. */
function age(since: Json, now: number = Date.now()): string {
  if (typeof since !== "string") return "<unknown>";
  const seconds = Math.max(0, Math.floor((now - Date.parse(since)) / 1000));
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return seconds % 60 === 0 ? `${minutes}m` : `${minutes}m${seconds % 60}s`;
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours}h` : `${Math.floor(hours / 24)}d`;
}
