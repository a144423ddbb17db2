import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sandboxClient } from "../support/sandbox-client.ts";
import {
  applyClean,
  expectEmptyPlan,
  expectError,
  expectNoChanges,
  expectSuccess,
  stateOf,
} from "../support/terraform/expectations.ts";
import { startTestBed, type TestBed } from "../support/terraform/test-bed.ts";

type Keys = Readonly<Record<string, string>>;

const hcl = (keys: Keys): string => JSON.stringify(keys).replaceAll('":"', '" = "');

const provider = (labels: Keys, annotations: Keys = {}): string =>
  `provider "hikube" {
  config_path         = abspath("kubeconfig")
  default_labels      = ${hcl(labels)}
  default_annotations = ${hcl(annotations)}
}
`;

const cluster = (labels?: Keys): string =>
  `resource "hikube_cluster" "a" {\n  name = "a"\n${labels === undefined ? "" : `  labels = ${hcl(labels)}\n`}}\n`;

describe.each(["1.1.2", "1.6.2"] as const)("default labels on platform %s", (profile) => {
  let bed: TestBed;
  beforeEach(async () => {
    bed = await startTestBed({ profile, speed: 20 });
  });
  afterEach(() => bed?.close());

  /** What clients set, as the platform stores it. */
  const keysOf = (kind: "labels" | "annotations") =>
    Object.fromEntries(
      Object.entries(bed.sandbox.stored("Kubernetes", "a")?.[kind] ?? {}).flatMap(([key, value]) =>
        key.startsWith("apps.cozystack.io-") && !/managed-by|hikube\.cloud/.test(key)
          ? [[key.slice("apps.cozystack.io-".length), value]]
          : [],
      ),
    );
  const stored = () => keysOf("labels");

  test("are set, overridden, changed and taken off, each in one apply that then plans empty", async () => {
    const workspace = await bed.workspace(cluster({ team: "a" }), {
      "provider.tf": provider({ env: "prod", team: "all" }, { note: "by default" }),
    });
    await applyClean(workspace);
    expect(stored()).toEqual({ env: "prod", team: "a" });
    expect(await stateOf(workspace, "hikube_cluster.a")).toMatchObject({
      labels: { team: "a" },
      labels_all: { env: "prod", team: "a" },
      annotations: {},
      annotations_all: { note: "by default" },
    });

    await workspace.write({ "provider.tf": provider({ env: "test", team: "all", cost: "1" }, { note: "by default" }) });
    const changed = await workspace.plan();
    expect(changed.changes.map(({ action }) => action)).toEqual(["update"]);
    await applyClean(workspace);
    expect(stored()).toEqual({ env: "test", team: "a", cost: "1" });

    await workspace.write({ "main.tf": cluster() });
    await applyClean(workspace);
    expect(stored()).toEqual({ env: "test", team: "all", cost: "1" });

    await workspace.write({ "provider.tf": provider({ env: "test" }) });
    await applyClean(workspace);
    expect(stored()).toEqual({ env: "test" });
    expect(keysOf("annotations")).toEqual({});
    expectSuccess(await workspace.destroy());
  });

  test("that a cluster repeats are no difference, neither before nor after an import", async () => {
    const defaults = { "provider.tf": provider({ env: "prod" }) };
    const workspace = await bed.workspace(cluster(), defaults);
    await applyClean(workspace);
    const { writes } = bed.sandbox;
    await workspace.write({ "main.tf": cluster({ env: "prod" }) });
    await expectNoChanges(workspace);
    for (const labels of [undefined, { env: "prod" }]) {
      await workspace.write({ "main.tf": cluster(labels) });
      expectSuccess(await workspace.run("state", "rm", "hikube_cluster.a"));
      expectSuccess(await workspace.run("import", "hikube_cluster.a", `${bed.namespace}/a`));
      await expectNoChanges(workspace);
    }
    expect(bed.sandbox.writes).toBe(writes);
    expectSuccess(await workspace.destroy());
  });

  test("leave the labels of other writers alone, and a default that they removed comes back", async () => {
    const workspace = await bed.workspace(cluster(), { "provider.tf": provider({ env: "prod" }) });
    await applyClean(workspace);
    const client = sandboxClient(bed.sandbox);
    await client.change("a", { metadata: { labels: { theirs: "x", env: null } } });
    client.close();
    expect(stored()).toEqual({ theirs: "x" });
    expectSuccess(await workspace.apply());
    await expectEmptyPlan(workspace);
    expect(stored()).toEqual({ theirs: "x", env: "prod" });
    expectSuccess(await workspace.destroy());
  });

  test("of another resource are known after its apply; the cluster is still checked in the plan", async () => {
    const unknown = 'resource "terraform_data" "cost" {\n  input = "17"\n}\n';
    const workspace = await bed.workspace(`${unknown}${cluster({ team: "a" })}`, {
      "provider.tf": provider({ cost: "x" }).replace('"x"', "terraform_data.cost.output"),
    });
    await applyClean(workspace);
    expect(stored()).toEqual({ team: "a", cost: "17" });
    await workspace.write({ "main.tf": `${unknown.replace("17", "18")}${cluster({ team: "a" })}` });
    await applyClean(workspace);
    expect(stored()).toEqual({ team: "a", cost: "18" });
    await workspace.write({
      "main.tf": `${unknown.replace("17", "19")}resource "hikube_cluster" "a" {\n  name = "a"\n  version = "1.2"\n}\n`,
    });
    expectError(await workspace.plan(), /Kubernetes 1\.2 is not available/, /version/);
    await workspace.write({ "main.tf": `${unknown}${cluster({ team: "a" })}` });
    expectSuccess(await workspace.destroy());
  });

  test("that the platform would refuse are refused at the provider block", async () => {
    const workspace = await bed.workspace(cluster(), { "provider.tf": provider({ "a b": "x" }) });
    expectError(await workspace.plan(), /keys of an optional domain/, /default_labels/);
    await workspace.write({ "provider.tf": provider({}, { "hikube.cloud/x": "y" }) });
    expectError(await workspace.plan(), /which the provider uses itself/, /default_annotations/);
  });
});
