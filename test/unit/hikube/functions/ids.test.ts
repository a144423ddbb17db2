import { describe, expect, test } from "vitest";
import { clusterId } from "../../../../src/hikube/functions/cluster-id.ts";
import { parseId } from "../../../../src/hikube/functions/parse-id.ts";
import fc from "../../../support/fast-check.ts";
import { call, errorOf } from "./call.ts";

const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,20}[a-z0-9])?$/);

describe("parse_id", () => {
  test("splits the id of a cluster and of what is in it", () => {
    expect(call(parseId, "tenant-a/prod")).toEqual({ namespace: "tenant-a", cluster: "prod", name: null });
    expect(call(parseId, "tenant-a/prod/web")).toEqual({ namespace: "tenant-a", cluster: "prod", name: "web" });
  });

  test.each([
    ["", /is not `namespace\/cluster`/],
    ["prod", /is not `namespace\/cluster`/],
    ["a/b/c/d", /is not `namespace\/cluster`/],
    ["/prod", /^the namespace in/],
    ["tenant-a/1prod", /^the cluster in .* must begin with a lower case letter/],
    ["tenant-a/prod/Web", /^the name in .* Did you mean `web`\?/],
  ])("refuses %j at its argument", (id, text) => {
    expect(errorOf(parseId, id)).toEqual([expect.stringMatching(text), 0]);
  });
});

describe("cluster_id", () => {
  test("is what parse_id splits", () => {
    fc.assert(
      fc.property(label, label, (namespace, name) => {
        const id = call(clusterId, namespace, name);
        expect(call(parseId, id as string)).toEqual({ namespace, cluster: name, name: null });
      }),
    );
  });

  test.each([
    ["Tenant", "prod", /lower case letters/, 0],
    ["", "prod", /lower case letters/, 0],
    ["tenant-a", "Prod", /Did you mean `prod`\?/, 1],
    ["tenant-a", "a".repeat(43), /at most 42 characters; got 43/, 1],
    ["tenant-a", "prod/web", /must begin with a lower case letter/, 1],
  ])("refuses %j, %j at the right argument", (namespace, name, text, argument) => {
    expect(errorOf(clusterId, namespace, name)).toEqual([expect.stringMatching(text), argument]);
  });
});
