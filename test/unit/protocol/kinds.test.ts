import { expect, test } from "vitest";
import { noLog } from "../../../src/base/log.ts";
import type { StreamCall } from "../../../src/base/rpc.ts";
import {
  action,
  dataSource,
  ephemeralResource,
  listResource,
  provider,
  providerFunction,
  resource,
} from "../../../src/engine/define.ts";
import { FunctionError } from "../../../src/engine/function.ts";
import type { ListResult } from "../../../src/engine/list.ts";
import { providerService } from "../../../src/protocol/service/index.ts";
import { computed, optional, required } from "../../../src/schema/attribute.ts";
import { int, objectType, string } from "../../../src/schema/kind.ts";
import { decodeMsgpack, encodeMsgpack } from "../../../src/values/msgpack/index.ts";
import type { ValueObject } from "../../../src/values/value.ts";

// A provider with one part of each kind, asked as Terraform asks: by message, without a connection.

const doc = "A thing.";
const thing = {
  name: required(string, { doc }),
  size: optional(int, { doc }),
  colour: computed(string, { doc }),
};
const wire = objectType(thing);
const closed: string[] = [];

async function* stock(): AsyncGenerator<ListResult> {
  try {
    for (let number = 1; ; number++) {
      if (number === 4) throw new Error("out of stock");
      yield {
        identity: { name: `t${number}` },
        displayName: `thing ${number}`,
        state: { name: `t${number}`, colour: "red" },
      };
    }
  } finally {
    closed.push("list");
  }
}

const acme = provider<string>()({
  doc: "A provider.",
  schema: {},
  resources: [
    resource<string>()("acme_thing", {
      doc,
      schema: thing,
      identity: { name: { kind: string, doc } },
      timeouts: { create: "1m", update: "1m", delete: "1m" },
      read: async ({ state }) => state,
      apply: async () => ({ name: "t1", size: null, colour: "red" }),
      remove: async () => {},
      identify: ({ name }) => ({ name }),
      importState: () => ({}),
    }),
  ],
  dataSources: [
    dataSource<string>()("acme_thing", {
      doc,
      schema: thing,
      validate: ({ config, diagnostics }) => {
        if (config.name === "bad") diagnostics.error("Invalid name", "`name` is bad.", "name");
      },
      read: async ({ config, client }) => ({ name: "another", size: 3, colour: `${client} of ${config.name}` }),
    }),
  ],
  ephemeralResources: [
    ephemeralResource<string>()("acme_token", {
      doc,
      schema: thing,
      open: async ({ config }) => ({
        result: { name: config.name, size: null, colour: "blue" },
        private: { opened: config.name },
        renewAt: new Date(1_800_000_000_500),
      }),
      renew: async ({ private: notes }) => ({ private: { ...notes, renewed: true } }),
      close: async ({ private: notes }) => {
        closed.push(JSON.stringify(notes));
      },
    }),
  ],
  listResources: [listResource<string>()("acme_thing", { doc, schema: {}, list: stock })],
  actions: [
    action<string>()("acme_paint", {
      doc,
      schema: thing,
      invoke: async ({ config, progress, diagnostics }) => {
        progress(`painting ${config.name}`);
        diagnostics.warning("Wet paint", "Do not touch.");
      },
    }),
  ],
  functions: [
    providerFunction("half", {
      summary: "Half of a number",
      doc,
      parameters: [{ name: "number", kind: int, doc }],
      returns: int,
      call: (number) => {
        if (number % 2 === 1) throw new FunctionError("must be even", 0);
        return number / 2;
      },
    }),
    providerFunction("total", {
      summary: "Sum of numbers",
      doc,
      parameters: [{ name: "first", kind: int, doc }],
      variadic: { name: "others", kind: int, nullable: true, doc },
      returns: int,
      call: (first, ...others) => {
        const negative = others.findIndex((number) => number !== null && number < 0);
        if (negative >= 0) throw new FunctionError("must not be negative", negative + 1);
        return others.reduce<number>((sum, number) => sum + (number ?? 0), first);
      },
    }),
  ],
  configure: async () => "colour",
  close: async () => {},
  explain: () => undefined,
});

const { implementation } = providerService(acme, noLog);

/** The answer to a request; for a stream, its events. */
async function ask(rpc: string, request: unknown): Promise<Record<string, unknown>> {
  const events: unknown[] = [];
  let answer: unknown;
  await new Promise<void>((resolve, reject) => {
    const call: StreamCall<never> = {
      peer: "p",
      onCancelled: () => {},
      onHeard: () => {},
      onEnded: () => {},
      send: (event) => {
        events.push(event);
        return undefined;
      },
      end: resolve,
    };
    const handler = implementation[rpc] as (request: unknown, call: StreamCall<never>) => unknown;
    const returned = handler(request, call);
    if (rpc === "ListResource" || rpc === "InvokeAction") return;
    Promise.resolve(returned).then((value) => {
      answer = value;
      resolve();
    }, reject);
  });
  return answer === undefined ? { events } : (answer as Record<string, unknown>);
}

const config = (values: Record<string, unknown>) => ({
  msgpack: encodeMsgpack({ name: null, size: null, colour: null, ...values } as ValueObject, wire),
});
const decoded = (message: unknown) => {
  const value = decodeMsgpack((message as { msgpack: Uint8Array }).msgpack, wire);
  return { ...(value as ValueObject) };
};

test("a part needs a configured provider, and says so in a diagnostic", async () => {
  const answer = await ask("ReadDataSource", { typeName: "acme_thing", config: config({ name: "a" }) });
  expect(answer).toMatchObject({ diagnostics: [{ summary: "The provider is not configured" }] });
  expect(answer["state"]).toBeUndefined();
});

test("a data source keeps what the configuration sets and fills in the rest", async () => {
  await ask("ConfigureProvider", {});
  const answer = await ask("ReadDataSource", { typeName: "acme_thing", config: config({ name: "a" }) });
  expect(decoded(answer["state"])).toEqual({ name: "a", size: 3, colour: "colour of a" });
  const validated = await ask("ValidateDataResourceConfig", {
    typeName: "acme_thing",
    config: config({ name: "bad" }),
  });
  expect(validated).toMatchObject({ diagnostics: [{ summary: "Invalid name" }] });
});

test("an ephemeral resource is opened, renewed and closed with its private notes", async () => {
  const opened = await ask("OpenEphemeralResource", { typeName: "acme_token", config: config({ name: "a" }) });
  expect(decoded(opened["result"])).toEqual({ name: "a", size: null, colour: "blue" });
  expect(opened).toMatchObject({ renewAt: { seconds: 1_800_000_000, nanos: 0 } });
  const renewed = await ask("RenewEphemeralResource", { typeName: "acme_token", private: opened["private"] });
  expect(renewed["renewAt"]).toBeUndefined();
  await ask("CloseEphemeralResource", { typeName: "acme_token", private: renewed["private"] });
  expect(closed).toContain('{"opened":"a","renewed":true}');
});

test("a list ends at its limit, closes its source, and includes the resource only on request", async () => {
  closed.length = 0;
  const { events } = await ask("ListResource", { typeName: "acme_thing", limit: 2 });
  expect(events).toMatchObject([{ displayName: "thing 1" }, { displayName: "thing 2" }]);
  expect((events as { resourceObject?: unknown }[])[0]?.resourceObject).toBeUndefined();
  expect(closed).toEqual(["list"]);
  const whole = await ask("ListResource", { typeName: "acme_thing", limit: 1, includeResourceObject: true });
  expect(decoded((whole["events"] as { resourceObject: unknown }[])[0]?.resourceObject)).toEqual({
    name: "t1",
    size: null,
    colour: "red",
  });
});

test("a list that fails ends with what it found and a diagnostic", async () => {
  const { events } = await ask("ListResource", { typeName: "acme_thing", limit: 100 });
  expect(events).toHaveLength(4);
  expect((events as unknown[])[3]).toMatchObject({ diagnostic: [{ summary: "Internal error of the provider" }] });
});

test("an action streams its progress and completes with its diagnostics", async () => {
  const { events } = await ask("InvokeAction", { actionType: "acme_paint", config: config({ name: "a" }) });
  expect(events).toMatchObject([
    { progress: { message: "painting a" } },
    { completed: { diagnostics: [{ summary: "Wet paint" }] } },
  ]);
});

test("a function has a result, or an error at its argument", async () => {
  const call = (number: number) =>
    ask("CallFunction", { name: "half", arguments: [{ msgpack: encodeMsgpack(number, int.wire) }] });
  expect(decodeMsgpack(((await call(4))["result"] as { msgpack: Uint8Array }).msgpack, int.wire)).toBe(2);
  expect(await call(3)).toEqual({ error: { text: "must be even", functionArgument: 0 } });
});

test("a function takes any number of further arguments, null among them", async () => {
  const call = (...numbers: (number | null)[]) =>
    ask("CallFunction", {
      name: "total",
      // OpenTofu sends null as a message without content.
      arguments: numbers.map((number) => (number === null ? {} : { msgpack: encodeMsgpack(number, int.wire) })),
    });
  const result = async (...numbers: (number | null)[]) =>
    decodeMsgpack(((await call(...numbers))["result"] as { msgpack: Uint8Array }).msgpack, int.wire);
  expect(await result(1)).toBe(1);
  expect(await result(1, 2, null, 3)).toBe(6);
  expect(await call(1, 2, -3)).toEqual({ error: { text: "must not be negative", functionArgument: 2 } });
  expect(await ask("GetFunctions", {})).toMatchObject({
    functions: {
      total: {
        parameters: [{ name: "first", allowNullValue: false }],
        variadicParameter: { name: "others", allowNullValue: true },
      },
    },
  });
});

test("every part is named in the metadata and has its schema", async () => {
  expect(await ask("GetMetadata", {})).toMatchObject({
    dataSources: [{ typeName: "acme_thing" }],
    ephemeralResources: [{ typeName: "acme_token" }],
    listResources: [{ typeName: "acme_thing" }],
    actions: [{ typeName: "acme_paint" }],
    functions: [{ name: "half" }, { name: "total" }],
  });
  const schema = await ask("GetProviderSchema", {});
  expect(Object.keys(schema["dataSourceSchemas"] as object)).toEqual(["acme_thing"]);
  expect(Object.keys(schema["actionSchemas"] as object)).toEqual(["acme_paint"]);
  expect(await ask("GetFunctions", {})).toMatchObject({ functions: { half: { summary: "Half of a number" } } });
});
