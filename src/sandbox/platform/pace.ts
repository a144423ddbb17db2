/**
 * How long things take at speed 1, in milliseconds. Flux and Helm: as recorded on an idle machine (platform.md §7.1). Machines: shorter
 * than real ones, which take minutes.
 */
export interface Pace {
  /** From an accepted write to Flux restoring its finalizer. */
  readonly finalizer: number;
  /** From an accepted write to `Progressing`: until then the old status remains. */
  readonly react: number;
  /** From `Progressing` to a refusal of the chart. */
  readonly refuse: number;
  /** From `Progressing` to the rendered objects being applied. */
  readonly apply: number;
  /** From the rendered objects to `Ready=True`, on install counted from the control plane's readiness. */
  readonly settleInstall: number;
  readonly settleUpgrade: number;
  /** First retry after a failure. */
  readonly retry: number;
  /** Time-out of a Helm action. */
  readonly actionTimeout: number;
  /** From DELETE to the deletion of the monitors, and from there to 404. */
  readonly uninstall: number;
  readonly uninstallEnd: number;
  /** Until a control plane (also after an upgrade) or a machine is ready. */
  readonly controlPlane: number;
  readonly machine: number;
  /** From a change to the cluster-autoscaler enforcing the bounds of a group, and to the removal of an idle node. */
  readonly autoscaler: number;
  readonly idle: number;
  /** Install or uninstall of an add-on inside the tenant cluster. */
  readonly addon: number;
  readonly workload: WorkloadPace;
}

/** What happens inside a tenant cluster. */
export interface WorkloadPace {
  /** From a node for a pod to its containers running, and from a deletion to the pod being gone. */
  readonly podStart: number;
  readonly podStop: number;
  /** How long a pod runs that ends by itself. */
  readonly podRun: number;
  /** Until a load balancer or an ingress has its address. */
  readonly address: number;
  /** Until a volume is provisioned. */
  readonly volume: number;
  /** From a pod that fits nowhere to the autoscaler raising a group for it. */
  readonly scaleUp: number;
}
