/**
 * How long things take at speed 1, in milliseconds. Flux and Helm: as recorded on an idle machine (platform.md §7.1). Machines: shorter
 * than real ones, which take minutes.
 */
export interface Pace {
  /** From an accepted write to Flux putting its finalizer back. */
  readonly finalizer: number;
  /** From an accepted write to `Progressing`: the old status stays until then. */
  readonly react: number;
  /** From `Progressing` to a refusal of the chart. */
  readonly refuse: number;
  /** From `Progressing` to the rendered objects being there. */
  readonly apply: number;
  /** From the rendered objects to `Ready=True`, on install counted from the control plane's readiness. */
  readonly settleInstall: number;
  readonly settleUpgrade: number;
  /** First retry after a failure. */
  readonly retry: number;
  /** Longest a Helm action may take. */
  readonly actionTimeout: number;
  /** From DELETE to the monitors being gone, and from there to 404. */
  readonly uninstall: number;
  readonly uninstallEnd: number;
  /** A control plane or a machine becoming ready; a Kamaji upgrade. */
  readonly controlPlane: number;
  readonly machine: number;
  /** From a change to the cluster-autoscaler enforcing the bounds of a group, and to the removal of an idle node. */
  readonly autoscaler: number;
  readonly idle: number;
  /** An add-on's release and its workload inside the tenant cluster. */
  readonly addon: number;
}
