import { renderCluster } from "../chart/cluster-chart.ts";
import type { Rendering } from "../chart/merged-values.ts";
import { poolAheadText, poolOwnershipText, renderPool } from "../chart/pool-chart.ts";
import { minorOf } from "../machines/cluster-objects.ts";
import type { Kind, KindName } from "../platform/profile.ts";
import type { HelmRelease } from "../store/helm-release.ts";
import type { FluxContext } from "./context.ts";

/** How the releases of one kind of application are rendered, applied and uninstalled. */
interface ApplicationChart {
  /** The cluster that the release belongs to. */
  readonly clusterOf: (release: HelmRelease) => string;
  /** Renders the chart. The value applies what was rendered. */
  readonly render: (context: FluxContext, release: HelmRelease, kind: Kind) => Rendering<() => void>;
  readonly uninstall: (context: FluxContext, release: HelmRelease) => void;
}

const clusterChart: ApplicationChart = {
  clusterOf: (release) => release.name,
  render: (context, release, kind) => {
    const { profile, namespace, objects } = context;
    const owner = kind.releasePrefix + release.name;
    // The first label of the chart that becomes too long for Kubernetes: seen on both platforms with names of 42 characters.
    const label = `${owner}-cluster-autoscaler`;
    if (label.length > 63) {
      const text = `1 error occurred:\n\t* Deployment.apps "${label}" is invalid: metadata.labels: Invalid value: "${label}": must be no more than 63 characters\n\n`;
      return { ok: false, text };
    }
    const rendering = renderCluster(profile, kind, release.values);
    if (!rendering.ok) return rendering;
    for (const group of rendering.value.groups) {
      const other = otherOwner(context, release.name, group.name, owner);
      if (other === undefined) continue;
      const text = `Unable to continue with update: MachineDeployment "${owner}-${group.name}" in namespace "${namespace}" exists and cannot be imported into the current release: invalid ownership metadata; annotation validation error: key "meta.helm.sh/release-name" must equal "${owner}": current value is "${other}"`;
      return { ok: false, text };
    }
    return {
      ok: true,
      value: () => {
        objects.applyCluster(release.name, owner, rendering.value);
        applyPoolsOf(context, release.name);
      },
    };
  },
  uninstall: ({ objects }, release) => objects.removeCluster(release.name),
};

/** Cluster API creates the machines of pools that were installed before their cluster. */
function applyPoolsOf(context: FluxContext, cluster: string): void {
  const kind = context.profile.kinds.get("KubernetesNodes");
  if (kind === undefined) return;
  for (const pool of context.state.releases.list("KubernetesNodes")) {
    const { deployed } = pool.flux;
    if (deployed?.["cluster"] !== cluster) continue;
    const rendering = poolChart.render(context, { ...pool, values: deployed }, kind);
    if (rendering.ok) rendering.value();
  }
}

const poolChart: ApplicationChart = {
  clusterOf: (release) => String(release.values["cluster"] ?? ""),
  render: (context, release, kind) => {
    const owner = kind.releasePrefix + release.name;
    const rendering = renderPool(context.profile, kind, release.name, release.values);
    if (!rendering.ok) return rendering;
    const { cluster, group } = rendering.value;
    const other = otherOwner(context, cluster, group.name, owner);
    const deployment = `kubernetes-${cluster}-${group.name}`;
    if (other !== undefined) {
      return { ok: false, text: poolOwnershipText(context.namespace, deployment, owner, other) };
    }
    const parent = context.state.clusters.get(cluster);
    const running = parent?.upgrade?.version ?? parent?.version;
    const leads = running !== undefined && minorOf(group.kubelet) > minorOf(running);
    if (leads && context.profile.capabilities.chart.poolsMayNotLead) {
      return { ok: false, text: poolAheadText(String(release.values["version"] ?? ""), cluster, running) };
    }
    return { ok: true, value: () => context.objects.applyPool(cluster, owner, group) };
  },
  uninstall: ({ objects }, release) =>
    objects.removeGroups(poolChart.clusterOf(release), `kubernetes-nodes-${release.name}`),
};

/** Other applications are stored and never installed. */
const otherChart: ApplicationChart = {
  clusterOf: () => "",
  render: () => ({ ok: true, value: () => {} }),
  uninstall: () => {},
};

const charts: Readonly<Record<KindName, ApplicationChart>> = {
  Kubernetes: clusterChart,
  KubernetesNodes: poolChart,
  Tenant: otherChart,
};

export const chartOf = (release: HelmRelease): ApplicationChart => charts[release.kind];

/** The release that a group belongs to already, where it is another one. */
function otherOwner({ state }: FluxContext, cluster: string, group: string, owner: string): string | undefined {
  const existing = state.clusters.get(cluster)?.groups[group]?.owner;
  return existing === owner ? undefined : existing;
}
