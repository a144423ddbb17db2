import type { CommandIo } from "./command-io.ts";

/** An invalid command line. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

interface Command<Line> {
  readonly usage: string;
  /** Calls `parseArgs`. */
  readonly parse: () => Line;
  /** Returns the exit code. `signal` is aborted by Ctrl-C. */
  readonly run: (line: Line, signal: AbortSignal) => Promise<number>;
}

/** Runs a command, or prints its help. Returns its exit code; 2 for an invalid command line. */
export async function runCommandLine<Line extends { readonly values: { readonly help: boolean } }>(
  io: CommandIo,
  { usage, parse, run }: Command<Line>,
): Promise<number> {
  const stop = new AbortController();
  const stopListening = io.onInterrupt(() => stop.abort(new Error("interrupted")));
  try {
    const line = parsed(parse);
    if (!line.values.help) return await run(line, stop.signal);
    io.out(usage);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    io.error(`${error.message}\n\n${usage}`);
    return 2;
  } finally {
    stopListening();
  }
}

function parsed<Line>(parse: () => Line): Line {
  try {
    return parse();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
