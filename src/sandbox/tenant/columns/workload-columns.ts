import type { Json } from "../../../base/json.ts";
import { ageColumn, type Column, nameColumn } from "../../server/api-resource.ts";
import { at, type KubeObject, listAt, numberAt, textAt } from "../../store/kube-object.ts";
import { countColumn, labelsText, orNone, pathColumn, textColumn, wideColumn } from "./cells.ts";

const joined = (object: KubeObject, key: "name" | "image", ...path: string[]): string =>
  listAt(object, ...path, "containers")
    .map((container) => textAt(container, key))
    .join(",");

const template = ["spec", "template", "spec"];
const containers = wideColumn("Containers", (object) => joined(object, "name", ...template));
const images = wideColumn("Images", (object) => joined(object, "image", ...template));
const selector = wideColumn("Selector", (object) => labelsText(at(object, "spec", "selector", "matchLabels")));

const outOf = (object: KubeObject, ready: string): string =>
  `${numberAt(object, "status", ready) ?? 0}/${numberAt(object, "spec", "replicas") ?? 0}`;

export const deploymentColumns: readonly Column[] = [
  nameColumn,
  textColumn("Ready", (object) => outOf(object, "readyReplicas")),
  countColumn("Up-to-date", "status", "updatedReplicas"),
  countColumn("Available", "status", "availableReplicas"),
  ageColumn,
  containers,
  images,
  selector,
];

export const replicaSetColumns: readonly Column[] = [
  nameColumn,
  countColumn("Desired", "spec", "replicas"),
  countColumn("Current", "status", "replicas"),
  countColumn("Ready", "status", "readyReplicas"),
  ageColumn,
  containers,
  images,
  selector,
];

export const statefulSetColumns: readonly Column[] = [
  nameColumn,
  textColumn("Ready", (object) => outOf(object, "readyReplicas")),
  ageColumn,
  containers,
  images,
];

export const daemonSetColumns: readonly Column[] = [
  nameColumn,
  countColumn("Desired", "status", "desiredNumberScheduled"),
  countColumn("Current", "status", "currentNumberScheduled"),
  countColumn("Ready", "status", "numberReady"),
  countColumn("Up-to-date", "status", "updatedNumberScheduled"),
  countColumn("Available", "status", "numberAvailable"),
  textColumn("Node Selector", (object) => labelsText(at(object, ...template, "nodeSelector"))),
  ageColumn,
  containers,
  images,
  selector,
];

const jobState = (object: KubeObject): string => {
  const condition = listAt(object, "status", "conditions").find((one) => textAt(one, "status") === "True");
  return condition === undefined ? "Running" : textAt(condition, "type");
};

const duration = (object: KubeObject): string => {
  const [start, end] = [textAt(object, "status", "startTime"), textAt(object, "status", "completionTime")];
  if (start === "") return "";
  const seconds = Math.max(0, Math.round(((end === "" ? Date.now() : Date.parse(end)) - Date.parse(start)) / 1000));
  return seconds < 120 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
};

export const jobColumns: readonly Column[] = [
  nameColumn,
  textColumn("Status", jobState),
  textColumn(
    "Completions",
    (object) => `${numberAt(object, "status", "succeeded") ?? 0}/${numberAt(object, "spec", "completions") ?? 1}`,
  ),
  textColumn("Duration", duration),
  ageColumn,
  containers,
  images,
  wideColumn("Selector", (object) => labelsText(at(object, "spec", "selector", "matchLabels"))),
];

export const cronJobColumns: readonly Column[] = [
  nameColumn,
  pathColumn("Schedule", "spec", "schedule"),
  textColumn("Timezone", (object) => orNone(textAt(object, "spec", "timeZone"))),
  textColumn("Suspend", (object) => (at(object, "spec", "suspend") === true ? "True" : "False")),
  countColumn("Active"),
  textColumn("Last Schedule", () => "<none>"),
  ageColumn,
];

const readyContainers = (object: KubeObject): string => {
  const ready = listAt(object, "status", "containerStatuses").filter((one) => at(one, "ready") === true);
  return `${ready.length}/${listAt(object, "spec", "containers").length}`;
};

const podState = (object: KubeObject): string => {
  if (object.metadata["deletionTimestamp"] !== undefined) return "Terminating";
  const phase = textAt(object, "status", "phase");
  if (phase === "Succeeded") return "Completed";
  const isStarting = phase === "Pending" && textAt(object, "spec", "nodeName") !== "";
  return textAt(object, "status", "reason") || (isStarting ? "ContainerCreating" : phase);
};

export const podColumns: readonly Column[] = [
  nameColumn,
  textColumn("Ready", readyContainers),
  textColumn("Status", podState),
  textColumn("Restarts", (): Json => "0"),
  ageColumn,
  wideColumn("IP", (object) => orNone(textAt(object, "status", "podIP"))),
  wideColumn("Node", (object) => orNone(textAt(object, "spec", "nodeName"))),
  wideColumn("Nominated Node", () => "<none>"),
  wideColumn("Readiness Gates", () => "<none>"),
];
