/** One method of a gRPC service with the codecs of its messages, in the shape that @grpc/grpc-js also takes. */
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

/** A call under way, as its handler sees it. */
export interface Call {
  /** Names the connection that it came over. */
  readonly peer: string;
  /** The caller has given up, or has gone, before the answer was sent. One listener a call. */
  onCancelled(listener: () => void): void;
  /** The call is over, answered or not. One listener a call. */
  onEnded(listener: () => void): void;
}

/** A call that is answered by any number of messages. What the caller streams is not heard, only that it ends. */
export interface StreamCall<Response> extends Call {
  send(message: Response): void;
  end(): void;
  /** The caller has said all it had to say. One listener a call. */
  onHeard(listener: () => void): void;
}

/** Answers one request by one message. A rejection is gRPC's INTERNAL unless its kind says otherwise. */
export type Unary<Request, Response> = (request: Request, call: Call) => Response | Promise<Response>;

/** Handlers by the names of their methods. Methods without one are answered with UNIMPLEMENTED. */
export type ServiceImplementation = Readonly<Record<string, (request: never, call: StreamCall<never>) => unknown>>;
