import type { JsonObject } from "../../../base/json.ts";
import { ageColumn, type Column, nameColumn } from "../../server/api-resource.ts";
import { at, type KubeObject, labelsOf, listAt, nameOf, objectAt, text, textAt } from "../../store/kube-object.ts";
import { countColumn, labelsText, orNone, pathColumn, textColumn, wideColumn } from "./cells.ts";
import {
  cronJobColumns,
  daemonSetColumns,
  deploymentColumns,
  jobColumns,
  podColumns,
  replicaSetColumns,
  statefulSetColumns,
} from "./workload-columns.ts";

const sizeColumn = (name: string, ...paths: string[]): Column => ({
  name,
  type: "integer",
  cell: (object) =>
    paths.reduce((sum, path) => sum + Object.keys(objectAt(object, path)).length + listAt(object, path).length, 0),
});

const dateColumn = (name: string, cell: (object: KubeObject) => string): Column => ({ name, type: "date", cell });
const createdColumn = pathColumn("Created At", "metadata", "creationTimestamp");

const accessModes: Readonly<Record<string, string>> = {
  ReadOnlyMany: "ROX",
  ReadWriteMany: "RWX",
  ReadWriteOnce: "RWO",
  ReadWriteOncePod: "RWOP",
};

const modesColumn = textColumn("Access Modes", (object) =>
  listAt(object, textAt(object, "kind") === "PersistentVolume" ? "spec" : "status", "accessModes")
    .map((mode) => accessModes[text(mode)] ?? text(mode))
    .join(","),
);

const phaseOf = (object: KubeObject): string =>
  object.metadata["deletionTimestamp"] === undefined ? textAt(object, "status", "phase") : "Terminating";

const addresses = (object: KubeObject): string =>
  listAt(object, "status", "loadBalancer", "ingress")
    .map((one) => textAt(one, "ip") || textAt(one, "hostname"))
    .join(",");

const externalAddress = (object: KubeObject): string => {
  const type = textAt(object, "spec", "type");
  if (type === "LoadBalancer") return addresses(object) || "<pending>";
  return type === "ExternalName" ? textAt(object, "spec", "externalName") : "<none>";
};

const portsText = (object: KubeObject): string =>
  orNone(
    listAt(object, "spec", "ports")
      .map((port) => {
        const outside = at(port, "nodePort");
        return `${String(at(port, "port"))}${outside === undefined ? "" : `:${String(outside)}`}/${textAt(port, "protocol")}`;
      })
      .join(","),
  );

const nodeState = (object: KubeObject): string => {
  const ready = listAt(object, "status", "conditions").some(
    (one) => textAt(one, "type") === "Ready" && textAt(one, "status") === "True",
  );
  const state = nameOf(object) === "" ? "Unknown" : ready ? "Ready" : "NotReady";
  return at(object, "spec", "unschedulable") === true ? `${state},SchedulingDisabled` : state;
};

const rolesOf = (object: KubeObject): string => {
  const prefix = "node-role.kubernetes.io/";
  const roles = Object.keys(labelsOf(object)).filter((key) => key.startsWith(prefix));
  return orNone(
    roles
      .map((key) => key.slice(prefix.length))
      .sort()
      .join(","),
  );
};

const nodeInfo = (name: string, key: string) => wideColumn(name, (object) => at(object, "status", "nodeInfo", key));

const subjects = (kind: string) => (object: KubeObject) =>
  listAt(object, "subjects")
    .filter((subject) => textAt(subject, "kind") === kind)
    .map((subject) => {
      const namespace = textAt(subject, "namespace");
      return `${namespace === "" ? "" : `${namespace}/`}${textAt(subject, "name")}`;
    })
    .join(",");

const bindingColumns: readonly Column[] = [
  nameColumn,
  textColumn("Role", (object) => `${textAt(object, "roleRef", "kind")}/${textAt(object, "roleRef", "name")}`),
  ageColumn,
  wideColumn("Users", subjects("User")),
  wideColumn("Groups", subjects("Group")),
  wideColumn("ServiceAccounts", subjects("ServiceAccount")),
];

const endpointsText = (object: KubeObject): string =>
  orNone(
    listAt(object, "subsets")
      .flatMap((subset) =>
        listAt(subset, "addresses").flatMap((address) =>
          listAt(subset, "ports").map((port) => `${textAt(address, "ip")}:${String(at(port, "port"))}`),
        ),
      )
      .join(","),
  );

const hosts = (object: KubeObject): string =>
  listAt(object, "spec", "rules")
    .map((rule) => textAt(rule, "host") || "*")
    .join(",") || "*";

/** The columns that `kubectl get` shows, by resource. */
const columns: Readonly<Record<string, readonly Column[]>> = {
  "clusterrolebindings.rbac.authorization.k8s.io": bindingColumns,
  "clusterroles.rbac.authorization.k8s.io": [nameColumn, createdColumn],
  "configmaps.": [nameColumn, sizeColumn("Data", "data", "binaryData"), ageColumn],
  "cronjobs.batch": cronJobColumns,
  "customresourcedefinitions.apiextensions.k8s.io": [nameColumn, createdColumn],
  "daemonsets.apps": daemonSetColumns,
  "deployments.apps": deploymentColumns,
  "endpoints.": [nameColumn, textColumn("Endpoints", endpointsText), ageColumn],
  "endpointslices.discovery.k8s.io": [
    nameColumn,
    pathColumn("AddressType", "addressType"),
    textColumn("Ports", (object) =>
      orNone(
        listAt(object, "ports")
          .map((port) => String(at(port, "port")))
          .join(","),
      ),
    ),
    textColumn("Endpoints", (object) =>
      orNone(
        listAt(object, "endpoints")
          .flatMap((one) => listAt(one, "addresses").map((address) => text(address)))
          .join(","),
      ),
    ),
    ageColumn,
  ],
  "events.": [
    dateColumn("Last Seen", (object) => textAt(object, "lastTimestamp") || textAt(object, "eventTime")),
    pathColumn("Type", "type"),
    pathColumn("Reason", "reason"),
    textColumn(
      "Object",
      (object) =>
        `${textAt(object, "involvedObject", "kind").toLowerCase()}/${textAt(object, "involvedObject", "name")}`,
    ),
    wideColumn("Subobject", () => ""),
    wideColumn("Source", (object) => textAt(object, "source", "component")),
    pathColumn("Message", "message"),
    wideColumn("First Seen", (object) => textAt(object, "firstTimestamp")),
    wideColumn("Count", (object) => String(at(object, "count") ?? 1)),
    wideColumn("Name", nameOf),
  ],
  "horizontalpodautoscalers.autoscaling": [
    nameColumn,
    textColumn(
      "Reference",
      (object) =>
        `${textAt(object, "spec", "scaleTargetRef", "kind")}/${textAt(object, "spec", "scaleTargetRef", "name")}`,
    ),
    textColumn("Targets", () => "<unknown>"),
    countColumn("MinPods", "spec", "minReplicas"),
    countColumn("MaxPods", "spec", "maxReplicas"),
    countColumn("Replicas", "status", "currentReplicas"),
    ageColumn,
  ],
  "ingressclasses.networking.k8s.io": [
    nameColumn,
    pathColumn("Controller", "spec", "controller"),
    textColumn("Parameters", () => "<none>"),
    ageColumn,
  ],
  "ingresses.networking.k8s.io": [
    nameColumn,
    textColumn("Class", (object) => orNone(textAt(object, "spec", "ingressClassName"))),
    textColumn("Hosts", hosts),
    textColumn("Address", addresses),
    textColumn("Ports", (object) => (listAt(object, "spec", "tls").length > 0 ? "80, 443" : "80")),
    ageColumn,
  ],
  "jobs.batch": jobColumns,
  "leases.coordination.k8s.io": [nameColumn, pathColumn("Holder", "spec", "holderIdentity"), ageColumn],
  "namespaces.": [nameColumn, pathColumn("Status", "status", "phase"), ageColumn],
  "networkpolicies.networking.k8s.io": [
    nameColumn,
    textColumn("Pod-Selector", (object) => labelsText(at(object, "spec", "podSelector", "matchLabels"))),
    ageColumn,
  ],
  "nodes.": [
    nameColumn,
    textColumn("Status", nodeState),
    textColumn("Roles", rolesOf),
    ageColumn,
    pathColumn("Version", "status", "nodeInfo", "kubeletVersion"),
    wideColumn("Internal-IP", (object) => orNone(textAt(object, "status", "addresses", 0, "address"))),
    wideColumn("External-IP", () => "<none>"),
    nodeInfo("OS-Image", "osImage"),
    nodeInfo("Kernel-Version", "kernelVersion"),
    nodeInfo("Container-Runtime", "containerRuntimeVersion"),
  ],
  "persistentvolumeclaims.": [
    nameColumn,
    textColumn("Status", phaseOf),
    pathColumn("Volume", "spec", "volumeName"),
    pathColumn("Capacity", "status", "capacity", "storage"),
    modesColumn,
    pathColumn("StorageClass", "spec", "storageClassName"),
    textColumn("VolumeAttributesClass", () => "<unset>"),
    ageColumn,
    wideColumn("VolumeMode", (object) => textAt(object, "spec", "volumeMode")),
  ],
  "persistentvolumes.": [
    nameColumn,
    pathColumn("Capacity", "spec", "capacity", "storage"),
    modesColumn,
    pathColumn("Reclaim Policy", "spec", "persistentVolumeReclaimPolicy"),
    textColumn("Status", phaseOf),
    textColumn("Claim", (object) => {
      const claim: JsonObject = objectAt(object, "spec", "claimRef");
      return textAt(claim, "name") === "" ? "" : `${textAt(claim, "namespace")}/${textAt(claim, "name")}`;
    }),
    pathColumn("StorageClass", "spec", "storageClassName"),
    textColumn("VolumeAttributesClass", () => "<unset>"),
    pathColumn("Reason", "status", "reason"),
    ageColumn,
    wideColumn("VolumeMode", (object) => textAt(object, "spec", "volumeMode")),
  ],
  "poddisruptionbudgets.policy": [
    nameColumn,
    textColumn("Min Available", (object) => String(at(object, "spec", "minAvailable") ?? "N/A")),
    textColumn("Max Unavailable", (object) => String(at(object, "spec", "maxUnavailable") ?? "N/A")),
    countColumn("Allowed Disruptions", "status", "disruptionsAllowed"),
    ageColumn,
  ],
  "pods.": podColumns,
  "replicasets.apps": replicaSetColumns,
  "rolebindings.rbac.authorization.k8s.io": bindingColumns,
  "roles.rbac.authorization.k8s.io": [nameColumn, createdColumn],
  "secrets.": [nameColumn, pathColumn("Type", "type"), sizeColumn("Data", "data"), ageColumn],
  "serviceaccounts.": [nameColumn, sizeColumn("Secrets", "secrets"), ageColumn],
  "services.": [
    nameColumn,
    pathColumn("Type", "spec", "type"),
    textColumn("Cluster-IP", (object) => orNone(textAt(object, "spec", "clusterIP"))),
    textColumn("External-IP", externalAddress),
    textColumn("Port(s)", portsText),
    ageColumn,
    wideColumn("Selector", (object) => labelsText(at(object, "spec", "selector"))),
  ],
  "statefulsets.apps": statefulSetColumns,
  "storageclasses.storage.k8s.io": [
    nameColumn,
    pathColumn("Provisioner", "provisioner"),
    pathColumn("ReclaimPolicy", "reclaimPolicy"),
    pathColumn("VolumeBindingMode", "volumeBindingMode"),
    textColumn("AllowVolumeExpansion", (object) => object["allowVolumeExpansion"] === true),
    ageColumn,
  ],
};

export const columnsOf = (resource: string): readonly Column[] => columns[resource] ?? [nameColumn, ageColumn];
