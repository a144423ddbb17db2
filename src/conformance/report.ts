import { shellWord } from "../base/shell-word.ts";
import type { Leftovers, Outcome } from "./run-conformance.ts";
import type { ConformanceProfile } from "./profile.ts";

export interface Report {
  readonly profile: ConformanceProfile;
  readonly versions: readonly string[];
  readonly outcomes: readonly Outcome[];
  /** How many statements an interruption kept from being tried. */
  readonly untried: number;
  readonly left: Leftovers;
  /** Options of kubectl that lead to the tenant. */
  readonly kubectlOptions: readonly string[];
}

const width = 118;

/** One statement as it is printed the moment it is judged. */
export function outcomeLines(outcome: Outcome): string {
  const { statement, result } = outcome;
  const lines = [row(result, `§${statement.section}`, statement.sentence)];
  if (outcome.result === "differs") lines.push(row("", "seen", outcome.seen));
  else if (outcome.result !== "holds") lines.push(row("", "why", outcome.why));
  lines.push(row("", "provider", statement.provider));
  return `${lines.join("\n")}\n`;
}

/** Counts, differences once more, and what was left behind. */
export function summary({ profile, outcomes, untried, left, kubectlOptions }: Report): string {
  const of = (result: Outcome["result"]) => outcomes.filter((outcome) => outcome.result === result);
  const lines = [
    "",
    `${outcomes.length} statements about platform ${profile}: ${of("holds").length} hold, ${of("differs").length} differ, ` +
      `${of("undecided").length} could not be decided, ${of("skipped").length} were skipped.`,
  ];
  if (untried > 0) lines.push(`The run was interrupted: ${untried} statements were not tried.`);
  const differing = of("differs");
  if (differing.length > 0) {
    lines.push("", "This platform differs from what the provider was built for:", "");
    for (const outcome of differing) lines.push(outcomeLines(outcome).trimEnd());
    lines.push("", "Please report them, with --json, so that the provider can follow the platform.");
  }
  lines.push(...leftoverLines(left, kubectlOptions));
  return `${lines.join("\n")}\n`;
}

function leftoverLines({ clusters, monitors, trouble }: Leftovers, kubectlOptions: readonly string[]): string[] {
  const lines: string[] = [];
  if (trouble !== undefined) lines.push("", `Cleaning up did not end well: ${trouble}`);
  if (clusters.length > 0) {
    const options = kubectlOptions.map(shellWord).join(" ");
    lines.push("", "Still there; remove them with:", `  kubectl ${options} delete kubernetes ${clusters.join(" ")}`);
  }
  if (monitors.length > 0) {
    lines.push(
      "",
      `These monitors have no cluster any more, so something still runs: ${monitors.join(", ")}.`,
      "Create a cluster of the same name again, wait until it is ready, and delete it; or ask Hikube's support.",
    );
  }
  if (lines.length === 0) lines.push("", "Everything that was made is gone again.");
  return lines;
}

/** The report as a file: no address, no credential, nothing of the tenant's. */
export function jsonReport({ profile, versions, outcomes, untried, left }: Report, provider: string): string {
  const document = {
    provider,
    platform: { profile, kubernetesVersions: versions },
    statements: outcomes.map((outcome) => ({
      id: outcome.statement.id,
      section: outcome.statement.section,
      sentence: outcome.statement.sentence,
      result: outcome.result,
      ...(outcome.result === "differs" ? { seen: outcome.seen } : {}),
      ...(outcome.result === "skipped" || outcome.result === "undecided" ? { why: outcome.why } : {}),
      provider: outcome.statement.provider,
    })),
    untried,
    left,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function row(result: string, label: string, text: string): string {
  const head = `${result.padEnd(10)}${label.padEnd(9)} `;
  return wrap(text, width - head.length)
    .map((line, index) => (index === 0 ? head : " ".repeat(head.length)) + line)
    .join("\n");
}

function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > columns) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
