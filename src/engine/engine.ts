import type { Log } from "../base/log.ts";
import { type Diagnostic, DiagnosticError, type Diagnostics } from "./diagnostic.ts";

/** The state of one configured provider: Terraform has one per process, a debugging session one per connection. */
export interface Engine<Client> {
  readonly log: Log;
  /** The diagnostic of an error that a part of the provider has thrown; undefined where it is an internal error. */
  readonly explain: (error: unknown) => Diagnostic | undefined;
  /** Undefined before ConfigureProvider and while the provider's configuration is unknown. */
  client: Client | undefined;
  /** True when ConfigureProvider came with unknown values. */
  configurationUnknown: boolean;
  /** Whether this run has a state with resources of this provider in it. */
  holdsState: boolean;
  /** Aborted by StopProvider and replaced right after, so that later requests are served. */
  stop: AbortController;
  /** Calls under way, each ended by StopProvider too: a signal of their own is cheaper than one that follows `stop`. */
  readonly work: Set<AbortController>;
}

export function createEngine<Client>({ explain }: Pick<Engine<Client>, "explain">, log: Log): Engine<Client> {
  return {
    log,
    explain,
    client: undefined,
    configurationUnknown: false,
    holdsState: false,
    stop: new AbortController(),
    work: new Set(),
  };
}

/** Ends every wait in progress; their handlers answer with what they know. */
export function stopEngine<Client>(engine: Engine<Client>): void {
  const stopped = new Error("Terraform asked the provider to stop");
  engine.stop.abort(stopped);
  for (const work of engine.work) work.abort(stopped);
  engine.stop = new AbortController();
}

/** The part of a provider with this type. Throws DiagnosticError. */
export function findPart<Part extends { readonly type: string }>(
  parts: readonly Part[],
  type: string,
  noun: string,
): Part {
  const found = parts.find((part) => part.type === type);
  if (found === undefined) {
    throw new DiagnosticError(`Unknown ${noun} type`, `This provider has no ${noun} type "${type}".`);
  }
  return found;
}

/** The client, or the reason why there is none, said in the user's terms. */
export function requireClient<Client>(engine: Engine<Client>): Client {
  if (engine.client !== undefined) return engine.client;
  if (engine.configurationUnknown) {
    throw new DiagnosticError(
      "The provider's configuration is not known yet",
      "An argument of the provider block comes from another resource that does not exist yet, so the API cannot be asked. " +
        "Apply that resource first (`-target`), or give the provider values that are known while planning.",
    );
  }
  throw new DiagnosticError(
    "The provider is not configured",
    "Terraform asked for the API before it configured the provider.",
  );
}

/** Runs one question; whatever is thrown becomes a diagnostic, never a gRPC error (protocol.md §0 trap 12). */
export async function guarded<Client>(
  engine: Engine<Client>,
  diagnostics: Diagnostics,
  question: () => Promise<void> | void,
): Promise<void> {
  try {
    await question();
  } catch (error) {
    addError(engine, diagnostics, error);
  }
}

export function addError<Client>(engine: Engine<Client>, diagnostics: Diagnostics, error: unknown): void {
  if (error instanceof DiagnosticError) {
    diagnostics.add(error.diagnostic);
    return;
  }
  const explained = engine.explain(error);
  if (explained !== undefined) {
    diagnostics.add(explained);
    return;
  }
  engine.log("error", "internal error", { stack: error instanceof Error ? error.stack : String(error) });
  diagnostics.error(
    "Internal error of the provider",
    `${error instanceof Error ? `${error.name}: ${error.message}` : "A value that is not an error was thrown"}. ` +
      "This is a bug in the provider; please report it with the log of a run under TF_LOG=DEBUG.",
  );
}
