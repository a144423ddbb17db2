import { redact } from "../../base/redact.ts";
import type { Finding, FindingStatus } from "./finding.ts";

/** What was examined. */
export interface Examined {
  /** URL of the API; undefined if no connection could be made of the settings. */
  readonly server: string | undefined;
  readonly namespace: string | undefined;
}

/** Escape sequences of the statuses in a terminal. */
const colours: Readonly<Record<FindingStatus, number>> = { ok: 32, warning: 33, problem: 31, skipped: 90 };

const titles = {
  proxy: "Proxy",
  connection: "Connection",
  certificate: "Certificate",
  clock: "Clock",
  login: "Login",
  rights: "Rights",
  platform: "Platform",
  cluster: "Cluster",
} as const;

/** Returns the report as text. @param coloured for a terminal. */
export function textReport(examined: Examined, findings: readonly Finding[], coloured: boolean): string {
  const where = [
    ...(examined.server === undefined ? [] : [examined.server]),
    ...(examined.namespace === undefined ? [] : [`namespace ${examined.namespace}`]),
  ];
  const lines = findings.flatMap((finding) => linesOf(finding, coloured));
  return redact([where.join(", "), "", ...lines, "", `${summary(findings)}`, ""].join("\n").trimStart());
}

function linesOf({ check, status, text, details = [], advice }: Finding, coloured: boolean): string[] {
  const word = status.padEnd(8);
  const shown = coloured ? `\u001b[${colours[status]}m${word}\u001b[0m` : word;
  const indent = " ".repeat(22);
  return [
    `${shown} ${titles[check].padEnd(12)} ${text}`,
    ...details.map((detail) => `${indent}${detail}`),
    ...(advice === undefined ? [] : [`${indent}→ ${advice}`]),
  ];
}

function summary(findings: readonly Finding[]): string {
  const count = (status: FindingStatus, one: string, many: string) => {
    const number = findings.filter((finding) => finding.status === status).length;
    return number === 0 ? [] : [`${number} ${number === 1 ? one : many}`];
  };
  const parts = [...count("problem", "problem", "problems"), ...count("warning", "warning", "warnings")];
  return parts.length === 0 ? "No problems found." : `${parts.join(", ")}.`;
}

/** Whether nothing has to be done. */
export const isFine = (findings: readonly Finding[]): boolean => !findings.some(({ status }) => status === "problem");

/** Returns the report as JSON; its members are only ever added to. */
export function jsonReport({ server, namespace }: Examined, findings: readonly Finding[]): string {
  const report = {
    ok: isFine(findings),
    server: server ?? null,
    namespace: namespace ?? null,
    findings: findings.map(({ check, status, text, details = [], advice }) => ({
      check,
      status,
      text: redact(text),
      details: details.map((detail) => redact(detail)),
      advice: advice === undefined ? null : redact(advice),
    })),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}
