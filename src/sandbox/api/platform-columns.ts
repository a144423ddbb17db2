import { isJsonObject } from "../../base/json.ts";
import { type Column, nameColumn } from "../server/api-resource.ts";
import { type KubeObject, text } from "../store/kube-object.ts";

const field = (section: string, key: string) => (object: KubeObject) =>
  isJsonObject(object[section]) ? (object[section][key] ?? null) : null;

export const monitorColumns: readonly Column[] = [
  nameColumn,
  { name: "Kind", type: "string", cell: field("spec", "kind") },
  { name: "Type", type: "string", cell: field("spec", "type") },
  { name: "Replicas", type: "integer", cell: field("spec", "replicas") },
  { name: "MinReplicas", type: "integer", cell: field("spec", "minReplicas") },
  { name: "Available", type: "integer", cell: field("status", "availableReplicas") },
  { name: "Observed", type: "integer", cell: field("status", "observedReplicas") },
];

export const eventColumns: readonly Column[] = [
  { name: "Last Seen", type: "date", cell: (object) => object["lastTimestamp"] ?? null },
  { name: "Type", type: "string", cell: (object) => object["type"] ?? "" },
  { name: "Reason", type: "string", cell: (object) => object["reason"] ?? "" },
  {
    name: "Object",
    type: "string",
    cell: (object) =>
      isJsonObject(object["involvedObject"])
        ? `${text(object["involvedObject"]["kind"]).toLowerCase()}/${text(object["involvedObject"]["name"])}`
        : "",
  },
  { name: "Message", type: "string", cell: (object) => object["message"] ?? "" },
];
