import type { IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import { type ServerInterceptingCallInterface, status } from "@grpc/grpc-js";

// Checks of requests that grpc-js accepts although they are invalid, and corrections of valid ones that it rejects.

/** Returns the HTTP error status for a request that is not gRPC; undefined for a gRPC request. */
export function httpRefusal(headers: IncomingHttpHeaders): number | undefined {
  if (!/^application\/grpc(?:$|[+;])/.test(headers["content-type"] ?? "")) return 415;
  return headers[":method"] === "POST" ? undefined : 405;
}

const unitMs: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 1e-3, n: 1e-6 };

/** Whether the deadline is a duration within the range of a timer; any other deadline is ignored. */
export function hasUsableTimeout(headers: IncomingHttpHeaders): boolean {
  const [, amount, unit = ""] = /^(\d{1,8})([HMSmun])$/.exec(String(headers["grpc-timeout"])) ?? [];
  return amount !== undefined && Number(amount) * (unitMs[unit] ?? Number.NaN) < 2 ** 31;
}

/** Length of the header of each gRPC message: a flag byte and a length of four bytes. */
const headBytes = 5;

/** Rejects a unary request that is not exactly one uncompressed message. Its listeners run before those of grpc-js. */
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
