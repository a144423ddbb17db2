import type { IncomingHttpHeaders, OutgoingHttpHeaders, ServerHttp2Stream } from "node:http2";
import type { MethodDefinition, StreamCall } from "../base/rpc.ts";
import { encodeMessage, RpcError, rpcStatus } from "./rpc-error.ts";
import { headOf, SingleMessage } from "./single-message.ts";

export interface Method {
  readonly definition: MethodDefinition<never, never, unknown, unknown>;
  readonly handler: (request: never, call: StreamCall<never>) => unknown;
}

/** Answers up to here go out together with what stands before them; larger ones are not copied. */
const copiedBytes = 64 * 1024;

const answerHeaders: OutgoingHttpHeaders = { ":status": 200, "content-type": "application/grpc" };

// Node's types do not know of `sendDate`.
const answerOptions = { waitForTrailers: true, sendDate: false };

/** Begins an answer of messages; `trail` has its status when they are all said. */
const begin = (stream: ServerHttp2Stream): void => stream.respond(answerHeaders, answerOptions);

const trail = (stream: ServerHttp2Stream, status: OutgoingHttpHeaders = { "grpc-status": String(rpcStatus.ok) }) =>
  stream.once("wantTrailers", () => stream.sendTrailers(status));

/** Ends a call with a status and no message. What the caller still sends until it has heard that is dropped. */
export function refuse(stream: ServerHttp2Stream, error: RpcError): void {
  if (stream.destroyed || stream.closed) return;
  const status = { "grpc-status": String(error.status), "grpc-message": encodeMessage(error.message) };
  if (stream.headersSent) {
    trail(stream, status);
    stream.end();
  } else stream.respond({ ...answerHeaders, ...status }, { endStream: true });
}

/** Serves one call: hears its message or messages, asks the handler, answers. Never throws. */
export function serveCall(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  peer: string,
  { definition, handler }: Method,
): void {
  let ended = false;
  let cancelled: (() => void) | undefined;
  let heard: (() => void) | undefined;
  let timer: NodeJS.Timeout | undefined;

  const end = (error: RpcError | undefined) => {
    if (ended) return;
    ended = true;
    clearTimeout(timer);
    if (error !== undefined) refuse(stream, error);
  };
  const cancel = (error: RpcError | undefined) => {
    if (ended) return;
    end(error);
    cancelled?.();
  };
  const failed = (error: unknown) => end(RpcError.from(error));
  /** Writes all of a message but its end, which is answered. */
  const send = (message: never) => {
    const bytes = definition.responseSerialize(message);
    const head = headOf(bytes);
    if (!stream.headersSent) begin(stream);
    if (bytes.length <= copiedBytes) return Buffer.concat([head, bytes]);
    stream.write(head);
    return bytes;
  };
  const answer = (response: unknown) => {
    if (ended || stream.destroyed) return;
    try {
      const last = send(response as never);
      end(undefined);
      trail(stream);
      stream.end(last);
    } catch (error) {
      failed(error);
    }
  };

  const call: StreamCall<never> = {
    peer,
    onCancelled: (listener) => {
      cancelled = listener;
    },
    onHeard: (listener) => {
      heard = listener;
    },
    send: (message) => {
      if (!ended) stream.write(send(message));
    },
    end: () => {
      if (ended) return;
      end(undefined);
      trail(stream);
      stream.end();
    },
  };
  const ask = (message: Buffer | undefined) => {
    try {
      const request = message === undefined ? undefined : definition.requestDeserialize(message);
      const response = handler(request as never, call);
      if (definition.responseStream) return;
      if (response instanceof Promise) response.then(answer, failed);
      else answer(response);
    } catch (error) {
      failed(error);
    }
  };

  // A stream that breaks because its caller went away is no error of ours; `close` says what is to be done.
  stream.on("error", () => {});
  stream.once("close", () => cancel(undefined));
  const timeout = timeoutOf(headers["grpc-timeout"]);
  if (timeout !== undefined) {
    timer = setTimeout(() => cancel(new RpcError(rpcStatus.deadlineExceeded, "the call's time is over")), timeout);
  }
  if (definition.responseStream) begin(stream);
  if (definition.requestStream) {
    stream.resume();
    stream.once("end", () => heard?.());
    ask(undefined);
    return;
  }
  const message = new SingleMessage();
  stream.on("data", (piece: Buffer) => {
    if (ended) return;
    try {
      message.add(piece);
    } catch (error) {
      failed(error);
    }
  });
  stream.once("end", () => {
    if (ended) return;
    try {
      ask(message.whole());
    } catch (error) {
      failed(error);
    }
  });
}

const units: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 0.001, n: 0.000001 };
/** Beyond it a timer would fire at once. */
const longest = 2 ** 31 - 1;

/** `grpc-timeout` in ms; undefined where there is none, or none that is one. */
function timeoutOf(header: string | string[] | undefined): number | undefined {
  if (typeof header !== "string") return undefined;
  const [, amount, unit = ""] = /^(\d{1,8})([HMSmun])$/.exec(header) ?? [];
  return amount === undefined ? undefined : Math.min(Number(amount) * (units[unit] ?? 0), longest);
}
