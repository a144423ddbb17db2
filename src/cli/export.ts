import { parseArgs } from "node:util";
import { type CommandIo, processIo } from "./command-io.ts";
import { UsageError } from "./command-line.ts";
import { collectAll } from "./export/collect.ts";
import { describeClusters } from "./export/describe.ts";
import { flatLayout, moduleLayout } from "./export/layout.ts";
import { platformOption } from "./export/offline/file-platform.ts";
import { type FileSession, openFileSession } from "./export/offline/file-session.ts";
import { fileNotes, gapText, printFiles, saveFiles } from "./export/output.ts";
import { secretsFile } from "./export/root-module.ts";
import { filtersOf, NothingSelected, selectClusters } from "./export/select.ts";
import { type LoginValues, loginHelp, loginOptions } from "./login-values.ts";
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
  --file FILE          read the objects that kubectl printed, as YAML or JSON, in place of the platform; - is the input
  --platform VERSION   version of the platform that the file is from, 1.1.2 or 1.6.2; default: the one that fits its objects
${loginHelp}
The plan of the configuration imports everything and changes nothing. Secret values become variables; with --out, their values are
in ${secretsFile}, which only you can read and git ignores.
Exit codes: 0: everything is exported. 1: the platform or the file cannot be read, or a file cannot be written. 2: wrong usage.
3: exported, but something is left out; the error output says what. 4: no cluster is selected.

Example:

  hikube export prod --out infrastructure
`;

const options = {
  ...loginOptions,
  out: { type: "string" },
  modules: { type: "boolean", default: false },
  force: { type: "boolean", default: false },
  "name-regex": { type: "string" },
  label: { type: "string", multiple: true },
  ready: { type: "string" },
  file: { type: "string" },
  platform: { type: "string" },
} as const;

/** Runs `export …`. Returns the exit code. */
export async function runExport(argv: readonly string[], io: CommandIo = processIo): Promise<number> {
  let file: FileSession | undefined;
  return await runTenantCommand(io, {
    usage,
    parse: () => parseArgs({ args: [...argv], allowPositionals: true, options }),
    arguments: { least: 0, most: Number.POSITIVE_INFINITY },
    readsOnce: true,
    offline: async ({ values }) => {
      if (values.modules && values.out === undefined) {
        throw new UsageError("--modules needs --out: it makes several files.");
      }
      file = await fileOf(values, io);
      return file?.session;
    },
    run: async ({ values, positionals }, session, signal) => {
      const { out, modules, force } = values;
      const filters = await filtersOf(values);
      const ids = positionals.map((id) => clusterIdOf(id, session));
      const namespaces = file?.namespaces ?? [session.namespace];
      const clusters = await selectClusters(session, { ids, namespaces, filters }, signal).catch((error: unknown) => {
        if (!(error instanceof NothingSelected)) throw error;
        io.error(`Error: ${error.summary}\n\n${error.message}\n`);
        return undefined;
      });
      if (clusters === undefined) return 4;
      const { found, gaps: inClusters } = await collectAll(session, clusters, signal);
      const gaps = [...inClusters, ...(ids.length === 0 ? (file?.orphans ?? []) : [])];
      const exported = { namespace: session.namespace, clusters: describeClusters(found) };
      const files = (modules ? moduleLayout : flatLayout)(exported);
      if (out === undefined) printFiles(io, files);
      else await saveFiles(io, out, files, force);
      if (file !== undefined) io.error(fileNotes(found, file));
      for (const gap of gaps) io.error(gapText(gap));
      return gaps.length === 0 ? 0 : 3;
    },
  });
}

type FileValues = LoginValues & { readonly [Name in "file" | "platform" | "ready"]?: string | undefined };

async function fileOf(values: FileValues, io: CommandIo): Promise<FileSession | undefined> {
  const { file, platform, namespace } = values;
  if (file === undefined) {
    if (platform !== undefined) throw new UsageError("--platform needs --file: a tenant's own platform is asked.");
    return undefined;
  }
  const online = (["kubeconfig", "context", "ready"] as const).find((name) => values[name] !== undefined);
  if (online !== undefined) throw new UsageError(`--${online} needs the platform, which --file does not ask.`);
  const version = platform === undefined ? undefined : platformOption(platform);
  return await openFileSession({ file, platform: version, namespace }, io);
}
