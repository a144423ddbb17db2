import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

/** A command in a page or a text, in one line. Values that the user inserts are in angle brackets. */
export interface PrintedCommand {
  readonly text: string;
  readonly source: string;
}

const root = fileURLToPath(new URL("../..", import.meta.url));

const setting = String.raw`[A-Z][A-Z0-9_]*=\S+ +`;
const program = [
  String.raw`(?:terraform|tofu|kubectl|npx|git|docker|helm|brew|curl|wget|chmod|yarn|pnpm) +(?:<[^<>]*> +)?[-+\w./~]`,
  String.raw`cd +[\w./~<]`,
  String.raw`npm +(?:run|test|ci|install|start|exec)\b`,
  String.raw`go +(?:build|run|test|install|mod|tool)\b`,
  "export +[A-Z][A-Z0-9_]*=",
  // Words such as "node group" are none.
  String.raw`(?:[\w.]+/)*(?:node|vitest|tsc) +(?:-|[\w]*[./])`,
  String.raw`(?:\S*/)?(?:terraform-provider-hikube(?:_v\S+)?|hikube) +[-\w]`,
  String.raw`\.ci/run\b`,
].join("|");
const command = new RegExp(`^(?:${setting})*(?:${program})`);

const isCommand = (text: string): boolean => command.test(text);

/** Without a remark at its end, and with one blank where there are several. */
const tidy = (line: string): string =>
  line
    .trim()
    .replace(/ +# .*$/, "")
    .replace(/\s+/g, " ");

/** What the program says: an indented line that is a command, or a command between backticks. */
export function commandsInOutput(text: string): string[] {
  const lines = text.split("\n").filter((line) => /^ {2,}\S/.test(line));
  const quoted = text.match(/`[^`]+`/g) ?? [];
  return [...lines, ...quoted.map((words) => words.slice(1, -1))].map(tidy).filter(isCommand);
}

/** What the jobs of a YAML document run: the lines of every `run`, `script` and `before_script`. Throws YAMLParseError. */
export function commandsInYaml(text: string): string[] {
  const found: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [key, child] of Object.entries(value)) {
      const lines: unknown[] = /^(?:run|script|before_script)$/.test(key) ? [child].flat() : [];
      found.push(...lines.flatMap((line) => (typeof line === "string" ? line.split("\n").map(tidy) : [])));
      visit(child);
    }
  };
  visit(parse(text));
  return found.filter((line) => line !== "");
}

/** Every line of an indented or a shell block, whatever program it begins with, and what is a command between backticks. */
export function commandsInMarkdown(text: string): string[] {
  const found: string[] = [];
  const prose: string[] = [];
  let fence: string | undefined;
  let yaml: string[] = [];
  let blank = true;
  let indented = false;
  for (const line of text.split("\n")) {
    const mark = /^\s*```(\w*)/.exec(line);
    if (mark) {
      if (fence === "yaml") found.push(...commandsInYaml(yaml.join("\n")));
      yaml = [];
      fence = fence === undefined ? (mark[1] ?? "") : undefined;
      continue;
    }
    if (fence === "yaml") yaml.push(line);
    else if (fence !== undefined) {
      if (["sh", "bash", "shell", "console"].includes(fence) || isCommand(tidy(line))) found.push(tidy(line));
    }
    if (fence !== undefined) continue;
    indented = /^ {4}/.test(line) && (blank || indented);
    blank = line.trim() === "";
    if (indented) found.push(tidy(line));
    else prose.push(blank ? "\n" : line.trim());
  }
  const quoted = prose.join(" ").match(/`[^`\n]+`/g) ?? [];
  return [...found.filter((line) => line !== ""), ...quoted.map((words) => tidy(words.slice(1, -1))).filter(isCommand)];
}

/** In comments: a line that is a command, or a command in backticks or parentheses. */
export function commandsInComments(text: string): string[] {
  return text.split("\n").flatMap((line) => {
    const comment = /^\s*(?:#|\/\/|\/?\*+)\s?(.*)$/.exec(line)?.[1] ?? / (?:#|\/\/) (.*)$/.exec(line)?.[1];
    if (comment === undefined) return [];
    const enclosed = [...comment.matchAll(/[`(]([^`()]+)[`)]/g)].map(([, inner = ""]) => inner);
    return [comment.trim().replace(/\s{2,}.*$/, ""), ...enclosed].map(tidy).filter(isCommand);
  });
}

/** What source code may print: whole strings, lines of long texts, and what stands between backticks; `${…}` as a placeholder. */
export function commandsInCode(text: string): string[] {
  const code = text
    .split("\n")
    .filter((line) => !/^\s*(?:\/\/|\/?\*)/.test(line))
    .join("\n")
    .replace(/\$\{[^{}`]*\}/g, "<…>");
  const between = code.split(/\\?`/).filter((part) => !part.includes("\n"));
  const strings = [...code.matchAll(/"([^"\n]*)"/g)].map(([, inner = ""]) => inner);
  const lines = code.split("\n").filter((line) => /^ {2,}\S/.test(line) && !/[;,({]$/.test(line));
  return [...between, ...strings, ...lines]
    .map((part) => tidy(part.replace(/(\S) {3,}.*$|\\n$/, "$1")))
    .filter(isCommand);
}

const readers: readonly (readonly [RegExp, (text: string) => string[]])[] = [
  [/^(?:README|CONTRIBUTING|SECURITY)\.md$|^(?:docs|examples)\/.*\.md$/, commandsInMarkdown],
  [
    /^examples\/.*\.sh$/,
    (text) =>
      text
        .split("\n")
        .map(tidy)
        .filter((line) => line !== "" && !line.startsWith("#")),
  ],
  [/^examples\/.*\.(?:ts|tf|hcl)$/, commandsInComments],
  [/^(?:src|scripts)\/.*\.(?:ts|cjs)$/, commandsInCode],
];

/** Every command of the pages, the examples and the program's texts, once for each file that it stands in. */
export function printedCommands(): PrintedCommand[] {
  const files = ["docs", "examples", "src", "scripts"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes("/generated"))
      .map((entry) => relative(root, join(entry.parentPath, entry.name))),
  );
  return [
    "README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    ...files.filter((file) => !file.includes(".terraform")),
  ].flatMap((source) => {
    const read = readers.find(([pattern]) => pattern.test(source))?.[1];
    if (read === undefined) return [];
    return [...new Set(read(readFileSync(join(root, source), "utf8")))].map((text) => ({ text, source }));
  });
}

/** Whether a command is the printed one, with something in the place of each placeholder. */
export function isPrintedAs(printed: string, actual: string): boolean {
  const [first = "", ...others] = printed
    .split(/<[^<>]*>|…| \[options\]/)
    .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
  return new RegExp(`^${[first, ...others].join(".*")}$`).test(actual);
}

/** The commands of `.ci/run`, without what is done with their output and the settings before them. */
export function commandsOfCi(): string[] {
  return readFileSync(join(root, ".ci/run"), "utf8")
    .split("\n")
    .map((line) =>
      line
        .trim()
        .replace(/^\w+=\$\((.*)\)$/, "$1")
        .replace(/ (?:2>&1|\|) .*$/, "")
        .replace(/^(?:[A-Z_]+=\S+ )+/, ""),
    )
    .filter(isCommand);
}
