import { isJsonObject, type Json } from "../../base/json.ts";
import { text } from "../store/kube-object.ts";
import { bytesOf, millicoresOf } from "../store/quantity.ts";

const memoryPattern = /^[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?(Ki|Mi|Gi|Ti|Pi|Ei|k|M|G|T|P|E)?$/;
const cpuPattern = /^([0-9]+m|[0-9]+(\.[0-9]+)?)$/;
/**
 * The refusal of a group's kubelet reservations for a node of that size; undefined where the chart accepts them. Unset reservations are
 * five percent of the node, between 256Mi and 1Gi of memory and between 50m and 500m of CPU.
 */
export function kubeletFault(
  group: string,
  kubelet: Json | undefined,
  cpu: string,
  memory: string,
): string | undefined {
  const own = isJsonObject(kubelet) ? kubelet : {};
  for (const key of ["systemReservedMemory", "kubeReservedMemory"]) {
    const value = text(own[key]);
    if (value !== "" && !memoryPattern.test(value)) {
      return `nodeGroup ${group}: invalid ${key} value "${value}" — must be a valid Kubernetes memory quantity`;
    }
    if (value !== "" && bytesOf(value) <= 0) return `nodeGroup ${group}: ${key} must be a positive value, got ${value}`;
  }
  for (const key of ["systemReservedCpu", "kubeReservedCpu"]) {
    const value = text(own[key]);
    if (value !== "" && !cpuPattern.test(value)) {
      return `nodeGroup ${group}: invalid ${key} value "${value}" — must be a valid Kubernetes CPU quantity`;
    }
    if (value !== "" && millicoresOf(value) <= 0) {
      return `nodeGroup ${group}: ${key} must be a positive value, got ${value}`;
    }
  }
  const hard = text(own["evictionHardMemory"]) || "7%";
  const soft = text(own["evictionSoftMemory"]) || "10%";
  for (const [key, value] of [
    ["evictionHardMemory", hard],
    ["evictionSoftMemory", soft],
  ] as const) {
    if (!value.endsWith("%") && !memoryPattern.test(value)) {
      return `nodeGroup ${group}: invalid ${key} value "${value}" — must be a percentage or a valid Kubernetes memory quantity`;
    }
    const percent = Number(value.slice(0, -1));
    if (value.endsWith("%") && !(percent > 0 && percent <= 100)) {
      return `nodeGroup ${group}: ${key} percentage must be greater than 0 and at most 100, got ${value}`;
    }
  }
  if (hard.endsWith("%") !== soft.endsWith("%")) {
    return `nodeGroup ${group}: evictionHardMemory (${hard}) and evictionSoftMemory (${soft}) must use the same unit type (both percentage or both absolute)`;
  }
  const amount = (value: string) => (value.endsWith("%") ? Number(value.slice(0, -1)) : bytesOf(value));
  if (amount(hard) >= amount(soft)) {
    return `nodeGroup ${group}: evictionHardMemory (${hard}) must be strictly less than evictionSoftMemory (${soft})`;
  }
  const total = bytesOf(memory);
  const autoMemory = Math.min(Math.max(total * 0.05, 256 * 2 ** 20), 2 ** 30);
  const reserved = (key: string) => (text(own[key]) === "" ? autoMemory : bytesOf(text(own[key])));
  const evicted = hard.endsWith("%") ? (total * amount(hard)) / 100 : amount(hard);
  if (reserved("systemReservedMemory") + reserved("kubeReservedMemory") + evicted >= total) {
    return `nodeGroup ${group}: total reserved memory must be less than effective node memory (${memory})`;
  }
  const cores = millicoresOf(cpu);
  const autoCpu = Math.min(Math.max(cores * 0.05, 50), 500);
  const kept = (key: string) => (text(own[key]) === "" ? autoCpu : millicoresOf(text(own[key])));
  if (kept("systemReservedCpu") + kept("kubeReservedCpu") >= cores) {
    return `nodeGroup ${group}: total reserved CPU must be less than effective node CPU (${cpu} cores)`;
  }
  return undefined;
}
