/** What a platform version does and earlier or later ones do not. Controllers ask these facts, never the version. */
export interface Capabilities {
  readonly api: ApiCapabilities;
  readonly chart: ChartCapabilities;
  readonly flux: FluxCapabilities;
  readonly machines: MachineCapabilities;
  readonly tenant: TenantCapabilities;
}

interface ApiCapabilities {
  /** The server stores over a conflict instead of reporting it (platform.md §7). */
  readonly retriesWriteConflicts: boolean;
  /** `core.cozystack.io` serves `options`: what can be chosen where (platform.md §2). */
  readonly servesOptions: boolean;
  /** Applications carry the condition `WorkloadsReady` (platform.md §1.10). */
  readonly reportsWorkloadsReady: boolean;
  /** Every authenticated user may read StorageClasses (platform.md §6.1). */
  readonly storageClassesReadable: boolean;
  /** Line of the server's source that its refusal of an unknown kind names. */
  readonly schemeSource: string;
  /** Groups of the aggregated server beside the ones that every version has. */
  readonly moreAggregatedGroups: readonly string[];
  /** Further documents in the index of the OpenAPI endpoint. */
  readonly moreOpenApiDocuments: readonly string[];
  /** The OpenAPI document marks the details of a Status as an atomic list. */
  readonly atomicStatusDetails: boolean;
  /** Settings of a cluster that are stored without effect, with a warning (platform.md §0.1). */
  readonly ignoredKeys: readonly string[];
}

export interface ChartCapabilities {
  /** Line of the template that an execution error of the cluster chart names. */
  readonly clusterTemplateLine: number;
  /** Key of a node's disk in a node group. */
  readonly diskField: "ephemeralStorage" | "diskSize";
  /** The CPU and memory of a group are set both or neither. */
  readonly pairsGroupResources: boolean;
  /** Node groups have kubelet reservations, which the chart checks against the size of the node. */
  readonly kubeletReservations: boolean;
  /** Node groups have a storage class of their own. */
  readonly groupStorageClass: boolean;
  /** Workers run Talos, whose settings are part of the machine template. */
  readonly talosWorkers: boolean;
  /** The chart checks dependencies of add-ons, OIDC and extra volumes (platform.md §3.2). */
  readonly checksClusterValues: boolean;
  /** Monitoring waits for the CRDs of cert-manager even where cert-manager is off (platform.md §3.9). */
  readonly monitoringAlwaysNeedsCertManager: boolean;
  /** The chart refuses a pool whose minor is newer than that of its cluster. */
  readonly poolsMayNotLead: boolean;
  /** The chart's refusal of an instance type that does not exist. */
  readonly unknownInstanceType: (group: string, instanceType: string) => string;
}

interface FluxCapabilities {
  /** The pause before a retry doubles with every failure; otherwise it stays the same. */
  readonly retriesDouble: boolean;
  /** A failed action is undone before the retry (platform.md §1.10). */
  readonly remediatesFailures: boolean;
  /** The longest duration of a Helm action as the status names it. */
  readonly actionTimeoutText: string;
}

interface MachineCapabilities {
  /** Every upgrade sets the replicas of every group to this number; undefined: it keeps the live count (platform.md §3.5). */
  readonly replicasAtUpgrade: number | undefined;
  /** WorkloadMonitors report `operational` (platform.md §5.1). */
  readonly monitorsReportOperational: boolean;
}

export interface TenantCapabilities {
  /** The operating system of the workers as their nodes report it. */
  readonly nodeSystem: {
    readonly osImage: string;
    readonly kernelVersion: string;
    readonly containerRuntimeVersion: string;
  };
  /** Every replicated class of the platform exists in the cluster under its own name (platform.md §3.8). */
  readonly propagatesStorageClasses: boolean;
}
