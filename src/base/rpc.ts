/** One method of a gRPC service with the codecs of its messages, in the shape of @grpc/grpc-js. */
export interface MethodDefinition<RequestIn, ResponseIn, Request, Response> {
  /** `/package.Service/Method`. */
  readonly path: string;
  readonly originalName: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  requestSerialize(message: RequestIn): Buffer;
  responseSerialize(message: ResponseIn): Buffer;
  requestDeserialize(bytes: Buffer): Request;
  responseDeserialize(bytes: Buffer): Response;
}

/** The methods of a service by name. */
export type ServiceDefinition = Readonly<Record<string, MethodDefinition<never, never, unknown, unknown>>>;

/** A call in progress, as passed to its handler. */
export interface Call {
  /** The name of the connection. */
  readonly peer: string;
  /** The caller cancelled, disconnected, or set a deadline that passed, before the response was sent. One listener per call. */
  onCancelled(listener: () => void): void;
  /** The call has ended, with or without a response. One listener per call. */
  onEnded(listener: () => void): void;
}

/** A call with any number of response messages. The caller's stream is not read; only its end is reported. */
export interface StreamCall<Response> extends Call {
  /** Resolves once the caller takes further messages, or the call has ended; undefined if it takes them now. */
  send(message: Response): Promise<void> | undefined;
  end(): void;
  /** The caller has ended its stream. One listener per call. */
  onHeard(listener: () => void): void;
}

/** Returns one response to one request. An error results in the gRPC status INTERNAL, unless it is an `RpcError`. */
export type Unary<Request, Response> = (request: Request, call: Call) => Response | Promise<Response>;

/** Handlers by method name. A method without a handler returns UNIMPLEMENTED. */
export type ServiceImplementation = Readonly<Record<string, (request: never, call: StreamCall<never>) => unknown>>;
