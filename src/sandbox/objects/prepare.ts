import type { Json, JsonObject } from "../../base/json.ts";
import { at, type KubeObject, listAt, numberAt, objectAt, text, textAt } from "../store/kube-object.ts";
import { resourceKey, resources, type ServedKind } from "./served-kind.ts";
import type { WriteContext } from "./write-context.ts";

type Prepare = (object: KubeObject, context: WriteContext, old: KubeObject | undefined) => KubeObject;

const withSpec = (object: KubeObject, more: JsonObject): KubeObject => ({
  ...object,
  spec: { ...objectAt(object, "spec"), ...more },
});

const withStatus = (object: KubeObject, status: JsonObject): KubeObject => ({ ...object, status });

/** The next free address of the service network `10.96.0.0/16`; the first ten are the cluster's own. */
function freeAddress(context: WriteContext): string {
  const taken = new Set(context.view.list(resources.services).map((one) => textAt(one, "spec", "clusterIP")));
  for (let index = 11; ; index += 1) {
    const address = `10.96.${Math.floor(index / 256)}.${index % 256}`;
    if (!taken.has(address)) return address;
  }
}

function withNodePorts(ports: readonly Json[], context: WriteContext): Json[] {
  const taken = new Set<number>();
  for (const service of context.view.list(resources.services)) {
    for (const port of listAt(service, "spec", "ports")) taken.add(numberAt(port, "nodePort") ?? 0);
  }
  let next = 30_000;
  return ports.map((port) => {
    if (numberAt(port, "nodePort")) return port;
    while (taken.has(next)) next += 1;
    taken.add(next);
    return { ...objectAt(port), nodePort: next };
  });
}

/** An address and node ports once given stay. */
const prepareService: Prepare = (object, context, old) => {
  const type = textAt(object, "spec", "type");
  if (type === "ExternalName") return object;
  const known = textAt(old, "spec", "clusterIP");
  const clusterIP = textAt(object, "spec", "clusterIP") || known || freeAddress(context);
  const former = listAt(old, "spec", "ports");
  const ports = listAt(object, "spec", "ports").map((port): Json => {
    const before = former.find(
      (one) => at(one, "port") === at(port, "port") && at(one, "protocol") === at(port, "protocol"),
    );
    const nodePort = at(port, "nodePort") ?? at(before, "nodePort");
    return nodePort === undefined || type === "ClusterIP" ? port : { ...objectAt(port), nodePort };
  });
  const isOutside = type === "LoadBalancer" || type === "NodePort";
  const own = withSpec(object, {
    clusterIP,
    clusterIPs: [clusterIP],
    ...(ports.length > 0 ? { ports: isOutside ? withNodePorts(ports, context) : ports } : {}),
  });
  return old ? own : withStatus(own, { loadBalancer: {} });
};

const isDefaultClass = "storageclass.kubernetes.io/is-default-class";

const prepareClaim: Prepare = (object, context, old) => {
  const named = at(object, "spec", "storageClassName");
  const classes = context.view.list(resources.storageClasses);
  const fallback = classes.find((one) => textAt(one, "metadata", "annotations", isDefaultClass) === "true");
  const own =
    named === undefined && fallback && !old
      ? withSpec(object, { storageClassName: textAt(fallback, "metadata", "name") })
      : object;
  if (old) return own;
  return withStatus(withFinalizer(own, "kubernetes.io/pvc-protection"), { phase: "Pending" });
};

function withFinalizer(object: KubeObject, finalizer: string): KubeObject {
  const finalizers = listAt(object, "metadata", "finalizers").map((one) => text(one));
  if (finalizers.includes(finalizer)) return object;
  return { ...object, metadata: { ...object.metadata, finalizers: [...finalizers, finalizer] } };
}

const qosClass = (object: KubeObject): string => {
  const parts = listAt(object, "spec", "containers").map((one) => objectAt(one, "resources"));
  const isSet = (part: JsonObject, name: string) => Object.keys(objectAt(part, name)).length > 0;
  if (parts.every((part) => !isSet(part, "limits") && !isSet(part, "requests"))) return "BestEffort";
  const isGuaranteed = (part: JsonObject) =>
    ["cpu", "memory"].every((name) => {
      const limit = at(part, "limits", name);
      return limit !== undefined && limit === at(part, "requests", name);
    });
  return parts.every(isGuaranteed) ? "Guaranteed" : "Burstable";
};

const prepares: Readonly<Record<string, Prepare>> = {
  "namespaces.": (object, _, old) => (old ? object : withStatus(object, { phase: "Active" })),
  "persistentvolumeclaims.": prepareClaim,
  "persistentvolumes.": (object, _, old) =>
    old ? object : withStatus(withFinalizer(object, "kubernetes.io/pv-protection"), { phase: "Available" }),
  "pods.": (object, _, old) => (old ? object : withStatus(object, { phase: "Pending", qosClass: qosClass(object) })),
  "services.": prepareService,
};

/** What the server itself sets in an object before it stores it. */
export function prepareObject(
  kind: ServedKind,
  object: KubeObject,
  context: WriteContext,
  old: KubeObject | undefined,
): KubeObject {
  return prepares[resourceKey(kind)]?.(object, context, old) ?? object;
}
