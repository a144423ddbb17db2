import { describe, expect, test } from "vitest";
import type { Json } from "../../../../src/base/json.ts";
import { addonAddresses, apiAddress, parsePublished } from "../../../../src/core/object/published.ts";

const item = (name: string, ingress: Json, labels: Record<string, string> = {}): Json => ({
  metadata: { name, labels },
  status: { loadBalancer: { ingress } },
});
const parsed = (...items: Json[]) => parsePublished({ items });

describe("the address of a cluster's API", () => {
  test.each<[string, Json, string | undefined]>([
    ["an IP address", [{ ip: "203.0.113.7" }], "203.0.113.7"],
    ["a host name", [{ hostname: "lb.example.org" }], "lb.example.org"],
    ["a host name beside an empty IP address", [{ ip: "", hostname: "lb.example.org" }], "lb.example.org"],
    [
      "the same one in whatever order the platform lists them",
      [{ ip: "203.0.113.9" }, { ip: "203.0.113.8" }],
      "203.0.113.8",
    ],
    ["none while it is not assigned", [], undefined],
    ["none of a broken answer", "soon", undefined],
    ["none of broken entries", [null, 1, { ip: 5 }], undefined],
  ])("is %s", (_, ingress, address) => {
    expect(apiAddress(parsed(item("kubernetes-prod", ingress)), "prod")).toBe(address);
  });

  test("is that of the cluster's own Ingress, not of its add-on or of a cluster with a longer name", () => {
    const others = parsed(
      item("kubernetes-prod-ingress-nginx", [{ ip: "203.0.113.1" }]),
      item("kubernetes-prod-2", [{ ip: "203.0.113.2" }]),
    );
    expect(apiAddress(others, "prod")).toBeUndefined();
    expect(apiAddress(undefined, "prod")).toBeUndefined();
  });
});

describe("the addresses of an add-on", () => {
  const balancer = (cluster: string, namespace: string, ip: string) =>
    item(`a${ip}`, [{ ip }], {
      "cluster.x-k8s.io/cluster-name": `kubernetes-${cluster}`,
      "cluster.x-k8s.io/tenant-service-namespace": namespace,
    });
  const services = parsed(
    balancer("prod", "cozy-ingress-nginx", "198.51.100.2"),
    balancer("prod", "cozy-ingress-nginx", "198.51.100.1"),
    balancer("prod", "shop", "198.51.100.3"),
    balancer("prod-2", "cozy-ingress-nginx", "198.51.100.4"),
    item("kubernetes-prod", [{ ip: "198.51.100.5" }]),
  );
  const ingresses = parsed(
    item("kubernetes-prod-ingress-nginx", [{ ip: "203.0.113.1" }]),
    item("kubernetes-prod", [{ ip: "203.0.113.1" }]),
  );
  const of = (cluster: string, addon: string, namespace: string) =>
    addonAddresses(ingresses, services, cluster, addon, [namespace]);

  test("are those of its Ingress and of its own load balancers, sorted and each once", () => {
    expect(of("prod", "ingress-nginx", "cozy-ingress-nginx")).toEqual(["198.51.100.1", "198.51.100.2", "203.0.113.1"]);
    expect(of("prod-2", "ingress-nginx", "cozy-ingress-nginx")).toEqual(["198.51.100.4"]);
  });

  test("are empty for an add-on without either", () => {
    expect(of("prod", "velero", "cozy-velero")).toEqual([]);
  });
});

test("an answer that is not a list is an error", () => {
  expect(() => parsePublished({ kind: "Status" })).toThrow(/not a list/);
});
