import { status } from "@grpc/grpc-js";

/** A call that ends in a gRPC status instead of an answer. The message reaches the caller. */
export class RpcError extends Error {
  override readonly name = "RpcError";
  readonly code: status;

  constructor(code: status, message: string) {
    super(message);
    this.code = code;
  }

  /** Any other error is an internal one. */
  static from(error: unknown): RpcError {
    if (error instanceof RpcError) return error;
    return new RpcError(status.INTERNAL, error instanceof Error ? error.message : String(error));
  }

  /** The status as grpc-js takes it; it throws for text with half a surrogate pair. */
  get status(): { readonly code: status; readonly details: string } {
    return { code: this.code, details: this.message.toWellFormed() };
  }
}
