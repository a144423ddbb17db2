import { terminalPicture } from "./terminal-picture.ts";

// The picture of the quick start in the README: its output without the plans, the installation and the warnings.

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the escape sequences of colours.
const escapes = /\u001b\[\d+m/g;

const plain = (line: string): string => line.replaceAll(escapes, "");

const shownSteps = /^▶ (?:A cluster|The nodes|The same|Upgraded)/;

/** Lines of Terraform that say what happens, and those of the quick start itself. */
const shownLines = [
  /^Plan: /,
  /: (?:Creation|Modifications) complete /,
  /^(?:Apply complete!|No changes\.)/,
  /^ {6}~ version /,
  /^ {2}… .* (?:nodes run|do not run v\S+ yet|still runs v\S+|is not installed yet)$/,
  /^(?:NODE|kubernetes-demo-\S+) /,
  /^(?:▶|✔) /,
];

const coloured = (line: string): string => {
  if (line.startsWith("▶")) return `\u001b[1m${line}\u001b[0m`;
  if (/^(?:✔|Apply complete!)/.test(line)) return `\u001b[32m${line}\u001b[0m`;
  return line.startsWith("  …") ? `\u001b[2m${line}\u001b[0m` : line;
};

/** Returns the lines of the picture, with escape sequences of colours. @param output what `npm run quickstart` printed. */
export function quickstartLines(output: string): string[] {
  const steps = output.split(/^(?=▶ )/m).filter((step) => shownSteps.test(step));
  return steps.flatMap((step, index) => {
    const lines = step.split("\n").filter((line) => shownLines.some((shown) => shown.test(plain(line))));
    return [...(index === 0 ? [] : [""]), ...lines.map(coloured)];
  });
}

/** Returns the picture of a run of the quick start. */
export const quickstartPicture = (output: string): string =>
  terminalPicture("npm run quickstart", quickstartLines(output).join("\n"));

/**
 * Returns the lines of a picture that every run has, once and sorted: without colours, progress and what differs between runs (times, suffixes of
 * node names).
 */
export function stableLines(picture: string): string[] {
  const lines = [...picture.matchAll(/<text [^>]*>(.*?)<\/text>/g)].map(([, line = ""]) =>
    line
      .replaceAll(/<[^>]*>/g, "")
      .replaceAll(/\d+(?:\.\d+)?(?= ?s\b)/g, "#")
      .replaceAll(/(kubernetes-demo-\w+-)\w+-\w+/g, "$1#"),
  );
  return [...new Set(lines.filter((line) => !line.startsWith("  …")))].sort();
}
