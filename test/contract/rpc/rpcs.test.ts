import { status } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeMsgpack } from "../../../src/values/msgpack/index.ts";
import { objectOf, stringType } from "../../../src/values/type.ts";
import type { ValueObject } from "../../../src/values/value.ts";
import type { Connection } from "../../support/plugin-client/connection.ts";
import type { Message } from "../../support/plugin-client/services.ts";
import { rpcs } from "../../support/plugin-client/services.ts";
import { diagnosticsOf, dynamic, hasError, stateFrom } from "../../support/terraform-core/core-answers.ts";
import type { Core } from "../../support/terraform-core/core-client.ts";
import type { SchemaMessage } from "../../support/terraform-core/core-schema.ts";
import { configOf } from "../../support/terraform-core/core-schema.ts";
import type { Served } from "../../support/terraform-core/served.ts";
import { startServed } from "../../support/terraform-core/served.ts";

let served: Served;
let core: Core;
let connection: Connection;

beforeAll(async () => {
  served = await startServed("1.6.2");
  core = await served.core();
  connection = served.connect();
  await connection.call("ConfigureProvider", {
    config: dynamic(configOf(core.providerSchema, { kubeconfig: served.sandbox.kubeconfig }), wireOf()),
  });
});

afterAll(() => served?.stop());

const wireOf = (type?: string) => {
  if (type === undefined) {
    return objectOf(
      Object.fromEntries(Object.entries(core.providerSchema).map(([name, { type: inner }]) => [name, inner])),
    );
  }
  const found = core.resources.get(type);
  if (found === undefined) throw new Error(type);
  return found.wire;
};

/** What an empty request must bring: a diagnostic, an answer, an event with diagnostics, or UNIMPLEMENTED where Terraform takes that for "has none". */
const answers: Readonly<Record<string, "answer" | "diagnostic" | "error text" | "event" | "unimplemented">> = {
  GetMetadata: "answer",
  GetProviderSchema: "answer",
  GetResourceIdentitySchemas: "answer",
  ValidateProviderConfig: "answer",
  ConfigureProvider: "diagnostic",
  StopProvider: "answer",
  ValidateResourceConfig: "diagnostic",
  ValidateDataResourceConfig: "diagnostic",
  UpgradeResourceState: "diagnostic",
  UpgradeResourceIdentity: "diagnostic",
  ReadResource: "diagnostic",
  PlanResourceChange: "diagnostic",
  ApplyResourceChange: "diagnostic",
  ImportResourceState: "diagnostic",
  MoveResourceState: "diagnostic",
  ReadDataSource: "diagnostic",
  GenerateResourceConfig: "diagnostic",
  ValidateEphemeralResourceConfig: "diagnostic",
  OpenEphemeralResource: "diagnostic",
  RenewEphemeralResource: "diagnostic",
  CloseEphemeralResource: "diagnostic",
  ValidateListResourceConfig: "diagnostic",
  ValidateActionConfig: "diagnostic",
  PlanAction: "diagnostic",
  GetFunctions: "answer",
  CallFunction: "error text",
  ListResource: "event",
  InvokeAction: "event",
  ValidateStateStoreConfig: "unimplemented",
  ConfigureStateStore: "unimplemented",
  ReadStateBytes: "unimplemented",
  WriteStateBytes: "unimplemented",
  LockState: "unimplemented",
  UnlockState: "unimplemented",
  GetStates: "unimplemented",
  DeleteState: "unimplemented",
};

test("the list of answers covers every RPC of the protocol", () => {
  expect(Object.keys(answers).sort()).toEqual(rpcs.map(({ name }) => name).sort());
});

test.each(rpcs.filter(({ requestStream }) => !requestStream))(
  "$name answers an empty request as Terraform expects it",
  async ({ name, responseStream }) => {
    const expected = answers[name];
    const fresh = served.connect();
    const asked = responseStream ? fresh.stream(name, {}) : fresh.call(name, {});
    if (expected === "unimplemented") {
      await expect(asked).rejects.toMatchObject({ code: status.UNIMPLEMENTED });
      return;
    }
    if (expected === "event") {
      expect(await asked).toMatchObject([
        expect.objectContaining({ [name === "ListResource" ? "diagnostic" : "completed"]: expect.anything() }),
      ]);
      expect(JSON.stringify(await asked)).toContain("Unknown");
      return;
    }
    const answer = (await asked) as Message;
    if (expected === "diagnostic") expect(hasError(diagnosticsOf(answer))).toBe(true);
    if (expected === "answer") expect(diagnosticsOf(answer)).toEqual([]);
    if (expected === "error text") expect(answer["error"]).toMatchObject({ text: expect.stringMatching(/function/) });
  },
);

describe("the schema", () => {
  test("has the same resources and capabilities as the metadata, and an identity for each", async () => {
    const schema = await connection.call("GetProviderSchema", {});
    const metadata = await connection.call("GetMetadata", {});
    const types = Object.keys(schema["resource_schemas"] as object).sort();
    expect((metadata["resources"] as { type_name: string }[]).map(({ type_name }) => type_name).sort()).toEqual(types);
    expect(metadata["server_capabilities"]).toEqual(schema["server_capabilities"]);
    expect(schema["server_capabilities"]).toMatchObject({
      plan_destroy: true,
      get_provider_schema_optional: true,
      move_resource_state: true,
    });
    const identities = await connection.call("GetResourceIdentitySchemas", {});
    expect(Object.keys(identities["identity_schemas"] as object).sort()).toEqual(types);
  });

  test("is the same in every process and every time", async () => {
    const [first, second] = [
      await connection.call("GetProviderSchema", {}),
      await served.connect().call("GetProviderSchema", {}),
    ];
    expect(JSON.stringify(second)).toBe(JSON.stringify(first));
  });

  test("documents everything it declares", async () => {
    const schema = await connection.call("GetProviderSchema", {});
    const visit = (attributes: SchemaMessage["block"]["attributes"]): void => {
      for (const { description, nested_type: nested } of attributes) {
        expect(description).not.toBe("");
        if (nested !== null) visit(nested.attributes);
      }
    };
    for (const message of Object.values(schema["resource_schemas"] as Record<string, SchemaMessage>)) {
      visit(message.block.attributes);
    }
  });
});

describe("a stored state", () => {
  const upgrade = (json: string, more: Message = {}) =>
    connection.call("UpgradeResourceState", {
      type_name: "hikube_addon",
      version: 0,
      raw_state: { json: Buffer.from(json) },
      ...more,
    });
  const refused = (answer: Message): string => {
    const found = diagnosticsOf(answer);
    expect(hasError(found)).toBe(true);
    expect(found.map(({ summary }) => summary)).not.toContain("Internal error of the provider");
    return found.map(({ detail }) => detail).join("\n");
  };

  test("of the current version comes back whole, with null for what is missing and every digit", async () => {
    const values = '{"type":["object",{"n":"number"}],"value":{"n":12345678901234567890.123}}';
    const answer = await upgrade(`{"name":"velero","cluster_id":"t/a","values":${values}}`);
    expect(diagnosticsOf(answer)).toEqual([]);
    const state = stateFrom(answer["upgraded_state"], wireOf("hikube_addon"));
    expect(state).toMatchObject({ name: "velero", id: null, hosts: null });
    expect(JSON.stringify(state?.["values"])).toContain("12345678901234567890.123");
  });

  test.each([
    ["of another provider", '{"manifest":"x","uid":"1"}'],
    ["that is cut off", '{"name":"velero","cluster_id":"SECRET-t'],
    ["that is no object", '["SECRET"]'],
    ["that is null", "null"],
    ["with a value of the wrong type", '{"name":{"SECRET":1}}'],
    ["with a value of no type", '{"values":{"type":"nonsense","value":"SECRET"}}'],
    ["that is empty", ""],
  ])("%s is refused in words, without a word of its content", async (_what, json) => {
    expect(refused(await upgrade(json))).not.toContain("SECRET");
  });

  test("of a newer or an impossible version, or from before Terraform 0.12, is refused in words", async () => {
    expect(refused(await upgrade("{}", { version: 7 }))).toContain("newer");
    refused(await upgrade("{}", { version: -1 }));
    refused(await upgrade("SECRET{", { version: -1 }));
    expect(refused(await upgrade("", { raw_state: { flatmap: { id: "x" } } }))).toContain("0.12");
  });
});

describe("an identity", () => {
  const msgpackOf = (namespace: string | null, name: string | null) =>
    encodeMsgpack(
      Object.assign(Object.create(null) as ValueObject, { namespace, name }),
      objectOf({ namespace: stringType, name: stringType }),
    );
  const identity = (namespace: string | null, name: string | null): Message => ({
    identity_data: { msgpack: msgpackOf(namespace, name) },
  });

  test("stored as JSON comes back as it was", async () => {
    const answer = await connection.call("UpgradeResourceIdentity", {
      type_name: "hikube_cluster",
      version: 0,
      raw_identity: { json: Buffer.from('{"namespace":"t","name":"a"}') },
    });
    expect(diagnosticsOf(answer)).toEqual([]);
    expect(answer["upgraded_identity"]).toMatchObject({
      identity_data: { msgpack: Buffer.from(msgpackOf("t", "a")) },
    });
  });

  test.each(["", "{", "null", "[]", '"x"', '{"name":{"a":"SECRET"}}', '{"nome":"SECRET"}'])(
    "stored as %j is refused in words",
    async (json) => {
      const answer = await connection.call("UpgradeResourceIdentity", {
        type_name: "hikube_cluster",
        raw_identity: { json: Buffer.from(json) },
      });
      const found = diagnosticsOf(answer);
      expect(hasError(found)).toBe(true);
      expect(JSON.stringify(found)).not.toMatch(/SECRET|Internal error/);
    },
  );

  test("without a name imports nothing", async () => {
    for (const name of [null, ""]) {
      const request = { type_name: "hikube_cluster", identity: identity(null, name) };
      const answer = await connection.call("ImportResourceState", request);
      expect(hasError(diagnosticsOf(answer))).toBe(true);
    }
  });
});

describe("a moved resource", () => {
  const move = (json: string, more: Message = {}) =>
    connection.call("MoveResourceState", {
      source_provider_address: "registry.terraform.io/gavinbunney/kubectl",
      source_type_name: "kubectl_manifest",
      source_state: { json: Buffer.from(json) },
      target_type_name: "hikube_cluster",
      ...more,
    });

  test("of a generic provider arrives with its identity", async () => {
    const yaml = "apiVersion: apps.cozystack.io/v1alpha1\nkind: Kubernetes\nmetadata: { name: a, namespace: t }\n";
    const answer = await move(JSON.stringify({ yaml_body_parsed: yaml }));
    expect(diagnosticsOf(answer)).toEqual([]);
    expect(stateFrom(answer["target_state"], wireOf("hikube_cluster"))).toMatchObject({ id: "t/a", name: "a" });
    expect(answer["target_identity"]).not.toBeNull();
  });

  test.each(["", "{", "null", "[1]", '{"yaml_body_parsed":"SECRET: ["}', '{"yaml_body_parsed":5}', "SECRET"])(
    "with the state %j is refused in words",
    async (json) => {
      const found = diagnosticsOf(await move(json));
      expect(hasError(found)).toBe(true);
      expect(JSON.stringify(found)).not.toMatch(/SECRET|Internal error/);
    },
  );

  test("to a type that takes none, or that does not exist, is refused", async () => {
    expect(hasError(diagnosticsOf(await move("{}", { target_type_name: "hikube_addon" })))).toBe(true);
    expect(hasError(diagnosticsOf(await move("{}", { target_type_name: "hikube_nothing" })))).toBe(true);
  });
});

describe("a value on the wire", () => {
  const validate = (config: Message, type = "hikube_cluster") =>
    connection.call("ValidateResourceConfig", { type_name: type, config });

  test("may be JSON instead of MessagePack", async () => {
    const answer = await validate({ json: Buffer.from('{"name":"Not A Name"}') });
    expect(diagnosticsOf(answer)).toMatchObject([{ severity: "error", path: [{ attribute: "name" }] }]);
  });

  test("is null where the message is absent or empty", async () => {
    const read = await connection.call("ReadResource", { type_name: "hikube_cluster" });
    expect(diagnosticsOf(read)).toEqual([]);
    expect(stateFrom(read["new_state"], wireOf("hikube_cluster"))).toBeNull();
    const plan = await connection.call("PlanResourceChange", { type_name: "hikube_cluster", config: {} });
    expect(stateFrom(plan["planned_state"], wireOf("hikube_cluster"))).toBeNull();
  });

  test("goes out byte for byte as go-cty writes it", async () => {
    const config = core.config("hikube_nodegroup", {
      cluster_id: "t/a",
      name: "b",
      roles: ["z", "a"],
      min_replicas: 200,
    });
    const fresh = served.connect();
    const plan = await fresh.call("PlanResourceChange", {
      type_name: "hikube_nodegroup",
      config: dynamic(config, wireOf("hikube_nodegroup")),
    });
    const bytes = Buffer.from((plan["planned_state"] as { msgpack: Uint8Array }).msgpack).toString("latin1");
    // Object of all attributes, keys in byte order, computed ones unknown, the set sorted, the number in its shortest form.
    expect(bytes.charCodeAt(0)).toBe(0xde);
    expect(bytes.charCodeAt(2)).toBe(Object.keys(core.resources.get("hikube_nodegroup")?.schema ?? {}).length);
    const begins = "\xa7backend\xc7\x03\x0c\x81\x01\xc2\xaacluster_id\xa3t/a\xa9disk_size\xd4\0\0";
    expect(bytes.slice(3, 3 + begins.length)).toBe(begins);
    expect(bytes).toContain("\xacmin_replicas\xcc\xc8");
    expect(bytes).toContain("\xa5roles\x92\xa1a\xa1z");
    expect(bytes).toContain("\xa2id\xc7\x03\x0c\x81\x01\xc2");
    expect(bytes).toContain("\xa8timeouts\xc0");
    expect(bytes).toContain("\xa8wait_for\xa5ready");
  });

  test("that is write-only is refused for clients that would keep it", async () => {
    const { dynamicFromJson } = await import("../../../src/values/dynamic-json.ts");
    const config = core.config("hikube_addon", {
      cluster_id: "t/a",
      name: "velero",
      values_wo: dynamicFromJson({ velero: { a: 1 } }),
    });
    const request = { type_name: "hikube_addon", config: dynamic(config, wireOf("hikube_addon")) };
    const without = await connection.call("ValidateResourceConfig", request);
    expect(diagnosticsOf(without)).toMatchObject([{ severity: "error", path: [{ attribute: "values_wo" }] }]);
    const withIt = { ...request, client_capabilities: { write_only_attributes_allowed: true } };
    expect(diagnosticsOf(await connection.call("ValidateResourceConfig", withIt))).toEqual([]);
  });

  test("of six megabytes travels both ways, and a request beyond the usual 64 MiB is read", async () => {
    const { dynamicFromJson } = await import("../../../src/values/dynamic-json.ts");
    const addon = (bytes: number) => {
      const values = dynamicFromJson({ velero: { big: "x".repeat(bytes) } });
      return core.config("hikube_addon", { cluster_id: "t/a", name: "velero", values });
    };
    const wire = wireOf("hikube_addon");
    const fresh = served.connect();
    const plan = await fresh.call("PlanResourceChange", {
      type_name: "hikube_addon",
      config: dynamic(addon(6_000_000), wire),
    });
    expect(diagnosticsOf(plan)).toEqual([]);
    expect((plan["planned_state"] as { msgpack: Uint8Array }).msgpack.length).toBeGreaterThan(6_000_000);
    expect(diagnosticsOf(await validate(dynamic(addon(70 * 1024 * 1024), wire), "hikube_addon"))).toEqual([]);
  });
});

describe("many requests at once", () => {
  test("are answered each with its own answer, and a cancelled one disturbs none", async () => {
    const fresh = served.connect();
    const ask = (index: number): Message => ({
      type_name: "hikube_cluster",
      config: dynamic(core.config("hikube_cluster", { name: `Wrong ${index}` }), wireOf("hikube_cluster")),
    });
    const cancelled = Array.from({ length: 20 }, (_, index) => fresh.start("ValidateResourceConfig", ask(-index)));
    const answers = Array.from({ length: 100 }, (_, index) => fresh.call("ValidateResourceConfig", ask(index)));
    for (const call of cancelled) call.cancel();
    const outcomes = await Promise.allSettled(cancelled.map(({ answer }) => answer));
    expect(outcomes.some(({ status: outcome }) => outcome === "rejected")).toBe(true);
    for (const [index, answer] of (await Promise.all(answers)).entries()) {
      expect(diagnosticsOf(answer)[0]?.detail).toContain(`"Wrong ${index}"`);
    }
  });
});
