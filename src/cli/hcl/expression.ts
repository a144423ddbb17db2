/** Text of an expression that is written as it is: a reference, a number, a call. */
export class Verbatim {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** An expression of HCL. A map is an object, with its keys in this order. */
export type Expression = null | boolean | string | Verbatim | readonly Expression[] | ReadonlyMap<string, Expression>;

/** One argument of a body or one key of an object, with its name as it is written. */
interface Line {
  readonly name: string;
  readonly value: string;
}

/** Longer lists have one line per item. */
const longestList = 100;

/** Returns the text of an argument's value. A text of several lines is a heredoc, which a list cannot have. */
export const valueText = (expression: Expression, depth: number): string =>
  typeof expression === "string" && isHeredocText(expression)
    ? `${heredocStart}${withoutTemplates(expression)}EOT`
    : expressionText(expression, depth);

const heredocStart = "<<EOT\n";

/** Whether a text consists of whole lines that a heredoc shows as they are. */
const isHeredocText = (text: string): boolean =>
  /\n./s.test(text) &&
  text.endsWith("\n") &&
  !/^\s*EOT\s*$/m.test(text) &&
  !unprintable.test(text.replace(/[\n\t]/g, ""));

/** Returns the text of an expression; lines after the first one are indented by `depth` levels. */
export function expressionText(expression: Expression, depth: number): string {
  if (expression === null) return "null";
  if (typeof expression === "boolean") return String(expression);
  if (typeof expression === "string") return quoted(expression);
  if (expression instanceof Verbatim) return expression.text;
  if (isList(expression)) return listText(expression, depth);
  if (expression.size === 0) return "{}";
  const entries = [...expression].map(([key, value]) => ({
    name: isBareKey(key) ? key : quoted(key),
    value: valueText(value, depth + 1),
  }));
  return `{\n${alignedLines(entries, depth + 1)}${indent(depth)}}`;
}

const isList = (expression: Expression): expression is readonly Expression[] => Array.isArray(expression);

function listText(items: readonly Expression[], depth: number): string {
  const line = `[${items.map((item) => expressionText(item, depth)).join(", ")}]`;
  if (!line.includes("\n") && line.length <= longestList) return line;
  const lines = items.map((item) => `${indent(depth + 1)}${expressionText(item, depth + 1)},\n`);
  return `[\n${lines.join("")}${indent(depth)}]`;
}

/**
 * Returns the lines of arguments as `terraform fmt` leaves them: the equals signs of adjacent arguments of one line are aligned; a
 * heredoc counts as one line. Another argument of several lines is not aligned, and separates its neighbours.
 */
export function alignedLines(lines: readonly Line[], depth: number): string {
  let text = "";
  let run: Line[] = [];
  const flush = (): void => {
    const width = Math.max(...run.map(({ name }) => columns(name)));
    for (const { name, value } of run) {
      text += `${indent(depth)}${name}${" ".repeat(width - columns(name))} = ${value}\n`;
    }
    run = [];
  };
  for (const line of lines) {
    if (line.value.startsWith(heredocStart) || !line.value.includes("\n")) {
      run.push(line);
      continue;
    }
    flush();
    text += `${indent(depth)}${line.name} = ${line.value}\n`;
  }
  flush();
  return text;
}

export const indent = (depth: number): string => "  ".repeat(depth);

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Returns the number of characters that a reader sees. */
const columns = (text: string): number => [...graphemes.segment(text)].length;

/** Words that an object key, or a variable's name, has another meaning for. */
const keywords = new Set(["for", "true", "false", "null"]);

/** Whether a text can be a name in a configuration. */
export const isIdentifier = (text: string): boolean => /^[A-Za-z_][A-Za-z0-9_-]*$/.test(text);

const isBareKey = (key: string): boolean => isIdentifier(key) && !keywords.has(key);

const escapes: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\" };

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are escaped.
const unprintable = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]/;
const escaped = new RegExp(`["\\\\]|${unprintable.source}`, "g");

/** Returns a string literal without templates. */
export const quoted = (text: string): string =>
  `"${withoutTemplates(
    text.replace(
      escaped,
      (character) => escapes[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
    ),
  )}"`;

const withoutTemplates = (text: string): string => text.replace(/([$%])(?=\{)/g, "$1$1");
