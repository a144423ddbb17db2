/** One line of the report. Undefined: not measured, or no bound. */
export interface Row {
  readonly what: string;
  readonly unit: "ms" | "MB" | "";
  readonly ours: number | undefined;
  readonly theirs: number | undefined;
  /** What our figure must not exceed. */
  readonly bound?: number | undefined;
  /** What our figure divided by theirs must not exceed. */
  readonly ratioBound?: number | undefined;
}

export const median = (values: readonly number[]): number | undefined =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

export const isWithin = ({ ours, theirs, bound, ratioBound }: Row): boolean => {
  if (ours === undefined) return true;
  if (bound !== undefined && ours > bound) return false;
  return ratioBound === undefined || theirs === undefined || ours <= ratioBound * theirs;
};

const number = (value: number | undefined, unit: Row["unit"]): string => {
  if (value === undefined) return "-";
  const digits = unit === "ms" && value < 10 ? 2 : 0;
  return `${value.toFixed(digits)}${unit === "" ? "" : ` ${unit}`}`;
};

/** The rows as a table for people, right-aligned, with what is beyond its bound marked. */
export function renderTable(rows: readonly Row[]): string {
  const head = ["", "hikube", "bound", "kubectl", "ratio", "bound", ""];
  const cells = rows.map((row) => {
    const { ours, theirs, unit } = row;
    const ratio = ours === undefined || theirs === undefined || theirs === 0 ? undefined : ours / theirs;
    return [
      row.what,
      number(ours, unit),
      row.bound === undefined ? "" : `≤ ${number(row.bound, unit)}`,
      number(theirs, unit),
      ratio === undefined ? "" : `${ratio.toFixed(2)} ×`,
      row.ratioBound === undefined ? "" : `≤ ${row.ratioBound.toFixed(1)} ×`,
      isWithin(row) ? "" : "beyond",
    ];
  });
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ")
      .trimEnd();
  return [line(head), ...cells.map(line)].join("\n");
}
