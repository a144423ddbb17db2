import { noLog } from "../base/log.ts";
import { type ClusterId, clusterKey } from "../core/ids.ts";
import { isClusterKey } from "../core/validate/formats.ts";
import { DiagnosticError } from "../engine/diagnostic.ts";
import { explain } from "../hikube/shared/diagnostics.ts";
import type { Session } from "../hikube/shared/session.ts";
import { closeSession, openSession } from "../provider.ts";
import { providerSchema } from "../provider-schema.ts";
import { parseDuration } from "../schema/check.ts";
import type { CommandIo } from "./command-io.ts";
import { runCommandLine, UsageError } from "./command-line.ts";
import type { LoginValues } from "./login-values.ts";

/** A parsed command line. */
interface CommandLine {
  readonly values: LoginValues & { readonly help: boolean };
  readonly positionals: readonly string[];
}

/** A command about a tenant. It logs in as the provider does with an empty provider block. */
interface TenantCommand<Line extends CommandLine> {
  readonly usage: string;
  /** Calls `parseArgs`. */
  readonly parse: () => Line;
  /** The accepted number of arguments beside the options. */
  readonly arguments: { readonly least: number; readonly most: number };
  /** Creates the session of a command that can do without the platform; undefined for one that logs in. */
  readonly offline?: (line: Line) => Promise<Session | undefined>;
  /** Whether each object is read at most once, so that all reads show one point in time. */
  readonly readsOnce?: boolean;
  /** Returns the exit code. `signal` is aborted by Ctrl-C. */
  readonly run: (line: Line, session: Session, signal: AbortSignal) => Promise<number>;
}

/** Runs a command about a tenant. Returns its exit code; 1 for a failure, whose text goes to the error output. */
export async function runTenantCommand<Line extends CommandLine>(
  io: CommandIo,
  { usage, parse, arguments: expected, offline, readsOnce = false, run }: TenantCommand<Line>,
): Promise<number> {
  return await runCommandLine(io, {
    usage,
    parse,
    run: async (line, signal) => {
      expectArguments(line.positionals, expected);
      let session: Session | undefined;
      try {
        session = (await offline?.(line)) ?? (await logIn(line.values, io, readsOnce));
        return await run(line, session, signal);
      } catch (error) {
        if (error instanceof UsageError) throw error;
        io.error(failureText(error));
        return 1;
      } finally {
        if (session !== undefined) await closeSession(session);
      }
    },
  });
}

function expectArguments(given: readonly string[], { least, most }: TenantCommand<CommandLine>["arguments"]): void {
  if (given.length < least) throw new UsageError("The id of a cluster is missing.");
  if (given.length > most) throw new UsageError(`Unexpected argument "${given[most]}".`);
}

/** Logs in as the provider does with an empty provider block; options take precedence over the environment. */
async function logIn(
  { kubeconfig, context, namespace }: LoginValues,
  { env, clock }: CommandIo,
  readsOnce: boolean,
): Promise<Session> {
  const unset = Object.fromEntries(Object.keys(providerSchema).map((name) => [name, null]));
  const config = {
    ...(unset as { readonly [name in keyof typeof providerSchema]: null }),
    config_path: kubeconfig ?? null,
    config_context: context ?? null,
    namespace: namespace ?? null,
  };
  return await openSession(
    config,
    env,
    { clock, timings: { lookMs: readsOnce ? Number.POSITIVE_INFINITY : 0 } },
    noLog,
  );
}

function failureText(error: unknown): string {
  const diagnostic = error instanceof DiagnosticError ? error.diagnostic : explain(error);
  if (diagnostic === undefined) throw error;
  return `Error: ${diagnostic.summary}\n\n${diagnostic.detail}\n`;
}

/** Returns the cluster of an id: `namespace/cluster`, or `cluster` in the tenant's namespace. Throws UsageError. */
export function clusterIdOf(text: string, { namespace }: Session): ClusterId {
  const key = text.includes("/") ? text : clusterKey({ namespace, name: text });
  if (!isClusterKey(key)) {
    throw new UsageError(`Invalid id ${JSON.stringify(text)}: it must be \`namespace/cluster\`, or \`cluster\`.`);
  }
  const [space = "", name = ""] = key.split("/");
  return { namespace: space, name };
}

/** Returns the time limit of an option, ms. Throws UsageError. */
export function timeLimit(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined || ms <= 0)
    throw new UsageError(`Invalid --timeout "${text}": it must be a duration such as 5m or 90s.`);
  return ms;
}
