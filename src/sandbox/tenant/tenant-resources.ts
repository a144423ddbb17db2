import type { ObjectView } from "../objects/object-view.ts";
import { apiVersionOf, resourceKey, resources, type ServedKind } from "../objects/served-kind.ts";
import { type ApiResource, reviewResource, type Subresource } from "../server/api-resource.ts";
import { type KubeObject, namespaceOf } from "../store/kube-object.ts";
import { customColumns } from "./columns/custom-columns.ts";
import { columnsOf } from "./columns/other-columns.ts";

const everything = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

const metadataFields = ["metadata.name", "metadata.namespace"];

/** The fields that a resource can be selected by beside its name and namespace. */
const fieldLabels: Readonly<Record<string, readonly string[]>> = {
  [resources.events]: [
    "involvedObject.kind",
    "involvedObject.namespace",
    "involvedObject.name",
    "involvedObject.uid",
    "involvedObject.apiVersion",
    "involvedObject.resourceVersion",
    "involvedObject.fieldPath",
    "reason",
    "reportingComponent",
    "source",
    "type",
  ],
  [resources.jobs]: ["status.successful"],
  [resources.namespaces]: ["status.phase", "name"],
  [resources.nodes]: ["spec.unschedulable"],
  [resources.pods]: [
    "spec.nodeName",
    "spec.restartPolicy",
    "spec.schedulerName",
    "spec.serviceAccountName",
    "status.phase",
    "status.podIP",
  ],
  [resources.replicaSets]: ["status.replicas"],
  [resources.secrets]: ["type"],
};

const changes = ["get", "patch", "update"];

function subresourcesOf(kind: ServedKind): Subresource[] {
  const scale = { name: "scale", verbs: changes, kind: { group: "autoscaling", version: "v1", kind: "Scale" } };
  const own = kind.subresources.map((name) => (name === "scale" ? scale : { name, verbs: changes }));
  if (resourceKey(kind) !== resources.pods) return own;
  const eviction = { group: "policy", version: "v1", kind: "Eviction" };
  return [{ name: "eviction", verbs: ["create"], kind: eviction }, { name: "log", verbs: ["get"] }, ...own];
}

/** A kind as discovery, reads, watches and tables see it. @param namespace that the objects are in; undefined for all. */
export function tenantResource(kind: ServedKind, view: ObjectView, namespace?: string): ApiResource {
  const key = resourceKey(kind);
  const isHere = (object: KubeObject) => namespace === undefined || namespaceOf(object) === namespace;
  const apiVersion = apiVersionOf(kind);
  const shown = (object: KubeObject) => (kind.custom ? { ...object, apiVersion } : object);
  const subresources = subresourcesOf(kind);
  return {
    group: kind.group,
    version: kind.version,
    name: kind.plural,
    singular: kind.singular,
    kind: kind.kind,
    namespaced: kind.namespaced,
    verbs: everything,
    ...(kind.shortNames.length > 0 ? { shortNames: kind.shortNames } : {}),
    ...(kind.categories.length > 0 ? { categories: kind.categories } : {}),
    ...(subresources.length > 0 ? { subresources } : {}),
    columns: kind.custom ? customColumns(kind.custom.columns) : columnsOf(key),
    list: () => view.list(key).filter(isHere).map(shown),
    get: (name) => {
      const found = view.get(key, namespace ?? "", name);
      return found && shown(found);
    },
    listStyle: kind.custom ? "custom" : "core",
    fieldLabels: [...metadataFields, ...(fieldLabels[key] ?? [])],
    watch: "all",
    paged: true,
    createdAt: view.createdAt,
    removedSince: (version) => view.removedSince(key, version)?.filter(isHere),
  };
}

/** What can be asked about the own identity. */
export const reviews: readonly ApiResource[] = [
  reviewResource("authentication.k8s.io", "SelfSubjectReview"),
  reviewResource("authorization.k8s.io", "SelfSubjectAccessReview"),
  reviewResource("authorization.k8s.io", "SelfSubjectRulesReview"),
];
