import { parseArgs } from "node:util";
import { isTransient } from "../core/core-error.ts";
import { type ClusterId, clusterKey } from "../core/ids.ts";
import type { ClusterProgress } from "../core/progress.ts";
import type { Session } from "../hikube/shared/session.ts";
import { type CommandIo, processIo } from "./command-io.ts";
import { loginHelp, loginOptions } from "./login-values.ts";
import { clusterIdOf, runTenantCommand, timeLimit } from "./tenant-command.ts";
import { jsonDisplay, lineDisplay, tableDisplay, type WatchDisplay } from "./watch-display.ts";

const usage = `Shows the progress of clusters until they are ready.

  watch [<id>] [options]

  <id> is \`namespace/cluster\`, or \`cluster\` in the namespace of the tenant; default: all clusters of the tenant.

  --json               print one JSON object per change
  --timeout DURATION   longest time to wait; default 45m
${loginHelp}
In a terminal, the table is updated in place; elsewhere, one line is printed per change.
Exit codes: 0: everything is ready. 1: not ready at the time limit, or the platform cannot be read. 2: wrong usage.

Example:

  hikube watch prod
`;

const pollMs = 2_000;

/** Runs `watch …`. Returns the exit code; 130 after Ctrl-C. */
export async function runWatch(argv: readonly string[], io: CommandIo = processIo): Promise<number> {
  return await runTenantCommand(io, {
    usage,
    parse: () =>
      parseArgs({
        args: [...argv],
        allowPositionals: true,
        options: {
          ...loginOptions,
          json: { type: "boolean", default: false },
          timeout: { type: "string", default: "45m" },
        },
      }),
    arguments: { least: 0, most: 1 },
    run: async ({ values, positionals }, session, signal) => {
      const [asked] = positionals;
      const id = asked === undefined ? undefined : clusterIdOf(asked, session);
      const limitMs = timeLimit(values.timeout);
      const display = values.json ? jsonDisplay(io) : io.terminal === undefined ? lineDisplay(io) : tableDisplay(io);
      const last = await follow(session, io, { id, signal, deadline: io.clock.now() + limitMs }, display);
      if (signal.aborted) return 130;
      const late = last.filter(({ ready }) => !ready).map((cluster) => clusterKey(cluster.id));
      if (late.length > 0) io.error(`Not ready after ${values.timeout}: ${late.join(", ")}.\n`);
      return late.length === 0 ? 0 : 1;
    },
  });
}

/** Shows the progress until everything is ready, the deadline passes or the signal is aborted. Returns the last progress. */
async function follow(
  { hikube }: Session,
  { clock }: CommandIo,
  {
    id,
    signal,
    deadline,
  }: { readonly id: ClusterId | undefined; readonly signal: AbortSignal; readonly deadline: number },
  display: WatchDisplay,
): Promise<readonly ClusterProgress[]> {
  let last: readonly ClusterProgress[] | undefined;
  for (;;) {
    try {
      last = await hikube.progress({ signal, fresh: true, ...(id === undefined ? {} : { id }) });
      display.show(last);
      if (last.every(({ ready }) => ready)) return last;
    } catch (error) {
      if (signal.aborted) return last ?? [];
      if (last === undefined || !isTransient(error)) throw error;
      display.show(last, error instanceof Error ? error.message : String(error));
    }
    if (clock.now() >= deadline) return last;
    await clock.sleep(Math.min(pollMs, deadline - clock.now()), signal).catch(() => {});
    if (signal.aborted) return last;
  }
}
