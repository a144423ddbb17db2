import { readFileSync, statSync } from "node:fs";
import { connect as connectTcp } from "node:net";
import { dirname } from "node:path";
import { connect as connectTls } from "node:tls";
import {
  ChannelCredentials,
  makeGenericClientConstructor,
  type ServiceDefinition,
  type ServiceError,
} from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { providerCommand } from "../../../scripts/ensure-built.ts";
import fc from "../../support/fast-check.ts";
import { type Connection, connect } from "../../support/plugin-client/connection.ts";
import { hostIdentity } from "../../support/plugin-client/identity.ts";
import { knock, noises } from "../../support/plugin-client/knock.ts";
import { type PluginProcess, startPlugin } from "../../support/plugin-client/process.ts";
import { channelOptions, credentialsFor, hangsMs, rpcs, serverPem } from "../../support/plugin-client/services.ts";

// Access to the sockets of the provider's process, and what happens to other clients.

describe("the plugin's socket", () => {
  const identity = hostIdentity();
  let plugin: PluginProcess;
  let connection: Connection;

  beforeAll(async () => {
    plugin = await startPlugin(providerCommand, { identity });
    connection = plugin.connect();
    await connection.call("GetMetadata", {});
  });

  afterAll(async () => {
    await connection?.close();
    plugin?.process.kill("SIGKILL");
  });

  const residentBytes = (which: "VmHWM" | "VmRSS"): number => {
    const status = readFileSync(`/proc/${plugin.process.pid}/status`, "utf8");
    return Number(new RegExp(`${which}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1_024;
  };

  /** Still there, still answering, and without a word about it. */
  async function expectUnmoved(): Promise<void> {
    expect((await connection.call("GetMetadata", {}))["resources"]).toHaveLength(3);
    expect(plugin.process.exitCode).toBeNull();
    expect(plugin.stderr()).not.toMatch(/panic|unhandled/i);
  }

  test("is in a private directory and accessible to its owner only", () => {
    const { address } = plugin.handshake;
    expect(statSync(dirname(address)).mode & 0o777).toBe(0o700);
    expect(statSync(address).mode & 0o777).toBe(0o600);
  });

  test.each(noises)("withstands %s", async (_what, bytes) => {
    await knock(() => connectTcp(plugin.handshake.address), bytes);
    await expectUnmoved();
  });

  test("withstands any bytes, before TLS or in TLS without a client certificate", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 400 }), fc.boolean(), async (bytes, inTls) => {
        const open = () => {
          const { address } = plugin.handshake;
          return inTls
            ? connectTls({ path: address, rejectUnauthorized: false, ALPNProtocols: ["h2"] })
            : connectTcp(address);
        };
        const heard = await knock(open, bytes, 60);
        expect(heard.includes("hikube_cluster")).toBe(false);
      }),
      { numRuns: 40, seed: 7 },
    );
    await expectUnmoved();
  });

  test("refuses a host without a certificate or with another, and keeps serving its own", async () => {
    const { address, certificate } = plugin.handshake;
    const stranger = { ...hostIdentity(), server: certificate };
    for (const other of [connect(`unix:${address}`, stranger), connect(`unix:${address}`)]) {
      await expect(other.call("GetMetadata", {})).rejects.toMatchObject({ code: 14 });
      await other.close();
    }
    const bare = ChannelCredentials.createSsl(serverPem(certificate));
    const client = rawClient(`unix:${address}`, bare);
    await expect(raw(client, "GetMetadata", new Uint8Array())).rejects.toMatchObject({ code: 14 });
    client.close();
    await expectUnmoved();
  });

  test("answers or refuses any bytes as the message of every RPC", async () => {
    const { address, certificate } = plugin.handshake;
    const client = rawClient(`unix:${address}`, credentialsFor({ ...identity, server: certificate }));
    const names = rpcs.filter(({ requestStream, responseStream }) => !requestStream && !responseStream);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), fc.uint8Array({ maxLength: 60 }), async ({ name }, bytes) => {
        const outcome = await raw(client, name, bytes).catch((error: ServiceError) => error.code);
        // INTERNAL: no protobuf. UNIMPLEMENTED: Terraform takes it for "has none". Any other code would be silence or a crash.
        if (!Buffer.isBuffer(outcome)) expect([12, 13]).toContain(outcome);
      }),
      { numRuns: 300, seed: 11, examples: regressions },
    );
    client.close();
    await expectUnmoved();
  });

  test("transports a string of 100 MB repeatedly without keeping it", async () => {
    const text = Buffer.alloc(100_000_000, "k");
    const length = Buffer.alloc(4);
    length.writeUInt32BE(text.length);
    // An object of one attribute of that size: too large for any resource, small enough for the wire.
    const msgpack = Buffer.concat([Buffer.from([0x81, 0xa4]), Buffer.from("name"), Buffer.from([0xdb]), length, text]);
    const ask = () => connection.call("ValidateResourceConfig", { type_name: "hikube_cluster", config: { msgpack } });
    expect((await ask())["diagnostics"]).not.toEqual([]);
    await ask();
    const before = residentBytes("VmHWM");
    for (let time = 0; time < 3; time++) await ask();
    expect(residentBytes("VmHWM") - before).toBeLessThan(250e6);
    await expectUnmoved();
  });

  test("refuses a message above its limit with a gRPC status and keeps serving", async () => {
    const msgpack = Buffer.alloc(257 * 1_024 * 1_024);
    const asked = connection.call("ValidateResourceConfig", { type_name: "hikube_cluster", config: { msgpack } });
    await expect(asked).rejects.toMatchObject({ code: 8 });
    await expectUnmoved();
  });

  test("closes only when its own host asks", async () => {
    await expectUnmoved();
    expect(await plugin.shutdown()).toEqual({ code: 0, signal: null });
  });
});

type AnyRpc = (typeof rpcs)[number];
/** Messages that once found a defect. */
const regressions: [AnyRpc, Uint8Array][] = [
  // A length far beyond the message; a group that never ends; a field number of zero; a varint without end.
  ["0affffffff0f", "0b0b0b0b", "0000", "08ffffffffffffffffffff01", "1aff"].map((hex) => Buffer.from(hex, "hex")),
]
  .flat()
  .flatMap((bytes) =>
    rpcs
      .filter(({ name }) => /^(Plan|Apply|Upgrade|Import|Move|Read)Resource/.test(name))
      .map((rpc): [AnyRpc, Uint8Array] => [rpc, bytes]),
  );

/** A client that sends and takes bytes as they are. */
function rawClient(target: string, credentials: ChannelCredentials) {
  const same = (bytes: Buffer): Buffer => bytes;
  const methods = rpcs.map(({ name }) => [
    name,
    {
      path: `/tfplugin6.Provider/${name}`,
      requestStream: false,
      responseStream: false,
      requestSerialize: same,
      requestDeserialize: same,
      responseSerialize: same,
      responseDeserialize: same,
    },
  ]);
  return new (makeGenericClientConstructor(Object.fromEntries(methods) as ServiceDefinition, "raw"))(
    target,
    credentials,
    channelOptions,
  );
}

const raw = (client: ReturnType<typeof rawClient>, name: string, bytes: Uint8Array): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const same = (message: Buffer): Buffer => message;
    client.makeUnaryRequest(
      `/tfplugin6.Provider/${name}`,
      same,
      same,
      Buffer.from(bytes),
      { deadline: Date.now() + hangsMs },
      (error, answer) => (error === null ? resolve(answer ?? Buffer.alloc(0)) : reject(error)),
    );
  });
