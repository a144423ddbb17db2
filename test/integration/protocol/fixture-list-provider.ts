import { createInterface } from "node:readline";
import { noLog } from "../../../src/base/log.ts";
import { listResource, provider, resource } from "../../../src/engine/define.ts";
import type { ListResult } from "../../../src/engine/list.ts";
import { serveReattach } from "../../../src/plugin/serve-reattach.ts";
import { services } from "../../../src/protocol/generated/tfplugin6.js";
import { providerService } from "../../../src/protocol/service/index.ts";
import { required } from "../../../src/schema/attribute.ts";
import { string } from "../../../src/schema/kind.ts";

/** What it writes for each line that it reads. */
export interface Told {
  /** How many lists have begun. */
  readonly lists: number;
  /** How many things the provider was asked for since the last list began. */
  readonly asked: number;
  /** Whether the last list has ended. */
  readonly ended: boolean;
}

const total = Number(process.argv[2]);
const doc = "A thing.";
const text = "x".repeat(16_384);
let lists = 0;
let asked = 0;
let ended = false;

async function* things(): AsyncGenerator<ListResult> {
  lists++;
  ended = false;
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

/** A provider with one long list: writes where it listens, then answers each line of its stdin with `Told`, until its stdin ends. */
async function main(): Promise<void> {
  const service = providerService(acme, noLog);
  const served = await serveReattach({
    protocolVersion: 6,
    network: "tcp",
    services: [{ definition: services["tfplugin6.Provider"], implementation: service.implementation }],
    providerAddresses: ["acme/acme"],
  });
  const providers = JSON.parse(served.environment) as Record<string, { readonly Addr: { readonly String: string } }>;
  process.stdout.write(`${providers["acme/acme"]?.Addr.String}\n`);
  for await (const _ of createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify({ lists, asked, ended } satisfies Told)}\n`);
  }
  process.exit();
}

void main();
