import { isJsonObject, type Json } from "../../base/json.ts";
import { objectAt, stringAt, valueAt } from "../../base/json-pointer.ts";
import { CoreError } from "../core-error.ts";
import { releaseName } from "../ids.ts";

/** An Ingress or a Service with a load balancer in the tenant's namespace (platform.md §5.2). */
export interface Published {
  readonly name: string;
  readonly labels: Readonly<Record<string, unknown>>;
  /** IP addresses, or host names where the platform has no IP address; empty until they are assigned. */
  readonly addresses: readonly string[];
}

/** Parses a list of Ingresses or Services. */
export function parsePublished(json: Json): Published[] {
  const items = valueAt(json, ["items"]);
  if (!Array.isArray(items)) throw new CoreError("Unreachable", "The API's answer is not a list.");
  return items.flatMap((item) => {
    const name = stringAt(item, ["metadata", "name"]);
    if (name === undefined) return [];
    const entries = valueAt(item, ["status", "loadBalancer", "ingress"]);
    const addresses = (Array.isArray(entries) ? entries : []).flatMap((entry) => {
      const address = isJsonObject(entry) ? entry["ip"] || entry["hostname"] : undefined;
      return typeof address === "string" ? [address] : [];
    });
    return [{ name, labels: objectAt(item, ["metadata", "labels"]), addresses }];
  });
}

const sorted = (addresses: readonly string[]): string[] => [...new Set(addresses)].sort();

/**
 * Returns the address of the Ingress of a cluster's API: the first one where there are several. undefined until it is assigned
 * (platform.md §8.2).
 */
export const apiAddress = (ingresses: readonly Published[] | undefined, cluster: string): string | undefined =>
  sorted(ingresses?.find(({ name }) => name === releaseName(cluster))?.addresses ?? [])[0];

/**
 * Returns the addresses of an add-on: of the Ingress with its name, and of the load balancers of Services in its own namespaces inside
 * the cluster, whose cloud controller labels the copy in the tenant's namespace.
 * @param namespaces of the add-on inside the cluster.
 */
export function addonAddresses(
  ingresses: readonly Published[],
  services: readonly Published[],
  cluster: string,
  addon: string,
  namespaces: readonly string[],
): string[] {
  const release = releaseName(cluster);
  const isOwn = ({ labels }: Published) =>
    labels["cluster.x-k8s.io/cluster-name"] === release &&
    namespaces.includes(String(labels["cluster.x-k8s.io/tenant-service-namespace"]));
  const own = [...ingresses.filter(({ name }) => name === `${release}-${addon}`), ...services.filter(isOwn)];
  return sorted(own.flatMap(({ addresses }) => addresses));
}
