import type { Json, JsonObject } from "../../../base/json.ts";
import { resources } from "../../objects/served-kind.ts";
import {
  at,
  type KubeObject,
  labelsOf,
  listAt,
  nameOf,
  namespaceOf,
  objectAt,
  textAt,
} from "../../store/kube-object.ts";
import type { TenantStore } from "../../store/tenant-store.ts";
import { computedMetadata } from "./tenant-metadata.ts";

const matches = (selector: JsonObject, pod: KubeObject): boolean =>
  Object.entries(selector).every(([key, value]) => labelsOf(pod)[key] === value);

const isReady = (pod: KubeObject): boolean =>
  pod.metadata["deletionTimestamp"] === undefined &&
  listAt(pod, "status", "conditions").some(
    (one) => textAt(one, "type") === "Ready" && textAt(one, "status") === "True",
  );

interface Backend {
  readonly service: KubeObject;
  readonly pods: readonly KubeObject[];
}

/** The services with a selector, each with its pods that are ready. */
function backends(store: TenantStore): Backend[] {
  return store
    .list(resources.services)
    .filter((service) => Object.keys(objectAt(service, "spec", "selector")).length > 0)
    .map((service) => ({
      service,
      pods: store
        .list(resources.pods)
        .filter((pod) => namespaceOf(pod) === namespaceOf(service))
        .filter((pod) => matches(objectAt(service, "spec", "selector"), pod) && isReady(pod)),
    }));
}

function portsOf({ service, pods }: Backend): JsonObject[] {
  const containers = listAt(pods[0], "spec", "containers");
  const named = (name: Json | undefined): Json | undefined =>
    containers.flatMap((one) => listAt(one, "ports")).find((port) => at(port, "name") === name);
  return listAt(service, "spec", "ports").map((port) => {
    const target = at(port, "targetPort");
    const number = typeof target === "string" ? at(named(target), "containerPort") : target;
    const name = textAt(port, "name");
    return {
      ...(name === "" ? {} : { name }),
      port: number ?? at(port, "port") ?? 0,
      protocol: textAt(port, "protocol"),
    };
  });
}

const reference = (pod: KubeObject): JsonObject => ({
  kind: "Pod",
  name: nameOf(pod),
  namespace: namespaceOf(pod),
  uid: textAt(pod, "metadata", "uid"),
});

const metadataOf = (service: KubeObject, name: string, kind: string, labels: JsonObject): JsonObject => ({
  ...computedMetadata(
    name,
    namespaceOf(service),
    kind,
    Date.parse(textAt(service, "metadata", "creationTimestamp")),
    labels,
  ),
});

export function endpoints(store: TenantStore): KubeObject[] {
  return backends(store).map((backend): KubeObject => {
    const { service, pods } = backend;
    const addresses = pods.map((pod) => ({
      ip: textAt(pod, "status", "podIP"),
      nodeName: textAt(pod, "spec", "nodeName"),
      targetRef: reference(pod),
    }));
    return {
      apiVersion: "v1",
      kind: "Endpoints",
      metadata: metadataOf(service, nameOf(service), "endpoints", labelsOf(service)),
      ...(addresses.length > 0 ? { subsets: [{ addresses, ports: portsOf(backend) }] } : {}),
    };
  });
}

export function endpointSlices(store: TenantStore): KubeObject[] {
  return backends(store).map((backend): KubeObject => {
    const { service, pods } = backend;
    const suffix = textAt(service, "metadata", "uid").slice(0, 5);
    const labels = {
      "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
      "kubernetes.io/service-name": nameOf(service),
    };
    return {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: metadataOf(service, `${nameOf(service)}-${suffix}`, "endpointslice", labels),
      addressType: "IPv4",
      endpoints: pods.map((pod) => ({
        addresses: [textAt(pod, "status", "podIP")],
        conditions: { ready: true, serving: true, terminating: false },
        nodeName: textAt(pod, "spec", "nodeName"),
        targetRef: reference(pod),
      })),
      ports: portsOf(backend).map((port) => ({ name: "", ...port })),
    };
  });
}
