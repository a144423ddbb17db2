import { lifeExceptions } from "./contract/compare-life.ts";
import { answerExceptions, type Exception, openApiExceptions } from "./contract/exceptions.ts";
import { type Recording, readRecording, recordedVersions } from "./contract/recording.ts";
import { replayLife } from "./contract/replay-life.ts";
import { compareOpenApi } from "./contract/replay-openapi.ts";
import { replayScript } from "./contract/replay-script.ts";
import { columns, type Part, table } from "./contract/report.ts";

// `npm run contract:recordings -- <folder>`: is the embedded Hikube what the real servers were when they were recorded?
// <folder>/<version>/ holds script.jsonl, life.jsonl and openapi-v3.json. Exit code 1 on any difference, 2 without recordings.

/** Faster, and states begin to fall between two polls. */
const speed = 10;

const folder = process.argv[2];
if (folder === undefined) stop("Say where the recordings are: `npm run contract:recordings -- <folder>`");
else await main(folder);

async function main(path: string): Promise<void> {
  let recordings: Recording[];
  try {
    recordings = recordedVersions.map((version) => readRecording(path, version));
  } catch (error) {
    return stop(error instanceof Error ? error.message : String(error));
  }
  const used = new Map<string, number>();
  const count = ({ name }: Exception) => used.set(name, (used.get(name) ?? 0) + 1);
  const parts: Part[] = [];
  for (const recording of recordings)
    parts.push(await replayScript(recording, count), compareOpenApi(recording, count));
  parts.push(...(await Promise.all(recordings.map((recording) => replayLife(recording, speed)))));
  parts.sort((a, b) => a.version.localeCompare(b.version));

  const out = (text: string) => process.stdout.write(`${text}\n`);
  out(table(parts));
  for (const { version, what, findings } of parts) {
    if (findings.length > 0) out(`\nplatform ${version}, ${what}: different\n${findings.join("\n")}`);
  }
  out("\nWhat is not compared, and why (times it was needed):");
  out(
    columns(
      [...answerExceptions, ...openApiExceptions].map(({ name, reason }) => [
        `  ${name}`,
        reason,
        `(${used.get(name) ?? 0})`,
      ]),
    ),
  );
  out("  uids, which must correspond one to one\n  times and versions of the states of a cluster's life");
  out("  headers other than content-type: dates, audit ids and the proxy's own");
  out("\nWhat controllers with rights of their own did between a tenant's requests, taken from what he read next:");
  out("  status conditions before `progressing`, `failed` and `ready`; a finalizer; the secret of a control plane");
  out("\nStates that one side alone showed:");
  for (const remark of parts.flatMap(({ remarks = [] }) => remarks)) out(`  ${remark}`);
  const unneeded = lifeExceptions.filter(
    ({ reason }) => !parts.some(({ remarks = [] }) => remarks.some((remark) => remark.includes(reason))),
  );
  for (const { reason } of unneeded) out(`  (not needed this time: ${reason})`);
  if (parts.some(({ findings }) => findings.length > 0)) process.exitCode = 1;
}

function stop(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = 2;
}
