import { createHash } from "node:crypto";
import type { JsonObject } from "../../base/json.ts";
import type { ClusterState } from "../store/cluster-state.ts";
import { byName, fixedUid, type KubeObject, timestamp } from "../store/kube-object.ts";

/** The Services and Ingresses of all clusters in the tenant's namespace (platform.md §2.1, §3.9, §5.2). */
interface NetworkObjects {
  services(): KubeObject[];
  ingresses(): KubeObject[];
}

interface NetworkObjectsOptions {
  readonly clusters: () => Iterable<ClusterState>;
  readonly namespace: string;
  readonly now: () => number;
}

/** Address of the tenant's ingress controller, from a range for documentation (RFC 5737). */
const ingressAddress = "203.0.113.10";

export function networkObjects(options: NetworkObjectsOptions): NetworkObjects {
  const each = (objects: (options: NetworkObjectsOptions, cluster: ClusterState) => KubeObject[]) =>
    [...options.clusters()].flatMap((cluster) => objects(options, cluster)).sort(byName);
  return { services: () => each(servicesOf), ingresses: () => each(ingressesOf) };
}

const releaseOf = (cluster: ClusterState): string => `kubernetes-${cluster.name}`;

function ingressesOf(options: NetworkObjectsOptions, cluster: ClusterState): KubeObject[] {
  const { namespace } = options;
  const release = releaseOf(cluster);
  const { host = "", hosts = [] } = cluster.exposure ?? {};
  const own = host || `${release}.${namespace.replace(/^tenant-/, "")}.example.org`;
  return [
    ingress(options, cluster, release, [own], 6443),
    ...(hosts.length > 0 ? [ingress(options, cluster, `${release}-ingress-nginx`, hosts, 443)] : []),
  ];
}

/** An Ingress that passes TLS through to the Service of its name. */
function ingress(
  options: NetworkObjectsOptions,
  cluster: ClusterState,
  name: string,
  hosts: readonly string[],
  port: number,
): KubeObject {
  const backend = { service: { name, port: { number: port } } };
  const isKnown = cluster.readyAt <= options.now();
  return object(options, cluster, "networking.k8s.io/v1", "Ingress", name, {
    annotations: {
      "nginx.ingress.kubernetes.io/backend-protocol": "HTTPS",
      "nginx.ingress.kubernetes.io/ssl-passthrough": "true",
    },
    spec: {
      ingressClassName: options.namespace,
      rules: hosts.map((host) => ({
        host,
        http: { paths: [{ backend, path: "/", pathType: "ImplementationSpecific" }] },
      })),
    },
    status: { loadBalancer: isKnown ? { ingress: [{ ip: ingressAddress }] } : {} },
  });
}

function servicesOf(options: NetworkObjectsOptions, cluster: ClusterState): KubeObject[] {
  const release = releaseOf(cluster);
  const { balanced = false, hosts = [] } = cluster.exposure ?? {};
  const ports = (...list: readonly (readonly [name: string, port: number, target: number])[]) =>
    list.map(([name, port, targetPort]) => ({ name, port, protocol: "TCP", targetPort }));
  const http = ports(["http", 80, 30_000], ["https", 443, 30_001]);
  return [
    service(options, cluster, release, { ports: ports(["kube-apiserver", 6443, 6443]) }),
    ...(hosts.length > 0 ? [service(options, cluster, `${release}-ingress-nginx`, { ports: http })] : []),
    ...(balanced ? loadBalancer(options, cluster, http) : []),
  ];
}

/** The load balancer of `ingress-nginx`, which the cluster's cloud controller mirrors into the tenant's namespace. */
function loadBalancer(options: NetworkObjectsOptions, cluster: ClusterState, ports: JsonObject[]): KubeObject[] {
  const addon = cluster.addons["ingress-nginx"];
  if (addon?.deployedAt === undefined || addon.deployedAt > options.now() || addon.goneAt !== undefined) return [];
  const name = `a${fixedUid("ingress-nginx", cluster.name).replaceAll("-", "").slice(0, 31)}`;
  const ip = `198.51.100.${1 + (digest(cluster.name) % 254)}`;
  const labels = {
    "cluster.x-k8s.io/cluster-name": releaseOf(cluster),
    "cluster.x-k8s.io/tenant-service-name": "ingress-nginx-controller",
    "cluster.x-k8s.io/tenant-service-namespace": addon.release.namespace,
  };
  return [service(options, cluster, name, { ports, type: "LoadBalancer" }, labels, { ingress: [{ ip }] })];
}

function service(
  options: NetworkObjectsOptions,
  cluster: ClusterState,
  name: string,
  spec: JsonObject,
  labels: JsonObject = {},
  balancer: JsonObject = {},
): KubeObject {
  const clusterIP = `10.96.${digest(name) % 256}.${1 + (digest(`${name}/`) % 254)}`;
  return object(options, cluster, "v1", "Service", name, {
    labels,
    spec: { clusterIP, type: "ClusterIP", ...spec },
    status: { loadBalancer: balancer },
  });
}

function object(
  { namespace }: NetworkObjectsOptions,
  cluster: ClusterState,
  apiVersion: string,
  kind: string,
  name: string,
  { labels = {}, annotations = {}, spec, status }: Readonly<Record<string, JsonObject>>,
): KubeObject {
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      namespace,
      uid: fixedUid(kind, `${cluster.name}/${name}`),
      // Changes whenever the content does.
      resourceVersion: String(1 + digest(JSON.stringify([labels, spec, status]))),
      creationTimestamp: timestamp(cluster.readyAt),
      labels,
      annotations,
    },
    spec: spec ?? {},
    status: status ?? {},
  };
}

const digest = (text: string): number => createHash("sha256").update(text).digest().readUInt32BE() % 1_000_000_000;
