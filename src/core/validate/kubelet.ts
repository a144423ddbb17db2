import { parseQuantity } from "../../base/quantity.ts";
import type { KubeletDesired } from "../desired/desired.ts";
import { type Finding, failure } from "./finding.ts";
import { type Format, orEmpty } from "./formats.ts";
import { evictionThreshold, reservedCpu, reservedMemory } from "./sizes.ts";

/** Size of a node as quantities, as far as known. */
interface NodeSize {
  readonly cpu: string | undefined;
  readonly memory: string | undefined;
}

/** The format of each kubelet setting. */
export const kubeletFormats: Readonly<Record<keyof KubeletDesired, Format>> = {
  evictionHardMemory: orEmpty(evictionThreshold),
  evictionSoftMemory: orEmpty(evictionThreshold),
  systemReservedMemory: orEmpty(reservedMemory),
  kubeReservedMemory: orEmpty(reservedMemory),
  systemReservedCpu: orEmpty(reservedCpu),
  kubeReservedCpu: orEmpty(reservedCpu),
};

const amount = (text: string): number => {
  const quantity = parseQuantity(text);
  return quantity === undefined ? Number.NaN : Number(quantity.numerator) / Number(quantity.denominator);
};

const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);

const gibibyte = 2 ** 30;

/**
 * Checks the kubelet settings as a whole, as the chart of platform 1.4 and newer does. The chart's defaults are thresholds of 7 % and
 * 10 %, and five percent of the node for each reservation, within bounds.
 */
export function checkKubelet(kubelet: KubeletDesired, node: NodeSize): Finding[] {
  const hard = kubelet.evictionHardMemory || "7%";
  const soft = kubelet.evictionSoftMemory || "10%";
  const findings: Finding[] = [];
  const threshold = (text: string) => (text.endsWith("%") ? Number(text.slice(0, -1)) : amount(text));
  const stated = `\`eviction_hard_memory\` is ${hard} and \`eviction_soft_memory\` ${soft}`;
  const place = kubelet.evictionHardMemory ? "evictionHardMemory" : "evictionSoftMemory";
  if (hard.endsWith("%") !== soft.endsWith("%")) {
    const text = `${stated}; the platform requires both as percentages, or both as sizes. The defaults are 7% and 10%.`;
    findings.push(failure(["kubelet", place], "Eviction thresholds of different kinds", text));
  } else if (threshold(hard) >= threshold(soft)) {
    const text = `${stated}; the hard threshold must be the smaller one. The defaults are 7% and 10%.`;
    findings.push(failure(["kubelet", place], "Eviction thresholds in the wrong order", text));
  }
  return [...findings, ...checkReservations(kubelet, node, hard)];
}

function checkReservations(kubelet: KubeletDesired, node: NodeSize, hard: string): Finding[] {
  const findings: Finding[] = [];
  const memory = node.memory === undefined ? Number.NaN : amount(node.memory);
  const autoMemory = clamp(memory * 0.05, gibibyte / 4, gibibyte);
  const evicted = hard.endsWith("%") ? (memory * Number(hard.slice(0, -1))) / 100 : amount(hard);
  const kept = (text: string | undefined, automatic: number) => (text ? amount(text) : automatic);
  const memoryKept = kept(kubelet.systemReservedMemory, autoMemory) + kept(kubelet.kubeReservedMemory, autoMemory);
  if (memoryKept + evicted >= memory) {
    const text = `Nodes have ${node.memory}. The platform keeps 5% of it, at least 256Mi, for the system, as much for Kubernetes, and evicts pods below ${hard}: nothing is left for pods. Choose a larger node${own(kubelet) ? " or smaller reservations" : ""}.`;
    findings.push(failure(own(kubelet) ? ["kubelet"] : ["instanceType"], "Node memory is all reserved", text));
  }
  const cores = node.cpu === undefined ? Number.NaN : amount(node.cpu);
  const autoCpu = clamp(cores * 0.05, 0.05, 0.5);
  if (kept(kubelet.systemReservedCpu, autoCpu) + kept(kubelet.kubeReservedCpu, autoCpu) >= cores) {
    const text = `Nodes have ${node.cpu} CPU, and \`system_reserved_cpu\` and \`kube_reserved_cpu\` leave nothing of it. Choose a larger node or smaller reservations.`;
    findings.push(failure(own(kubelet) ? ["kubelet"] : ["instanceType"], "Node CPU is all reserved", text));
  }
  return findings;
}

const own = (kubelet: KubeletDesired): boolean => Object.keys(kubelet).length > 0;
