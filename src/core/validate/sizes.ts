import { got } from "../../base/did-you-mean.ts";
import { compareQuantities, parseQuantity, type Quantity } from "../../base/quantity.ts";
import type { Format } from "./formats.ts";

/** The kind of a quantity: CPU cores or bytes. The platform parses both alike and mistakes one for the other. */
interface Size {
  readonly rule: string;
  readonly least: string;
  readonly most: string;
  /** Returns likely intended values for a text that is invalid or out of range. */
  readonly meant: (text: string) => readonly string[];
}

const quantityOf = (text: string): Quantity => parseQuantity(text) ?? { numerator: 0n, denominator: 1n };

const sized =
  ({ rule, least, most, meant }: Size): Format =>
  (value) => {
    const quantity = parseQuantity(value);
    const suggestions = meant(value)
      .filter((one) => one !== value && inRange(quantityOf(one), least, most))
      .slice(0, quantity === undefined ? 2 : 1);
    const hint =
      suggestions.length === 0 ? "" : `. Did you mean ${suggestions.map((one) => `\`${one}\``).join(" or ")}?`;
    if (quantity === undefined) return `must be ${rule}; ${got(value)}${hint}`;
    if (compareQuantities(quantity, quantityOf(least)) < 0) {
      return `must be ${rule}, at least \`${least}\`; ${got(value)}${unitless(value)}${hint}`;
    }
    if (compareQuantities(quantity, quantityOf(most)) > 0) {
      return `must be ${rule}, at most \`${most}\`; ${got(value)}${hint}`;
    }
    return undefined;
  };

const inRange = (quantity: Quantity, least: string, most: string): boolean =>
  compareQuantities(quantity, quantityOf(least)) >= 0 && compareQuantities(quantity, quantityOf(most)) <= 0;

/** A number without a unit is a number of bytes. */
const unitless = (value: string): string => (/^\d+$/.test(value) ? `, which is ${value} bytes` : "");

/** Converts `20GB`, `20 gib`, `20` to quantities of bytes. */
const bytesMeant =
  (...units: readonly ("Mi" | "Gi")[]): Size["meant"] =>
  (text) => {
    const [, amount, letter, rest = ""] = /^\s*(\d+(?:\.\d+)?)\s*([kKmMgGtT]?)([iI]?[bB]?)\s*$/.exec(text) ?? [];
    if (amount === undefined) return [];
    if (letter === undefined || letter === "") return units.map((unit) => `${amount}${unit}`);
    const binary = `${amount}${letter.toUpperCase()}i`;
    return rest.toLowerCase() === "b" ? [binary, `${amount}${letter.toUpperCase()}`] : [binary];
  };

/** Converts `2 cores`, `2vCPU`, `2Gi`, `2000` to quantities of CPU. */
const coresMeant: Size["meant"] = (text) => {
  const [, amount, unit = ""] = /^\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*$/.exec(text) ?? [];
  if (amount === undefined) return [];
  if (/^(m|milli|millicores?|mcpu)$/i.test(unit)) return [`${amount}m`];
  if (unit !== "") return [amount];
  return Number(amount) >= 1000 ? [`${amount}m`] : [amount];
};

const cpuRule = "a number of CPU cores such as `2` or `500m`";
const memoryRule = "a size with a unit such as `4Gi`";
const bytes = /[KMGTPE]i?$|k$/;

/** CPU of a pod or node. No machine has 1024 cores, so `2000` is probably meant as `2000m`. A size in bytes is invalid. */
export const cpu: Format = (value) => {
  const complaint = sized({ rule: cpuRule, least: "1m", most: "1024", meant: coresMeant })(value);
  if (complaint !== undefined || !bytes.test(value)) return complaint;
  const [meant] = coresMeant(value);
  return `must be ${cpuRule}; ${got(value)}${meant === undefined ? "" : `. Did you mean \`${meant}\`?`}`;
};

/** Memory of a control plane pod; none starts with less than the minimum. */
export const podMemory: Format = sized({
  rule: memoryRule,
  least: "32Mi",
  most: "16Ti",
  meant: bytesMeant("Mi", "Gi"),
});

/** Memory reserved by the kubelet; the chart accepts no sign and no fraction of a byte. */
export const reservedMemory: Format = (value) => {
  const complaint = sized({ rule: memoryRule, least: "1Mi", most: "16Ti", meant: bytesMeant("Mi") })(value);
  if (complaint !== undefined) return complaint;
  return /^[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?([KMGTPE]i|[kMGTPE])?$/.test(value)
    ? undefined
    : `must be ${memoryRule}; ${got(value)}`;
};

/** CPU reserved by the kubelet. */
export const reservedCpu: Format = (value) => {
  const complaint = cpu(value);
  if (complaint !== undefined) return complaint;
  return /^([0-9]+m|[0-9]+(\.[0-9]+)?)$/.test(value) ? undefined : `must be ${cpuRule}; ${got(value)}`;
};

/** Free memory at which the kubelet evicts pods: a percentage, or a size. */
export const evictionThreshold: Format = (value) => {
  const [, percent] = /^(\d+(?:\.\d+)?)%$/.exec(value) ?? [];
  if (percent !== undefined && Number(percent) > 0 && Number(percent) <= 100) return undefined;
  if (percent === undefined && reservedMemory(value) === undefined) return undefined;
  const [, amount] = /^\s*(\d+(?:\.\d+)?)\s*(?:%|percent)\s*$/i.exec(value) ?? [];
  const meant = amount !== undefined && Number(amount) > 0 && Number(amount) <= 100 ? `${amount}%` : undefined;
  const hint = meant === undefined ? "" : `. Did you mean \`${meant}\`?`;
  return `must be a percentage such as \`7%\`, above 0 and at most 100, or a size such as \`500Mi\`; ${got(value)}${hint}`;
};

/** Memory of a node; no Kubernetes node boots with less than the minimum. */
export const nodeMemory: Format = sized({ rule: memoryRule, least: "256Mi", most: "16Ti", meant: bytesMeant("Gi") });

/** Disk of a node; no image fits below the minimum. */
export const diskSize: Format = sized({
  rule: "a size with a unit such as `20Gi`",
  least: "1Gi",
  most: "1Pi",
  meant: bytesMeant("Gi"),
});
