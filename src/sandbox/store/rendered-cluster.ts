/** One MachineDeployment as the chart renders it. */
export interface RenderedGroup {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly instanceType: string;
  /** Quantities of one node. */
  readonly cpu: string;
  readonly memory: string;
  readonly gpus: readonly string[];
  readonly roles: readonly string[];
  /** First six hex digits of the template's hash: a different one replaces the nodes (platform.md §3.6). */
  readonly template: string;
  /** Kubelet version, `v1.33.8`. */
  readonly kubelet: string;
}

/** What one Helm release of a cluster contains. */
export interface RenderedCluster {
  readonly version: string;
  readonly storageClass: string;
  readonly groups: readonly RenderedGroup[];
  readonly addons: readonly AddonRelease[];
  readonly exposure: Exposure;
}

/** How the chart exposes a cluster in the tenant namespace (platform.md §2.1, §3.9). */
export interface Exposure {
  /** DNS name of the API server; empty: chosen by the platform. */
  readonly host: string;
  /** Whether `ingress-nginx` has a load balancer in place of an Ingress. */
  readonly balanced: boolean;
  /** Host names of the Ingress of `ingress-nginx`; without any there is no Ingress. */
  readonly hosts: readonly string[];
}

/** A Helm release that the chart has Flux install inside the tenant cluster (platform.md §3.9). */
export interface AddonRelease {
  /** `cert-manager`; the HelmRelease in the tenant namespace is `kubernetes-<cluster>-cert-manager`. */
  readonly name: string;
  readonly namespace: string;
  /** Releases that must be deployed first. One that is never rendered blocks this one permanently. */
  readonly dependsOn: readonly string[];
  readonly workload: "Deployment" | "DaemonSet" | "none";
}
