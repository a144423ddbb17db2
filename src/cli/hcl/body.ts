import { alignedLines, type Expression, indent, quoted, valueText } from "./expression.ts";

/** A block: its type, its labels and what is inside. Arguments come before blocks. */
export interface Block {
  readonly type: string;
  readonly labels?: readonly string[];
  /** The arguments by name, in this order. */
  readonly arguments?: Iterable<readonly [string, Expression]>;
  readonly blocks?: readonly Block[];
}

/** Returns blocks as a file, formatted as `terraform fmt` leaves it. */
export const fileText = (blocks: readonly Block[]): string => blocks.map((block) => blockText(block, 0)).join("\n");

function blockText({ type, labels = [], arguments: given = [], blocks = [] }: Block, depth: number): string {
  const lines = [...given].map(([name, value]) => ({ name, value: valueText(value, depth + 1) }));
  const parts = [alignedLines(lines, depth + 1), ...blocks.map((block) => blockText(block, depth + 1))];
  const inside = parts.filter((part) => part !== "").join("\n");
  const head = `${indent(depth)}${[type, ...labels.map(quoted)].join(" ")} {`;
  return inside === "" ? `${head}}\n` : `${head}\n${inside}${indent(depth)}}\n`;
}
