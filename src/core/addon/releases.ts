import type { Context } from "../context.ts";
import { readAddon } from "../desired/addon.ts";
import type { Notice } from "../desired/state.ts";
import { type AddonId, type ClusterId, clusterOf, releaseName } from "../ids.ts";
import type { AppObject } from "../object/app-object.ts";
import { addonApiName, catalogueEntry } from "../platform/addon-catalogue.ts";
import type { Platform } from "../platform/platform.ts";
import { declaredGroups } from "../read/observe.ts";
import { poolsOf } from "../read/pools.ts";
import type { TenantRelease } from "../read/tenants.ts";
import type { Stage } from "../rollout/wait.ts";

/** Namespace of the network of every cluster (platform.md §3.9). */
const networkNamespace = "cozy-cilium";

/** Whether the add-on is to be installed; add-ons without a switch always are. */
export function isWanted(id: AddonId, object: AppObject, platform: Platform): boolean {
  const entry = catalogueEntry(platform.profile.addons, id.name);
  return entry?.switchable !== true || readAddon(object.json, addonApiName(id.name) ?? "").enabled === true;
}

/** Returns the Helm releases in a namespace of a tenant cluster; undefined if it cannot be reached. */
export type ReadReleases = (namespace: string) => Promise<readonly TenantRelease[] | undefined>;

/** Returns a reader of Helm releases for several add-ons of one cluster: it reads the kubeconfig and each namespace once. */
export function releasesOnce({ tenants }: Context, cluster: ClusterId, signal: AbortSignal): ReadReleases {
  let kubeconfig: Promise<string | undefined> | undefined;
  const known = new Map<string, ReturnType<ReadReleases>>();
  const read: ReadReleases = async (namespace) => {
    kubeconfig ??= tenants.kubeconfig(cluster, signal);
    const login = await kubeconfig;
    return login === undefined ? undefined : await tenants.releases(cluster, login, namespace, signal);
  };
  return (namespace) => {
    const releases = known.get(namespace) ?? read(namespace);
    known.set(namespace, releases);
    return releases;
  };
}

/**
 * Returns one text for each Helm release of an add-on that is not ready; undefined if the tenant cluster cannot be reached. For a
 * disabled add-on, the texts name the releases that still exist (platform.md §3.9, §5.3).
 */
export async function missingReleases(
  id: AddonId,
  object: AppObject,
  platform: Platform,
  read: ReadReleases,
): Promise<readonly string[] | undefined> {
  const entry = catalogueEntry(platform.profile.addons, id.name);
  const expected = Object.entries(entry?.releases ?? {});
  const wanted = isWanted(id, object, platform);
  const missing: string[] = [];
  for (const namespace of new Set(expected.map(([, where]) => where))) {
    const releases = await read(namespace);
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
    const read = releasesOnce(this.context, clusterOf(this.id), this.signal);
    const missing = await missingReleases(this.id, object, this.platform, read);
    if (missing?.length === 0) return undefined;
    if (missing !== undefined) {
      // Every cluster has the release of its network.
      const network = await read(networkNamespace);
      if (network !== undefined && network.length > 0) return await this.awaitReleases(object, missing);
    }
    return this.awaitAnswer(missing);
  };

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
