import { createHash, randomBytes, randomUUID } from "node:crypto";
import { earliest, type ImmediateController, type Next } from "../platform/controller.ts";
import type { FaultScript } from "../platform/faults.ts";
import type { Pace } from "../platform/pace.ts";
import type { Scheduler } from "../platform/scheduler.ts";
import type { ClusterState, GroupState, Machine } from "../store/cluster-state.ts";
import type { PlatformState } from "../store/platform-state.ts";
import type { Quota } from "./quota.ts";
import { recordRefusedMachine } from "./refused-machine.ts";

interface NodeGroupControllerOptions {
  readonly namespace: string;
  readonly state: PlatformState;
  readonly scheduler: Scheduler;
  readonly pace: Pace;
  readonly faults: FaultScript;
  /** Undefined where the tenant has none. */
  readonly quota: Quota | undefined;
}

/** Cluster API and the cluster-autoscaler: creates, replaces and deletes the machines of every node group. */
export function nodeGroupController(options: NodeGroupControllerOptions): ImmediateController {
  const { state, scheduler } = options;
  return {
    name: "node group",
    reconcile: (name) => {
      const cluster = state.clusters.get(name);
      if (!cluster) return undefined;
      const now = scheduler.now();
      return earliest(
        ...Object.values(cluster.groups).flatMap((group) => {
          const scaled = autoscale(group, now);
          const refused = replaceMachines(options, cluster, group, now);
          const ready = group.machines.map((machine) => machine.readyAt).filter((moment) => moment > now);
          return [scaled, refused, ...ready];
        }),
      );
    },
  };
}

/** The autoscaler enforces the bounds of a group some time after a change, and ignores groups with a maximum of 0 (platform.md §3.5). */
function autoscale(group: GroupState, now: number): Next {
  const { min, max } = group.rendered;
  if (group.scaleAt <= now && max > 0) {
    group.replicas = Math.min(Math.max(group.replicas, min), Math.max(max, min));
    if (group.idleAt <= now) group.replicas = Math.min(group.replicas, keptReplicas(group));
  }
  const shrinks = group.replicas > keptReplicas(group) && max > 0;
  return earliest(...[group.scaleAt, ...(shrinks ? [group.idleAt] : [])].filter((moment) => moment > now));
}

/** The machines that stay when the idle ones go: those that run pods, and never fewer than the minimum. */
const keptReplicas = ({ rendered, busy }: GroupState): number => Math.max(rendered.min, busy?.length ?? 0, 0);

/** Brings the machines of a group to its replicas and its template. Answers when to ask again for machines that the quota refused. */
function replaceMachines(
  options: NodeGroupControllerOptions,
  cluster: ClusterState,
  group: GroupState,
  now: number,
): Next {
  const { template, kubelet } = group.rendered;
  const isStuck = options.faults.of(cluster.name).groupStuck === group.rendered.name;
  const current = group.machines.filter((machine) => machine.template === template && machine.kubelet === kubelet);
  const outdated = group.machines.filter((machine) => !current.includes(machine));
  const ready = current.filter((machine) => !isStuck && machine.readyAt <= now);
  // Nodes are replaced one by one: a new one is created, then an old one is deleted (platform.md §3.6).
  while (outdated.length > 0 && ready.length + outdated.length > group.replicas) {
    const leaving = outdated.shift();
    group.machines = group.machines.filter((machine) => machine !== leaving);
  }
  const coming = current.length - ready.length;
  const missing = group.replicas - current.length;
  const refused = addMachines(
    options,
    cluster,
    group,
    outdated.length > 0 ? Math.min(missing, coming > 0 ? 0 : 1) : missing,
  );
  if (missing < 0) {
    const isBusy = (machine: Machine) => group.busy?.includes(machine.name) === true;
    const surplus = new Set([...current.filter(isBusy), ...current.filter((one) => !isBusy(one))].slice(missing));
    group.machines = group.machines.filter((machine) => !surplus.has(machine));
  }
  return refused;
}

function addMachines(
  options: NodeGroupControllerOptions,
  cluster: ClusterState,
  group: GroupState,
  count: number,
): Next {
  const { state, scheduler, pace } = options;
  for (let added = 0; added < count; added += 1) {
    const refusal =
      options.faults.of(cluster.name).quota ?? options.quota?.refusal(state.clusters.values(), group.rendered);
    if (refusal !== undefined) {
      recordRefusedMachine(options, `kubernetes-${cluster.name}-${group.rendered.name}`, refusal);
      return scheduler.due(pace.autoscaler);
    }
    group.machines.push(newMachine(cluster, group, scheduler, pace));
  }
  return undefined;
}

function newMachine(cluster: ClusterState, group: GroupState, scheduler: Scheduler, pace: Pace): Machine {
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
    createdAt: scheduler.now(),
    readyAt: Math.max(scheduler.due(pace.machine), cluster.readyAt),
  };
}

const letters = "bcdfghjklmnpqrstvwxz2456789";

/** A random suffix in Kubernetes' own alphabet. */
function suffix(): string {
  return [...randomBytes(5)].map((byte) => letters[byte % letters.length]).join("");
}
