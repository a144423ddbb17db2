import { isJsonObject, type JsonObject } from "../../base/json.ts";
import type { Profile } from "../platform/profile.ts";
import type { AddonRelease } from "../store/rendered-cluster.ts";

const daemonSets = new Set(["cilium", "ingress-nginx", "gpu-operator", "cozy-monitoring-agents", "csi", "hami"]);

export function renderAddons(profile: Profile, spec: JsonObject): AddonRelease[] {
  const switches = isJsonObject(spec["addons"]) ? spec["addons"] : {};
  const enabled = (addon: string): boolean => {
    const own = switches[addon];
    return isJsonObject(own) && own["enabled"] === true;
  };
  const releases: Record<string, string> = { ...profile.alwaysInstalled };
  for (const [name, addon] of Object.entries(profile.addons)) {
    if (!addon.switchable || enabled(name)) Object.assign(releases, addon.releases);
  }
  const monitoringNeeds =
    profile.capabilities.chart.monitoringAlwaysNeedsCertManager || enabled("certManager") ? ["cert-manager-crds"] : [];
  const needs: Record<string, readonly string[]> = {
    cilium: enabled("gatewayAPI") ? ["gateway-api-crds"] : [],
    "gateway-api-crds": [],
    "cert-manager": ["cilium", "cert-manager-crds"],
    "ingress-nginx": enabled("certManager") ? ["cilium", "cert-manager"] : ["cilium"],
    hami: ["cilium", "gpu-operator"],
    fluxcd: ["cilium", "fluxcd-operator"],
    "cozy-victoria-metrics-operator": ["cilium", ...monitoringNeeds],
    "cozy-monitoring-agents": ["cilium", "cozy-victoria-metrics-operator", "vertical-pod-autoscaler-crds"],
    "vertical-pod-autoscaler": ["cilium", "cozy-monitoring-agents", "vertical-pod-autoscaler-crds"],
    ouroboros: ["cilium", "coredns", "ingress-nginx"],
  };
  return Object.entries(releases).map(([name, namespace]) => ({
    name,
    namespace,
    dependsOn: needs[name] ?? ["cilium"],
    workload: /crds?$/.test(name) ? "none" : daemonSets.has(name) ? "DaemonSet" : "Deployment",
  }));
}
