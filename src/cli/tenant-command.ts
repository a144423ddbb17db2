import type { Log } from "../base/log.ts";
import { type ClusterId, clusterKey } from "../core/ids.ts";
import { isClusterKey } from "../core/validate/formats.ts";
import { DiagnosticError } from "../engine/diagnostic.ts";
import { explain } from "../hikube/shared/diagnostics.ts";
import type { Session } from "../hikube/shared/session.ts";
import { closeSession, openSession } from "../provider.ts";
import { providerSchema } from "../provider-schema.ts";
import { parseDuration } from "../schema/check.ts";
import type { CommandIo } from "./command-io.ts";

/** Options of every command about a tenant, for `parseArgs`. */
export const loginOptions = {
  kubeconfig: { type: "string" },
  context: { type: "string" },
  namespace: { type: "string" },
  help: { type: "boolean", default: false },
} as const;

/** Help for these options. */
export const loginHelp = `  --kubeconfig FILE    kubeconfig of the tenant; default: as for the provider (HIKUBE_CONFIG_PATH, KUBECONFIG, ~/.kube/config)
  --context NAME       context of the kubeconfig; default: the current one
  --namespace NAME     namespace of the tenant; default: that of the context
  --help               show this help
`;

/** Which login a command was given. */
export interface LoginValues {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly namespace?: string | undefined;
}

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
  /** Returns the exit code. `signal` is aborted by Ctrl-C. */
  readonly run: (line: Line, session: Session, signal: AbortSignal) => Promise<number>;
}

/** An invalid command line. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * Runs a command about a tenant. Returns its exit code: 1 for a failure, whose text goes to the error output, and 2 for an invalid
 * command line.
 */
export async function runTenantCommand<Line extends CommandLine>(
  io: CommandIo,
  command: TenantCommand<Line>,
): Promise<number> {
  const stop = new AbortController();
  const stopListening = io.onInterrupt(() => stop.abort(new Error("interrupted")));
  let session: Session | undefined;
  try {
    const line = parse(command);
    if (line.values.help) {
      io.out(command.usage);
      return 0;
    }
    session = await logIn(line.values, io);
    return await command.run(line, session, stop.signal);
  } catch (error) {
    if (error instanceof UsageError) {
      io.error(`${error.message}\n\n${command.usage}`);
      return 2;
    }
    io.error(failureText(error));
    return 1;
  } finally {
    stopListening();
    if (session !== undefined) await closeSession(session);
  }
}

function parse<Line extends CommandLine>(command: TenantCommand<Line>): Line {
  const { least, most } = command.arguments;
  let line: Line;
  try {
    line = command.parse();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  const { positionals, values } = line;
  if (values.help) return line;
  if (positionals.length < least) throw new UsageError("The id of a cluster is missing.");
  if (positionals.length > most) throw new UsageError(`Unexpected argument "${positionals[most]}".`);
  return line;
}

/** Logs in as the provider does with an empty provider block; options take precedence over the environment. */
async function logIn({ kubeconfig, context, namespace }: LoginValues, { env, clock }: CommandIo): Promise<Session> {
  const unset = Object.fromEntries(Object.keys(providerSchema).map((name) => [name, null]));
  const config = {
    ...(unset as { readonly [name in keyof typeof providerSchema]: null }),
    config_path: kubeconfig ?? null,
    config_context: context ?? null,
    namespace: namespace ?? null,
  };
  return await openSession(config, env, { clock, timings: { lookMs: 0 } }, silent);
}

const silent: Log = () => {};

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
