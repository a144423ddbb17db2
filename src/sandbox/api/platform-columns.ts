import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { ageColumn, type Column, nameColumn } from "../server/api-resource.ts";
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

/** The items of a list inside an object, as text. */
const joined = (items: Json | undefined, show: (item: JsonObject) => string): string =>
  (Array.isArray(items) ? items : []).filter(isJsonObject).map(show).join(",");

const addressesOf = (object: KubeObject): string => {
  const balancer = field("status", "loadBalancer")(object);
  return joined(isJsonObject(balancer) ? balancer["ingress"] : undefined, ({ ip, hostname }) => text(ip ?? hostname));
};

export const serviceColumns: readonly Column[] = [
  nameColumn,
  { name: "Type", type: "string", cell: field("spec", "type") },
  { name: "Cluster-IP", type: "string", cell: field("spec", "clusterIP") },
  { name: "External-IP", type: "string", cell: (object) => addressesOf(object) || "<none>" },
  {
    name: "Port(s)",
    type: "string",
    cell: (object) =>
      joined(field("spec", "ports")(object), ({ port, protocol }) => `${String(port)}/${text(protocol)}`),
  },
  ageColumn,
];

export const ingressColumns: readonly Column[] = [
  nameColumn,
  { name: "Class", type: "string", cell: field("spec", "ingressClassName") },
  {
    name: "Hosts",
    type: "string",
    cell: (object) => joined(field("spec", "rules")(object), ({ host }) => text(host)),
  },
  { name: "Address", type: "string", cell: addressesOf },
  { name: "Ports", type: "string", cell: () => "80" },
  ageColumn,
];
