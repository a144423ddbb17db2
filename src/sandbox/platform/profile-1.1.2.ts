import schema from "../../../schemas/hikube/1.1.2.json" with { type: "json" };
import type { Capabilities } from "./capabilities.ts";
import type { Pace } from "./pace.ts";

const capabilities: Capabilities = {
  api: {
    retriesWriteConflicts: false,
    servesOptions: false,
    reportsWorkloadsReady: false,
    storageClassesReadable: false,
    schemeSource: "pkg/runtime/scheme.go:110",
    moreAggregatedGroups: [],
    moreOpenApiDocuments: ["apis/helm.toolkit.fluxcd.io/v2beta2"],
    atomicStatusDetails: true,
    ignoredKeys: [],
  },
  chart: {
    clusterTemplateLine: 279,
    diskField: "ephemeralStorage",
    pairsGroupResources: false,
    kubeletReservations: false,
    groupStorageClass: false,
    talosWorkers: false,
    checksClusterValues: false,
    monitoringAlwaysNeedsCertManager: true,
    poolsMayNotLead: false,
    unknownInstanceType: (_group, instanceType) => `Specified instancetype not exists in cluster: ${instanceType}`,
  },
  flux: { retriesDouble: true, remediatesFailures: true, actionTimeoutText: "5m0s" },
  machines: {
    replicasAtUpgrade: 2,
    // Before 1.3 the controller computes it on the wrong object and loses it (platform.md §5.1).
    monitorsReportOperational: false,
  },
  tenant: {
    nodeSystem: {
      osImage: "Ubuntu 24.04.3 LTS",
      kernelVersion: "6.8.0-84-generic",
      containerRuntimeVersion: "containerd://1.7.28",
    },
    propagatesStorageClasses: false,
  },
};

const pace: Pace = {
  finalizer: 100,
  react: 800,
  refuse: 90,
  apply: 560,
  settleInstall: 360,
  settleUpgrade: 150,
  retry: 1_500,
  actionTimeout: 300_000,
  uninstall: 1_850,
  uninstallEnd: 80,
  controlPlane: 1_700,
  machine: 1_500,
  autoscaler: 5_000,
  idle: 600_000,
  workload: { podStart: 1_500, podStop: 700, podRun: 3_000, address: 1_200, volume: 800, scaleUp: 1_000 },
  addon: 1_500,
};

/** Platform 1.1.2, which Hikube runs. */
export const platform112 = { schema, capabilities, pace };
