import { isJsonObject, type Json } from "../../../base/json.ts";
import { ageColumn, type Column, nameColumn } from "../../server/api-resource.ts";
import { type KubeObject, text } from "../../store/kube-object.ts";

/** NAME, READY, AGE, VERSION: the platform's own columns (platform.md §1.8). */
export const applicationColumns: readonly Column[] = [
  nameColumn,
  { name: "Ready", type: "string", cell: (object) => readyOf(object) },
  ageColumn,
  {
    name: "Version",
    type: "string",
    cell: (object) => (isJsonObject(object["status"]) ? text(object["status"]["version"]).replace(/^.*\+/, "") : ""),
  },
];

function readyOf(object: KubeObject): Json {
  const conditions = isJsonObject(object["status"]) ? object["status"]["conditions"] : undefined;
  if (!Array.isArray(conditions)) return "";
  const ready = conditions.filter(isJsonObject).find((condition) => condition["type"] === "Ready");
  return ready?.["status"] ?? "";
}
