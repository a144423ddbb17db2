import type { Context } from "../context.ts";
import { readAddon } from "../desired/addon.ts";
import type { Notice } from "../desired/state.ts";
import { type AddonId, type ClusterId, clusterOf, releaseName } from "../ids.ts";
import type { AppObject } from "../object/app-object.ts";
import { addonApiName, catalogueEntry } from "../platform/addon-catalogue.ts";
import type { Platform } from "../platform/platform.ts";
import { declaredGroups } from "../read/observe.ts";
import { poolsOf } from "../read/pools.ts";
import type { Stage } from "../rollout/wait.ts";

/** Namespace of the network of every cluster (platform.md §3.9). */
const networkNamespace = "cozy-cilium";

/** Whether the add-on is to be installed; add-ons without a switch always are. */
export function isWanted(id: AddonId, object: AppObject, platform: Platform): boolean {
  const entry = catalogueEntry(platform.profile.addons, id.name);
  return entry?.switchable !== true || readAddon(object.json, addonApiName(id.name) ?? "").enabled === true;
}

/** Returns a function that reads the kubeconfig of a cluster when it is first called, and once. */
export function kubeconfigOnce(
  { tenants }: Context,
  id: ClusterId,
  signal: AbortSignal,
): () => Promise<string | undefined> {
  let kubeconfig: Promise<string | undefined> | undefined;
  return () => (kubeconfig ??= tenants.kubeconfig(id, signal));
}

/**
 * Returns one text for each Helm release of an add-on that is not ready; undefined if the tenant cluster cannot be reached. For a
 * disabled add-on, the texts name the releases that still exist (platform.md §3.9, §5.3).
 * @param kubeconfigOf for callers that check several add-ons of one cluster (`kubeconfigOnce`).
 */
export async function missingReleases(
  { tenants }: Context,
  id: AddonId,
  object: AppObject,
  platform: Platform,
  signal: AbortSignal,
  kubeconfigOf = () => tenants.kubeconfig(clusterOf(id), signal),
): Promise<readonly string[] | undefined> {
  const entry = catalogueEntry(platform.profile.addons, id.name);
  const expected = Object.entries(entry?.releases ?? {});
  if (expected.length === 0) return [];
  const wanted = isWanted(id, object, platform);
  const cluster = clusterOf(id);
  const kubeconfig = await kubeconfigOf();
  if (kubeconfig === undefined) return undefined;
  const missing: string[] = [];
  for (const namespace of new Set(expected.map(([, where]) => where))) {
    const releases = await tenants.releases(cluster, kubeconfig, namespace, signal);
    if (releases === undefined) return undefined;
    for (const [name, where] of expected) {
      if (where !== namespace) continue;
      const names = [name, `${releaseName(id.cluster)}-${name}`];
      const found = releases.find((release) => names.includes(release.name));
      if (wanted && found?.status !== "deployed") missing.push(`${name} is ${found?.status ?? "not installed yet"}`);
      if (!wanted && found !== undefined) missing.push(`${name} is still installed`);
    }
  }
  return missing;
}

/**
 * Waits for the Helm releases of an add-on in the tenant cluster, which the platform's Ready condition does not cover. If the tenant
 * cluster cannot be reached, the condition is sufficient, with a warning. If it has no nodes, the wait ends.
 */
export class ReleasesReady implements Stage {
  readonly warnings: Notice[] = [];
  /** Set if the wait ended because the cluster has no nodes. */
  isNodeless = false;
  private readonly context: Context;
  private readonly id: AddonId;
  private readonly platform: Platform;
  private readonly signal: AbortSignal;
  private unseenSince: number | undefined;
  private nodelessSince: number | undefined;

  constructor(context: Context, id: AddonId, platform: Platform, signal: AbortSignal) {
    this.context = context;
    this.id = id;
    this.platform = platform;
    this.signal = signal;
  }

  readonly missing = async ({ object }: { readonly object: AppObject }): Promise<string | undefined> => {
    const missing = await missingReleases(this.context, this.id, object, this.platform, this.signal);
    if (missing?.length === 0) return undefined;
    if (missing !== undefined && (await this.showsReleases())) return await this.awaitReleases(object, missing);
    return this.awaitAnswer(missing);
  };

  /** Whether the tenant cluster lists any release; every cluster has that of its network. */
  private async showsReleases(): Promise<boolean> {
    const { tenants } = this.context;
    const cluster = clusterOf(this.id);
    const kubeconfig = await tenants.kubeconfig(cluster, this.signal);
    if (kubeconfig === undefined) return false;
    const network = await tenants.releases(cluster, kubeconfig, networkNamespace, this.signal);
    return network !== undefined && network.length > 0;
  }

  private async awaitReleases(object: AppObject, missing: readonly string[]): Promise<string | undefined> {
    const { id, platform } = this;
    if (!isWanted(id, object, platform) || !(await this.hasNoNodes(object))) {
      this.nodelessSince = undefined;
      return `add-on ${id.name}: ${missing.join(", ")}`;
    }
    const { clock, timings } = this.context;
    this.nodelessSince ??= clock.now();
    if (clock.now() - this.nodelessSince < timings.reachMs) return `add-on ${id.name}: the cluster has no nodes yet`;
    this.warnings.push({
      summary: `Cluster ${id.cluster} has no nodes`,
      detail: `Add-on ${id.name} starts when cluster ${id.cluster} has a node group.`,
    });
    this.isNodeless = true;
    return undefined;
  }

  /** Whether no node group is declared, so that no pod of the add-on can start. */
  private async hasNoNodes(object: AppObject): Promise<boolean> {
    if (declaredGroups(object, this.platform).length > 0) return false;
    return (await poolsOf(this.context.reader, this.platform, clusterOf(this.id), this.signal)).length === 0;
  }

  private awaitAnswer(missing: readonly string[] | undefined): string | undefined {
    const { id } = this;
    const { clock, timings, tenants } = this.context;
    this.unseenSince ??= clock.now();
    const unseen = missing === undefined ? tenants.silence(clusterOf(id)) : clock.now() - this.unseenSince;
    if (unseen < timings.reachMs) return `add-on ${id.name}: waiting for the cluster's own API to answer`;
    const why = missing === undefined ? "cannot be reached from here" : "shows no Helm releases";
    this.warnings.push({
      summary: `Add-on ${id.name} was not checked`,
      detail: `The platform installs add-on ${id.name} in cluster ${id.cluster}. The cluster's own API ${why}, so whether the add-on runs was not checked.`,
    });
    return undefined;
  }
}
