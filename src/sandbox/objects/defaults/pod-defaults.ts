import { isJsonObject, type Json, type JsonObject } from "../../../base/json.ts";
import { listAt, objectAt, text } from "../../store/kube-object.ts";

/** The value with those members of `defaults` that it does not have. */
export const filled = (value: JsonObject, defaults: JsonObject): JsonObject => ({ ...defaults, ...value });

const each = (list: Json | undefined, change: (item: JsonObject) => JsonObject): Json[] =>
  (Array.isArray(list) ? list : []).map((item) => (isJsonObject(item) ? change(item) : item));

/** The members of an object for which `change` has a new value, where they are present. */
function changed(object: JsonObject, changes: Readonly<Record<string, (value: Json) => Json>>): JsonObject {
  const result = { ...object };
  for (const [key, change] of Object.entries(changes)) {
    const value = result[key];
    if (value !== undefined) result[key] = change(value);
  }
  return result;
}

const probe = (value: Json): Json =>
  isJsonObject(value)
    ? filled(changed(value, { httpGet: (get) => filled(objectAt(get), { path: "/", scheme: "HTTP" }) }), {
        timeoutSeconds: 1,
        periodSeconds: 10,
        successThreshold: 1,
        failureThreshold: 3,
      })
    : value;

const fieldRef = (value: Json): Json =>
  changed(objectAt(value), { fieldRef: (ref) => filled(objectAt(ref), { apiVersion: "v1" }) });

/** Requests that are not set are those of the limits. */
function resourcesOf(value: JsonObject): JsonObject {
  const limits = objectAt(value, "limits");
  if (Object.keys(limits).length === 0) return value;
  return { ...value, requests: { ...limits, ...objectAt(value, "requests") } };
}

function container(value: JsonObject): JsonObject {
  const image = text(value["image"]);
  const tag = image.slice(image.lastIndexOf("/") + 1);
  const pulls = !/[:@]/.test(tag) || tag.endsWith(":latest") ? "Always" : "IfNotPresent";
  const own = changed(value, {
    ports: (ports) => each(ports, (port) => filled(port, { protocol: "TCP" })),
    env: (env) => each(env, (one) => changed(one, { valueFrom: fieldRef })),
    livenessProbe: probe,
    readinessProbe: probe,
    startupProbe: probe,
  });
  return {
    ...filled(own, {
      imagePullPolicy: pulls,
      terminationMessagePath: "/dev/termination-log",
      terminationMessagePolicy: "File",
    }),
    resources: resourcesOf(objectAt(value, "resources")),
  };
}

const volume = (value: JsonObject): JsonObject =>
  changed(value, {
    configMap: (source) => filled(objectAt(source), { defaultMode: 420 }),
    secret: (source) => filled(objectAt(source), { defaultMode: 420 }),
    projected: (source) => filled(objectAt(source), { defaultMode: 420 }),
    hostPath: (source) => filled(objectAt(source), { type: "" }),
  });

/** The spec of a pod or of a template. */
export function podSpecDefaults(spec: JsonObject): JsonObject {
  const account = text(spec["serviceAccountName"]) || text(spec["serviceAccount"]);
  const own = changed(spec, {
    containers: (list) => each(list, container),
    initContainers: (list) => each(list, container),
    volumes: (list) => each(list, volume),
  });
  return {
    ...filled(own, {
      restartPolicy: "Always",
      terminationGracePeriodSeconds: 30,
      dnsPolicy: "ClusterFirst",
      securityContext: {},
      schedulerName: "default-scheduler",
    }),
    ...(account === "" ? {} : { serviceAccount: account, serviceAccountName: account }),
  };
}

/** A pod of its own: what admission adds to its spec. */
export function podDefaults(spec: JsonObject): JsonObject {
  const tolerations = [...listAt(spec, "tolerations")];
  for (const key of ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"]) {
    if (tolerations.some((one) => isJsonObject(one) && one["key"] === key)) continue;
    tolerations.push({ key, operator: "Exists", effect: "NoExecute", tolerationSeconds: 300 });
  }
  return {
    ...filled(podSpecDefaults(spec), {
      serviceAccountName: "default",
      serviceAccount: "default",
      enableServiceLinks: true,
      preemptionPolicy: "PreemptLowerPriority",
      priority: 0,
    }),
    tolerations,
  };
}

export function templateDefaults(template: Json | undefined): JsonObject {
  const own = objectAt(template);
  return { ...own, metadata: filled(objectAt(own, "metadata"), {}), spec: podSpecDefaults(objectAt(own, "spec")) };
}
