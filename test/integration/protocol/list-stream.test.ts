import { once } from "node:events";
import { connect, constants } from "node:http2";
import type { ClientReadableStream } from "@grpc/grpc-js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { noLog } from "../../../src/base/log.ts";
import { listResource, provider, resource } from "../../../src/engine/define.ts";
import type { ListResult } from "../../../src/engine/list.ts";
import { serveReattach } from "../../../src/plugin/serve-reattach.ts";
import { services, tfplugin6 } from "../../../src/protocol/generated/tfplugin6.js";
import { providerService } from "../../../src/protocol/service/index.ts";
import { required } from "../../../src/schema/attribute.ts";
import { objectType, string } from "../../../src/schema/kind.ts";
import { encodeMsgpack } from "../../../src/values/msgpack/index.ts";
import { call, type Message, type ServiceClient, serviceClient } from "../../support/plugin-client/services.ts";

const doc = "A thing.";
const total = 2_000;
const text = "x".repeat(16_384);

/** How many things the provider was asked for, and whether the list was ended. */
let asked = 0;
let ended = false;

async function* things(): AsyncGenerator<ListResult> {
  try {
    for (asked = 1; asked <= total; asked++) {
      const name = `t${asked}`;
      yield { identity: { name }, displayName: name, state: { name, text } };
    }
  } finally {
    ended = true;
  }
}

const schema = { name: required(string, { doc }), text: required(string, { doc }) };
const acme = provider<string>()({
  doc,
  schema: {},
  configure: async () => "client",
  close: async () => {},
  explain: () => undefined,
  resources: [
    resource<string>()("acme_thing", {
      doc,
      schema,
      identity: { name: { kind: string, doc } },
      timeouts: { create: "1m", update: "1m", delete: "1m" },
      read: async ({ state }) => state,
      apply: async ({ wish }) => wish,
      remove: async () => {},
      identify: ({ name }) => ({ name }),
      importState: () => ({}),
    }),
  ],
  listResources: [listResource<string>()("acme_thing", { doc, schema: {}, list: things })],
});

let address = "";
let client: ServiceClient;
let stop: () => Promise<void>;

beforeAll(async () => {
  const service = providerService(acme, noLog);
  const served = await serveReattach({
    protocolVersion: 6,
    network: "tcp",
    services: [{ definition: services["tfplugin6.Provider"], implementation: service.implementation }],
    providerAddresses: ["acme/acme"],
  });
  const providers = JSON.parse(served.environment) as Record<string, { readonly Addr: { readonly String: string } }>;
  address = providers["acme/acme"]?.Addr.String ?? "";
  client = serviceClient("tfplugin6.Provider", address);
  await call(client, "ConfigureProvider", { config: nothing });
  stop = async () => {
    client.close();
    await served.stop();
    await service.close();
  };
});
afterAll(() => stop());

const nothing = { msgpack: encodeMsgpack({}, objectType({})) };

const list = (): ClientReadableStream<Message> =>
  client["ListResource"]?.({
    type_name: "acme_thing",
    config: nothing,
    include_resource_object: true,
    limit: total,
  }) as ClientReadableStream<Message>;
const wanted = { typeName: "acme_thing", config: nothing, includeResourceObject: true, limit: total };

/** More than the buffers of both sides hold. */
const ahead = 100;

test("a list asks for no more than a slow reader takes, and nothing is lost", async () => {
  let read = 0;
  let most = 0;
  for await (const event of list()) {
    read++;
    most = Math.max(most, asked - read);
    expect((event["identity"] as Message | null) !== null).toBe(true);
    await new Promise(setImmediate);
  }
  expect(read).toBe(total);
  expect(most).toBeLessThan(ahead);
});

test("a list of which nothing is read stands still, and ends with its caller", async () => {
  ended = false;
  asked = 0;
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
  const stream = send("ListResource", tfplugin6.ListResource.Request.encode(wanted).finish());
  // It has begun, and other calls are answered meanwhile.
  while (asked === 0) await call(client, "GetProviderSchema");
  for (let turn = 0; turn < 50; turn++) await call(client, "GetProviderSchema");
  const reached = asked;
  for (let turn = 0; turn < 50; turn++) await call(client, "GetProviderSchema");
  expect(asked).toBe(reached);
  expect(reached).toBeLessThan(ahead);
  stream.close(constants.NGHTTP2_CANCEL);
  while (!ended) await call(client, "GetProviderSchema");
  expect(asked).toBeLessThan(ahead);
  session.close();
});
