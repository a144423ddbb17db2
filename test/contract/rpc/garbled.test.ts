import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeMsgpack } from "../../../src/values/msgpack/index.ts";
import type { Type } from "../../../src/values/type.ts";
import { dynamicType } from "../../../src/values/type.ts";
import fc from "../../support/fast-check.ts";
import type { Connection } from "../../support/plugin-client/connection.ts";
import type { Message } from "../../support/plugin-client/services.ts";
import type { CoreDiagnostic } from "../../support/terraform-core/core-answers.ts";
import { diagnosticsOf, hasError } from "../../support/terraform-core/core-answers.ts";
import type { Core } from "../../support/terraform-core/core-client.ts";
import type { Served } from "../../support/terraform-core/served.ts";
import { startServed } from "../../support/terraform-core/served.ts";

// Bytes that no Terraform sends: damaged on the way, or made to do damage.

let served: Served;
let core: Core;
/** Not configured: what it answers, it answers without the platform. */
let bare: Connection;

beforeAll(async () => {
  served = await startServed("1.6.2");
  core = await served.core();
  bare = served.connect();
});

afterAll(() => served?.stop());

const types = ["hikube_cluster", "hikube_nodegroup", "hikube_addon"] as const;
const wireOf = (type: string): Type => core.resources.get(type)?.wire ?? dynamicType;

/** The diagnostics of an answer, which must not be taken for a bug of ours. */
function said(answer: Message, type?: string): CoreDiagnostic[] {
  const found = diagnosticsOf(answer, type === undefined ? undefined : core.resources.get(type)?.schema);
  expect(found.filter(({ summary }) => summary.startsWith("Internal error"))).toEqual([]);
  return found;
}

const cluster = { name: "a" };
const group = { cluster_id: "t/a", name: "b" };
const addon = { cluster_id: "t/a", name: "velero" };

describe("garbled bytes", () => {
  const rpcs = ["ValidateResourceConfig", "PlanResourceChange", "ReadResource", "ApplyResourceChange"] as const;
  const request = (type: string, bytes: Uint8Array): Message => ({
    type_name: type,
    config: { msgpack: bytes },
    current_state: { msgpack: bytes },
    prior_state: { msgpack: bytes },
    planned_state: { msgpack: bytes },
    proposed_new_state: { msgpack: bytes },
    private: bytes,
    prior_private: bytes,
    planned_private: bytes,
  });

  const lyingLength = (rpc: (typeof rpcs)[number]): ["hikube_cluster", (typeof rpcs)[number], Uint8Array] => [
    "hikube_cluster",
    rpc,
    Uint8Array.of(0xdf, 0xff, 0xff, 0xff, 0xff),
  ];

  test("of any kind are answered", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...types),
        fc.constantFrom(...rpcs),
        // A single 0xc0 is a null, and as such sound.
        fc.uint8Array({ minLength: 1, maxLength: 80 }).filter((bytes) => bytes.length > 1 || bytes[0] !== 0xc0),
        async (type, rpc, bytes) => {
          const found = said(await bare.call(rpc, request(type, bytes)), type);
          expect(hasError(found)).toBe(true);
        },
      ),
      {
        numRuns: 150,
        // An unknown extension, and wrong lengths.
        examples: [["hikube_addon", "ReadResource", Uint8Array.of(0xc7, 0xff, 0x0c, 0x81)], ...rpcs.map(lyingLength)],
      },
    );
  });

  test("inside of a valid value are answered", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...types),
        fc.constantFrom(...rpcs.slice(0, 3)),
        fc.nat(),
        fc.nat(255),
        async (type, rpc, at, byte) => {
          const sound = Buffer.from(
            encodeMsgpack(core.config(type, type === "hikube_cluster" ? cluster : group), wireOf(type)),
          );
          sound[at % sound.length] = byte;
          said(
            await bare.call(rpc, { type_name: type, config: { msgpack: sound }, current_state: { msgpack: sound } }),
            type,
          );
        },
      ),
      { numRuns: 150, examples: [["hikube_addon", "PlanResourceChange", 0, 0xdf]] },
    );
  });

  test("of an apply keep the state, the private data and the identity", async () => {
    const type = "hikube_cluster";
    const state = { msgpack: encodeMsgpack(core.config(type, cluster), wireOf(type)) };
    const identity = { identity_data: { msgpack: Buffer.from([0x80]) } };
    const answer = await bare.call("ApplyResourceChange", {
      type_name: type,
      prior_state: state,
      planned_state: { msgpack: Buffer.from([0xc1]) },
      config: state,
      planned_private: Buffer.from("{}"),
      planned_identity: identity,
    });
    expect(hasError(said(answer, type))).toBe(true);
    expect(Buffer.from((answer["new_state"] as { msgpack: Buffer }).msgpack)).toEqual(Buffer.from(state.msgpack));
    expect(answer["private"]).toEqual(Buffer.from("{}"));
    expect(answer["new_identity"]).toMatchObject({ identity_data: { msgpack: Buffer.from([0x80]) } });
  });

  test("that nest without end are answered", async () => {
    for (const byte of [0x91, 0x81, 0x92]) {
      const deep = Buffer.alloc(200_000, byte);
      expect(hasError(said(await bare.call("ValidateResourceConfig", request("hikube_addon", deep))))).toBe(true);
    }
    const type = `${'["list",'.repeat(5_000)}"string"${"]".repeat(5_000)}`;
    const values = Buffer.concat([
      Buffer.from([0x92, 0xc6]),
      uint32(type.length),
      Buffer.from(type),
      Buffer.from([0xc0]),
    ]);
    const config = Buffer.from(encodeMsgpack(core.config("hikube_addon", addon), wireOf("hikube_addon")));
    const at = config.indexOf(Buffer.from("\xa6values\xc0", "latin1")) + 7;
    const bytes = Buffer.concat([config.subarray(0, at), values, config.subarray(at + 1)]);
    expect(hasError(said(await bare.call("ValidateResourceConfig", request("hikube_addon", bytes))))).toBe(true);
  });
});

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
