import { isJsonObject, type Json, type JsonObject } from "../../../base/json.ts";
import { withDefaults } from "../../schema/custom-schema.ts";
import { at, type KubeObject, listAt, objectAt, text, textAt } from "../../store/kube-object.ts";
import { resourceKey, type ServedKind } from "../served-kind.ts";
import { filled, podDefaults, templateDefaults } from "./pod-defaults.ts";

/** The spec with its defaults. */
type SpecDefaults = (spec: JsonObject, object: KubeObject) => JsonObject;

const deployment: SpecDefaults = (spec) => {
  const strategy = objectAt(spec, "strategy");
  const isRecreate = text(strategy["type"]) === "Recreate";
  const rolling = filled(objectAt(strategy, "rollingUpdate"), { maxSurge: "25%", maxUnavailable: "25%" });
  return {
    ...filled(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 }),
    strategy: isRecreate ? strategy : { type: "RollingUpdate", ...strategy, rollingUpdate: rolling },
    template: templateDefaults(spec["template"]),
  };
};

const daemonSet: SpecDefaults = (spec) => ({
  ...filled(spec, {
    revisionHistoryLimit: 10,
    updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
  }),
  template: templateDefaults(spec["template"]),
});

const statefulSet: SpecDefaults = (spec) => ({
  ...filled(spec, {
    replicas: 1,
    revisionHistoryLimit: 10,
    podManagementPolicy: "OrderedReady",
    persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
    updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } },
  }),
  template: templateDefaults(spec["template"]),
  ...(spec["volumeClaimTemplates"] === undefined
    ? {}
    : {
        volumeClaimTemplates: listAt(spec, "volumeClaimTemplates").map((claim) => ({
          apiVersion: "v1",
          kind: "PersistentVolumeClaim",
          ...objectAt(claim),
          spec: filled(objectAt(claim, "spec"), { volumeMode: "Filesystem" }),
          status: { phase: "Pending" },
        })),
      }),
});

const job: SpecDefaults = (spec, object) => {
  const parallelism = at(spec, "parallelism");
  const labels = {
    "batch.kubernetes.io/controller-uid": textAt(object, "metadata", "uid"),
    "batch.kubernetes.io/job-name": textAt(object, "metadata", "name"),
    "controller-uid": textAt(object, "metadata", "uid"),
    "job-name": textAt(object, "metadata", "name"),
  };
  const template = templateDefaults(spec["template"]);
  const metadata = objectAt(template, "metadata");
  const isOwn =
    at(spec, "manualSelector") !== true && spec["selector"] === undefined && labels["controller-uid"] !== "";
  return {
    ...filled(spec, {
      completions: parallelism === undefined ? 1 : parallelism,
      parallelism: 1,
      backoffLimit: 6,
      completionMode: "NonIndexed",
      suspend: false,
      manualSelector: false,
      podReplacementPolicy: "TerminatingOrFailed",
      ...(isOwn
        ? { selector: { matchLabels: { "batch.kubernetes.io/controller-uid": labels["controller-uid"] } } }
        : {}),
    }),
    template: isOwn
      ? { ...template, metadata: { ...metadata, labels: { ...objectAt(metadata, "labels"), ...labels } } }
      : template,
  };
};

const cronJob: SpecDefaults = (spec) => ({
  ...filled(spec, {
    concurrencyPolicy: "Allow",
    suspend: false,
    successfulJobsHistoryLimit: 3,
    failedJobsHistoryLimit: 1,
  }),
});

const service: SpecDefaults = (spec) => {
  const type = text(spec["type"]) || "ClusterIP";
  const isOutside = type === "LoadBalancer" || type === "NodePort";
  const ports = listAt(spec, "ports").map((port): Json => {
    const own = objectAt(port);
    return { protocol: "TCP", targetPort: own["port"] ?? 0, ...own };
  });
  return {
    ...filled(spec, {
      type,
      sessionAffinity: "None",
      ...(type === "ExternalName"
        ? {}
        : { internalTrafficPolicy: "Cluster", ipFamilies: ["IPv4"], ipFamilyPolicy: "SingleStack" }),
      ...(isOutside ? { externalTrafficPolicy: "Cluster" } : {}),
      ...(type === "LoadBalancer" ? { allocateLoadBalancerNodePorts: true } : {}),
    }),
    ...(ports.length > 0 ? { ports } : {}),
  };
};

const networkPolicy: SpecDefaults = (spec) => {
  const ports = (rules: readonly Json[]): Json[] =>
    rules.map((rule) =>
      isJsonObject(rule) && rule["ports"] !== undefined
        ? { ...rule, ports: listAt(rule, "ports").map((port) => ({ protocol: "TCP", ...objectAt(port) })) }
        : rule,
    );
  return {
    ...filled(spec, { policyTypes: ["Ingress", ...(spec["egress"] === undefined ? [] : ["Egress"])] }),
    ...(spec["ingress"] === undefined ? {} : { ingress: ports(listAt(spec, "ingress")) }),
    ...(spec["egress"] === undefined ? {} : { egress: ports(listAt(spec, "egress")) }),
  };
};

const customDefinition: SpecDefaults = (spec) => {
  const names = objectAt(spec, "names");
  const kind = text(names["kind"]);
  return {
    ...filled(spec, { conversion: { strategy: "None" } }),
    names: filled(names, { singular: kind.toLowerCase(), listKind: `${kind}List` }),
  };
};

const specs: Readonly<Record<string, SpecDefaults>> = {
  "cronjobs.batch": cronJob,
  "customresourcedefinitions.apiextensions.k8s.io": customDefinition,
  "daemonsets.apps": daemonSet,
  "deployments.apps": deployment,
  "horizontalpodautoscalers.autoscaling": (spec) => filled(spec, { minReplicas: 1 }),
  "jobs.batch": job,
  "namespaces.": (spec) => filled(spec, { finalizers: ["kubernetes"] }),
  "networkpolicies.networking.k8s.io": networkPolicy,
  "persistentvolumeclaims.": (spec) => filled(spec, { volumeMode: "Filesystem" }),
  "persistentvolumes.": (spec) => filled(spec, { persistentVolumeReclaimPolicy: "Retain", volumeMode: "Filesystem" }),
  "pods.": podDefaults,
  "replicasets.apps": (spec) => ({
    ...filled(spec, { replicas: 1 }),
    template: templateDefaults(spec["template"]),
  }),
  "services.": service,
  "statefulsets.apps": statefulSet,
};

/** Defaults outside of the spec. */
const others: Readonly<Record<string, (object: KubeObject) => KubeObject>> = {
  "namespaces.": (object) => ({
    ...object,
    metadata: {
      ...object.metadata,
      labels: {
        ...objectAt(object, "metadata", "labels"),
        "kubernetes.io/metadata.name": textAt(object, "metadata", "name"),
      },
    },
  }),
  "secrets.": (object) => {
    const { stringData, ...rest } = object;
    const encoded = Object.entries(objectAt(stringData)).map(([key, value]) => [
      key,
      Buffer.from(text(value)).toString("base64"),
    ]);
    const data = { ...objectAt(rest, "data"), ...Object.fromEntries(encoded) };
    return {
      ...rest,
      apiVersion: object.apiVersion,
      kind: object.kind,
      metadata: object.metadata,
      ...(Object.keys(data).length > 0 ? { data } : {}),
      type: text(object["type"]) || "Opaque",
    };
  },
  "storageclasses.storage.k8s.io": (object) => ({
    reclaimPolicy: "Delete",
    volumeBindingMode: "Immediate",
    ...object,
  }),
  "rolebindings.rbac.authorization.k8s.io": bindingDefaults,
  "clusterrolebindings.rbac.authorization.k8s.io": bindingDefaults,
};

function bindingDefaults(object: KubeObject): KubeObject {
  if (object["subjects"] === undefined) return object;
  const group = "rbac.authorization.k8s.io";
  return {
    ...object,
    subjects: listAt(object, "subjects").map((subject) => ({
      ...(textAt(subject, "kind") === "ServiceAccount" ? {} : { apiGroup: group }),
      ...objectAt(subject),
    })),
    roleRef: filled(objectAt(object, "roleRef"), { apiGroup: group }),
  };
}

/** The object with the defaults that a real server stores. */
export function setDefaults(kind: ServedKind, object: KubeObject): KubeObject {
  if (kind.custom) {
    const filledIn = withDefaults(object, kind.custom.type);
    return isJsonObject(filledIn) ? { ...object, ...filledIn } : object;
  }
  const key = resourceKey(kind);
  const spec = specs[key];
  const own = spec ? { ...object, spec: spec(objectAt(object, "spec"), object) } : object;
  return others[key]?.(own) ?? own;
}
