import { shellWord } from "../base/shell-word.ts";
import type { Leftovers } from "./clean-up.ts";
import type { ConformanceProfile } from "./profile.ts";
import type { Outcome } from "./run-conformance.ts";

interface Report {
  readonly profile: ConformanceProfile;
  readonly versions: readonly string[];
  readonly outcomes: readonly Outcome[];
  /** Number of statements that were not tried because of an interruption. */
  readonly untried: number;
  readonly left: Leftovers;
  /** Options that select the tenant in kubectl. */
  readonly kubectlOptions: readonly string[];
}

const width = 118;

/** The lines of one statement, printed as soon as it is judged. */
export function outcomeLines(outcome: Outcome): string {
  const { statement, result } = outcome;
  const lines = [row(result, `§${statement.section}`, statement.sentence)];
  if (outcome.result === "differs") lines.push(row("", "seen", outcome.seen));
  else if (outcome.result !== "holds") lines.push(row("", "why", outcome.why));
  lines.push(row("", "provider", statement.provider));
  return `${lines.join("\n")}\n`;
}

/** Counts, the differences again, and leftovers. */
export function summary({ profile, outcomes, untried, left, kubectlOptions }: Report): string {
  const of = (result: Outcome["result"]) => outcomes.filter((outcome) => outcome.result === result);
  const lines = [
    "",
    `${outcomes.length} statements about platform ${profile}: ${of("holds").length} hold, ${of("differs").length} differ, ` +
      `${of("undecided").length} are undecided, ${of("skipped").length} skipped.`,
  ];
  if (untried > 0) lines.push(`The run was interrupted: ${untried} statements were not tried.`);
  const differing = of("differs");
  if (differing.length > 0) {
    lines.push("", "This platform differs from the ones that the provider supports:", "");
    for (const outcome of differing) lines.push(outcomeLines(outcome).trimEnd());
    lines.push("", "Please report the differences and attach the output of --json.");
  }
  lines.push(...leftoverLines(left, kubectlOptions));
  return `${lines.join("\n")}\n`;
}

function leftoverLines({ clusters, monitors, lastError }: Leftovers, kubectlOptions: readonly string[]): string[] {
  const lines: string[] = [];
  if (lastError !== undefined) lines.push("", `The clean-up failed: ${lastError}`);
  if (clusters.length > 0) {
    const options = kubectlOptions.map(shellWord).join(" ");
    lines.push(
      "",
      "Clusters left over. Delete them with:",
      `  kubectl ${options} delete kubernetes ${clusters.join(" ")}`,
    );
  }
  if (monitors.length > 0) {
    lines.push(
      "",
      `These monitors belong to no cluster, so their workloads still run: ${monitors.join(", ")}.`,
      "Create a cluster with the same name, wait until it is ready, and delete it; or contact Hikube support.",
    );
  }
  if (lines.length === 0) lines.push("", "Everything that was created is deleted.");
  return lines;
}

/** The report as JSON: without addresses, credentials and data of the tenant. */
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
