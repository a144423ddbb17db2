import { clusterKey } from "../../core/ids.ts";
import type { CommandIo } from "../command-io.ts";
import type { Found, Gap } from "./collect.ts";
import type { ExportedFile } from "./describe.ts";
import type { FileSession } from "./offline/file-session.ts";
import { writeFiles } from "./write-files.ts";

const isSecret = ({ secret }: ExportedFile): boolean => secret === true;

/** Prints a configuration without the values of its secrets. */
export function printFiles(io: CommandIo, files: readonly ExportedFile[]): void {
  const shown = files.filter((file) => !isSecret(file)).map(({ text }) => text);
  io.out(shown.join("\n"));
  if (!files.some(isSecret)) return;
  io.error(
    "Secret values are variables without a value here. Set them, e.g. as TF_VAR_…, or use --out, which writes them to a file.\n",
  );
}

/** Writes a configuration to a directory and says what has changed. */
export async function saveFiles(
  io: CommandIo,
  directory: string,
  files: readonly ExportedFile[],
  force: boolean,
): Promise<void> {
  const ignored = files.filter(isSecret).map(({ path }) => path);
  const { changed, left } = await writeFiles(directory, files, ignored, { force });
  const count = changed.length === 1 ? "1 file" : `${changed.length} files`;
  io.error(changed.length === 0 ? `${directory} is up to date.\n` : `${directory}: ${count} written.\n`);
  for (const name of ignored) {
    io.error(`${name} has secret values. The plan of an import shows them, and the state keeps them.\n`);
  }
  for (const path of left) {
    io.error(`${path} is of an earlier export and not of this one. Delete it if it is not needed.\n`);
  }
}

export const gapText = ({ object, diagnostic: { summary, detail } }: Gap): string =>
  `\nWarning: ${summary}\n\n${object[0]?.toUpperCase()}${object.slice(1)}: ${detail}\n`;

/** Returns notes about what a file does not tell; empty without one. */
export function fileNotes(found: readonly Found[], { assumed, platform, otherRelease }: FileSession): string {
  const clusters = found
    .filter(({ type, config }) => type === "hikube_cluster" && config["default_node_group"] === true)
    .map(({ cluster }) => clusterKey(cluster))
    .filter((key) => assumed.includes(key));
  const groups =
    `the file does not show whether the platform's own node group \`md0\` runs in ${listed(clusters)}; it is assumed to run, as in ` +
    "every cluster that does not suppress it. With the objects of kind WorkloadMonitor, the file shows it.";
  const release =
    `the objects are from platform ${otherRelease}, and the defaults of ${platform} are taken for its own. Where they differ, the ` +
    "plan shows it; an export without --file asks the platform.";
  const notes = [...(clusters.length === 0 ? [] : [groups]), ...(otherRelease === undefined ? [] : [release])];
  return notes.map((note) => `\nNote: ${note}\n`).join("");
}

const listed = (keys: readonly string[]): string =>
  keys.length > mostListed
    ? `${keys.slice(0, mostListed).join(", ")} and ${keys.length - mostListed} more`
    : keys.join(", ");

const mostListed = 10;
