import type { Json } from "../../base/json.ts";
import { resources } from "../objects/served-kind.ts";
import { earliest, type Next } from "../platform/controller.ts";
import { at, type KubeObject, labelsOf, listAt, objectAt, textAt } from "../store/kube-object.ts";
import { type ClusterWork, dueOf, isDeleting, setStatus, type WorkloadStep } from "./cluster-work.ts";
import { recordOnce } from "./record-event.ts";

/** Gives load balancers and ingresses their addresses. */
export const reconcileAddresses: WorkloadStep = (work) =>
  earliest(
    ...work.store.list(resources.services).map((service) => balance(work, service)),
    ...work.store.list(resources.ingresses).map((ingress) => expose(work, ingress)),
  );

const addressesOf = (object: KubeObject): readonly Json[] => listAt(object, "status", "loadBalancer", "ingress");

function setAddresses(work: ClusterWork, resource: string, object: KubeObject, ips: readonly string[]): void {
  const ingress = ips.map((ip): Json => (resource === resources.services ? { ip, ipMode: "VIP" } : { ip }));
  const loadBalancer = ingress.length > 0 ? { ingress } : {};
  setStatus(work, resource, object, { ...objectAt(object, "status"), loadBalancer });
}

function balance(work: ClusterWork, service: KubeObject): Next {
  if (isDeleting(service)) return undefined;
  if (textAt(service, "spec", "type") !== "LoadBalancer") {
    if (addressesOf(service).length > 0) setAddresses(work, resources.services, service, []);
    return undefined;
  }
  if (addressesOf(service).length > 0) return undefined;
  const component = "service-controller";
  recordOnce(work, service, { reason: "EnsuringLoadBalancer", message: "Ensuring load balancer", component });
  const due = dueOf(work, service, "address", work.pace.address);
  if (due > work.now()) return due;
  setAddresses(work, resources.services, service, [freeAddress(work)]);
  recordOnce(work, service, { reason: "EnsuredLoadBalancer", message: "Ensured load balancer", component });
  return undefined;
}

/** An address from a range for documentation (RFC 5737). */
function freeAddress(work: ClusterWork): string {
  const taken = new Set(
    work.store.list(resources.services).flatMap((one) => addressesOf(one).map((address) => textAt(address, "ip"))),
  );
  for (let last = 1; ; last += 1) {
    const address = `198.51.${100 + Math.floor(last / 255)}.${last % 255}`;
    if (!taken.has(address)) return address;
  }
}

const classAnnotation = "kubernetes.io/ingress.class";

/** An Ingress has the addresses of the nodes that the controller of its class runs on. */
function expose(work: ClusterWork, ingress: KubeObject): Next {
  if (isDeleting(ingress)) return undefined;
  const name =
    textAt(ingress, "spec", "ingressClassName") || textAt(ingress, "metadata", "annotations", classAnnotation);
  const served = work.view.get(resources.ingressClasses, "", name);
  if (textAt(served, "spec", "controller") !== "k8s.io/ingress-nginx") return undefined;
  const component = "nginx-ingress-controller";
  recordOnce(work, ingress, { reason: "Sync", message: "Scheduled for sync", component });
  const due = dueOf(work, ingress, "address", work.pace.address);
  if (due > work.now()) return due;
  setAddresses(work, resources.ingresses, ingress, controllerAddresses(work));
  return undefined;
}

const controllerAddresses = (work: ClusterWork): string[] =>
  work.view
    .list(resources.nodes)
    .filter((node) => at(labelsOf(node), "node-role.kubernetes.io/ingress-nginx") !== undefined)
    .map((node) => textAt(node, "status", "addresses", 0, "address"))
    .sort();
