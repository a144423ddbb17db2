import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

// Draws what a program printed to a terminal as an SVG: `terminal-picture.ts <command> <output of it> <picture>`. The pictures of the
// guides are written by the tests that compare them, where HIKUBE_UPDATE_GOLDEN is 1.

/** Colours of the escape sequences that the commands print. */
const colours: Readonly<Record<string, string>> = {
  "1": "#ffffff",
  "2": "#8b949e",
  "31": "#ff7b72",
  "32": "#7ee787",
  "33": "#f2cc60",
  "36": "#79c0ff",
  "90": "#8b949e",
};

const size = { character: 7.8, line: 18, margin: 16, bar: 30 } as const;

/** Returns an SVG of a terminal in which a command was typed. @param output with escape sequences of colours. */
export function terminalPicture(command: string, output: string): string {
  const lines = [`\u001b[90m$\u001b[0m ${command}`, "", ...output.trimEnd().split("\n")];
  const widest = Math.max(...lines.map((line) => plain(line).length));
  const width = Math.ceil(2 * size.margin + widest * size.character);
  const height = size.bar + size.margin + lines.length * size.line + size.margin;
  const rows = lines.map((line, index) => {
    const y = size.bar + size.margin + (index + 1) * size.line - 5;
    return `<text x="${size.margin}" y="${y}" xml:space="preserve">${spans(line)}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(command)}</title>`,
    "<style>text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;fill:#e6edf3;white-space:pre}</style>",
    `<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>`,
    ...["#ff5f56", "#ffbd2e", "#27c93f"].map((fill, i) => `<circle cx="${18 + i * 18}" cy="16" r="5" fill="${fill}"/>`),
    ...rows.filter((row) => !row.endsWith('"preserve"></text>')),
    "</svg>",
    "",
  ].join("\n");
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the escape sequences of colours.
const sequence = /\u001b\[(\d+)m/;

const plain = (line: string): string =>
  line
    .split(new RegExp(sequence.source, "g"))
    .filter((_, i) => i % 2 === 0)
    .join("");

function spans(line: string): string {
  const [first = "", ...rest] = line.split(sequence);
  let drawn = escaped(first);
  for (let i = 0; i + 1 < rest.length; i += 2) {
    const [code = "", text = ""] = [rest[i], rest[i + 1]];
    const fill = colours[code];
    drawn += fill === undefined || text === "" ? escaped(text) : `<tspan fill="${fill}">${escaped(text)}</tspan>`;
  }
  return drawn;
}

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [command, output, picture] = process.argv.slice(2);
  if (command === undefined || output === undefined || picture === undefined) {
    process.stderr.write("usage: terminal-picture.ts <command> <file with its output> <picture.svg>\n");
    process.exitCode = 2;
  } else writeFileSync(picture, terminalPicture(command, readFileSync(output, "utf8")));
}
