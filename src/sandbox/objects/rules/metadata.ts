import { isJsonObject } from "../../../base/json.ts";
import { type KubeObject, listAt, nameOf, objectAt, text } from "../../store/kube-object.ts";
import { resourceKey, resources, type ServedKind } from "../served-kind.ts";
import type { Faults } from "./faults.ts";
import {
  dns1035Fault,
  labelFault,
  labelValueFault,
  type NameRule,
  pathSegmentFault,
  qualifiedFault,
  subdomainFault,
} from "./names.ts";

const nameRules: Readonly<Record<string, NameRule>> = {
  [resources.namespaces]: labelFault,
  [resources.services]: dns1035Fault,
};

const nameRuleOf = (kind: ServedKind): NameRule =>
  kind.group === "rbac.authorization.k8s.io" ? pathSegmentFault : (nameRules[resourceKey(kind)] ?? subdomainFault);

/** Name, labels, annotations and finalizers of an object. */
export function checkMetadata(kind: ServedKind, object: KubeObject, faults: Faults): void {
  const name = nameOf(object);
  if (name === "") faults.required("metadata.name", "name or generateName is required");
  else {
    const fault = nameRuleOf(kind)(name);
    if (fault !== undefined) faults.invalid("metadata.name", name, fault);
  }
  checkLabels(object, faults, "metadata.labels", "metadata", "labels");
  for (const key of Object.keys(objectAt(object, "metadata", "annotations"))) {
    const fault = qualifiedFault(key.toLowerCase());
    if (fault !== undefined) faults.invalid("metadata.annotations", key, fault);
  }
  for (const finalizer of listAt(object, "metadata", "finalizers")) {
    const own = text(finalizer);
    const fault = qualifiedFault(own);
    if (fault !== undefined) faults.invalid("metadata.finalizers", own, fault);
    else if (!own.includes("/") && !["orphan", "foregroundDeletion", "kubernetes"].includes(own)) {
      faults.invalid(
        "metadata.finalizers[0]",
        own,
        "name is neither a standard finalizer name nor is it fully qualified",
      );
    }
  }
  listAt(object, "metadata", "ownerReferences").forEach((owner, index) => {
    const path = `metadata.ownerReferences[${index}]`;
    if (!isJsonObject(owner)) return;
    if (text(owner["apiVersion"]) === "") faults.invalid(`${path}.apiVersion`, "", "version must not be empty");
    if (text(owner["kind"]) === "") faults.invalid(`${path}.kind`, "", "must not be empty");
    if (text(owner["name"]) === "") faults.invalid(`${path}.name`, "", "must not be empty");
    if (text(owner["uid"]) === "") faults.invalid(`${path}.uid`, "", "must not be empty");
  });
}

/** Keys and values of a map of labels. */
export function checkLabels(object: KubeObject, faults: Faults, field: string, ...path: string[]): void {
  for (const [key, value] of Object.entries(objectAt(object, ...path))) {
    const wrongKey = qualifiedFault(key);
    if (wrongKey !== undefined) faults.invalid(field, key, wrongKey);
    const wrongValue = typeof value === "string" ? labelValueFault(value) : undefined;
    if (wrongValue !== undefined) faults.invalid(field, value, wrongValue);
  }
}
