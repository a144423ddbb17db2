import type { Profile } from "../platform/profile.ts";
import type { Scheduler } from "../platform/scheduler.ts";
import type { ClusterState, GroupState } from "../store/cluster-state.ts";
import type { PlatformState } from "../store/platform-state.ts";
import type { RenderedCluster, RenderedGroup } from "../store/rendered-cluster.ts";

/** What Helm applies and deletes below an application: the wanted state that the controllers of a cluster work towards. */
export interface ClusterObjects {
  /** Creates or updates the cluster that one Helm release contains. */
  applyCluster(name: string, owner: string, rendered: RenderedCluster): void;
  applyPool(cluster: string, owner: string, group: RenderedGroup): void;
  /** Deletes the groups of one Helm release. */
  removeGroups(cluster: string, owner: string): void;
  removeCluster(name: string): void;
}

interface ClusterObjectsOptions {
  readonly profile: Profile;
  readonly state: PlatformState;
  readonly scheduler: Pick<Scheduler, "now" | "due">;
  /** Called with the name of a cluster after each of these changes. */
  readonly changed: (cluster: string) => void;
}

export function createClusterObjects(options: ClusterObjectsOptions): ClusterObjects {
  const { state, changed } = options;
  return {
    applyCluster: (name, owner, rendered) => {
      const cluster = state.clusters.get(name) ?? newCluster(options, name, rendered);
      state.clusters.set(name, cluster);
      cluster.storageClass = rendered.storageClass;
      cluster.exposure = rendered.exposure;
      startUpgrade(options, cluster, rendered.version);
      const wanted = new Set(rendered.groups.map((group) => group.name));
      deleteGroups(cluster, (group, name) => group.owner === owner && !wanted.has(name) && group.pinned !== true);
      for (const group of rendered.groups) applyGroup(options, cluster, owner, group);
      applyAddons(cluster, rendered);
      changed(name);
    },
    applyPool: (name, owner, group) => {
      const cluster = state.clusters.get(name);
      if (!cluster) return;
      applyGroup(options, cluster, owner, group);
      changed(name);
    },
    removeGroups: (name, owner) => {
      const cluster = state.clusters.get(name);
      if (!cluster) return;
      deleteGroups(cluster, (group) => group.owner === owner);
      changed(name);
    },
    removeCluster: (name) => {
      if (state.clusters.delete(name)) changed(name);
    },
  };
}

type Place = Pick<ClusterObjectsOptions, "profile" | "scheduler">;

function newCluster({ profile, scheduler }: Place, name: string, rendered: RenderedCluster): ClusterState {
  return {
    name,
    readyAt: scheduler.due(profile.pace.controlPlane),
    version: rendered.version,
    storageClass: rendered.storageClass,
    helmRevision: 0,
    groups: {},
    addons: {},
  };
}

/** Kamaji refuses downgrades and skipped minors without a sign that the tenant could see (platform.md §3.3). */
function startUpgrade({ profile, scheduler }: Place, cluster: ClusterState, version: string): void {
  const target = cluster.upgrade?.version ?? cluster.version;
  if (version === target || ![0, 1].includes(minorOf(version) - minorOf(cluster.version))) return;
  cluster.upgrade = { version, at: scheduler.due(profile.pace.controlPlane) };
}

function deleteGroups(cluster: ClusterState, isGoing: (group: GroupState, name: string) => boolean): void {
  for (const [name, group] of Object.entries(cluster.groups)) if (isGoing(group, name)) delete cluster.groups[name];
}

function applyGroup(place: Place, cluster: ClusterState, owner: string, rendered: RenderedGroup): void {
  const { profile, scheduler } = place;
  const reset = profile.capabilities.machines.replicasAtUpgrade;
  const { min, max } = rendered;
  const scale = { scaleAt: scheduler.due(profile.pace.autoscaler), idleAt: scheduler.due(profile.pace.idle) };
  const known = cluster.groups[rendered.name];
  if (known?.owner === owner) {
    known.rendered = rendered;
    known.replicas = reset ?? Math.min(known.replicas, Math.max(max, 0));
    Object.assign(known, scale);
    return;
  }
  cluster.groups[rendered.name] = {
    rendered,
    owner,
    replicas: reset ?? Math.min(Math.max(min === 0 ? 0 : 2, min), Math.max(max, min)),
    machines: [],
    since: scheduler.now(),
    ...scale,
  };
}

function applyAddons(cluster: ClusterState, rendered: RenderedCluster): void {
  const releases = new Map(rendered.addons.map((release) => [release.name, release]));
  for (const [name, addon] of Object.entries(cluster.addons)) {
    if (!releases.has(name)) addon.wanted = addon.orphaned === true;
  }
  for (const [name, release] of releases) {
    const addon = cluster.addons[name];
    if (addon?.wanted) addon.release = release;
    else cluster.addons[name] = { release, wanted: true, revision: 1 };
  }
}

/** The minor of `v1.33.8`: 33. */
export function minorOf(version: string): number {
  return Number(/^v1\.([0-9]+)/.exec(version)?.[1] ?? Number.NaN);
}
