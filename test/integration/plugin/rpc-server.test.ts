import { once } from "node:events";
import { type ClientHttp2Session, connect } from "node:http2";
import type { AddressInfo } from "node:net";
import { status as grpcStatus } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { MethodDefinition, ServiceImplementation } from "../../../src/base/rpc.ts";
import { RpcError } from "../../../src/plugin/rpc-call.ts";
import { createRpcServer, type RpcServer } from "../../../src/plugin/rpc-server.ts";

// Requests that no gRPC library sends, and answers that every host relies on, over plain HTTP/2.

const method = (name: string, requestStream = false, responseStream = false) => ({
  path: `/t.T/${name}`,
  originalName: name,
  requestStream,
  responseStream,
  requestSerialize: Buffer.from,
  responseSerialize: (text: string) => Buffer.from(text),
  requestDeserialize: (bytes: Buffer) => ({ text: bytes.toString() }),
  responseDeserialize: String,
});
const definition = {
  Echo: method("Echo"),
  Refuse: method("Refuse"),
  Break: method("Break"),
  Peer: method("Peer"),
  Half: method("Half"),
  Hang: method("Hang"),
  Nowhere: method("Nowhere"),
  Count: method("Count", false, true),
} as unknown as Readonly<Record<string, MethodDefinition<never, never, unknown, unknown>>>;

let cancellations = 0;
const implementation: ServiceImplementation = {
  Echo: ({ text }: { text: string }) => Promise.resolve(text),
  Refuse: () => {
    throw new RpcError(grpcStatus.NOT_FOUND, "50 % of it is not here: ü");
  },
  Break: ({ text }: { text: string }) => Promise.reject(new Error(text)),
  Peer: (_request, call) => call.peer,
  Half: () => Promise.reject(new Error("half \ud800")),
  Hang: (_request, call) => {
    call.onCancelled(() => cancellations++);
    return new Promise(() => {});
  },
  Count: (_request, call) => {
    for (const number of ["1", "2", "3"]) call.send(number as never);
    call.end();
  },
};

let server: RpcServer;
let session: ClientHttp2Session;
const address = (of = server) => `http://127.0.0.1:${(of.listener.address() as AddressInfo).port}`;
beforeAll(async () => {
  server = createRpcServer([{ definition, implementation }], undefined);
  server.listener.listen(0, "127.0.0.1");
  await once(server.listener, "listening");
  session = connect(address());
});
afterAll(() => {
  // At once: the server breaks off a connection that is still open, and that would be an error of the session.
  session.destroy();
  server.stop();
});

const framed = (body: string, flag = 0, length = Buffer.byteLength(body)) => {
  const head = Buffer.alloc(5);
  head[0] = flag;
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, Buffer.from(body)]);
};

const open = (path: string, headers: Record<string, string> = {}, on = session) => {
  const stream = on.request({
    ":method": "POST",
    ":path": path,
    "content-type": "application/grpc",
    te: "trailers",
    ...headers,
  });
  const heard: Buffer[] = [];
  let fields: Record<string, unknown> = {};
  stream.on("response", (first) => {
    fields = { ...fields, ...first };
  });
  stream.on("trailers", (last) => {
    fields = { ...fields, ...last };
  });
  stream.on("data", (piece: Buffer) => heard.push(piece));
  stream.on("error", () => {});
  const closed = new Promise((resolve) => stream.once("close", resolve)).then(() => ({
    http: fields[":status"],
    status: fields["grpc-status"],
    message: decodeURIComponent(String(fields["grpc-message"])),
    body: Buffer.concat(heard).toString("latin1"),
  }));
  return { stream, closed };
};
const ask = (path: string, body: Uint8Array, headers: Record<string, string> = {}, on = session) => {
  const { stream, closed } = open(path, headers, on);
  stream.end(body);
  return closed;
};

describe("rpc server", () => {
  test("a message that arrives byte by byte is answered with one message", async () => {
    const { stream, closed } = open("/t.T/Echo");
    for (const byte of framed("hello")) {
      stream.write(Buffer.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    stream.end();
    expect(await closed).toEqual({ http: 200, status: "0", message: "OK", body: "\0\0\0\0\x05hello" });
  });

  test("a message of 3 MB is answered with one of the same size", async () => {
    const text = "x".repeat(3_000_000);
    const { status, body } = await ask("/t.T/Echo", framed(text));
    expect([status, body.length]).toEqual(["0", text.length + 5]);
  });

  test("a streaming method sends its messages, then the status OK", async () => {
    expect(await ask("/t.T/Count", framed(""))).toMatchObject({
      status: "0",
      body: "\0\0\0\0\x011\0\0\0\0\x012\0\0\0\0\x013",
    });
  });

  test("a handler's RpcError is its status; any other error is INTERNAL", async () => {
    expect(await ask("/t.T/Refuse", framed(""))).toMatchObject({
      http: 200,
      status: "5",
      message: "50 % of it is not here: ü",
    });
    expect(await ask("/t.T/Break", framed("it broke"))).toMatchObject({ status: "13", message: "it broke" });
  });

  test("a method without a handler, or unknown, is UNIMPLEMENTED", async () => {
    for (const path of ["/t.T/Nowhere", "/t.T/", "/", "/constructor"]) {
      expect(await ask(path, framed("")), path).toMatchObject({ http: 200, status: "12" });
    }
  });

  test.each([
    ["none at all", Buffer.alloc(0), "13"],
    ["half a head", Buffer.from([0, 0]), "13"],
    ["less than it announced", framed("hel", 0, 5), "13"],
    ["more than it announced", framed("hello", 0, 3), "13"],
    ["two messages", Buffer.concat([framed("a"), framed("b")]), "13"],
    ["a flag that gRPC does not know", framed("a", 7), "13"],
    ["a compressed message", framed("a", 1), "12"],
    ["a length beyond every limit", framed("a", 0, 0xffffffff), "8"],
  ])("a request of %s is refused", async (_what, body, status) => {
    expect(await ask("/t.T/Echo", body)).toMatchObject({ http: 200, status, body: "" });
  });

  test("a request that is not gRPC gets an HTTP status", async () => {
    expect(await ask("/t.T/Echo", framed("a"), { "content-type": "application/json" })).toMatchObject({ http: 415 });
    expect(await ask("/t.T/Echo", framed("a"), { "content-type": "application/grpcx" })).toMatchObject({ http: 415 });
    expect(await ask("/t.T/Echo", framed("a"), { ":method": "PUT" })).toMatchObject({ http: 405 });
    expect(await ask("/t.T/Echo", framed("a"), { "content-type": "application/grpc+proto" })).toMatchObject({
      status: "0",
    });
  });

  test("a deadline ends the call and cancels its handler; one that is no duration is ignored", async () => {
    const before = cancellations;
    // A deadline that passes before the handler has begun says nothing of the handler.
    for (let ms = 30; cancellations === before; ms *= 2)
      expect(await ask("/t.T/Hang", framed(""), { "grpc-timeout": `${ms}m` })).toMatchObject({ status: "4" });
    expect(cancellations).toBe(before + 1);
    for (const text of ["soon", "99999999H", "2147484S", "-1m"])
      expect(await ask("/t.T/Echo", framed("a"), { "grpc-timeout": text }), text).toMatchObject({ status: "0" });
  });

  test("a handler is told once that its caller gave up, and not after its answer", async () => {
    const before = cancellations;
    const { stream, closed } = open("/t.T/Hang");
    stream.end(framed(""));
    await new Promise((resolve) => session.ping(() => resolve(undefined)));
    stream.close(8);
    await closed;
    const other = connect(address());
    await once(other, "connect");
    const lost = other.request({ ":method": "POST", ":path": "/t.T/Hang", "content-type": "application/grpc" });
    lost.on("error", () => {});
    lost.end(framed(""));
    await new Promise((resolve) => other.ping(() => resolve(undefined)));
    other.destroy();
    await ask("/t.T/Echo", framed("a"));
    await expect.poll(() => cancellations).toBe(before + 2);
  });

  test("a thousand calls at once are all answered", async () => {
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, (_, number) => ask("/t.T/Echo", framed(String(number)))),
    );
    expect(answers.map(({ body }) => Number(body.slice(5)))).toEqual(answers.map((_, number) => number));
  });

  test("an error's text of any characters reaches the caller", async () => {
    for (const text of ["plain ~ text", "a\nb%\u{1f600}"]) {
      expect(await ask("/t.T/Break", framed(text)), text).toMatchObject({ status: "13", message: text });
    }
    // Half a surrogate pair has no form in UTF-8.
    expect(await ask("/t.T/Half", framed(""))).toMatchObject({ status: "13", message: "half \ufffd" });
  });

  test("a connection has one peer name, another connection another", async () => {
    const other = connect(address());
    const names = [session, session, other].map((on) => ask("/t.T/Peer", framed(""), {}, on));
    const [first, again, another] = (await Promise.all(names)).map(({ body }) => body.slice(5));
    other.close();
    expect(first).toMatch(/^connection \d+$/);
    expect(again).toBe(first);
    expect(another).toMatch(/^connection \d+$/);
    expect(another).not.toBe(first);
  });

  test("windows of a stream and of a connection hold 4 MiB", async () => {
    const other = connect(address());
    await once(other, "remoteSettings");
    await ask("/t.T/Echo", framed("a"), {}, other);
    expect(other.remoteSettings.initialWindowSize).toBe(4 * 1024 * 1024);
    expect(other.state.remoteWindowSize).toBeGreaterThan(4 * 1024 * 1024 - 100);
    other.close();
  });

  test.each([0, 2, 8])("refused streams that the client resets with code %d do no harm", async (code) => {
    const odd = [{ ":method": "PUT" }, { "content-type": "text/html" }, { ":path": "/nowhere" }];
    for (let round = 0; round < 30; round++) {
      const streams = odd.map((headers) => open("/t.T/Echo", headers));
      // Before the server sees them, or after.
      if (round % 2 === 0) await new Promise((resolve) => session.ping(() => resolve(undefined)));
      for (const { stream } of streams) stream.close(code);
      await Promise.all(streams.map(({ closed }) => closed));
    }
    expect(await ask("/t.T/Echo", framed("a"))).toMatchObject({ status: "0" });
  });

  test("stop breaks off the connections", async () => {
    const stopped = createRpcServer([{ definition, implementation }], undefined);
    stopped.listener.listen(0, "127.0.0.1");
    await once(stopped.listener, "listening");
    const other = connect(address(stopped));
    other.on("error", () => {});
    await once(other, "connect");
    const { stream, closed } = open("/t.T/Hang", {}, other);
    stream.end(framed(""));
    await new Promise((resolve) => other.ping(() => resolve(undefined)));
    stopped.stop();
    await Promise.all([
      closed,
      new Promise((resolve) => other.once("close", resolve)),
      once(stopped.listener, "close"),
    ]);
  });
});
