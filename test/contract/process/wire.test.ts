import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { type ClientHttp2Session, type ClientHttp2Stream, connect as connectHttp2, constants } from "node:http2";
import { connect as connectTls } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { providerCommand } from "../../../scripts/ensure-built.ts";
import fc from "../../support/fast-check.ts";
import { hostIdentity } from "../../support/plugin-client/identity.ts";
import { type PluginProcess, startPlugin } from "../../support/plugin-client/process.ts";
import { rpcs } from "../../support/plugin-client/services.ts";

// The right host with malformed requests: plain HTTP/2, without a gRPC library.

const identity = hostIdentity();
let plugin: PluginProcess;
let session: ClientHttp2Session;

beforeAll(async () => {
  plugin = await startPlugin(providerCommand, { identity });
  session = open();
  expect(await ask(session, "GetMetadata", [frame(Buffer.alloc(0))])).toBe("0");
});

afterAll(() => {
  session?.destroy();
  plugin?.process.kill("SIGKILL");
});

function open(): ClientHttp2Session {
  const { address, certificate } = plugin.handshake;
  const ca = new X509Certificate(Buffer.from(certificate, "base64")).toString();
  const tls = { path: address, ca, cert: identity.certificate, key: identity.privateKey, ALPNProtocols: ["h2"] };
  const made = connectHttp2("https://localhost", {
    createConnection: () => connectTls({ ...tls, servername: "localhost" }),
  });
  made.on("error", () => {});
  return made;
}

/** A message as gRPC frames it; the flag and the announced length may be lies. */
function frame(message: Uint8Array, flag = 0, length = message.length): Buffer {
  const head = Buffer.alloc(5);
  head[0] = flag;
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, message]);
}

/** A call without an answer for this long hangs. */
const silenceMs = 5 * 60_000;

interface Manners {
  readonly headers?: Readonly<Record<string, string>>;
  /** What is done after the last piece instead of ending the request. */
  readonly finish?: (stream: ClientHttp2Stream) => void;
}

/** How a request ended: its gRPC status, `HTTP …` where there was none, `reset`, or `silence`. */
function ask(
  on: ClientHttp2Session,
  rpc: string,
  pieces: readonly Uint8Array[],
  manners: Manners = {},
): Promise<string> {
  return new Promise((resolve) => {
    const stream = on.request({
      ":method": "POST",
      ":path": rpc.startsWith("/") ? rpc : `/tfplugin6.Provider/${rpc}`,
      "content-type": "application/grpc",
      te: "trailers",
      ...manners.headers,
    });
    let said: string | undefined;
    const timer = setTimeout(() => {
      stream.close(constants.NGHTTP2_CANCEL);
      resolve("silence");
    }, silenceMs);
    const hear = (headers: { readonly [name: string]: unknown }) => {
      if (headers["grpc-status"] !== undefined) said = String(headers["grpc-status"]);
      else if (headers[":status"] !== undefined && headers[":status"] !== 200) said ??= `HTTP ${headers[":status"]}`;
    };
    stream.on("response", hear);
    stream.on("trailers", hear);
    stream.on("error", () => {});
    stream.on("close", () => {
      clearTimeout(timer);
      resolve(said ?? "reset");
    });
    stream.resume();
    for (const piece of pieces) stream.write(piece);
    if (manners.finish === undefined) stream.end();
    else manners.finish(stream);
  });
}

async function expectUnmoved(): Promise<void> {
  if (session.destroyed) session = open();
  expect(await ask(session, "GetMetadata", [frame(Buffer.alloc(0))])).toBe("0");
  expect(plugin.process.exitCode).toBeNull();
  expect(plugin.stderr()).not.toMatch(/panic|unhandled/i);
}

/** Those that do not end the process, as StopProvider does not and Shutdown would. */
const names = rpcs
  .filter(({ requestStream, responseStream }) => !requestStream && !responseStream)
  .map(({ name }) => name);

/** Regressions: requests whose announced and sent lengths differ, in odd pieces, or without a message. */
const regressions: [string, number, number, Uint8Array, number][] = names.flatMap(
  (name): [string, number, number, Uint8Array, number][] => [
    [name, 0, 0, Buffer.alloc(0), 1],
    [name, 0, 0xffffffff, Buffer.from("0a", "hex"), 1],
    [name, 0, 1, Buffer.from("0aff", "hex"), 3],
    [name, 1, 2, Buffer.from("1f8b", "hex"), 2],
    [name, 0, 5, Buffer.from("0affffffff", "hex"), 5],
  ],
);

test("every RPC answers or refuses any bytes, any announced length, pieces of any size", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...names),
      fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(255) }),
      fc.oneof({ weight: 5, arbitrary: fc.constant(-1) }, { weight: 1, arbitrary: fc.nat(0xffffffff) }),
      fc.uint8Array({ maxLength: 200 }),
      fc.integer({ min: 1, max: 300 }),
      async (name, flag, length, message, size) => {
        const bytes = frame(message, flag, length < 0 ? message.length : length);
        const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
          bytes.subarray(at * size, (at + 1) * size),
        );
        if (session.destroyed) session = open();
        const outcome = await ask(session, name, pieces);
        // Answered; too large; unimplemented; no protobuf; or broken off. Anything else is silence, or a bug of ours.
        expect(["0", "3", "8", "12", "13", "reset"], `${name} ${bytes.toString("hex")}`).toContain(outcome);
      },
    ),
    { numRuns: 400, seed: 23, examples: regressions },
  );
  await expectUnmoved();
});

test.each<[string, string, Manners & { pieces?: readonly Uint8Array[] }, RegExp]>([
  ["another HTTP method", "GetMetadata", { headers: { ":method": "PUT" } }, /^(HTTP 4\d\d|12|13|reset)$/],
  ["another content type", "GetMetadata", { headers: { "content-type": "text/html" } }, /^(HTTP 4\d\d|12|13|reset)$/],
  ["an unknown RPC", "Destroy", {}, /^12$/],
  ["an unknown service", "/tfplugin5.Provider/GetSchema", {}, /^12$/],
  ["a name on Object.prototype", "/__proto__/constructor", {}, /^12$/],
  ["an invalid path", "/../../etc/passwd", {}, /^12$/],
  ["a request without a message", "GetMetadata", { pieces: [] }, /^(13|12|reset)$/],
  [
    "a unary request of two messages",
    "GetMetadata",
    { pieces: [frame(Buffer.alloc(0)), frame(Buffer.alloc(0))] },
    /^(13|12|reset)$/,
  ],
  ["an invalid deadline", "GetMetadata", { headers: { "grpc-timeout": "soon" } }, /^(0|3|13|HTTP 400)$/],
  ["a deadline beyond any timer", "GetMetadata", { headers: { "grpc-timeout": "99999999H" } }, /^0$/],
  ["an unknown compression", "GetMetadata", { headers: { "grpc-encoding": "tea" } }, /^(0|12)$/],
  [
    "many headers",
    "GetMetadata",
    { headers: Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`x-${at}`, "y"])) },
    /^(0|HTTP 431|reset)$/,
  ],
])(
  "%s is answered or refused at once",
  async (_what, rpc, { pieces = [frame(Buffer.alloc(0))], ...manners }, outcome) => {
    if (session.destroyed) session = open();
    expect(await ask(session, rpc, pieces, manners)).toMatch(outcome);
    await expectUnmoved();
  },
);

const residentBytes = (): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${plugin.process.pid}/status`, "utf8"))?.[1]) * 1_024;

const half = Buffer.alloc(256 * 1_024, "k");
/** A call that breaks off in the middle of its message: the call alone, or the whole connection with it. */
async function breakOff(at: number): Promise<void> {
  const alone = at % 4 !== 0;
  const on = alone ? session : open();
  await ask(on, "ValidateResourceConfig", [frame(half, 0, 2 * half.length)], {
    finish: (stream) =>
      // What was written is on its way first.
      stream.write(Buffer.alloc(1), () => (alone ? stream.close(constants.NGHTTP2_CANCEL) : on.destroy())),
  });
}

/** A whole call whose message means nothing. */
const garble = (): Promise<string> => ask(session, "PlanResourceChange", [frame(half)]);

test("hundreds of aborted and of malformed calls leave no memory behind", async () => {
  const round = async (count: number): Promise<void> => {
    for (let at = 0; at < count; at += 4) {
      if (session.destroyed) session = open();
      await Promise.all([0, 1, 2, 3].flatMap((more) => [breakOff(at + more), garble()]));
    }
  };
  await round(60);
  const before = residentBytes();
  await round(240);
  // 120 MB were sent: keeping half of it would show.
  expect(residentBytes() - before).toBeLessThan(60e6);
  await expectUnmoved();
});

test("thousands of calls cancelled before they begin cost at most their connection", async () => {
  const on = open();
  for (let round = 0; round < 20 && !on.closed && !on.destroyed; round++) {
    const cancelled = Array.from({ length: 100 }, () =>
      ask(on, "GetMetadata", [], { finish: (stream) => stream.close(constants.NGHTTP2_CANCEL) }),
    );
    expect(await Promise.all(cancelled)).not.toContain("silence");
  }
  on.destroy();
  await expectUnmoved();
});
