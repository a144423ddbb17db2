import { once } from "node:events";
import { type ClientHttp2Session, connect } from "node:http2";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { MethodDefinition, ServiceImplementation } from "../../../src/base/rpc.ts";
import { encodeMessage, RpcError } from "../../../src/plugin/rpc-error.ts";
import { createRpcServer, type RpcServer } from "../../../src/plugin/rpc-server.ts";

// What a host's gRPC library would never send, and what it must be able to rely on: spoken in bare HTTP/2.

const method = (name: string, requestStream = false, responseStream = false) => ({
  path: `/t.T/${name}`,
  originalName: name,
  requestStream,
  responseStream,
  requestSerialize: Buffer.from,
  responseSerialize: (text: string) => Buffer.from(text),
  requestDeserialize: (bytes: Buffer) => bytes.toString(),
  responseDeserialize: String,
});
const definition = {
  Echo: method("Echo"),
  Refuse: method("Refuse"),
  Break: method("Break"),
  Hang: method("Hang"),
  Nowhere: method("Nowhere"),
  Count: method("Count", false, true),
} as unknown as Readonly<Record<string, MethodDefinition<never, never, unknown, unknown>>>;

let cancellations = 0;
const implementation: ServiceImplementation = {
  Echo: (text: string) => Promise.resolve(text),
  Refuse: () => {
    throw new RpcError(5, "50 % of it is not here: ü");
  },
  Break: () => Promise.reject(new Error("it broke")),
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
beforeAll(async () => {
  server = createRpcServer([{ definition, implementation }], undefined);
  server.listener.listen(0, "127.0.0.1");
  await once(server.listener, "listening");
  session = connect(`http://127.0.0.1:${(server.listener.address() as AddressInfo).port}`);
});
afterAll(() => {
  session.close();
  server.stop();
});

const framed = (body: string, flag = 0, length = body.length) => {
  const head = Buffer.alloc(5);
  head[0] = flag;
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, Buffer.from(body)]);
};

const open = (path: string, headers: Record<string, string> = {}) => {
  const stream = session.request({
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
  const closed = once(stream, "close").then(() => ({
    http: fields[":status"],
    status: fields["grpc-status"],
    message: fields["grpc-message"],
    body: Buffer.concat(heard).toString("latin1"),
  }));
  return { stream, closed };
};
const ask = (path: string, body: Uint8Array, headers: Record<string, string> = {}) => {
  const { stream, closed } = open(path, headers);
  stream.end(body);
  return closed;
};

describe("a gRPC server over HTTP/2", () => {
  test("answers one message with one, also where it comes byte by byte", async () => {
    const { stream, closed } = open("/t.T/Echo");
    for (const byte of framed("hello")) {
      stream.write(Buffer.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    stream.end();
    expect(await closed).toEqual({ http: 200, status: "0", message: undefined, body: "\0\0\0\0\x05hello" });
  });

  test("answers with a large message whose head is not copied together with it", async () => {
    const text = "x".repeat(3_000_000);
    const { status, body } = await ask("/t.T/Echo", framed(text));
    expect([status, body.length]).toEqual(["0", text.length + 5]);
  });

  test("streams its messages and then says that all is well", async () => {
    expect(await ask("/t.T/Count", framed(""))).toMatchObject({
      status: "0",
      body: "\0\0\0\0\x011\0\0\0\0\x012\0\0\0\0\x013",
    });
  });

  test("tells a handler's status and message, and calls everything else that it throws internal", async () => {
    expect(await ask("/t.T/Refuse", framed(""))).toMatchObject({
      http: 200,
      status: "5",
      message: "50 %25 of it is not here: %C3%BC",
    });
    expect(await ask("/t.T/Break", framed(""))).toMatchObject({ status: "13", message: "it broke" });
  });

  test("says which methods it does not serve", async () => {
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
  ])("refuses a request of %s", async (_what, body, status) => {
    expect(await ask("/t.T/Echo", body)).toMatchObject({ http: 200, status, body: "" });
  });

  test("speaks gRPC only", async () => {
    expect(await ask("/t.T/Echo", framed("a"), { "content-type": "application/json" })).toMatchObject({ http: 415 });
    expect(await ask("/t.T/Echo", framed("a"), { "content-type": "application/grpcx" })).toMatchObject({ http: 415 });
    expect(await ask("/t.T/Echo", framed("a"), { ":method": "PUT" })).toMatchObject({ http: 405 });
    expect(await ask("/t.T/Echo", framed("a"), { "content-type": "application/grpc+proto" })).toMatchObject({
      status: "0",
    });
  });

  test("ends a call at its deadline, and tells its handler", async () => {
    const before = cancellations;
    // A deadline that passes before the handler has begun says nothing of the handler.
    for (let ms = 30; cancellations === before; ms *= 2)
      expect(await ask("/t.T/Hang", framed(""), { "grpc-timeout": `${ms}m` })).toMatchObject({ status: "4" });
    expect(cancellations).toBe(before + 1);
    // Not a duration: no deadline, and no harm.
    expect(await ask("/t.T/Echo", framed("a"), { "grpc-timeout": "soon" })).toMatchObject({ status: "0" });
  });

  test("tells a handler that its caller gave up or went away, once, and not after the answer", async () => {
    const before = cancellations;
    const { stream, closed } = open("/t.T/Hang");
    stream.end(framed(""));
    await new Promise((resolve) => session.ping(() => resolve(undefined)));
    stream.close(8);
    await closed;
    const other = connect(`http://127.0.0.1:${(server.listener.address() as AddressInfo).port}`);
    await once(other, "connect");
    const lost = other.request({ ":method": "POST", ":path": "/t.T/Hang", "content-type": "application/grpc" });
    lost.on("error", () => {});
    lost.end(framed(""));
    await new Promise((resolve) => other.ping(() => resolve(undefined)));
    other.destroy();
    await ask("/t.T/Echo", framed("a"));
    await expect.poll(() => cancellations).toBe(before + 2);
  });

  test("serves a thousand calls at once", async () => {
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, (_, number) => ask("/t.T/Echo", framed(String(number)))),
    );
    expect(answers.map(({ body }) => Number(body.slice(5)))).toEqual(answers.map((_, number) => number));
  });
});

test("a message of gRPC survives any text", () => {
  expect(encodeMessage("plain ~ text")).toBe("plain ~ text");
  expect(encodeMessage("a\nb%\u{1f600}\ud800")).toBe("a%0Ab%25%F0%9F%98%80%EF%BF%BD");
});
