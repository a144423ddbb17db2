import type { Log } from "../base/log.ts";
import { type Diagnostic, DiagnosticError, type Diagnostics } from "./diagnostic.ts";

/** The state of one configured provider: one per process under Terraform, one per connection in a debugging session. */
export interface Engine<Client> {
  readonly log: Log;
  /** Returns the diagnostic of an error thrown by a part of the provider; undefined for an internal error. */
  readonly explain: (error: unknown) => Diagnostic | undefined;
  /** Undefined before ConfigureProvider and while the provider's configuration is unknown. */
  client: Client | undefined;
  /** True if ConfigureProvider received unknown values. */
  configurationUnknown: boolean;
  /** Whether ValidateProviderConfig was called since the last ConfigureProvider. */
  configurationValidated: boolean;
  /** Whether this run's state contains resources of this provider. */
  holdsState: boolean;
  /** Aborted by StopProvider and replaced immediately, so that later requests are served. */
  stop: AbortController;
  /** Calls in progress, each aborted by StopProvider too. A separate signal per call is cheaper than one that follows `stop`. */
  readonly work: Set<AbortController>;
}

/** What every call of a part of the provider receives. */
export interface CallContext<Client> {
  readonly client: Client;
  readonly signal: AbortSignal;
  readonly diagnostics: Diagnostics;
}

export function createEngine<Client>({ explain }: Pick<Engine<Client>, "explain">, log: Log): Engine<Client> {
  return {
    log,
    explain,
    client: undefined,
    configurationUnknown: false,
    configurationValidated: false,
    holdsState: false,
    stop: new AbortController(),
    work: new Set(),
  };
}

/** Aborts every wait in progress; the handlers return the state known so far. */
export function stopEngine<Client>(engine: Engine<Client>): void {
  const stopped = new Error("Terraform asked the provider to stop");
  engine.stop.abort(stopped);
  for (const work of engine.work) work.abort(stopped);
  engine.stop = new AbortController();
}

/** Returns the part of a provider with this type. Throws DiagnosticError. */
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

/** Returns the client. Throws DiagnosticError with the reason if there is none. */
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

/** Runs a handler and converts whatever it throws to a diagnostic, never to a gRPC error (protocol.md §0 trap 12). */
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
