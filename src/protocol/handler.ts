import type { Call, StreamCall, Unary } from "../base/rpc.ts";
import { Diagnostics } from "../engine/diagnostic.ts";
import { addError, type Engine } from "../engine/engine.ts";
import { ValueError } from "../values/value-error.ts";
import { toDiagnostics } from "./diagnostic-message.ts";
import type { tfplugin6 } from "./generated/tfplugin6.js";

/** Answers with diagnostics: nearly every response of the protocol has them. */
export interface WithDiagnostics {
  diagnostics?: tfplugin6.IDiagnostic[] | null | undefined;
}

/** The engine of a connection, so that two configurations of a debugged provider do not mix. */
export type EngineOf<Client> = (peer: string) => Engine<Client>;

/** Makes the handler of a unary RPC. `fallback` is the answer that the diagnostics of a failure are added to. */
export type Handle<Client> = <Request, Response extends WithDiagnostics>(
  answer: (engine: Engine<Client>, request: Request, signal: AbortSignal) => Promise<Response> | Response,
  fallback?: (request: Request) => Response,
) => Unary<Request, Response>;

/** Makes the handler of an RPC that is answered by a stream. `failed` is the event that ends a stream that failed. */
export type HandleStream<Client> = <Request, Event>(
  answer: (
    engine: Engine<Client>,
    request: Request,
    signal: AbortSignal,
    send: (event: Event) => void,
  ) => Promise<void>,
  failed: (diagnostics: Diagnostics) => Event,
) => (request: Request, call: StreamCall<Event>) => void;

/**
 * Handlers that never fail as gRPC: whatever is thrown becomes a diagnostic, because a gRPC error would cost state, private data and
 * identity (protocol.md §0 trap 12). Each call ends where its caller cancels it or Terraform stops the provider.
 */
export function handlersOf<Client>(engineOf: EngineOf<Client>): {
  readonly handle: Handle<Client>;
  readonly handleStream: HandleStream<Client>;
} {
  /** Runs one call; the diagnostics of what it throws. */
  const run = async (
    engine: Engine<Client>,
    call: Call,
    work: (signal: AbortSignal) => Promise<void>,
  ): Promise<Diagnostics | undefined> => {
    const own = new AbortController();
    engine.work.add(own);
    call.onCancelled(() => own.abort(new Error("the call was cancelled")));
    try {
      await work(own.signal);
      return undefined;
    } catch (error) {
      return diagnosticsOf(engine, error);
    } finally {
      engine.work.delete(own);
    }
  };
  return {
    handle: <Request, Response extends WithDiagnostics>(
      answer: (engine: Engine<Client>, request: Request, signal: AbortSignal) => Promise<Response> | Response,
      fallback: (request: Request) => Response = () => ({}) as Response,
    ) => {
      return async (request: Request, call: Call): Promise<Response> => {
        const engine = engineOf(call.peer);
        let response: Response | undefined;
        const failure = await run(engine, call, async (signal) => {
          response = await answer(engine, request, signal);
        });
        if (response !== undefined && failure === undefined) return response;
        const known = fallback(request);
        const added = failure === undefined ? [] : toDiagnostics(failure);
        return { ...known, diagnostics: [...(known.diagnostics ?? []), ...added] };
      };
    },
    handleStream: (answer, failed) => (request, call) => {
      const engine = engineOf(call.peer);
      void run(engine, call, (signal) => answer(engine, request, signal, (event) => call.send(event))).then(
        (failure) => {
          if (failure !== undefined) call.send(failed(failure));
          call.end();
        },
      );
    },
  };
}

function diagnosticsOf<Client>(engine: Engine<Client>, error: unknown): Diagnostics {
  const diagnostics = new Diagnostics();
  if (error instanceof ValueError) {
    diagnostics.error(
      "Terraform's request cannot be read",
      `${error.message}. The provider and this version of Terraform or OpenTofu do not understand each other, or the ` +
        "request was damaged.",
    );
  } else addError(engine, diagnostics, error);
  return diagnostics;
}
