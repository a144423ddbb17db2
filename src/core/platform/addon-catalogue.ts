import { type AddonProfile, bundledProfile } from "./profile.ts";

/** One add-on of the catalogue: its names and the platform's handling of it. */
export interface CatalogueEntry extends AddonProfile {
  /** Kebab-case, e.g. `cert-manager`. */
  readonly name: string;
  /** The key under `spec.addons`, e.g. `certManager`. */
  readonly apiName: string;
  readonly summary: string;
}

/** The twelve add-ons of all known platforms: kebab-case name, API name, summary. */
export const addonNames: readonly { readonly name: string; readonly apiName: string; readonly summary: string }[] = [
  { name: "cert-manager", apiName: "certManager", summary: "Issues and renews TLS certificates." },
  { name: "cilium", apiName: "cilium", summary: "The cluster network; always installed." },
  { name: "coredns", apiName: "coredns", summary: "DNS inside the cluster; always installed." },
  { name: "fluxcd", apiName: "fluxcd", summary: "GitOps: applies the contents of a Git repository." },
  { name: "gateway-api", apiName: "gatewayAPI", summary: "The Gateway API's resource definitions." },
  { name: "gpu-operator", apiName: "gpuOperator", summary: "Drivers and device plugin for NVIDIA GPUs." },
  { name: "hami", apiName: "hami", summary: "Shares a GPU between pods; needs gpu-operator." },
  {
    name: "ingress-nginx",
    apiName: "ingressNginx",
    summary: "HTTP ingress; needs a node group with the role `ingress-nginx`.",
  },
  {
    name: "monitoring-agents",
    apiName: "monitoringAgents",
    summary: "Sends metrics and logs to the tenant's monitoring.",
  },
  { name: "ouroboros", apiName: "ouroboros", summary: "Hairpin DNS for ingress hosts; needs ingress-nginx." },
  { name: "velero", apiName: "velero", summary: "Backup and restore of cluster content." },
  {
    name: "vertical-pod-autoscaler",
    apiName: "verticalPodAutoscaler",
    summary: "Sizes pods; comes with monitoring-agents.",
  },
];

/** Returns the kebab-case name of an add-on in either spelling; undefined if it is unknown. */
export function addonName(text: string): string | undefined {
  return addonNames.find(({ name, apiName }) => name === text || apiName === text)?.name;
}

/** Returns the key under `spec.addons` of an add-on in either spelling; undefined if it is unknown. */
export function addonApiName(text: string): string | undefined {
  return addonNames.find(({ name, apiName }) => name === text || apiName === text)?.apiName;
}

/**
 * Returns the entry of an add-on in either spelling, from the platform's profile, else from the newest profile; undefined if no known
 * platform has the add-on.
 */
export function catalogueEntry(
  addons: Readonly<Record<string, AddonProfile>>,
  text: string,
): CatalogueEntry | undefined {
  const names = addonNames.find(({ name, apiName }) => name === text || apiName === text);
  if (names === undefined) return undefined;
  const profile = addons[names.apiName] ?? bundledProfile("1.6.2").addons[names.apiName];
  return profile === undefined ? undefined : { ...names, ...profile };
}

/** Returns the kebab-case names of the add-ons that a platform serves. */
export const availableAddons = ({ addons }: { readonly addons: readonly string[] }): string[] =>
  addons.map((apiName) => addonName(apiName) ?? apiName);
