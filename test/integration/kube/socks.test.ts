import { type AddressInfo, createServer, connect as dial, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { noLog } from "../../../src/base/log.ts";
import { connect } from "../../../src/kube/http/connect.ts";
import type { KubeClient } from "../../../src/kube/kube-client.ts";
import type { KubeError } from "../../../src/kube/kube-error.ts";
import { apiServer, connectionTo, json } from "../../support/api-server.ts";

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface Manners {
  readonly login?: string;
  /** Answers the greeting with these bytes and nothing else. */
  readonly greeting?: Buffer;
  /** The code in the answer to the request to connect. */
  readonly reply?: number;
  /** Sends every answer byte by byte. */
  readonly crumbs?: boolean;
  /** Which kind of address stands in the answer. */
  readonly bound?: Buffer;
}

/** A SOCKS5 proxy that connects to `port` whatever it is asked for, and writes down what that was. */
async function socksProxy(port: number, manners: Manners = {}) {
  const asked: string[] = [];
  const server = createServer((socket) => {
    socket.on("error", () => {});
    void serveSocks(socket, port, manners, asked);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => sockets.add(socket));
  closers.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { port: (server.address() as AddressInfo).port, asked };
}

async function serveSocks(socket: Socket, port: number, manners: Manners, asked: string[]): Promise<void> {
  const chunks = socket[Symbol.asyncIterator]();
  let buffer = Buffer.alloc(0);
  const take = async (length: number): Promise<Buffer> => {
    while (buffer.length < length) {
      const { value, done } = await chunks.next();
      if (done) throw new Error("closed");
      buffer = Buffer.concat([buffer, value as Buffer]);
    }
    const taken = buffer.subarray(0, length);
    buffer = buffer.subarray(length);
    return taken;
  };
  const say = (bytes: Buffer) => {
    if (manners.crumbs) for (const byte of bytes) socket.write(Buffer.of(byte));
    else socket.write(bytes);
  };
  try {
    const [, methods = 0] = await take(2);
    const offered = [...(await take(methods))];
    if (manners.greeting !== undefined) return void socket.end(manners.greeting);
    const wanted = manners.login === undefined ? 0 : 2;
    if (!offered.includes(wanted)) return void socket.end(Buffer.of(5, 0xff));
    say(Buffer.of(5, wanted));
    if (wanted === 2) {
      const [, userLength = 0] = await take(2);
      const user = String(await take(userLength));
      const [passwordLength = 0] = await take(1);
      const isRight = `${user}:${String(await take(passwordLength))}` === manners.login;
      say(Buffer.of(1, isRight ? 0 : 1));
      if (!isRight) return void socket.end();
    }
    const [, , , kind = 0] = await take(4);
    const [length = 0] = kind === 3 ? await take(1) : kind === 4 ? [16] : [4];
    const address = await take(length);
    const to = (await take(2)).readUInt16BE();
    asked.push(`${kind === 3 ? String(address) : [...address].join(".")} ${to}`);
    const reply = manners.reply ?? 0;
    const upstream = reply === 0 ? dial(port, "127.0.0.1") : undefined;
    say(Buffer.concat([Buffer.of(5, reply, 0), manners.bound ?? Buffer.of(1, 0, 0, 0, 0), Buffer.of(0, 0)]));
    if (upstream === undefined) return void socket.end();
    upstream.on("error", () => socket.destroy());
    socket.on("close", () => upstream.destroy());
    upstream.pipe(socket);
    for (;;) {
      const { value, done } = await chunks.next();
      if (done) return;
      upstream.write(value as Buffer);
    }
  } catch {
    socket.destroy();
  }
}

/** A client of an API that is only to be reached through the proxy. */
async function through(manners: Manners, login = "", changes: { server?: string; tlsServerName?: string } = {}) {
  const api = await apiServer([json(200, { ok: true })], { dnsNames: ["api.internal"] });
  closers.push(api.close);
  const proxy = await socksProxy(Number(new URL(api.url).port), manners);
  const url = `socks5://${login}127.0.0.1:${proxy.port}`;
  const connection = connectionTo(
    { url: changes.server ?? "https://api.internal:6443" },
    {
      proxy: { url, origin: "`proxy_url`", explicit: true },
      tlsServerName: changes.tlsServerName,
      maxRetries: 0,
    },
  );
  const client: KubeClient = connect(connection, { clock: systemClock, log: noLog, random: () => 0.5 });
  closers.push(client.close);
  return { asked: proxy.asked, request: () => client.request({ method: "GET", path: "/x" }) };
}

describe("a SOCKS5 proxy", () => {
  test("resolves the name itself", async () => {
    const { request, asked } = await through({});
    expect(await request()).toEqual({ ok: true });
    expect(asked).toEqual(["api.internal 6443"]);
  });

  test.each([
    ["https://10.1.2.3", "10.1.2.3 443"],
    ["https://[fd00::1:2]:6443", `253.${"0.".repeat(12)}1.0.2 6443`],
    ["https://[::]:1", `${"0.".repeat(15)}0 1`],
  ])("takes the address of %s as it is", async (server, expected) => {
    const { request, asked } = await through({}, "", { server, tlsServerName: "api.internal" });
    expect(await request()).toEqual({ ok: true });
    expect(asked).toEqual([expected]);
  });

  test("checks the certificate of the server behind it by address, too", async () => {
    const { request } = await through({}, "", { server: "https://10.1.2.3" });
    await expect(request()).rejects.toMatchObject({ code: "Tls" });
  });

  test("is given user and password, decoded", async () => {
    const { request } = await through({ login: "me@corp:p:w" }, "me%40corp:p%3Aw@");
    expect(await request()).toEqual({ ok: true });
  });

  test.each<[string, Manners]>([
    ["byte by byte", { crumbs: true }],
    ["with a name in its answer", { bound: Buffer.of(3, 2, 97, 98) }],
    ["with an IPv6 address in its answer", { bound: Buffer.concat([Buffer.of(4), Buffer.alloc(16)]) }],
  ])("may answer %s", async (_name, manners) => {
    expect(await (await through(manners)).request()).toEqual({ ok: true });
  });

  test.each<[string, Manners, string, RegExp]>([
    ["another protocol", { greeting: Buffer.from("HTTP/1.1 400 Bad") }, "", /does not speak SOCKS5/],
    ["a login that is missing", { login: "a:b" }, "", /requires a login/],
    ["a wrong password", { login: "a:b" }, "a:wrong@", /refused the user or password/],
    ["its rules", { reply: 2 }, "", /rules forbid/],
    ["an unknown name", { reply: 4 }, "", /cannot resolve its name/],
    ["a server that refuses", { reply: 5 }, "", /the server refuses connections/],
    ["a code of its own", { reply: 77 }, "", /it answered 77/],
    ["a connection that it closes", { greeting: Buffer.alloc(0) }, "", /closed the connection/],
  ])("that does not connect because of %s says so", async (_name, manners, login, text) => {
    const error = await (await through(manners, login)).request().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "Network" });
    expect((error as KubeError).message).toMatch(text);
    expect((error as KubeError).message).toContain("`proxy_url`");
    expect(String(error)).not.toContain("wrong@");
  });
});
