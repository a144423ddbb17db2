/** A provider that is measured. */
export type Party = "hikube" | "kubectl" | "floor";

/** One line of the report. */
export interface Row {
  readonly what: string;
  readonly unit: "ms" | "MB" | "";
  /** Undefined where something was not measured. */
  readonly figures: Readonly<Partial<Record<Party, number | undefined>>>;
  /** What our figure must not exceed. */
  readonly bound?: number | undefined;
  /** What our figure must not exceed, as a multiple of another's. */
  readonly ratios?: Readonly<Partial<Record<Exclude<Party, "hikube">, number>>> | undefined;
}

export const median = (values: readonly number[]): number | undefined =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

const ratioTo = ({ figures }: Row, other: Exclude<Party, "hikube">): number | undefined => {
  const { hikube, [other]: theirs } = figures;
  return hikube === undefined || !theirs ? undefined : hikube / theirs;
};

export const isWithin = (row: Row): boolean => {
  const { figures, bound, ratios = {} } = row;
  if (bound !== undefined && figures.hikube !== undefined && figures.hikube > bound) return false;
  return Object.entries(ratios).every(([other, most]) => (ratioTo(row, other as "kubectl" | "floor") ?? 0) <= most);
};

const number = (value: number | undefined, unit: Row["unit"]): string => {
  if (value === undefined) return "-";
  return `${value.toFixed(0)}${unit === "" ? "" : ` ${unit}`}`;
};

/** The rows as a table for people, right-aligned, with what is beyond its bound marked. */
export function renderTable(rows: readonly Row[]): string {
  const head = ["", "hikube", "bound", "kubectl", "ratio", "bound", "floor", "ratio", "bound", ""];
  const cells = rows.map((row) => {
    const { what, unit, figures, bound, ratios = {} } = row;
    const beside = (["kubectl", "floor"] as const).flatMap((other) => {
      const ratio = ratioTo(row, other);
      const most = ratios[other];
      return [
        other in figures ? number(figures[other], unit) : "",
        ratio === undefined ? "" : `${ratio.toFixed(2)} ×`,
        most === undefined ? "" : `≤ ${most.toFixed(1)} ×`,
      ];
    });
    const own = [number(figures.hikube, unit), bound === undefined ? "" : `≤ ${number(bound, unit)}`];
    return [what, ...own, ...beside, isWithin(row) ? "" : "beyond"];
  });
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ")
      .trimEnd();
  return [line(head), ...cells.map(line)].join("\n");
}
