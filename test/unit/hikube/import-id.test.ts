import { describe, expect, test } from "vitest";
import { DiagnosticError } from "../../../src/engine/diagnostic.ts";
import { addon } from "../../../src/hikube/addon/resource.ts";
import { cluster } from "../../../src/hikube/cluster/resource.ts";
import { nodegroup } from "../../../src/hikube/node-group/resource.ts";
import type { Session } from "../../../src/hikube/shared/session.ts";

const client = { namespace: "tenant-acme" } as Session;
const resources = { hikube_cluster: cluster, hikube_nodegroup: nodegroup, hikube_addon: addon } as const;
type Type = keyof typeof resources;
type Source = { readonly id: string } | { readonly identity: Record<string, string> };

const imported = (type: Type, source: Source) => resources[type].definition.importState(source, client);

function refusal(type: Type, source: Source): string {
  try {
    imported(type, source);
  } catch (error) {
    if (error instanceof DiagnosticError) return `${error.diagnostic.summary}: ${error.diagnostic.detail}`;
    throw error;
  }
  throw new Error("it was taken");
}

test.each<[Type, Source, string]>([
  ["hikube_cluster", { id: "base" }, "tenant-acme/base"],
  ["hikube_cluster", { id: "other/base" }, "other/base"],
  ["hikube_cluster", { identity: { name: "base" } }, "tenant-acme/base"],
  ["hikube_nodegroup", { id: "base/web" }, "tenant-acme/base/web"],
  ["hikube_nodegroup", { id: "other/base/md0" }, "other/base/md0"],
  ["hikube_nodegroup", { identity: { namespace: "other", cluster: "base", name: "9" } }, "other/base/9"],
  ["hikube_addon", { id: "base/cert-manager" }, "tenant-acme/base/cert-manager"],
  ["hikube_addon", { id: "base/certManager" }, "tenant-acme/base/cert-manager"],
  ["hikube_addon", { identity: { cluster: "base", name: "velero" } }, "tenant-acme/base/velero"],
])("an import of a %s by %j leads to %s", (type, source, id) => {
  expect(imported(type, source)).toMatchObject({ id });
});

const arn = "arn:aws:eks:eu-west-1:1:cluster/base";

describe.each<[Type, string]>([
  ["hikube_cluster", "`namespace/name`, or `name`"],
  ["hikube_nodegroup", "`namespace/cluster/name`, or `cluster/name`"],
  ["hikube_addon", "`namespace/cluster/name`, or `cluster/name`"],
])("an import id of a %s", (type, form) => {
  const wrong: readonly (readonly [string, string])[] = [
    ["", form],
    ["/", form],
    ["a//b", form],
    ["a/b/c/d", form],
    [" / / ", form],
    [type === "hikube_cluster" ? arn : `${arn}/web`, '`namespace` must hold lower case letters, digits and "-"'],
    [type === "hikube_cluster" ? "Base" : "Base/web", "Did you mean `base`?"],
    [type === "hikube_cluster" ? "my_cluster" : "my_cluster/web", "Did you mean `my-cluster`?"],
    [type === "hikube_cluster" ? "Tenant/base" : "Tenant/base/web", "`namespace` must hold lower case letters"],
    [type === "hikube_cluster" ? "../base" : "../base/web", "`namespace` must hold lower case letters"],
  ];

  test.each(wrong)("%j is refused with the form that is wanted", (id, text) => {
    const said = refusal(type, { id });
    expect(said).toMatch(/^Invalid import id: /);
    expect(said).toContain(text);
    expect(said).toContain(
      `The id must be ${form} for the provider's own namespace (tenant-acme); got ${JSON.stringify(id)}.`,
    );
  });
});

test.each<[Type, Record<string, string>, string]>([
  ["hikube_cluster", { name: "Base" }, "`name` must begin with a lower case letter"],
  ["hikube_cluster", { namespace: "arn:aws", name: "base" }, "`namespace` must hold lower case letters"],
  ["hikube_cluster", { name: "a".repeat(43) }, "`name` must have at most 42 characters"],
  ["hikube_nodegroup", { cluster: "base", name: "Web_1" }, "`name` must hold lower case letters"],
  ["hikube_nodegroup", { cluster: "9base", name: "web" }, "`cluster` must begin with a lower case letter"],
  ["hikube_nodegroup", { namespace: "Tenant", cluster: "base", name: "web" }, "`namespace` must hold"],
  ["hikube_addon", { cluster: "base", name: "cert-manger" }, "Did you mean `cert-manager`?"],
  ["hikube_addon", { cluster: "base", name: "istio" }, '`name` must be one of "cert-manager", "cilium"'],
  ["hikube_addon", { cluster: "Base", name: "velero" }, "`cluster` must begin with a lower case letter"],
])("an identity of a %s %j is refused at the part that is wrong", (type, identity, text) => {
  const said = refusal(type, { identity });
  expect(said).toMatch(/^Invalid import identity: /);
  expect(said).toContain(text);
});

test("an add-on that no platform has is refused with those that exist", () => {
  expect(refusal("hikube_addon", { id: "base/istio" })).toMatch(/must be one of "cert-manager", .*"velero"/);
});
