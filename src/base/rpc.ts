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

/** A call in progress, as its handler sees it. */
export interface Call {
  /** The name of the connection. */
  readonly peer: string;
  /** The caller cancelled, disconnected, or set a deadline that passed, before the answer was sent. One listener a call. */
  onCancelled(listener: () => void): void;
  /** The call is over, answered or not. One listener a call. */
  onEnded(listener: () => void): void;
}

/** A call that is answered with any number of messages. The caller's stream is not read, only its end is reported. */
export interface StreamCall<Response> extends Call {
  send(message: Response): void;
  end(): void;
  /** The caller has ended its stream. One listener a call. */
  onHeard(listener: () => void): void;
}

/** Answers one request with one message. An error is the gRPC status INTERNAL, unless it is an `RpcError`. */
export type Unary<Request, Response> = (request: Request, call: Call) => Response | Promise<Response>;

/** Handlers by method name. A method without a handler is answered with UNIMPLEMENTED. */
export type ServiceImplementation = Readonly<Record<string, (request: never, call: StreamCall<never>) => unknown>>;
