import type { Call, StreamCall, Unary } from "../base/rpc.ts";
import { Diagnostics } from "../engine/diagnostic.ts";
import { addError, type Engine } from "../engine/engine.ts";
import { ValueError } from "../values/value-error.ts";
import { toDiagnostics } from "./diagnostic-message.ts";
import type { tfplugin6 } from "./generated/tfplugin6.js";

/** A response with diagnostics; nearly every response of the protocol has them. */
export interface WithDiagnostics {
  diagnostics?: tfplugin6.IDiagnostic[] | null | undefined;
}

/** Returns the engine of a connection, so that two configurations of a debugged provider stay separate. */
export type EngineOf<Client> = (peer: string) => Engine<Client>;

/** Creates the handler of a unary RPC. `fallback` returns the response to which the diagnostics of a failure are added. */
export type Handle<Client> = <Request, Response extends WithDiagnostics>(
  answer: (engine: Engine<Client>, request: Request, signal: AbortSignal) => Promise<Response> | Response,
  fallback?: (request: Request) => Response,
) => Unary<Request, Response>;

/** Creates the handler of a streaming RPC. `failed` returns the event that ends a failed stream. */
export type HandleStream<Client> = <Request, Event>(
  answer: (
    engine: Engine<Client>,
    request: Request,
    signal: AbortSignal,
    send: (event: Event) => Promise<void> | undefined,
  ) => Promise<void>,
  failed: (diagnostics: Diagnostics) => Event,
) => (request: Request, call: StreamCall<Event>) => void;

/**
 * Returns handlers that never fail with a gRPC error: every exception becomes a diagnostic, because a gRPC error would lose state,
 * private data and identity (protocol.md §0 trap 12). A call is aborted when its caller cancels it or Terraform stops the provider.
 */
export function handlersOf<Client>(engineOf: EngineOf<Client>): {
  readonly handle: Handle<Client>;
  readonly handleStream: HandleStream<Client>;
} {
  /** Runs one call; returns the diagnostics of an exception. */
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
