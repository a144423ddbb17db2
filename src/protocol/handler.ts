import type { Call } from "../base/rpc.ts";
import { Diagnostics } from "../engine/diagnostic.ts";
import { addError, type Engine } from "../engine/engine.ts";
import { ValueError } from "../values/value-error.ts";
import { toDiagnostics } from "./diagnostic-message.ts";
import type { tfplugin6 } from "./generated/tfplugin6.js";

/** Answers with diagnostics: nearly every response of the protocol has them. */
export interface WithDiagnostics {
  diagnostics?: tfplugin6.IDiagnostic[] | null | undefined;
}

/** Finds the engine of a call: one per connection, so that two configurations of a debugged provider do not mix. */
export type EngineOf<Client> = (peer: string) => Engine<Client>;

/**
 * A unary handler that never fails as gRPC: whatever is thrown becomes a diagnostic in the best answer there is
 * (`fallback`), because a gRPC error would cost state, private data and identity (protocol.md §0 trap 12).
 */
export function unary<Client, Request, Response extends WithDiagnostics>(
  engineOf: EngineOf<Client>,
  answer: (engine: Engine<Client>, request: Request, signal: AbortSignal) => Promise<Response> | Response,
  fallback: (request: Request) => Response,
) {
  return async (request: Request, call: Call): Promise<Response> => {
    const engine = engineOf(call.peer);
    const work = new AbortController();
    engine.work.add(work);
    call.onCancelled(() => work.abort(new Error("the call was cancelled")));
    try {
      return await answer(engine, request, work.signal);
    } catch (error) {
      const diagnostics = new Diagnostics();
      if (error instanceof ValueError) {
        diagnostics.error(
          "Terraform's request cannot be read",
          `${error.message}. The provider and this version of Terraform or OpenTofu do not understand each other, or the ` +
            "request was damaged.",
        );
      } else addError(engine, diagnostics, error);
      const response = fallback(request);
      return { ...response, diagnostics: [...(response.diagnostics ?? []), ...toDiagnostics(diagnostics)] };
    } finally {
      engine.work.delete(work);
    }
  };
}
