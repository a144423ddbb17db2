import { parseArgs } from "node:util";
import type { ClusterId } from "../core/ids.ts";
import type { Session } from "../hikube/shared/session.ts";
import { type CommandIo, processIo } from "./command-io.ts";
import { UsageError } from "./command-line.ts";
import { type Collected, collect, type Gap } from "./export/collect.ts";
import { describeClusters, type ExportedFile } from "./export/describe.ts";
import { flatLayout, moduleLayout } from "./export/layout.ts";
import { secretsFile } from "./export/root-module.ts";
import { filtersOf, NothingSelected, selectClusters } from "./export/select.ts";
import { writeFiles } from "./export/write-files.ts";
import { loginHelp, loginOptions } from "./login-values.ts";
import { clusterIdOf, runTenantCommand } from "./tenant-command.ts";

const usage = `Writes a configuration with import blocks for clusters that exist, their node groups and their add-ons.

  export [<id>…] [options]

  <id> is \`namespace/cluster\`, or \`cluster\` in the namespace of the tenant; default: all clusters of the tenant.

  --out DIRECTORY      write files; default: one text to the output
  --modules            one module per cluster; the import blocks are in the root module
  --force              replace files that this command did not write or that were edited, and keep each as FILE.backup
  --name-regex REGEX   only clusters with a name that matches this regular expression, e.g. ^prod-
  --label KEY=VALUE    only clusters with this label; can be repeated
  --ready BOOL         only clusters that are ready (true), or that are not (false)
${loginHelp}
The plan of the configuration imports everything and changes nothing. Secret values become variables; with --out, their values are
in ${secretsFile}, which only you can read and git ignores.
Exit codes: 0: everything is exported. 1: the platform cannot be read, or a file cannot be written. 2: wrong usage. 3: exported, but
something is left out; the error output says what. 4: no cluster is selected.

Example:

  hikube export prod --out infrastructure
`;

/** Runs `export …`. Returns the exit code. */
export async function runExport(argv: readonly string[], io: CommandIo = processIo): Promise<number> {
  return await runTenantCommand(io, {
    usage,
    parse: () =>
      parseArgs({
        args: [...argv],
        allowPositionals: true,
        options: {
          ...loginOptions,
          out: { type: "string" },
          modules: { type: "boolean", default: false },
          force: { type: "boolean", default: false },
          "name-regex": { type: "string" },
          label: { type: "string", multiple: true },
          ready: { type: "string" },
        },
      }),
    arguments: { least: 0, most: Number.POSITIVE_INFINITY },
    readsOnce: true,
    run: async ({ values, positionals }, session, signal) => {
      const { out, modules, force } = values;
      if (modules && out === undefined) throw new UsageError("--modules needs --out: it makes several files.");
      const filters = await filtersOf(values);
      const ids = positionals.map((id) => clusterIdOf(id, session));
      let clusters: ClusterId[];
      try {
        clusters = await selectClusters(session, ids, filters, signal);
      } catch (error) {
        if (!(error instanceof NothingSelected)) throw error;
        io.error(`Error: ${error.summary}\n\n${error.message}\n`);
        return 4;
      }
      const { found, gaps } = await collectAll(session, clusters, signal);
      const exported = { namespace: session.namespace, clusters: describeClusters(found) };
      const files = (modules ? moduleLayout : flatLayout)(exported);
      if (out === undefined) print(io, files);
      else await write(io, out, files, force);
      for (const gap of gaps) io.error(gapText(gap));
      return gaps.length === 0 ? 0 : 3;
    },
  });
}

async function collectAll(session: Session, clusters: readonly ClusterId[], signal: AbortSignal): Promise<Collected> {
  const all: Collected[] = [];
  for (const namespace of new Set(clusters.map(({ namespace }) => namespace))) {
    const own = clusters.filter((id) => id.namespace === namespace);
    all.push(await collect(session, namespace, own, signal));
  }
  return { found: all.flatMap(({ found }) => found), gaps: all.flatMap(({ gaps }) => gaps) };
}

function print(io: CommandIo, files: readonly ExportedFile[]): void {
  const isSecret = ({ secret }: ExportedFile) => secret === true;
  io.out(
    files
      .filter((file) => !isSecret(file))
      .map(({ text }) => text)
      .join("\n"),
  );
  if (files.some(isSecret)) {
    io.error(
      "Secret values are variables without a value here; with --out, their values are written to a file of their own.\n",
    );
  }
}

async function write(io: CommandIo, out: string, files: readonly ExportedFile[], force: boolean): Promise<void> {
  const ignored = files.filter(({ secret }) => secret).map(({ path }) => path);
  const { changed, left } = await writeFiles(out, files, ignored, { force });
  const count = changed.length === 1 ? "1 file" : `${changed.length} files`;
  io.error(changed.length === 0 ? `${out} is up to date.\n` : `${out}: ${count} written.\n`);
  for (const path of left)
    io.error(`${path} is of an earlier export and not of this one. Delete it if it is not needed.\n`);
}

const gapText = ({ object, diagnostic: { summary, detail } }: Gap): string =>
  `\nWarning: ${summary}\n\n${object[0]?.toUpperCase()}${object.slice(1)}: ${detail}\n`;
