import { isJsonObject, type Json, type JsonObject } from "../../../base/json.ts";
import { ageColumn, type Column, nameColumn } from "../../server/api-resource.ts";
import { text } from "../../store/kube-object.ts";

/** The columns of a custom resource: its own between the name and the age. */
export function customColumns(columns: readonly JsonObject[]): readonly Column[] {
  if (columns.length === 0) return [nameColumn, ageColumn];
  return [nameColumn, ...columns.map(customColumn)];
}

function customColumn(column: JsonObject): Column {
  const type = text(column["type"]);
  const path = text(column["jsonPath"]);
  return {
    name: text(column["name"]),
    type: type === "date" || type === "integer" ? type : "string",
    wide: Number(column["priority"] ?? 0) > 0,
    cell: (object) => {
      const [first] = readPath(object, path);
      if (first === undefined) return type === "integer" ? null : "";
      return typeof first === "string" || typeof first === "number" ? first : JSON.stringify(first);
    },
  };
}

/** The values at a path such as `.status.conditions[?(@.type=="Ready")].status`: names, indices and comparisons with a text. */
export function readPath(value: Json, path: string): Json[] {
  let found: Json[] = [value];
  for (const [, name, index, key, wanted] of path.matchAll(
    /\.([\w/-]+)|\[(\d+|\*)\]|\[\?\(@\.([\w.]+)\s*==\s*["']([^"']*)["']\)\]/g,
  )) {
    found = found.flatMap((one): Json[] => {
      if (name !== undefined) return isJsonObject(one) && one[name] !== undefined ? [one[name]] : [];
      if (!Array.isArray(one)) return [];
      if (key !== undefined) return one.filter((item) => isJsonObject(item) && item[key] === wanted);
      return index === "*" ? one : one.slice(Number(index), Number(index) + 1);
    });
  }
  return found;
}
