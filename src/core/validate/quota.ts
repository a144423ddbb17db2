import {
  addQuantities,
  compareQuantities,
  multiplyQuantity,
  parseQuantity,
  type Quantity,
  zeroQuantity,
} from "../../base/quantity.ts";
import type { QuotaEntry } from "../platform/offers.ts";
import { type Finding, warning } from "./finding.ts";

/** Maximum demand of a node group. */
export interface GroupDemand {
  /** `cluster/group`. */
  readonly name: string;
  /** Description of one node for messages: an instance type, or a size. */
  readonly node: string;
  readonly maxReplicas: number;
  /** Quantities; undefined if the size of a node is unknown. */
  readonly cpu: string | undefined;
  readonly memory: string | undefined;
  readonly gpus: readonly string[];
}

/** A resource limited by quotas: its keys in a quota in order of preference, and the amount per node. */
interface Limited {
  readonly noun: string;
  readonly keys: readonly string[];
  readonly perNode: (group: GroupDemand) => string | undefined;
  readonly show: (amount: Quantity) => string;
}

const toNumber = ({ numerator, denominator }: Quantity): number => Number((numerator * 1000n) / denominator) / 1000;

const grouped = (value: number): string => value.toLocaleString("en-US", { maximumFractionDigits: 1 });

const count = (amount: Quantity): string => grouped(toNumber(amount));

const gibibytes = (amount: Quantity): string =>
  `${grouped(toNumber({ numerator: amount.numerator, denominator: amount.denominator * 2n ** 30n }))} GiB`;

/** `requests.cpu` is divided by the platform's allocation ratio (platform.md §6.2) and not compared. */
const limited = (groups: readonly GroupDemand[]): readonly Limited[] => [
  { noun: "CPU", keys: ["limits.cpu", "cpu"], perNode: ({ cpu }) => cpu, show: count },
  {
    noun: "memory",
    keys: ["limits.memory", "memory", "requests.memory"],
    perNode: ({ memory }) => memory,
    show: gibibytes,
  },
  ...[...new Set(groups.flatMap(({ gpus }) => gpus))].sort().map((gpu) => ({
    noun: gpu,
    keys: [`requests.${gpu}`, `limits.${gpu}`, gpu],
    perNode: ({ gpus }: GroupDemand) => String(gpus.filter((one) => one === gpu).length),
    show: count,
  })),
];

/** Maximum number of groups that a warning lists individually. */
const mostListed = 5;

/** Whether a tenant's quota limits a resource of nodes. */
export const limitsNodes = (quota: readonly QuotaEntry[]): boolean =>
  quota.some(({ resource }) => /^((limits|requests)\.)?(cpu|memory)$|\//.test(resource));

/** Returns a warning with the calculation if the groups of a tenant, all at their maximum, would exceed its quota. */
export function checkQuota(quota: readonly QuotaEntry[], groups: readonly GroupDemand[]): Finding[] {
  const sums: string[] = [];
  for (const { noun, keys, perNode, show } of limited(groups)) {
    const entry = keys
      .map((key) => quota.find(({ resource }) => resource === key))
      .find((found) => found !== undefined);
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
