import type {
  MethodDefinition as GrpcMethod,
  handleUnaryCall,
  ServerDuplexStream,
  UntypedHandleCall,
} from "@grpc/grpc-js";
import type { MethodDefinition, StreamCall } from "../base/rpc.ts";
import { RpcError } from "./rpc-error.ts";

export type Method = MethodDefinition<never, never, unknown, unknown>;
type Handler = (request: never, call: StreamCall<never>) => unknown;

const asIs = (bytes: Buffer): Buffer => bytes;

/**
 * The method as grpc-js serves it: grpc-js hands on bytes, and the handler's codecs run beside the handler, so that what they throw
 * reaches the caller like any error of the handler.
 */
export const grpcMethod = (method: Method): GrpcMethod<Buffer, Buffer> => ({
  ...method,
  requestSerialize: asIs,
  requestDeserialize: asIs,
  responseSerialize: asIs,
  responseDeserialize: asIs,
});

export const grpcHandler = (method: Method, handler: Handler): UntypedHandleCall =>
  method.responseStream ? streamHandler(method, handler) : unaryHandler(method, handler);

type GrpcCall = ServerDuplexStream<Buffer, Buffer>;

function unaryHandler(method: Method, handler: Handler): handleUnaryCall<Buffer, Buffer> {
  return async (call, answer) => {
    const context = new CallContext(call as unknown as GrpcCall, method);
    try {
      const response = await handler(method.requestDeserialize(call.request) as never, context);
      const bytes = method.responseSerialize(response as never);
      context.isAnswered = true;
      answer(null, bytes);
    } catch (error) {
      context.isAnswered = true;
      answer(RpcError.from(error).status);
    }
  };
}

function streamHandler(method: Method, handler: Handler) {
  return (call: GrpcCall & { readonly request?: Buffer }): void => {
    try {
      const request = call.request === undefined ? undefined : method.requestDeserialize(call.request);
      if (method.requestStream) call.resume();
      handler(request as never, new CallContext(call, method));
    } catch (error) {
      call.emit("error", RpcError.from(error).status);
    }
  };
}

class CallContext implements StreamCall<never> {
  isAnswered = false;
  private readonly call: GrpcCall;
  private readonly method: Method;

  constructor(call: GrpcCall, method: Method) {
    this.call = call;
    this.method = method;
  }

  get peer(): string {
    return this.call.getPeer();
  }

  // grpc-js emits "cancelled" at the end of every call.
  onEnded(listener: () => void): void {
    this.call.once("cancelled", listener);
  }

  onCancelled(listener: () => void): void {
    this.onEnded(() => {
      if (!this.isAnswered) listener();
    });
  }

  onHeard(listener: () => void): void {
    this.call.once("end", listener);
  }

  send(message: never): void {
    this.call.write(this.method.responseSerialize(message));
  }

  end(): void {
    this.isAnswered = true;
    this.call.end();
  }
}
