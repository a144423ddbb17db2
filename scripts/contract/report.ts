import { type Difference, describeDifference } from "./differences.ts";

/** One compared part of a recording. */
export interface Part {
  readonly version: string;
  readonly what: string;
  readonly steps: number;
  /** One text per differing step. */
  readonly findings: readonly string[];
  /** Remarks that belong under the table, e.g. what was missing on one side and why that is no difference. */
  readonly remarks?: readonly string[];
}

const shown = 12;

/** A differing step as text: its title, then its differences. */
export function finding(title: string, found: readonly Difference[]): string {
  const rest = found.length - shown;
  return [
    `  ${title}`,
    ...found.slice(0, shown).map(describeDifference),
    ...(rest > 0 ? [`    … and ${rest} more`] : []),
  ].join("\n");
}

/** Rows as text in columns, the first row being the head. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** The table of what was compared. */
export function table(parts: readonly Part[]): string {
  return columns([
    ["version", "compared", "steps", "equal", "differing"],
    ...parts.map(({ version, what, steps, findings }) => [
      version,
      what,
      String(steps),
      String(steps - findings.length),
      String(findings.length),
    ]),
  ]);
}
