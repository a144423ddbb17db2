/** The status codes of gRPC that this server answers with. */
export const rpcStatus = {
  ok: 0,
  deadlineExceeded: 4,
  notFound: 5,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
} as const;

/** A call that ends in a status of gRPC instead of an answer. The message reaches the caller. */
export class RpcError extends Error {
  override readonly name = "RpcError";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }

  static from(error: unknown): RpcError {
    if (error instanceof RpcError) return error;
    return new RpcError(rpcStatus.internal, error instanceof Error ? error.message : String(error));
  }
}

/** `grpc-message` as it travels: percent-encoded UTF-8, printable ASCII without `%` as it is. */
export const encodeMessage = (text: string): string =>
  text.toWellFormed().replace(/[^ -$&-~]/gu, (character) => encodeURIComponent(character));
