import { createHash, randomBytes, randomUUID } from "node:crypto";
import type { RenderedCluster, RenderedGroup } from "../chart/chart.ts";
import type { ClusterState, GroupState, Machine } from "../store/cluster-state.ts";
import type { FaultScript } from "../platform/faults.ts";
import type { Monitors } from "./monitors.ts";
import type { Pace, Timing } from "../platform/pace.ts";
import type { PlatformVersion } from "../platform/profile.ts";
import type { Quota } from "./quota.ts";
import type { World } from "../store/world.ts";

/** Kamaji, Cluster API and the autoscaler, as far as a tenant can see them. Level-triggered: it can start from any state. */
export interface Machines {
  /** Puts what the chart rendered into place; a new cluster starts to come up. */
  applyCluster(name: string, owner: string, rendered: RenderedCluster): void;
  applyPool(cluster: string, owner: string, group: RenderedGroup): void;
  /** Takes the groups of one Helm release away. */
  removeGroups(cluster: string, owner: string): void;
  removeCluster(name: string): void;
  isReady(name: string): boolean;
  /** Looks at every cluster again: after a restart, after a fault was set. */
  resume(): void;
}

export interface MachinesOptions {
  readonly platform: PlatformVersion;
  readonly world: World;
  readonly timing: Timing;
  readonly pace: Pace;
  readonly faults: FaultScript;
  readonly monitors: Monitors;
  /** Undefined where the tenant has none. */
  readonly quota: Quota | undefined;
  /** Called once a control plane answers, and again after a restart. */
  readonly ready: (cluster: ClusterState) => void;
  readonly gone: (name: string) => void;
}

export function createMachines(options: MachinesOptions): Machines {
  const { world, timing, pace, faults, monitors } = options;
  const timers = new Map<string, () => void>();
  const announced = new Set<string>();
  const modern = options.platform !== "1.1.2";

  const step = (name: string): void => {
    timers.get(name)?.();
    timers.delete(name);
    const cluster = world.clusters.get(name);
    if (!cluster) return;
    const now = timing.now();
    const dues: number[] = [];
    const later = (moment: number) => {
      if (moment > now) dues.push(moment);
    };
    if (cluster.upgrade && cluster.upgrade.at <= now) {
      cluster.version = cluster.upgrade.version;
      delete cluster.upgrade;
    }
    if (cluster.upgrade) later(cluster.upgrade.at);
    later(cluster.readyAt);
    if (cluster.readyAt <= now && !announced.has(name)) {
      announced.add(name);
      options.ready(cluster);
    }
    for (const group of Object.values(cluster.groups)) stepGroup(cluster, group, now, later);
    stepAddons(cluster, now, later);
    monitors.sync(cluster, later);
    world.changed();
    if (dues.length > 0)
      timers.set(
        name,
        timing.at(Math.min(...dues), () => step(name)),
      );
  };

  const stepGroup = (cluster: ClusterState, group: GroupState, now: number, later: (moment: number) => void): void => {
    const { min, max, template, kubelet } = group.rendered;
    if (group.scaleAt <= now && max > 0) {
      // The autoscaler enforces the group's minimum at its next look, and ignores groups with a maximum of 0 (§3.5).
      group.replicas = Math.min(Math.max(group.replicas, min), Math.max(max, min));
      if (group.idleAt <= now) group.replicas = Math.min(group.replicas, Math.max(min, 0));
    }
    later(group.scaleAt);
    if (group.replicas > min && max > 0) later(group.idleAt);
    const fault = faults.of(cluster.name);
    const stuck = fault.groupStuck === group.rendered.name;
    const current = group.machines.filter((machine) => machine.template === template && machine.kubelet === kubelet);
    const outdated = group.machines.filter((machine) => !current.includes(machine));
    const ready = current.filter((machine) => !stuck && machine.readyAt <= now);
    // Nodes roll one by one: a new one comes, then an old one goes (platform.md §3.6).
    while (outdated.length > 0 && ready.length + outdated.length > group.replicas) {
      const leaving = outdated.shift();
      group.machines = group.machines.filter((machine) => machine !== leaving);
    }
    const coming = current.length - ready.length;
    const missing = group.replicas - current.length;
    const allowed = outdated.length > 0 ? Math.min(missing, coming > 0 ? 0 : 1) : missing;
    for (let count = 0; count < allowed; count += 1) {
      const refusal = fault.quota ?? options.quota?.refusal(world.clusters.values(), group.rendered);
      if (refusal !== undefined) {
        monitors.refuse(cluster, group, refusal);
        // The machine is asked for again: there may be room for it by then.
        later(timing.due(pace.autoscaler));
        break;
      }
      group.machines.push(newMachine(cluster, group, now));
    }
    if (missing < 0) {
      const surplus = new Set(current.slice(missing));
      group.machines = group.machines.filter((machine) => !surplus.has(machine));
    }
    for (const machine of group.machines) later(machine.readyAt);
  };

  const newMachine = (cluster: ClusterState, group: GroupState, now: number): Machine => {
    const { name, template, kubelet, instanceType, cpu, memory, gpus, roles } = group.rendered;
    const set = createHash("sha256").update(`${template}/${kubelet}`).digest("hex").slice(0, 5);
    return {
      name: `kubernetes-${cluster.name}-${name}-${set}-${suffix()}`,
      uid: randomUUID(),
      template,
      kubelet,
      instanceType,
      cpu,
      memory,
      gpus,
      roles,
      createdAt: now,
      readyAt: Math.max(timing.due(pace.machine), cluster.readyAt),
    };
  };

  const stepAddons = (cluster: ClusterState, now: number, later: (moment: number) => void): void => {
    if (cluster.readyAt > now) return;
    const deployed = (name: string): boolean => {
      const addon = cluster.addons[name];
      return addon?.wanted === true && addon.deployedAt !== undefined && addon.deployedAt <= now;
    };
    for (const [name, addon] of Object.entries(cluster.addons)) {
      if (addon.wanted && addon.deployedAt === undefined && addon.release.dependsOn.every(deployed)) {
        addon.deployedAt = timing.due(pace.addon);
      }
      if (!addon.wanted) addon.goneAt ??= timing.due(pace.addon);
      if (addon.goneAt !== undefined && addon.goneAt <= now) delete cluster.addons[name];
      else later(addon.goneAt ?? addon.deployedAt ?? 0);
    }
  };

  const putGroup = (cluster: ClusterState, owner: string, rendered: RenderedGroup): void => {
    const known = cluster.groups[rendered.name];
    const scale = { scaleAt: timing.due(pace.autoscaler), idleAt: timing.due(pace.idle) };
    if (known?.owner === owner) {
      known.rendered = rendered;
      // 1.1 renders `replicas: 2` into every MachineDeployment at every upgrade; 1.6 leaves the live count (§3.5).
      if (!modern) known.replicas = 2;
      Object.assign(known, scale);
      if (modern) known.replicas = Math.min(known.replicas, Math.max(rendered.max, 0));
      return;
    }
    const initial = modern && rendered.min === 0 ? 0 : 2;
    cluster.groups[rendered.name] = {
      rendered,
      owner,
      replicas: modern ? Math.min(Math.max(initial, rendered.min), Math.max(rendered.max, rendered.min)) : initial,
      machines: [],
      since: timing.now(),
      ...scale,
    };
  };

  return {
    applyCluster: (name, owner, rendered) => {
      const known = world.clusters.get(name);
      const cluster: ClusterState = known ?? {
        name,
        createdAt: timing.now(),
        readyAt: timing.due(pace.controlPlane),
        version: rendered.version,
        storageClass: rendered.storageClass,
        helmRevision: 0,
        groups: {},
        addons: {},
        quotaEvents: 0,
      };
      world.clusters.set(name, cluster);
      cluster.storageClass = rendered.storageClass;
      const target = cluster.upgrade?.version ?? cluster.version;
      // Kamaji refuses downgrades and skipped minors where the tenant cannot see it (platform.md §3.3).
      if (rendered.version !== target && [0, 1].includes(minorOf(rendered.version) - minorOf(cluster.version))) {
        cluster.upgrade = { version: rendered.version, at: timing.due(pace.controlPlane) };
      }
      const wanted = new Set(rendered.groups.map((group) => group.name));
      for (const [group, state] of Object.entries(cluster.groups)) {
        if (state.owner === owner && !wanted.has(group)) delete cluster.groups[group];
      }
      for (const group of rendered.groups) putGroup(cluster, owner, group);
      const releases = new Map(rendered.addons.map((release) => [release.name, release]));
      for (const [release, state] of Object.entries(cluster.addons)) if (!releases.has(release)) state.wanted = false;
      for (const [release, description] of releases) {
        const state = cluster.addons[release];
        if (state?.wanted) state.release = description;
        else cluster.addons[release] = { release: description, wanted: true, revision: 1 };
      }
      step(name);
    },
    applyPool: (name, owner, group) => {
      const cluster = world.clusters.get(name);
      if (!cluster) return;
      putGroup(cluster, owner, group);
      step(name);
    },
    removeGroups: (name, owner) => {
      const cluster = world.clusters.get(name);
      if (!cluster) return;
      for (const [group, state] of Object.entries(cluster.groups)) {
        if (state.owner === owner) delete cluster.groups[group];
      }
      step(name);
    },
    removeCluster: (name) => {
      const cluster = world.clusters.get(name);
      if (!cluster) return;
      timers.get(name)?.();
      timers.delete(name);
      announced.delete(name);
      world.clusters.delete(name);
      monitors.remove(cluster);
      options.gone(name);
      world.changed();
    },
    isReady: (name) => {
      const cluster = world.clusters.get(name);
      return cluster !== undefined && cluster.readyAt <= timing.now();
    },
    resume: () => {
      for (const name of [...world.clusters.keys()]) step(name);
    },
  };
}

function minorOf(version: string): number {
  return Number(/^v1\.([0-9]+)/.exec(version)?.[1] ?? Number.NaN);
}

const letters = "bcdfghjklmnpqrstvwxz2456789";

/** A random suffix in Kubernetes' own alphabet. */
function suffix(): string {
  return [...randomBytes(5)].map((byte) => letters[byte % letters.length]).join("");
}
