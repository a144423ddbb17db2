import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createAuthority, issueServer } from "../../../src/sandbox/server/authority.ts";
import {
  type HttpLimits,
  type HttpRequest,
  type HttpServer,
  startHttpServer,
} from "../../../src/sandbox/server/http-server.ts";

const authority = createAuthority("doors", Date.now());
const limits = {
  bodyBytes: 1_000,
  headerBytes: 2_000,
  headers: 10,
  connections: 3,
  // No test but the one about a limit reaches it.
  handshakeMs: 3_600_000,
  headersMs: 3_600_000,
  requestMs: 3_600_000,
  checkMs: 20,
};

let server: HttpServer;
const handled: HttpRequest[] = [];
const sockets: Socket[] = [];

async function start(changes: Partial<HttpLimits>): Promise<void> {
  server = await startHttpServer({
    ...issueServer(authority, ["doors"], Date.now()),
    clientAuthority: authority.certificate,
    port: 0,
    limits: { ...limits, ...changes },
    handle: async (request) => {
      handled.push(request);
      return { status: 200, body: {} };
    },
    failed: () => ({ status: 500, body: {} }),
  });
}

beforeEach(async () => {
  handled.length = 0;
  await start({});
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server.stop();
});

/** A server with other limits. */
async function restart(changes: Partial<HttpLimits>): Promise<void> {
  await server.stop();
  await start(changes);
}

/** Sends the texts one by one over TLS, and answers everything received until the server closes the connection. */
async function say(...texts: readonly string[]): Promise<{ heard: string }> {
  return await sayAll(texts);
}

async function sayAll(texts: Iterable<string>): Promise<{ heard: string }> {
  const socket = connectTls({ host: "127.0.0.1", port: server.port, ca: authority.certificate });
  sockets.push(socket);
  return await new Promise((resolve) => {
    let heard = "";
    const end = () => resolve({ heard });
    socket.on("data", (chunk: Buffer) => {
      heard += chunk.toString("latin1");
    });
    socket.on("error", end);
    socket.on("close", end);
    socket.on("secureConnect", async () => {
      for (const text of texts) {
        if (socket.destroyed || socket.writableEnded) return;
        socket.write(text);
        await new Promise((later) => setTimeout(later, 5));
      }
    });
  });
}

const head = (...lines: readonly string[]): string =>
  ["GET / HTTP/1.1", "Host: x", "Connection: close", ...lines, "", ""].join("\r\n");
const statusOf = ({ heard }: { heard: string }): number => Number(/^HTTP\/1\.1 (\d+)/.exec(heard)?.[1]);

test("http server > answers an ordinary request", async () => {
  expect(statusOf(await say(head()))).toBe(200);
  expect(handled).toHaveLength(1);
});

test("http server > refuses headers and bodies above the limits before the handler runs", async () => {
  const filler = (count: number) => Array.from({ length: count }, (_, at) => `X-${at}: y`);
  expect(statusOf(await say(head(...filler(limits.headers - 2))))).toBe(200);
  expect(statusOf(await say(head(...filler(limits.headers - 1))))).toBe(431);
  expect(statusOf(await say(head(`X: ${"y".repeat(limits.headerBytes)}`)))).toBe(431);
  const body = (bytes: number) => `${head(`Content-Length: ${bytes}`)}${"a".repeat(bytes)}`;
  expect(statusOf(await say(body(limits.bodyBytes)))).toBe(200);
  expect(statusOf(await say(body(limits.bodyBytes + 1)))).toBe(413);
  const chunk = `${(700).toString(16)}\r\n${"a".repeat(700)}\r\n`;
  expect(statusOf(await say(head("Transfer-Encoding: chunked"), chunk, chunk, "0\r\n\r\n"))).toBe(413);
  expect(handled).toHaveLength(2);
});

test("http server > ends requests that arrive too slowly", async () => {
  /** The first part of a request, then endless small pieces. */
  function* dropping(first: string, drop: string) {
    yield first;
    for (;;) yield drop;
  }
  await restart({ headersMs: 100, headerBytes: 1_000_000 });
  expect(statusOf(await sayAll(dropping("GET / HTTP/1.1\r\nX: ", "y")))).toBe(408);
  await restart({ headersMs: 100, requestMs: 100, bodyBytes: 1_000_000 });
  expect(statusOf(await sayAll(dropping(head("Content-Length: 900000"), "a")))).toBe(408);
  expect(handled).toEqual([]);
});

test("http server > closes a connection that never finishes its handshake", async () => {
  await restart({ handshakeMs: 100 });
  const socket = connectTcp({ host: "127.0.0.1", port: server.port });
  sockets.push(socket);
  socket.on("connect", () => socket.write(Buffer.from("1603010200010001fc0303", "hex")));
  await new Promise((resolve) => socket.on("close", resolve).on("error", resolve));
  expect(socket.destroyed).toBe(true);
});

test("http server > closes connections above the limit, and serves again below it", async () => {
  const open = (event: "connect" | "close") =>
    new Promise<Socket>((resolve) => {
      const socket = connectTcp({ host: "127.0.0.1", port: server.port });
      sockets.push(socket);
      socket.on("error", () => {});
      socket.on(event, () => resolve(socket));
    });
  const held = [await open("connect"), await open("connect"), await open("connect")];
  await open("close");
  expect(held.map(({ closed }) => closed)).toEqual([false, false, false]);
  held[0]?.destroy();
  await expect.poll(async () => statusOf(await say(head()))).toBe(200);
});

test.each<[string, string, number]>([
  ["two lengths", head("Content-Length: 1", "Content-Length: 2"), 400],
  ["a length and chunks", head("Content-Length: 1", "Transfer-Encoding: chunked"), 400],
  ["a header without a colon", head("nonsense"), 400],
  ["a header that is folded", head("X: a", "\tb"), 400],
  ["an unknown method", head().replace("GET", "BREW"), 400],
  ["no host", "GET / HTTP/1.1\r\nConnection: close\r\n\r\n", 400],
  ["an unsupported expectation", head("Expect: tea"), 417],
  ["HTTP/2 in clear text", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400],
])("http server > refuses %s before the handler runs", async (_what, text, status) => {
  expect(statusOf(await say(text))).toBe(status);
  expect(handled).toEqual([]);
});

test("http server > opens no tunnel, and treats an upgrade as an ordinary request", async () => {
  const tunnel = await say("CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n");
  expect(tunnel.heard).toBe("");
  expect(handled).toEqual([]);
  expect(
    statusOf(await say(head("Upgrade: websocket").replace("Connection: close", "Connection: upgrade, close"))),
  ).toBe(200);
});
