import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noLog } from "../../../src/base/log.ts";
import { providerService } from "../../../src/protocol/service/index.ts";
import { hikubeProvider } from "../../../src/provider.ts";
import { encodeMsgpack } from "../../../src/values/msgpack/index.ts";
import type { Type } from "../../../src/values/type.ts";
import { dynamicType } from "../../../src/values/type.ts";
import type { ValueObject } from "../../../src/values/value.ts";
import fc from "../../support/fast-check.ts";
import type { Connection } from "../../support/plugin-client/connection.ts";
import type { Message, ValueField } from "../../support/plugin-client/services.ts";
import { rpcs } from "../../support/plugin-client/services.ts";
import { diagnosticsOf, hasError } from "../../support/terraform-core/core-answers.ts";
import type { Core } from "../../support/terraform-core/core-client.ts";
import { configOf, impliedType } from "../../support/terraform-core/core-schema.ts";
import type { Served } from "../../support/terraform-core/served.ts";
import { startServed } from "../../support/terraform-core/served.ts";
import { encodeJson } from "../../support/values/encode-json.ts";

// Sound protobuf around bytes that are no value: every field of every RPC that carries one, as the .proto file declares them.

let served: Served;
let core: Core;
/** Not configured: what it answers, it answers without the platform. Only ConfigureProvider has connections of its own. */
let bare: Connection;

beforeAll(async () => {
  served = await startServed("1.6.2");
  core = await served.core();
  bare = served.connect();
});

afterAll(() => served?.stop());

const answered = Object.keys(providerService(hikubeProvider({}), noLog).implementation);
const places = rpcs
  .filter(({ name }) => answered.includes(name))
  .flatMap(({ name, values, responseStream }) => values.map((field) => ({ rpc: name, field, values, responseStream })));

/** What the provider has no use for is not even looked at. */
const unread = [
  "PlanResourceChange proposed_new_state",
  "PlanResourceChange prior_identity",
  "ApplyResourceChange planned_identity",
  "MoveResourceState source_identity",
];
const isRead = ({ rpc, field }: (typeof places)[number]): boolean =>
  field.name !== "provider_meta" && !unread.includes(`${rpc} ${field.name}`);

const written: Readonly<Record<string, Record<string, unknown>>> = {
  hikube_cluster: { name: "a" },
  hikube_nodegroup: { cluster_id: "t/a", name: "b" },
  hikube_addon: { cluster_id: "t/a", name: "velero" },
};
const types = Object.keys(written);

/** A value that the field may hold, as bytes. */
function sound({ name, kind }: ValueField, rpc: string, type: string): Uint8Array {
  const loaded = core.resources.get(type);
  if (loaded === undefined) throw new Error(`there is no ${type}`);
  const identity = (): [ValueObject, Type] => [
    Object.assign(Object.create(null), { namespace: "t", cluster: "a", name: "a" }) as ValueObject,
    loaded.identity.wire,
  ];
  if (kind === "ResourceIdentityData") return encodeMsgpack(...identityOf(identity()));
  const [value, wire]: [ValueObject | null, Type] = /Provider/.test(rpc)
    ? [
        configOf(core.providerSchema, { host: "https://127.0.0.1:1", token: "t", namespace: "t" }),
        impliedType(core.providerSchema),
      ]
    : name === "provider_meta"
      ? [null, dynamicType]
      : [core.config(type, written[type] ?? {}), loaded.wire];
  if (kind === "DynamicValue") return encodeMsgpack(value, wire);
  return Buffer.from(name.includes("identity") ? encodeJson(...identityOf(identity())) : encodeJson(value, wire));
}

/** The parts that this kind of resource has. */
const identityOf = ([value, wire]: [ValueObject, Type]): [ValueObject, Type] => {
  const names = wire.kind === "object" ? Object.keys(wire.attributes) : [];
  return [
    Object.assign(Object.create(null), Object.fromEntries(names.map((name) => [name, value[name] ?? "a"]))),
    wire,
  ];
};

/** A field with these bytes in it. */
function carrying({ name, kind, repeated }: ValueField, bytes: Uint8Array, as: "msgpack" | "json"): Message {
  const value = { [as]: bytes };
  if (kind === "RawState") return { [name]: { json: bytes } };
  if (kind === "ResourceIdentityData") return { [name]: { identity_data: value } };
  return { [name]: repeated ? [value] : value };
}

/** Asks with these bytes at one place and sound ones at all others; whether the answer is an error. */
async function ask(
  { rpc, field, values, responseStream }: (typeof places)[number],
  type: string,
  bytes: Uint8Array,
  as: "msgpack" | "json" = "msgpack",
): Promise<boolean> {
  const request = { type_name: type, target_type_name: type, source_type_name: "x", source_provider_address: "x/y/z" };
  const fields = values.map((one) =>
    one === field ? carrying(one, bytes, as) : carrying(one, sound(one, rpc, type), "msgpack"),
  );
  const connection = rpc === "ConfigureProvider" ? served.connect() : bare;
  const message = Object.assign({ ...request }, ...fields) as Message;
  const answer = responseStream
    ? lastEvent(await connection.stream(rpc, message))
    : await connection.call(rpc, message);
  if (connection !== bare) await connection.close();
  const found = diagnosticsOf(answer);
  expect(found.filter(({ summary }) => summary.startsWith("Internal error"))).toEqual([]);
  return hasError(found) || answer["error"] !== undefined;
}

/** The diagnostics of the event that ends a stream. */
function lastEvent(events: readonly Message[]): Message {
  const last = events.at(-1) ?? {};
  const completed = last["completed"] as Message | undefined;
  return { diagnostics: last["diagnostic"] ?? completed?.["diagnostics"] ?? [] };
}

/** Each has broken a decoder somewhere: wrong lengths, unknown extensions, keys of other kinds, invalid numbers. */
const kept = [
  "c1",
  "d4 00",
  "d4 7f 00",
  "c7 ff 0c 81",
  "c7 02 0c 81 01",
  "c9 ff ff ff ff 0c",
  "db ff ff ff ff",
  "dd ff ff ff ff",
  "df ff ff ff ff",
  "de 00 01 01 c0",
  "82 a1 61 c0 a1 61 c0",
  "81 a2 c3 28 c0",
  "cb 7f f8 00 00 00 00 00 00",
  "92 c4 05 22 78 79 7a 22 c0",
  "92 c4 08 22 73 74 72 69 6e 67 22 01",
  "c0 c0",
  "80",
  "90",
  "a0",
].map((hex) => Buffer.from(hex.replaceAll(" ", ""), "hex"));

test("the values of all RPCs are known", () => {
  expect(places.map(({ rpc, field }) => `${rpc} ${field.name}`)).toEqual(
    expect.arrayContaining([
      ...unread,
      "ValidateProviderConfig config",
      "ConfigureProvider config",
      "ValidateResourceConfig config",
      "UpgradeResourceState raw_state",
      "UpgradeResourceIdentity raw_identity",
      "ReadResource current_state",
      "ReadResource current_identity",
      "PlanResourceChange prior_state",
      "PlanResourceChange config",
      "ApplyResourceChange prior_state",
      "ApplyResourceChange planned_state",
      "ApplyResourceChange config",
      "ImportResourceState identity",
      "MoveResourceState source_state",
      "ReadDataSource config",
      "CallFunction arguments",
    ]),
  );
});

describe.each(places.map((place) => [place.rpc, place.field.name, place] as const))("%s with %s", (rpc, _, place) => {
  // What is sound needs the platform next, or another provider's state: only there it is an error as well.
  const asksMore = ["ReadResource", "ApplyResourceChange", "ImportResourceState", "MoveResourceState"].includes(rpc);

  test("that is no value is answered with a diagnostic", async () => {
    for (const bytes of kept) {
      for (const as of ["msgpack", "json"] as const) {
        const isError = await ask(place, "hikube_addon", bytes, as);
        if (isRead(place)) expect(`${bytes.toString("hex")} ${isError}`).toBe(`${bytes.toString("hex")} true`);
      }
    }
  });

  test("that is damaged anywhere is answered with a diagnostic", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...types), fc.nat(), fc.nat(255), fc.boolean(), async (type, at, byte, cut) => {
        const bytes = Buffer.from(sound(place.field, rpc, type));
        bytes[at % bytes.length] = byte;
        await ask(place, type, cut ? bytes.subarray(0, at % bytes.length) : bytes);
      }),
      { numRuns: 25, examples: types.map((type) => [type, 0, 0xc1, false]) },
    );
  });

  test("that is valid is not refused", async () => {
    if (asksMore || /Data|Function|Ephemeral|List|Action|Generate/.test(rpc)) return;
    for (const type of types) expect(await ask(place, type, sound(place.field, rpc, type))).toBe(false);
  });
});
