import { schemaFaults } from "../../schema/custom-schema.ts";
import { invalid } from "../../server/api-status.ts";
import { at, type KubeObject, nameOf } from "../../store/kube-object.ts";
import { resourceKey, type ServedKind } from "../served-kind.ts";
import { createFaults } from "./faults.ts";
import { checkMetadata } from "./metadata.ts";
import {
  bindingRule,
  claimRule,
  configMapRule,
  customDefinitionRule,
  ingressClassRule,
  ingressRule,
  secretRule,
  serviceRule,
  storageClassRule,
  volumeRule,
} from "./other-rules.ts";
import { jobRule, type KindRule, podRule, statefulSetRule, workloadRule } from "./workload-rules.ts";

const cronJobRule: KindRule = (object, faults) => {
  if (at(object, "spec", "schedule") === undefined) faults.required("spec.schedule");
};

/** What a real server refuses, by kind. */
const rules: Readonly<Record<string, KindRule>> = {
  "clusterrolebindings.rbac.authorization.k8s.io": bindingRule,
  "configmaps.": configMapRule,
  "cronjobs.batch": cronJobRule,
  "customresourcedefinitions.apiextensions.k8s.io": customDefinitionRule,
  "daemonsets.apps": workloadRule,
  "deployments.apps": workloadRule,
  "ingressclasses.networking.k8s.io": ingressClassRule,
  "ingresses.networking.k8s.io": ingressRule,
  "jobs.batch": jobRule,
  "persistentvolumeclaims.": claimRule,
  "persistentvolumes.": volumeRule,
  "pods.": podRule,
  "replicasets.apps": workloadRule,
  "rolebindings.rbac.authorization.k8s.io": bindingRule,
  "secrets.": secretRule,
  "services.": serviceRule,
  "statefulsets.apps": statefulSetRule,
  "storageclasses.storage.k8s.io": storageClassRule,
};

/**
 * Refuses an object that a real server refuses.
 *
 * @param old what is stored, for an update.
 * @throws ApiStatus 422 with a cause for each fault.
 */
export function validateObject(kind: ServedKind, object: KubeObject, old: KubeObject | undefined): void {
  const faults = createFaults();
  checkMetadata(kind, object, faults);
  rules[resourceKey(kind)]?.(object, faults, old);
  if (kind.custom) faults.found.push(...schemaFaults(object, kind.custom.type));
  if (faults.found.length > 0) throw invalid(kind.group, kind.kind, nameOf(object), ...faults.found);
}
