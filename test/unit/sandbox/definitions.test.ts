import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ownKinds } from "../../../src/sandbox/objects/served-kind.ts";
import { loadDefinitions } from "../../../src/sandbox/schema/definitions.ts";
import { definitionType, shapeOf } from "../../../src/sandbox/schema/schema-type.ts";

const folder = new URL("../../../schemas/kubernetes/", import.meta.url);

test.each(["definitions.json", "protobuf.json"])("the file %s is the one that its page names", (name) => {
  const digest = createHash("sha256")
    .update(readFileSync(new URL(name, folder)))
    .digest("hex");
  expect(readFileSync(new URL("README.md", folder), "utf8")).toContain(digest);
});

test("every kind that a tenant cluster serves has its definition", async () => {
  const definitions = await loadDefinitions();
  const shapes = ownKinds.map(({ kind, definition }) => {
    const type = definitionType(definitions, definition);
    return [kind, type && shapeOf(type)];
  });
  expect(shapes).toEqual(ownKinds.map(({ kind }) => [kind, "struct"]));
});
