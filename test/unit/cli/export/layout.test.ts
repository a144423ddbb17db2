import { describe, expect, test } from "vitest";
import { describeClusters } from "../../../../src/cli/export/describe.ts";
import { flatLayout, moduleLayout } from "../../../../src/cli/export/layout.ts";
import { dynamicFromJson } from "../../../../src/values/dynamic-json.ts";

const cluster = (namespace: string, name: string) => ({
  type: "hikube_cluster" as const,
  cluster: { namespace, name },
  name,
  config: { name },
});
const addon = (namespace: string, name: string, member: string, values: Parameters<typeof dynamicFromJson>[0]) => ({
  type: "hikube_addon" as const,
  cluster: { namespace, name },
  name: member,
  config: { cluster_id: `${namespace}/${name}`, name: member, values: dynamicFromJson(values) },
});
const exported = (...found: Parameters<typeof describeClusters>[0][number][]) => ({
  namespace: "tenant-a",
  clusters: describeClusters(found),
});
const paths = (files: readonly { readonly path: string }[]) => files.map(({ path }) => path);
const textOf = (files: readonly { readonly path: string; readonly text: string }[], path: string) =>
  files.find((file) => file.path === path)?.text ?? "";

describe("the layout of an export", () => {
  test("has no file that Terraform would merge into others", () => {
    expect(paths(flatLayout(exported(cluster("tenant-a", "x-override"))))).toContain("cluster_x_override_.tf");
  });

  test("tells clusters of the same name in two namespaces apart", () => {
    const files = flatLayout(exported(cluster("tenant-a", "prod"), cluster("tenant-b", "prod")));
    expect(paths(files)).toEqual([
      "versions.tf",
      "provider.tf",
      "cluster_tenant_a_prod.tf",
      "cluster_tenant_b_prod.tf",
      "imports.tf",
    ]);
    expect(textOf(files, "imports.tf")).toContain('to = hikube_cluster.tenant_b_prod\n  id = "tenant-b/prod"');
  });

  test("passes secrets through the module that uses them", () => {
    const found = addon("tenant-a", "prod", "cert-manager", { "cert-manager": { apiKey: "s3cret", port: 1 } });
    const files = moduleLayout(exported(cluster("tenant-a", "prod"), found));
    const name = "cert_manager_api_key";
    expect(textOf(files, "main.tf")).toContain(`${name} = var.prod_${name}`);
    expect(textOf(files, "variables.tf")).toContain(`variable "prod_${name}" {`);
    expect(textOf(files, "modules/prod/variables.tf")).toContain(`variable "${name}" {`);
    expect(textOf(files, "modules/prod/main.tf")).toContain(`apiKey = nonsensitive(var.${name})`);
    expect(textOf(files, "modules/prod/main.tf")).toContain("cluster_id = hikube_cluster.this.id");
    expect(textOf(files, "secrets.auto.tfvars")).toBe(`prod_${name} = "s3cret"\n`);
    expect(files.filter(({ text }) => text.includes("s3cret")).map(({ path }) => path)).toEqual([
      "secrets.auto.tfvars",
    ]);
  });
});
