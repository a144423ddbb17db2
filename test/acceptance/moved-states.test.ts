import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/base/json.ts";
import { runWatch } from "../../src/cli/watch.ts";
import { recordedIo } from "../support/command-io.ts";
import { sandboxClient } from "../support/sandbox-client.ts";
import type { CliResult, Workspace } from "../support/terraform/cli.ts";
import { applyClean, expectEmptyPlan, expectError, expectSuccess, stateOf } from "../support/terraform/expectations.ts";
import { standInProviders } from "../support/terraform/stand-in-providers.ts";
import { startTestBed, type TestBed } from "../support/terraform/test-bed.ts";

import { guideBlock } from "./migration-guide.ts";

// States of other providers, moved to this one by `moved` blocks (fixtures/moves/README.md).

const fixtures = fileURLToPath(new URL("fixtures/moves", import.meta.url));

const providers = {
  "gavinbunney/kubectl": ["kubectl_manifest"],
  "hashicorp/kubernetes": ["kubernetes_manifest"],
  "cozystack/cozystack": ["cozystack_kubernetes", "cozystack_kubernetes_nodes"],
  "lexfrei/cozystack": ["cozystack_kubernetes"],
};
const sources = ["kubectl_manifest", "kubernetes_manifest", "cozystack_kubernetes"] as const;
type Source = (typeof sources)[number];

interface Stored {
  readonly kind: "Kubernetes" | "KubernetesNodes";
  readonly metadata: JsonObject & { readonly name: string };
  readonly spec: JsonObject;
}

let standIns: Awaited<ReturnType<typeof standInProviders>>;
beforeAll(async () => {
  standIns = await standInProviders({ ...providers, "acme/kubectl": ["kubectl_manifest"] });
});
afterAll(() => standIns?.stop());

/** The blocks of the guide, as a user takes them for the platform and the provider. */
function configuration(profile: string, source: Source): string {
  const cluster = guideBlock('resource "hikube_cluster"') + guideBlock(`moved {\n  from = ${source}.prod\n`);
  if (profile === "1.1.2") return cluster;
  const group = guideBlock('resource "hikube_nodegroup"');
  const from = source === "cozystack_kubernetes" ? "cozystack_kubernetes_nodes" : source;
  return (
    cluster.replace("  default_node_group = true\n", "") +
    group.replace("cozystack_kubernetes_nodes.batch", `${from}.batch`)
  );
}

/** Writes the state file of a fixture, as the CLI of this run would have written it. */
async function putState(bed: TestBed, workspace: Workspace, file: string, change = (text: string) => text) {
  const text = await readFile(join(fixtures, file), "utf8");
  const host = bed.opentofu ? "registry.opentofu.org" : "registry.terraform.io";
  await writeFile(
    join(workspace.directory, "terraform.tfstate"),
    change(text).replaceAll("registry.terraform.io", host),
  );
}

const open = (bed: TestBed, main: string): Promise<Workspace> =>
  bed.workspace(
    main,
    {},
    { TF_REATTACH_PROVIDERS: JSON.stringify({ ...JSON.parse(bed.reattach), ...JSON.parse(standIns.reattach) }) },
  );

const actions = ({ changes }: CliResult) => Object.fromEntries(changes.map(({ address, action }) => [address, action]));

describe.each(["1.1.2", "1.6.2"] as const)("a state of another provider on platform %s", (profile) => {
  describe.each(sources)("%s", (source) => {
    let bed: TestBed;
    let objects: readonly Stored[];

    beforeAll(async () => {
      bed = await startTestBed({ profile, speed: 40, namespace: "tenant-acme" });
      objects = JSON.parse(await readFile(join(fixtures, profile, "objects.json"), "utf8")) as readonly Stored[];
      const client = sandboxClient(bed.sandbox);
      for (const { kind, metadata, spec } of objects) {
        const resource = kind === "Kubernetes" ? "kuberneteses" : "kubernetesnodeses";
        const body = { apiVersion: "apps.cozystack.io/v1alpha1", kind, metadata, spec };
        const path = `/apis/apps.cozystack.io/v1alpha1/namespaces/${bed.namespace}/${resource}`;
        expect((await client.call("POST", path, { body })).status).toBe(201);
      }
      client.close();
    });
    afterAll(() => bed?.close());

    test("moves without a write, and every foreign key survives a change", async () => {
      const workspace = await open(bed, configuration(profile, source));
      const io = recordedIo({ KUBECONFIG: join(workspace.directory, "kubeconfig"), HOME: "/" });
      expect(await runWatch([], io), io.said.error).toBe(0);
      await putState(bed, workspace, `${profile}/${source}.tfstate.json`);
      const stored = () => objects.map(({ kind, metadata }) => bed.sandbox.stored(kind, metadata.name));
      const before = JSON.stringify(stored());
      const writes = bed.sandbox.writes;

      const plan = await workspace.plan();
      expect(actions(plan), JSON.stringify(plan.diagnostics)).toEqual({
        "hikube_cluster.prod": "move",
        "hikube_nodegroup.web": "import",
        "hikube_addon.cert_manager": "import",
        ...(profile === "1.1.2" ? {} : { "hikube_nodegroup.batch": "move" }),
      });
      expectSuccess(await workspace.apply());
      expect(bed.sandbox.writes).toBe(writes);
      expect(JSON.stringify(stored())).toBe(before);
      await expectEmptyPlan(workspace);
      expect(await stateOf(workspace, "hikube_cluster.prod")).toMatchObject({
        id: `${bed.namespace}/prod`,
        version: "v1.33",
        labels: { team: "platform", "example.org/cost-centre": "42" },
      });

      const main = configuration(profile, source);
      await workspace.write({
        "main.tf": main.replace('"1.33"\n', '"1.33"\n  control_plane      = { replicas = 3 }\n'),
      });
      await applyClean(workspace);
      const [cluster] = stored();
      expect(cluster?.values).toMatchObject({ ...objects[0]?.spec, controlPlane: { replicas: 3 } });
      expect(Object.values(cluster?.labels ?? {})).toEqual(expect.arrayContaining(["platform", "42"]));
      expect(Object.values(cluster?.annotations ?? {})).toContain("platform");

      // Declared labels are all labels, and the plan shows which go.
      await workspace.write({ "main.tf": main.replace('"1.33"\n', '"1.33"\n  labels = { team = "platform" }\n') });
      expect((await workspace.run("plan", "-no-color")).stdout).toContain('- "example.org/cost-centre" = "42" -> null');
      await applyClean(workspace);
      expect(Object.values(stored()[0]?.labels ?? {})).not.toContain("42");
    });
  });
});

describe("a move that is not supported", () => {
  let bed: TestBed;
  beforeAll(async () => {
    bed = await startTestBed({ profile: "1.6.2", speed: 40, namespace: "tenant-acme" });
  });
  afterAll(() => bed?.close());

  const kubectl = "`kubectl_manifest` of gavinbunney/kubectl or alekc/kubectl";

  test.each([
    {
      what: "an object of another kind",
      change: (state: string) => state.replace('"kind": "Kubernetes"', '"kind": "Postgres"'),
      text: `holds Postgres tenant-acme/prod of apps.cozystack.io/v1alpha1, not a Kubernetes of apps.cozystack.io`,
    },
    {
      what: "another API group",
      change: (state: string) => state.replace("apps.cozystack.io/v1alpha1", "cluster.x-k8s.io/v1beta1"),
      text: `holds Kubernetes tenant-acme/prod of cluster.x-k8s.io/v1beta1, not a Kubernetes of apps.cozystack.io`,
    },
    {
      what: "a state without the object's name",
      change: (state: string) =>
        state.replace(/"name": "prod",(\s*"namespace")/, '"name": null,$1').replaceAll("  name: prod\\n", ""),
      text: "does not tell the name of its Kubernetes tenant-acme",
    },
    {
      what: "a type of the same name of another provider",
      change: (state: string) => state.replaceAll("gavinbunney/kubectl", "acme/kubectl"),
      text: "a resource of registry\\.(terraform\\.io|opentofu\\.org)/acme/kubectl, whose state this provider does not know",
    },
  ])("from $what names the supported sources", async ({ change, text }) => {
    const workspace = await open(bed, configuration("1.1.2", "kubectl_manifest"));
    await putState(bed, workspace, "1.1.2/kubectl_manifest.tfstate.json", change);
    const plan = await workspace.plan();
    // Terraform drops the place that an answer to a move names.
    const place = bed.opentofu ? /resource "hikube_cluster" "prod"/ : undefined;
    expectError(plan, new RegExp(`${text}[^]*${kubectl}[^]*cozystack_kubernetes`), place);
    expect(bed.sandbox.writes).toBe(0);
  });

  test("to an add-on is refused", async () => {
    const workspace = await open(
      bed,
      `${configuration("1.1.2", "kubectl_manifest")
        .replace("to   = hikube_cluster.prod", "to   = hikube_addon.cert_manager")
        .replace(/import \{\n {2}to = hikube_addon[^}]*\}/, "")}`,
    );
    await putState(bed, workspace, "1.1.2/kubectl_manifest.tfstate.json");
    expectError(await workspace.plan(), /No resource of another type can become a `hikube_addon`/);
  });
});
