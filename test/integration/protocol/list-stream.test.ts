import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, constants } from "node:http2";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { ClientReadableStream } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tfplugin6 } from "../../../src/protocol/generated/tfplugin6.js";
import { objectType } from "../../../src/schema/kind.ts";
import { encodeMsgpack } from "../../../src/values/msgpack/index.ts";
import { call, type Message, type ServiceClient, serviceClient } from "../../support/plugin-client/services.ts";
import { commandOn, type RuntimeCommand, runtimes } from "../../support/runtime-command.ts";
import type { Told } from "./fixture-list-provider.ts";

const total = 2_000;
const nothing = { msgpack: encodeMsgpack({}, objectType({})) };
const wanted = { typeName: "acme_thing", config: nothing, includeResourceObject: true, limit: total };

/** More than the buffers of both sides hold. */
const ahead = 100;

describe.each(runtimes)("a provider on %s", (runtime) => {
  let program: RuntimeCommand;
  let child: ChildProcessByStdio<Writable, Readable, null>;
  let lines: Interface;
  let address: string;
  let client: ServiceClient;

  beforeAll(async () => {
    program = await commandOn(runtime, join(import.meta.dirname, "fixture-list-provider.ts"));
    const [executable, ...args] = program.command;
    child = spawn(executable, [...args, String(total)], { stdio: ["pipe", "pipe", "inherit"] });
    lines = createInterface({ input: child.stdout });
    address = await nextLine();
    client = serviceClient("tfplugin6.Provider", address);
    await call(client, "ConfigureProvider", { config: nothing });
  });

  afterAll(async () => {
    client?.close();
    if (child !== undefined) {
      child.stdin.end();
      await once(child, "close");
    }
    program?.remove();
  });

  const nextLine = async () => ((await once(lines, "line")) as [string])[0];

  /** What the provider has done so far. */
  async function told(): Promise<Told> {
    child.stdin.write("\n");
    return JSON.parse(await nextLine()) as Told;
  }

  test("a list asks for no more than a slow reader takes, and nothing is lost", async () => {
    const events = client["ListResource"]?.({
      type_name: "acme_thing",
      config: nothing,
      include_resource_object: true,
      limit: total,
    }) as ClientReadableStream<Message>;
    let read = 0;
    let most = 0;
    for await (const event of events) {
      read++;
      if (read % 20 === 0) most = Math.max(most, (await told()).asked - read);
      expect((event["identity"] as Message | null) !== null).toBe(true);
    }
    expect(read).toBe(total);
    expect(most).toBeLessThan(ahead);
  });

  test("a list of which nothing is read stands still, and ends with its caller", async () => {
    // A gRPC client reads ahead by itself; plain HTTP/2 does not.
    const session = connect(`http://${address}`);
    const send = (method: string, message: Uint8Array) => {
      const stream = session.request({
        ":method": "POST",
        ":path": `/tfplugin6.Provider/${method}`,
        "content-type": "application/grpc",
        te: "trailers",
      });
      stream.on("error", () => {});
      const head = Buffer.alloc(5);
      head.writeUInt32BE(message.length, 1);
      stream.end(Buffer.concat([head, message]));
      return stream;
    };
    const configured = send(
      "ConfigureProvider",
      tfplugin6.ConfigureProvider.Request.encode({ config: nothing }).finish(),
    );
    await once(configured.resume(), "close");
    const { lists } = await told();
    const stream = send("ListResource", tfplugin6.ListResource.Request.encode(wanted).finish());
    while ((await told()).lists === lists) await call(client, "GetMetadata");
    // It has begun, and other calls are answered meanwhile.
    for (let turn = 0; turn < 50; turn++) await call(client, "GetProviderSchema");
    const { asked: reached } = await told();
    for (let turn = 0; turn < 50; turn++) await call(client, "GetProviderSchema");
    expect(await told()).toMatchObject({ asked: reached, ended: false });
    expect(reached).toBeLessThan(ahead);
    stream.close(constants.NGHTTP2_CANCEL);
    while (!(await told()).ended) await call(client, "GetProviderSchema");
    expect((await told()).asked).toBeLessThan(ahead);
    session.close();
  });
});
