import type { Json } from "../../../base/json.ts";
import { jsonEqual } from "../../../base/json.ts";
import { at, type KubeObject, numberAt, objectAt, textAt } from "../../store/kube-object.ts";
import type { Faults } from "./faults.ts";
import { checkPodSpec } from "./pod-rules.ts";

const immutable = "field is immutable";

/** The faults of an object, and of its change from `old`. */
export type KindRule = (object: KubeObject, faults: Faults, old: KubeObject | undefined) => void;

export const keeps = (object: KubeObject, old: KubeObject | undefined, faults: Faults, ...path: string[]): void => {
  if (old && !jsonEqual(at(object, ...path), at(old, ...path))) {
    faults.invalid(path.join("."), at(object, ...path), immutable);
  }
};

function checkSelector(object: KubeObject, faults: Faults): void {
  const selector = at(object, "spec", "selector");
  const labels = objectAt(object, "spec", "template", "metadata", "labels");
  if (selector === undefined) faults.required("spec.selector");
  else if (Object.keys(objectAt(selector)).length === 0) {
    faults.invalid("spec.selector", selector, `empty selector is invalid for ${object.kind.toLowerCase()}`);
  } else if (!matchesLabels(selector, labels)) {
    faults.invalid("spec.template.metadata.labels", labels, "`selector` does not match template `labels`");
  }
}

const matchesLabels = (selector: Json, labels: Json): boolean =>
  Object.entries(objectAt(selector, "matchLabels")).every(([key, value]) => at(labels, key) === value);

function checkCount(object: KubeObject, faults: Faults, field: string): void {
  const count = numberAt(object, "spec", field);
  if (count !== undefined && count < 0) faults.invalid(`spec.${field}`, count, "must be greater than or equal to 0");
}

export const workloadRule: KindRule = (object, faults, old) => {
  checkCount(object, faults, "replicas");
  checkSelector(object, faults);
  keeps(object, old, faults, "spec", "selector");
  checkPodSpec(at(object, "spec", "template", "spec"), "spec.template.spec", faults);
  const policy = textAt(object, "spec", "template", "spec", "restartPolicy");
  if (policy !== "Always" && policy !== "") {
    faults.notSupported("spec.template.spec.restartPolicy", policy, ["Always"]);
  }
};

const changeable = [
  "replicas",
  "ordinals",
  "template",
  "updateStrategy",
  "revisionHistoryLimit",
  "persistentVolumeClaimRetentionPolicy",
  "minReadySeconds",
];

export const statefulSetRule: KindRule = (object, faults, old) => {
  workloadRule(object, faults, undefined);
  if (!old) return;
  const fixed = (of: KubeObject) =>
    Object.fromEntries(Object.entries(objectAt(of, "spec")).filter(([key]) => !changeable.includes(key)));
  if (jsonEqual(fixed(object), fixed(old))) return;
  const [last, ...others] = [...changeable].map((name) => `'${name}'`).reverse();
  faults.forbidden(
    "spec",
    `updates to statefulset spec for fields other than ${others.reverse().join(", ")} and ${last} are forbidden`,
  );
};

export const jobRule: KindRule = (object, faults, old) => {
  for (const field of ["parallelism", "completions", "backoffLimit"]) checkCount(object, faults, field);
  checkPodSpec(at(object, "spec", "template", "spec"), "spec.template.spec", faults);
  const policy = textAt(object, "spec", "template", "spec", "restartPolicy");
  if (policy === "Always") {
    faults.notSupported("spec.template.spec.restartPolicy", policy, ["OnFailure", "Never"]);
  } else if (policy === "") {
    faults.required("spec.template.spec.restartPolicy", 'valid values: "OnFailure", "Never"');
  }
  for (const field of ["selector", "template", "completionMode"]) keeps(object, old, faults, "spec", field);
};

export const podRule: KindRule = (object, faults, old) => {
  checkPodSpec(object["spec"], "spec", faults);
  if (!old) return;
  const fixed = (of: KubeObject): Json => {
    const { tolerations, activeDeadlineSeconds, terminationGracePeriodSeconds, nodeName, ...spec } = objectAt(
      of,
      "spec",
    );
    const withoutImages = (list: Json | undefined): Json =>
      Array.isArray(list) ? list.map((one) => ({ ...objectAt(one), image: "" })) : [];
    return {
      ...spec,
      containers: withoutImages(spec["containers"]),
      initContainers: withoutImages(spec["initContainers"]),
    };
  };
  if (!jsonEqual(fixed(object), fixed(old))) {
    faults.forbidden(
      "spec",
      "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)",
    );
  }
};
