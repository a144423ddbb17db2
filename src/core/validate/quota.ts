import {
  addQuantities,
  compareQuantities,
  multiplyQuantity,
  parseQuantity,
  type Quantity,
  subtractQuantities,
  zeroQuantity,
} from "../../base/quantity.ts";
import type { QuotaEntry } from "../platform/offers.ts";
import { type Finding, warning } from "./finding.ts";

/** Demand of a node group. */
export interface GroupDemand {
  /** `cluster/group`. */
  readonly name: string;
  /** Description of one node for messages: an instance type, or a size. */
  readonly node: string;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** Quantities; undefined if the size of a node is unknown. */
  readonly cpu: string | undefined;
  readonly memory: string | undefined;
  readonly disk: string | undefined;
  readonly gpus: readonly string[];
}

/** A resource limited by quotas: its keys in a quota in order of preference, and the amount per node. */
interface Limited {
  readonly noun: string;
  readonly unit: "bytes" | "count";
  readonly keys: readonly string[];
  readonly perNode: (group: GroupDemand) => string | undefined;
}

const toNumber = ({ numerator, denominator }: Quantity): number => Number((numerator * 1000n) / denominator) / 1000;

const grouped = (value: number): string => value.toLocaleString("en-US", { maximumFractionDigits: 1 });

const count = (amount: Quantity): string => grouped(toNumber(amount));

const gibibytes = (amount: Quantity): string =>
  `${grouped(toNumber({ numerator: amount.numerator, denominator: amount.denominator * 2n ** 30n }))} GiB`;

/** `requests.cpu` is divided by the platform's allocation ratio (platform.md §6.2) and not compared. */
const limited = (groups: readonly GroupDemand[]): readonly Limited[] => [
  { noun: "CPU", unit: "count", keys: ["limits.cpu", "cpu"], perNode: ({ cpu }) => cpu },
  {
    noun: "memory",
    unit: "bytes",
    keys: ["limits.memory", "memory", "requests.memory"],
    perNode: ({ memory }) => memory,
  },
  { noun: "storage", unit: "bytes", keys: ["requests.storage"], perNode: ({ disk }) => disk },
  ...[...new Set(groups.flatMap(({ gpus }) => gpus))].sort().map((gpu) => ({
    noun: gpu,
    unit: "count" as const,
    keys: [`requests.${gpu}`, `limits.${gpu}`, gpu],
    perNode: ({ gpus }: GroupDemand) => String(gpus.filter((one) => one === gpu).length),
  })),
];

/** Maximum number of groups that a warning lists individually. */
const mostListed = 5;

/** Whether a tenant's quota limits a resource of nodes. */
export const limitsNodes = (quota: readonly QuotaEntry[]): boolean =>
  quota.some(({ resource }) => /^((limits|requests)\.)?(cpu|memory|storage)$|\//.test(resource));

/** Returns a warning with the calculation if the groups of a tenant, all at their maximum, would exceed its quota. */
export function checkQuota(quota: readonly QuotaEntry[], groups: readonly GroupDemand[]): Finding[] {
  const sums: string[] = [];
  for (const { noun, unit, keys, perNode } of limited(groups)) {
    const show = unit === "bytes" ? gibibytes : count;
    const entry = limitOf(quota, keys);
    const hard = entry === undefined ? undefined : parseQuantity(entry.hard);
    if (entry === undefined || hard === undefined) continue;
    const demands = groups.flatMap((group) => {
      const one = parseQuantity(perNode(group));
      return one === undefined || one.numerator === 0n || group.maxReplicas === 0
        ? []
        : [
            {
              text: `${group.name}: ${group.maxReplicas} × ${group.node}`,
              amount: multiplyQuantity(one, group.maxReplicas),
            },
          ];
    });
    const sum = demands.reduce((total, { amount }) => addQuantities(total, amount), zeroQuantity);
    if (compareQuantities(sum, hard) <= 0) continue;
    demands.sort((a, b) => compareQuantities(b.amount, a.amount));
    const listed = demands.slice(0, mostListed).map(({ text, amount }) => `${text} = ${show(amount)}`);
    const others = demands.length > mostListed ? `; and ${demands.length - mostListed} more groups` : "";
    const used = show(parseQuantity(entry.used) ?? zeroQuantity);
    sums.push(`${noun}: max ${show(sum)} (${listed.join("; ")}${others}); quota ${show(hard)}, used ${used}.`);
  }
  if (sums.length === 0) return [];
  const text = `All node groups of the tenant at their \`max_replicas\` need more than its quota:\n${sums.map((sum) => `  - ${sum}`).join("\n")}\nNodes beyond the quota never start. Lower \`max_replicas\`, or ask for a larger quota.`;
  return [warning(["maxReplicas"], "Maximum sizes exceed the quota", text)];
}

/** Returns the entry that limits a resource: that of the first key, and of several quotas that with the least left. */
function limitOf(quota: readonly QuotaEntry[], keys: readonly string[]): QuotaEntry | undefined {
  const key = keys.find((one) => quota.some(({ resource }) => resource === one));
  const entries = quota.filter(({ resource }) => resource === key);
  return entries.sort((a, b) => compareQuantities(leftOf(a), leftOf(b)))[0];
}

/** Returns what a quota leaves; nothing if it is exceeded. */
export const leftOf = ({ hard, used }: QuotaEntry): Quantity =>
  positive(subtractQuantities(parseQuantity(hard) ?? zeroQuantity, parseQuantity(used) ?? zeroQuantity));

const positive = (amount: Quantity): Quantity => (amount.numerator < 0n ? zeroQuantity : amount);

/** An amount of a resource, and the part of it that a quota does not leave. */
interface Need {
  readonly amount: Quantity;
  readonly missing: Quantity;
}

/** What node groups need of one resource. */
export interface Requirement {
  /** `CPU`, `memory`, `storage`, or the name of a GPU. */
  readonly noun: string;
  readonly unit: "bytes" | "count";
  /** The entry that limits it; undefined if none does. */
  readonly limit: QuotaEntry | undefined;
  /** All groups at `minReplicas`, and all at `maxReplicas`. */
  readonly minimum: Need;
  readonly maximum: Need;
}

/** Returns what node groups need of every resource that a quota can limit. The sizes of their nodes must be known. */
export function requirementsOf(quota: readonly QuotaEntry[], groups: readonly GroupDemand[]): Requirement[] {
  return limited(groups).map(({ noun, unit, keys, perNode }) => {
    const limit = limitOf(quota, keys);
    const need = (bound: "minReplicas" | "maxReplicas"): Need => {
      const amounts = groups.map((group) =>
        multiplyQuantity(parseQuantity(perNode(group)) ?? zeroQuantity, group[bound]),
      );
      const amount = amounts.reduce(addQuantities, zeroQuantity);
      return {
        amount,
        missing: limit === undefined ? zeroQuantity : positive(subtractQuantities(amount, leftOf(limit))),
      };
    };
    return { noun, unit, limit, minimum: need("minReplicas"), maximum: need("maxReplicas") };
  });
}
