import type { IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import { type ServerInterceptingCallInterface, status } from "@grpc/grpc-js";

// What grpc-js accepts of a request without a check, or refuses although it can be served.

/** The HTTP status for a request that is not gRPC. */
export function httpRefusal(headers: IncomingHttpHeaders): number | undefined {
  if (!/^application\/grpc(?:$|[+;])/.test(headers["content-type"] ?? "")) return 415;
  return headers[":method"] === "POST" ? undefined : 405;
}

const unitMs: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 1e-3, n: 1e-6 };

/** A deadline that is not a duration, or longer than a timer, is no deadline. */
export function hasUsableTimeout(headers: IncomingHttpHeaders): boolean {
  const [, amount, unit = ""] = /^(\d{1,8})([HMSmun])$/.exec(String(headers["grpc-timeout"])) ?? [];
  return amount !== undefined && Number(amount) * (unitMs[unit] ?? Number.NaN) < 2 ** 31;
}

/** A flag byte and a length of four bytes precede each gRPC message. */
const headBytes = 5;

/** Refuses a unary request that is not exactly one uncompressed message. Its listeners come before those of grpc-js. */
export function expectOneMessage(stream: ServerHttp2Stream, call: ServerInterceptingCallInterface): void {
  const head = Buffer.alloc(headBytes);
  let arrived = 0;
  const refuse = (code: status, details: string) => call.sendStatus({ code, details });
  stream.prependListener("data", (piece: Buffer) => {
    if (arrived < headBytes) piece.copy(head, arrived);
    arrived += piece.length;
    if (arrived < headBytes) return;
    if (head[0] === 1) refuse(status.UNIMPLEMENTED, "compressed messages are not served");
    else if (head[0] !== 0) refuse(status.INTERNAL, "the message has an unknown flag");
    else if (arrived > headBytes + head.readUInt32BE(1)) refuse(status.INTERNAL, "more than one message was sent");
  });
  stream.prependListener("end", () => {
    const isWhole = arrived >= headBytes && arrived >= headBytes + head.readUInt32BE(1);
    if (!isWhole) refuse(status.INTERNAL, "the message is incomplete");
  });
}
