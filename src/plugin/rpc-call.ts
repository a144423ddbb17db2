import { type ServerDuplexStream, type sendUnaryData, status, type UntypedHandleCall } from "@grpc/grpc-js";
import type { MethodDefinition, ServiceImplementation, StreamCall } from "../base/rpc.ts";

/** An error that ends a call with this gRPC status. The message is sent to the caller. */
export class RpcError extends Error {
  override readonly name = "RpcError";
  readonly code: status;

  constructor(code: status, message: string) {
    super(message);
    this.code = code;
  }
}

type Method = MethodDefinition<never, never, unknown, unknown>;
type GrpcCall = ServerDuplexStream<unknown, unknown> & { readonly request?: unknown };

/** Adapts a handler to grpc-js. An error other than `RpcError` results in the status INTERNAL. */
export function grpcHandler(method: Method, handler: ServiceImplementation[string]): UntypedHandleCall {
  return async (call: GrpcCall, answer?: sendUnaryData<unknown>): Promise<void> => {
    let isAnswered = false;
    const context: StreamCall<never> = {
      peer: call.getPeer(),
      // grpc-js emits "cancelled" at the end of every call.
      onEnded: (listener) => call.once("cancelled", listener),
      onCancelled: (listener) => call.once("cancelled", () => isAnswered || listener()),
      onHeard: (listener) => call.once("end", listener),
      send: (message) => (call.write(message) ? undefined : drained(call)),
      end: () => {
        isAnswered = true;
        call.end();
      },
    };
    if (method.requestStream) call.resume();
    try {
      const response = await handler(call.request as never, context);
      if (method.responseStream) return;
      isAnswered = true;
      answer?.(null, response);
    } catch (error) {
      isAnswered = true;
      const code = error instanceof RpcError ? error.code : status.INTERNAL;
      // grpc-js throws for a lone surrogate.
      const details = (error instanceof Error ? error.message : String(error)).toWellFormed();
      if (answer === undefined) call.emit("error", { code, details });
      else answer({ code, details });
    }
  };
}

/** Resolves once the caller has read enough of the stream, or the call has ended. */
const drained = (call: GrpcCall): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      call.off("drain", done);
      call.off("cancelled", done);
      resolve();
    };
    call.once("drain", done);
    call.once("cancelled", done);
  });
