import type { JsonObject } from "../../base/json.ts";
import type { ClusterState } from "../store/cluster-state.ts";
import { bytesOf } from "../store/quantity.ts";

/** The tenant's limits as in `Tenant.spec.resourceQuotas`; quantities. */
export interface QuotaOptions {
  readonly cpu?: string;
  readonly memory?: string;
}

/** The ResourceQuota `tenant-quota`: it refuses machines that exceed it, never a cluster (platform.md §6.2). */
export interface Quota {
  /** The limits and their use by the machines of all clusters, as the API shows them. */
  readonly hard: JsonObject;
  used(clusters: Iterable<ClusterState>): JsonObject;
  /** The refusal of one more machine of that size; undefined where the quota allows it. */
  refusal(clusters: Iterable<ClusterState>, size: Size): string | undefined;
}

interface Size {
  readonly cpu: string;
  readonly memory: string;
}

export const quotaName = "tenant-quota";
const defaults = { cpu: "1k", memory: "4Ti" };
/** The platform divides requested CPUs by this. */
const cpuAllocationRatio = 10;

const resources = ["limits.cpu", "limits.memory", "requests.cpu", "requests.memory"] as const;
type Amounts = Readonly<Record<(typeof resources)[number], number>>;

export function createQuota(options: QuotaOptions = {}): Quota {
  const { cpu, memory } = { ...defaults, ...options };
  const limits = amountsOf(millicores(cpu), bytesOf(memory));
  const hard = {
    "limits.cpu": cpu,
    "limits.memory": memory,
    "requests.cpu": cpuText(limits["requests.cpu"]),
    "requests.memory": memory,
    "services.loadbalancers": "20",
  };
  const sum = (clusters: Iterable<ClusterState>): Amounts => {
    const machines = [...clusters].flatMap(({ groups }) => Object.values(groups).flatMap((group) => group.machines));
    return amountsOf(
      machines.reduce((total, machine) => total + millicores(machine.cpu), 0),
      machines.reduce((total, machine) => total + bytesOf(machine.memory), 0),
    );
  };
  return {
    hard,
    used: (clusters) => ({ ...texts(sum(clusters), resources), "services.loadbalancers": "0" }),
    refusal: (clusters, size) => {
      const used = sum(clusters);
      const requested = amountsOf(millicores(size.cpu), bytesOf(size.memory));
      const exceeded = resources.filter((resource) => used[resource] + requested[resource] > limits[resource]);
      if (exceeded.length === 0) return undefined;
      const list = (amounts: JsonObject) =>
        exceeded.map((resource) => `${resource}=${String(amounts[resource])}`).join(",");
      const [asked, taken] = [texts(requested, exceeded), texts(used, exceeded)];
      return `exceeded quota: ${quotaName}, requested: ${list(asked)}, used: ${list(taken)}, limited: ${list(hard)}`;
    },
  };
}

const amountsOf = (cpu: number, memory: number): Amounts => ({
  "limits.cpu": cpu,
  "limits.memory": memory,
  "requests.cpu": cpu / cpuAllocationRatio,
  "requests.memory": memory,
});

const texts = (amounts: Amounts, which: readonly (keyof Amounts)[]): JsonObject =>
  Object.fromEntries(
    which.map((resource) => [
      resource,
      resource.endsWith("cpu") ? cpuText(amounts[resource]) : memoryText(amounts[resource]),
    ]),
  );

/** Thousandths of a CPU of any quantity. */
const millicores = (quantity: string): number =>
  quantity.endsWith("m") ? Number(quantity.slice(0, -1)) : bytesOf(quantity) * 1000;

const cpuText = (thousandths: number): string =>
  thousandths % 1000 === 0 ? String(thousandths / 1000) : `${Math.ceil(thousandths)}m`;

const memoryText = (bytes: number): string =>
  bytes > 0 && bytes % 2 ** 30 === 0 ? `${bytes / 2 ** 30}Gi` : String(bytes);

/** Parses `cpu=…,memory=…`. @throws Error that names the fault. */
export function parseQuota(text: string): QuotaOptions {
  const quota: { cpu?: string; memory?: string } = {};
  for (const part of text.split(",")) {
    const [key = "", quantity = "", ...rest] = part.split("=").map((one) => one.trim());
    if ((key !== "cpu" && key !== "memory") || rest.length > 0)
      throw new Error(
        `must be in the form cpu=…,memory=…, for example cpu=64,memory=256Gi; got ${JSON.stringify(text)}`,
      );
    const amount = key === "cpu" ? millicores(quantity) : bytesOf(quantity);
    if (!(amount > 0))
      throw new Error(`${key} must be a quantity above 0, for example 64 or 256Gi; got ${JSON.stringify(quantity)}`);
    quota[key] = quantity;
  }
  return quota;
}
