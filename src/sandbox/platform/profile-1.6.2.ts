import schema from "../../../schemas/hikube/1.6.2.json" with { type: "json" };
import type { Capabilities } from "./capabilities.ts";
import type { Pace } from "./pace.ts";

const capabilities: Capabilities = {
  api: {
    retriesWriteConflicts: true,
    servesOptions: true,
    reportsWorkloadsReady: true,
    storageClassesReadable: true,
    schemeSource: "pkg/runtime/scheme.go:111",
    moreAggregatedGroups: ["sdn.cozystack.io"],
    moreOpenApiDocuments: ["apis/sdn.cozystack.io", "apis/sdn.cozystack.io/v1alpha1"],
    atomicStatusDetails: false,
    ignoredKeys: [],
  },
  chart: {
    clusterTemplateLine: 532,
    diskField: "diskSize",
    pairsGroupResources: true,
    kubeletReservations: true,
    groupStorageClass: true,
    talosWorkers: true,
    checksClusterValues: true,
    monitoringAlwaysNeedsCertManager: false,
    poolsMayNotLead: false,
    unknownInstanceType: (group, instanceType) =>
      `nodeGroup ${group}: specified instanceType "${instanceType}" not found in cluster`,
  },
  flux: { retriesDouble: false, remediatesFailures: false, actionTimeoutText: "20m0s" },
  machines: { replicasAtUpgrade: undefined, monitorsReportOperational: true },
  tenant: {
    nodeSystem: {
      osImage: "Talos (v1.13.6)",
      kernelVersion: "6.12.38-talos",
      containerRuntimeVersion: "containerd://2.1.4",
    },
    propagatesStorageClasses: true,
  },
};

const pace: Pace = {
  finalizer: 100,
  react: 800,
  refuse: 250,
  apply: 900,
  settleInstall: 2_200,
  settleUpgrade: 3_800,
  retry: 30_000,
  actionTimeout: 1_200_000,
  uninstall: 2_150,
  uninstallEnd: 180,
  controlPlane: 1_600,
  machine: 1_500,
  autoscaler: 5_000,
  idle: 600_000,
  workload: { podStart: 1_500, podStop: 700, podRun: 3_000, address: 1_200, volume: 800, scaleUp: 1_000 },
  addon: 1_500,
};

/** Platform 1.6.2. */
export const platform162 = { schema, capabilities, pace };
