import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import protobuf from "protobufjs";
import { describe, expect, test } from "vitest";
import type { ServiceDefinition } from "../../../src/base/rpc.ts";
import { services, tfplugin6 } from "../../../src/protocol/generated/tfplugin6.js";

const root = join(import.meta.dirname, "../../..");
const descriptor = protobuf.loadSync(join(root, "proto/tfplugin6.proto"));
const provider = descriptor.lookupService("tfplugin6.Provider");
const served: ServiceDefinition = services["tfplugin6.Provider"];

describe("the generated codec of tfplugin6", () => {
  test("offers every RPC of the provider service with its streams", () => {
    const definition = services["tfplugin6.Provider"];
    expect(Object.keys(definition).sort()).toEqual(Object.keys(provider.methods).sort());
    for (const method of provider.methodsArray) {
      expect(served[method.name]).toMatchObject({
        path: `/tfplugin6.Provider/${method.name}`,
        requestStream: method.requestStream === true,
        responseStream: method.responseStream === true,
      });
    }
    expect(definition.ListResource.responseStream).toBe(true);
    expect(definition.WriteStateBytes.requestStream).toBe(true);
  });

  test("agrees with reflection on every message of every RPC", () => {
    for (const method of provider.methodsArray) {
      method.resolve();
      const codec = served[method.name];
      const { resolvedRequestType, resolvedResponseType } = method;
      if (codec === undefined || resolvedRequestType === null || resolvedResponseType === null)
        throw new Error(method.name);
      for (const [type, serialize, deserialize] of [
        [resolvedRequestType, codec.requestSerialize, codec.requestDeserialize],
        [resolvedResponseType, codec.responseSerialize, codec.responseDeserialize],
      ] as const) {
        const sample = type.fromObject(sampleOf(type, 0));
        const wire = Buffer.from(type.encode(sample).finish());
        expect(serialize(deserialize(wire) as never).toString("hex"), `${method.name} ${type.name}`).toBe(
          wire.toString("hex"),
        );
      }
    }
  });

  test("tells absent from zero where the protocol does", () => {
    const { Step } = tfplugin6.AttributePath;
    const zero = Step.decode(Step.encode({ elementKeyInt: 0 }).finish());
    expect(zero.elementKeyInt).toBe(0);
    expect(zero.attributeName).toBeNull();
    const { FunctionError } = tfplugin6;
    expect(FunctionError.decode(FunctionError.encode({ text: "x" }).finish()).functionArgument).toBeNull();
    expect(
      FunctionError.decode(FunctionError.encode({ text: "x", functionArgument: 0 }).finish()).functionArgument,
    ).toBe(0);
    const { Request } = tfplugin6.ReadResource;
    expect(Request.decode(Request.encode({ typeName: "x" }).finish()).currentState).toBeNull();
    expect(Request.decode(new Uint8Array()).private).toHaveLength(0);
  });

  test("reads int64 as JS numbers, beyond 32 bits as well", () => {
    const { Schema } = tfplugin6;
    expect(Schema.decode(Schema.encode({ version: 2 ** 40 + 1 }).finish()).version).toBe(2 ** 40 + 1);
    expect(Schema.decode(Schema.encode({ version: 0 }).finish()).version).toBe(0);
  });

  test("keeps map keys that name properties of every object", () => {
    const { Response } = tfplugin6.GetProviderSchema;
    const schemas = JSON.parse('{"__proto__":{"version":1},"constructor":{"version":2}}') as Record<
      string,
      tfplugin6.ISchema
    >;
    const decoded = Response.decode(Response.encode({ resourceSchemas: schemas }).finish());
    expect(Object.entries(decoded.resourceSchemas).map(([key, schema]) => [key, schema.version])).toEqual([
      ["__proto__", 1],
      ["constructor", 2],
    ]);
  });
});

test("the upstream files are the ones the notice names, unchanged", () => {
  const notice = readFileSync(join(root, "proto/README.md"), "utf8");
  const rows = [...notice.matchAll(/^\| `([a-z0-9_]+\.proto)` .* `([0-9a-f]{64})`/gm)];
  expect(rows).toHaveLength(5);
  for (const [, name = "", sha256] of rows) {
    expect(
      createHash("sha256")
        .update(readFileSync(join(root, "proto", name)))
        .digest("hex"),
      name,
    ).toBe(sha256);
  }
});

test("generated files are committed up to date", () => {
  const run = spawnSync(process.execPath, ["scripts/generate.ts", "--check"], { cwd: root, encoding: "utf8" });
  expect(run.stderr).toBe("");
  expect(run.status).toBe(0);
});

function sampleOf(type: protobuf.Type, depth: number): Record<string, unknown> {
  const sample: Record<string, unknown> = {};
  for (const field of type.fieldsArray) {
    const { resolvedType } = field.resolve();
    if (field.partOf !== null && field.partOf.fieldsArray[0] !== field) continue;
    if (resolvedType instanceof protobuf.Type && depth > 5) continue;
    const one =
      resolvedType instanceof protobuf.Type
        ? sampleOf(resolvedType, depth + 1)
        : resolvedType instanceof protobuf.Enum
          ? 1
          : field.type === "string"
            ? `ü${field.name}`
            : field.type === "bool"
              ? true
              : field.type === "bytes"
                ? Buffer.from([0, 1, 255])
                : 4_294_967_297 % (field.type.endsWith("64") ? Number.MAX_SAFE_INTEGER : 2 ** 31);
    sample[field.name] = field instanceof protobuf.MapField ? { a: one } : field.repeated ? [one, one] : one;
  }
  return sample;
}
