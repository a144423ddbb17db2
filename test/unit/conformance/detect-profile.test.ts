import { expect, test } from "vitest";
import type { Json } from "../../../src/base/json.ts";
import { detectProfile } from "../../../src/conformance/detect-profile.ts";
import { Undecided } from "../../../src/conformance/undecided.ts";

const detect = (spec: Json, pool?: Json) =>
  detectProfile(
    {
      server: "https://odd.invalid",
      namespace: "tenant-x",
      request: async () => ({
        components: {
          schemas: {
            "apps.v1alpha1.Kubernetes": { properties: { spec } },
            ...(pool === undefined ? {} : { "apps.v1alpha1.KubernetesNodes": { properties: { spec: pool } } }),
          },
        },
      }),
      close: async () => {},
      failing: () => undefined,
    },
    new AbortController().signal,
  );

const described = (group: Json): Json => ({
  properties: { version: { enum: ["v1.34"] }, nodeGroups: { additionalProperties: { properties: group } } },
});

test.each<[string, Json]>([
  ["a number", 7],
  ["null", null],
  ["a text", "object"],
  ["a list", []],
  ["an object without properties", {}],
  ["a description of something else", { properties: { replicas: {} } }],
  ["groups that are a number", { properties: { version: {}, nodeGroups: 7 } }],
])("detected profile > is undecided for a cluster schema that is %s", async (_, spec) => {
  await expect(detect(spec)).rejects.toBeInstanceOf(Undecided);
});

test("detected profile > follows the name of a node's disk field", async () => {
  expect(await detect(described({ ephemeralStorage: {} }))).toEqual({ profile: "1.1.2", versions: ["v1.34"] });
  expect(await detect(described({ diskSize: {} }))).toMatchObject({ profile: "1.6.2" });
});

test("detected profile > follows the place of node groups", async () => {
  const pool: Json = { properties: { diskSize: {} } };
  expect(await detect({ properties: { version: { enum: ["v1.34"] } } }, pool)).toEqual({
    profile: "next",
    versions: ["v1.34"],
  });
  await expect(detect({ properties: { version: {} } })).rejects.toBeInstanceOf(Undecided);
});
