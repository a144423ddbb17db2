import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noLog } from "../../src/base/log.ts";
import {
  applyClean,
  expectEmptyPlan,
  expectError,
  expectNoChanges,
  expectSuccess,
  expectWarning,
  stateOf,
} from "../support/terraform/expectations.ts";
import { startTestBed, type TestBed } from "../support/terraform/test-bed.ts";
import { foreignWriter } from "./foreign-writer.ts";

const cluster = (name: string, body = "") =>
  `resource "hikube_cluster" "${name}" {\n  name    = "${name}"\n  version = "1.33"\n${body}}\n`;
const group = (of: string, name: string, body = "") =>
  `resource "hikube_nodegroup" "${name}" {\n  cluster_id    = hikube_cluster.${of}.id\n  name          = "${name}"\n  instance_type = "s1.large"\n  min_replicas  = 1\n${body}}\n`;
const addon = (of: string, name: string, body = "") =>
  `resource "hikube_addon" "${name}" {\n  cluster_id = hikube_cluster.${of}.id\n  name       = "${name}"\n${body}}\n`;

describe.each(["1.1.2", "1.6.2"] as const)("on platform %s", (profile) => {
  let bed: TestBed;

  beforeAll(async () => {
    bed = await startTestBed({ profile, speed: 20 });
  });

  afterAll(() => bed?.close());

  const spec = (name: string) => (bed.sandbox.stored("Kubernetes", name)?.values ?? {}) as Record<string, unknown>;
  const groups = (name: string) => spec(name)["nodeGroups"] as Record<string, Record<string, unknown> | null>;

  test("twelve groups and ten add-ons of one cluster go out in few writes", async () => {
    const addons = [
      "cert-manager",
      "ingress-nginx",
      "fluxcd",
      "monitoring-agents",
      "gpu-operator",
      "gateway-api",
      "velero",
      "cilium",
      "coredns",
      "vertical-pod-autoscaler",
    ];
    const names = Array.from({ length: 12 }, (_, index) => `g${index}`);
    const hcl = [
      cluster("many"),
      ...names.map((name) => group("many", name, name === "g0" ? '  roles = ["ingress-nginx"]\n' : "")),
      ...addons.map((name) => addon("many", name)),
    ].join("");
    // On a busy machine, the calls that Terraform makes at once come apart.
    const patient = await startTestBed({ profile, speed: 20 }, noLog, { coalesceMs: 1_000 });
    const workspace = await patient.workspace(hcl);
    await applyClean(workspace);
    expect(patient.sandbox.writes).toBeLessThanOrEqual(1 + Math.ceil(22 / 10));
    const written = patient.sandbox.stored("Kubernetes", "many")?.values["nodeGroups"] ?? {};
    expect(Object.keys(written).filter((name) => name !== "md0")).toHaveLength(12);
    expectSuccess(await workspace.destroy());
    await patient.close();
  });

  test("configuration that an import generates plans nothing", async () => {
    const addons: Readonly<Record<string, string>> = {
      velero: '  values = { velero = { a = 1, list = [1, "two", true], ratio = 0.5 } }\n',
      fluxcd: '  values_yaml = "flux-instance: { a: yes, mode: 0644 }"\n',
      "ingress-nginx": '  hosts = ["www.example.org"]\n',
      cilium: "",
      "cert-manager": "  enabled = false\n",
    };
    const body = '  control_plane = { replicas = 3 }\n  labels = { "example.org/a" = "b" }\n';
    const gpu = '  roles = ["x", "ingress-nginx"]\n  gpus = [{ name = "nvidia.com/AD102GL_L40S" }]\n';
    const written = [
      cluster("gen", body),
      group("gen", "g", gpu),
      ...Object.entries(addons).map(([name, more]) => addon("gen", name, more)),
    ];
    expectSuccess(await (await bed.workspace(written.join(""))).apply());
    const ids = [
      ["hikube_cluster.gen", "gen"],
      ["hikube_nodegroup.g", "gen/g"],
      ...Object.keys(addons).map((name) => [`hikube_addon.${name}`, `gen/${name}`]),
    ];
    const blocks = ids.map(([to, id]) => `import {\n  to = ${to}\n  id = "${id}"\n}\n`);
    const workspace = await bed.workspace(blocks.join(""));
    const writes = bed.sandbox.writes;
    const generated = await workspace.run("plan", "-no-color", "-generate-config-out=generated.tf");
    expect(generated.stderr + generated.stdout).toMatch(/7 to import, 0 to add, 0 to change, 0 to destroy/);
    expectSuccess(await workspace.apply());
    await expectNoChanges(workspace);
    expect(bed.sandbox.writes).toBe(writes);
    expectSuccess(await workspace.destroy());
  });

  test("a setting of the provider itself changes nothing else in the plan, and makes no write", async () => {
    const protect = (value: boolean) => cluster("local", `  deletion_protection = ${value}\n`);
    const workspace = await bed.workspace(protect(true));
    await applyClean(workspace);
    await workspace.write({ "main.tf": protect(false) });
    expectSuccess(await workspace.run("plan", "-no-color", "-out=plan.bin"));
    const shown = JSON.parse((await workspace.run("show", "-json", "plan.bin")).stdout) as {
      readonly resource_changes: readonly { readonly change: { readonly after_unknown: object } }[];
    };
    expect(shown.resource_changes.map(({ change }) => change.after_unknown)).toEqual([{}]);
    const before = bed.sandbox.writes;
    expectSuccess(await workspace.apply());
    await expectEmptyPlan(workspace);
    expect(bed.sandbox.writes).toBe(before);
    expectSuccess(await workspace.destroy());
  });

  test("a change that needs another planned change goes out in the same write", async () => {
    const members = ["cert-manager", "ingress-nginx", "monitoring-agents", "gpu-operator", "hami"].slice(
      0,
      profile === "1.1.2" ? 4 : 5,
    );
    const hcl = [
      cluster("beside"),
      group("beside", "web", '  roles = ["ingress-nginx"]\n'),
      group("beside", "gpu", '  gpus = [{ name = "nvidia.com/AD102GL_L40S" }]\n'),
      ...members.map((name) => addon("beside", name)),
    ].join("");
    const workspace = await bed.workspace(hcl);
    const before = bed.sandbox.writes;
    await applyClean(workspace);
    expect(bed.sandbox.writes - before).toBe(2);
    expectSuccess(await workspace.destroy());
  });

  /** On 1.1 every patch brings the platform's own group back unless it says null again; that has a test of its own. */
  const withoutDefaultGroup = profile === "1.1.2" ? [{ op: "add", path: "/spec/nodeGroups/md0", value: null }] : [];

  test("keys of other writers survive every write, and only own keys show as drift", async () => {
    const workspace = await bed.workspace(
      cluster("own") + group("own", "web") + addon("own", "velero", "  values = { velero = { a = 1 } }\n"),
    );
    await applyClean(workspace);
    const other = foreignWriter(bed.sandbox);
    await other.patch("own", [
      {
        op: "add",
        path: "/spec/nodeGroups/console",
        value: {
          minReplicas: 0,
          maxReplicas: 1,
          instanceType: "u1.medium",
          [profile === "1.1.2" ? "ephemeralStorage" : "diskSize"]: "20Gi",
          resources: {},
        },
      },
      { op: "add", path: "/spec/nodeGroups/web/roles", value: ["other"] },
      { op: "add", path: "/spec/addons/velero/valuesOverride/velero/b", value: 2 },
      { op: "add", path: "/spec/addons/fluxcd/enabled", value: true },
      { op: "add", path: "/metadata/labels/example.org~1team", value: "x" },
      ...withoutDefaultGroup,
    ]);
    await expectEmptyPlan(workspace);

    await workspace.write({
      "main.tf":
        cluster("own") +
        group("own", "web", "  max_replicas = 4\n") +
        addon("own", "velero", "  values = { velero = { a = 3 } }\n"),
    });
    expectSuccess(await workspace.apply());
    await expectEmptyPlan(workspace);
    expect(groups("own")["console"]).toBeTruthy();
    expect(groups("own")["web"]).toMatchObject({ maxReplicas: 4, roles: ["other"] });
    expect(spec("own")["addons"]).toMatchObject({
      velero: { valuesOverride: { velero: { a: 3, b: 2 } } },
      fluxcd: { enabled: true },
    });
    expect(bed.sandbox.stored("Kubernetes", "own")?.labels["apps.cozystack.io-example.org/team"]).toBe("x");

    await other.patch("own", [
      { op: "replace", path: "/spec/nodeGroups/web/maxReplicas", value: 9 },
      ...withoutDefaultGroup,
    ]);
    const drifted = await workspace.plan();
    expect(drifted.changes).toEqual([{ address: "hikube_nodegroup.web", action: "update" }]);
    expectSuccess(await workspace.apply());
    await expectEmptyPlan(workspace);
    expect(groups("own")["web"]).toMatchObject({ maxReplicas: 4 });
    expectSuccess(await workspace.destroy());
  });

  test("an add-on that is replaced leaves what others set beside it alone", async () => {
    const own = "  values = { cert-manager = { replicaCount = 2 } }\n";
    const workspace = await bed.workspace(cluster("taint") + group("taint", "n") + addon("taint", "cert-manager", own));
    await applyClean(workspace);
    const path = "/spec/addons/certManager/valuesOverride/cert-manager/theirs";
    await foreignWriter(bed.sandbox).patch("taint", [
      { op: "add", path, value: 7 },
      ...(profile === "1.1.2" ? [{ op: "add", path: "/spec/nodeGroups/md0", value: null }] : []),
    ]);
    expectSuccess(await workspace.run("taint", "hikube_addon.cert-manager"));
    expectSuccess(await workspace.apply());
    await expectEmptyPlan(workspace);
    const addons = spec("taint")["addons"] as Record<string, { valuesOverride: unknown }>;
    expect(addons["certManager"]?.valuesOverride).toEqual({ "cert-manager": { replicaCount: 2, theirs: 7 } });
    expectSuccess(await workspace.destroy());
  });

  test("no write when nothing changed, and none by planning", async () => {
    const workspace = await bed.workspace(cluster("still") + group("still", "web"));
    await applyClean(workspace);
    const writes = bed.sandbox.writes;
    expectSuccess(await workspace.apply());
    await expectNoChanges(workspace);
    expect(bed.sandbox.writes).toBe(writes);
    expect(bed.sandbox.requests.some(({ query }) => query.includes("dryRun"))).toBe(false);
    expectSuccess(await workspace.destroy());
  });

  test("later writes of any client start no machines of md0", async () => {
    const workspace = await bed.workspace(cluster("bare"));
    await applyClean(workspace);
    await workspace.write({ "main.tf": cluster("bare") + group("bare", "web") });
    await applyClean(workspace);
    expect((await stateOf(workspace, "hikube_cluster.bare"))["unmanaged_node_groups"]).toEqual([]);
    if (profile === "1.1.2") expect(groups("bare")).toMatchObject({ md0: null });
    expectSuccess(await workspace.destroy());
  });

  test("a group called md0 is a group like any other", async () => {
    // Beside another one: without any group the chart of 1.6 adds an md0 itself.
    const workspace = await bed.workspace(cluster("mdz") + group("mdz", "web") + group("mdz", "md0"));
    await applyClean(workspace);
    expect(groups("mdz")["md0"]).toMatchObject({ instanceType: "s1.large", minReplicas: 1 });
    await workspace.write({ "main.tf": cluster("mdz") + group("mdz", "web") });
    expectSuccess(await workspace.apply());
    await expectEmptyPlan(workspace);
    expectSuccess(await workspace.destroy());
  });

  if (profile === "1.1.2") {
    test("an md0 that came back shows in the plan, and the apply removes it", async () => {
      const workspace = await bed.workspace(cluster("mdb") + group("mdb", "web"));
      await applyClean(workspace);
      await foreignWriter(bed.sandbox).patch("mdb", [{ op: "add", path: "/metadata/labels/them", value: "x" }]);
      // It is there once the platform has carried the patch out.
      for (;;) {
        const { changes } = await workspace.plan();
        if (changes.length === 0) continue;
        expect(changes).toEqual([{ address: "hikube_cluster.mdb", action: "update" }]);
        break;
      }
      expectSuccess(await workspace.apply());
      await expectEmptyPlan(workspace);
      expect(groups("mdb")["md0"]).toBeNull();
      expectSuccess(await workspace.destroy());
    });

    test("md0 belongs to the resource that declares it, whatever becomes of default_node_group", async () => {
      const flagged = cluster("mdo", "  default_node_group = true\n");
      const workspace = await bed.workspace(flagged);
      await applyClean(workspace);
      await workspace.write({ "main.tf": flagged + group("mdo", "md0") });
      expectError(await workspace.plan(), /Two settings manage md0/);
      await workspace.write({ "main.tf": cluster("mdo") + group("mdo", "md0", "  max_replicas = 4\n") });
      await applyClean(workspace);
      expect(groups("mdo")["md0"]).toMatchObject({ maxReplicas: 4 });
      await workspace.write({
        "main.tf": cluster("mdo", '  labels = { a = "b" }\n') + group("mdo", "md0", "  max_replicas = 4\n"),
      });
      await applyClean(workspace);
      expect(groups("mdo")["md0"]).toMatchObject({ maxReplicas: 4 });
      expectSuccess(await workspace.destroy());
    });
  }

  test("removing an attribute gives its key back", async () => {
    const workspace = await bed.workspace(
      cluster("back", '  labels = { "example.org/a" = "1" }\n') +
        group("back", "web", '  roles = ["x"]\n  gpus = [{ name = "nvidia.com/AD102GL_L40S" }]\n'),
    );
    await applyClean(workspace);
    expect(groups("back")["web"]).toMatchObject({ roles: ["x"], gpus: [{ name: "nvidia.com/AD102GL_L40S" }] });
    await workspace.write({ "main.tf": cluster("back") + group("back", "web") });
    await applyClean(workspace);
    expect(groups("back")["web"]?.["roles"] ?? []).toEqual([]);
    expect(groups("back")["web"]?.["gpus"] ?? []).toEqual([]);
    expect(Object.keys(bed.sandbox.stored("Kubernetes", "back")?.labels ?? {})).not.toContain(
      "apps.cozystack.io-example.org/a",
    );
    expectSuccess(await workspace.destroy());
  });

  test("a stepwise upgrade goes through every minor between", async () => {
    const at = (version: string) =>
      `resource "hikube_cluster" "step" {\n  name = "step"\n  version = "${version}"\n  upgrade_strategy = "stepwise"\n}\n`;
    const workspace = await bed.workspace(at("1.33") + group("step", "web"));
    await applyClean(workspace);
    const from = bed.sandbox.requests.length;
    await workspace.write({ "main.tf": at("1.35") + group("step", "web") });
    await applyClean(workspace);
    const patched = bed.sandbox.requests
      .slice(from)
      .filter(({ method }) => method === "PATCH")
      .map(({ body }) => body ?? "");
    expect(patched.filter((body) => /v1\.34/.test(body) && /"replace"/.test(body)).length).toBeGreaterThan(0);
    expect((await stateOf(workspace, "hikube_cluster.step"))["kubernetes_version"]).toMatch(/^v1\.35\./);
    expectSuccess(await workspace.destroy());
  });

  /** The tenant may not read the list of instance types, so that the plan cannot refuse one that does not exist. */
  const hideInstanceTypes = () =>
    bed.sandbox.faults.add({
      match: { path: /\/virtualmachineclusterinstancetypes|\/options\/instancetype/, times: Number.POSITIVE_INFINITY },
      action: {
        kind: "answer",
        status: 403,
        body: {
          kind: "Status",
          apiVersion: "v1",
          status: "Failure",
          reason: "Forbidden",
          message: "forbidden",
          code: 403,
        },
      },
    });

  test("a bad group has the error, the other resources name it, and one apply repairs all", async () => {
    const bad = (type: string) =>
      cluster("fault") +
      group("fault", "good") +
      `resource "hikube_nodegroup" "bad" {\n  cluster_id    = hikube_cluster.fault.id\n  name          = "bad"\n  instance_type = "${type}"\n  min_replicas  = 1\n}\n` +
      addon("fault", "velero");
    const workspace = await bed.workspace(bad("u9.huge"));
    const show = hideInstanceTypes();
    const failed = await workspace.apply();
    show();
    expectError(failed, /u9\.huge/, /instance_type/);
    expectWarning(failed, /list cannot be read/);
    const others = failed.diagnostics.filter(({ address }) => address !== "hikube_nodegroup.bad");
    expect(others.every(({ severity }) => severity === "warning")).toBe(true);
    expectWarning(failed, /bad/);
    await workspace.write({ "main.tf": bad("s1.large") });
    expectSuccess(await workspace.apply());
    await expectEmptyPlan(workspace);
    expectSuccess(await workspace.destroy());
  });

  test("a cluster that changes for the worse and back again is healed", async () => {
    const hcl = (type: string) => cluster("heal") + group("heal", "web").replace("s1.large", type);
    const workspace = await bed.workspace(hcl("s1.large"));
    await applyClean(workspace);
    await workspace.write({ "main.tf": hcl("u9.huge") });
    const show = hideInstanceTypes();
    expectError(await workspace.apply(), /Specified instancetype not exists|not found in cluster/, /instance_type/);
    show();
    await workspace.write({ "main.tf": hcl("s1.large") });
    const healed = expectSuccess(await workspace.apply());
    expectWarning(healed, /neutral/);
    await expectEmptyPlan(workspace);
    expectSuccess(await workspace.destroy());
  });

  test("secret values reach the platform and no state or plan", async () => {
    const hcl = (secret: string, version: number) =>
      cluster("secret") +
      addon(
        "secret",
        "velero",
        `  values            = { velero = { open = "yes" } }\n  values_wo         = { velero = { token = "${secret}" } }\n  values_wo_version = ${version}\n`,
      );
    const workspace = await bed.workspace(hcl("s3cret-canary", 1));
    await applyClean(workspace);
    expect(JSON.stringify(spec("secret"))).toContain("s3cret-canary");
    expect(JSON.stringify(await workspace.state())).not.toContain("s3cret-canary");
    await workspace.write({ "main.tf": hcl("other-canary", 2) });
    await applyClean(workspace);
    expect(JSON.stringify(spec("secret"))).toContain("other-canary");
    expect(JSON.stringify(spec("secret"))).not.toContain("s3cret-canary");
    await workspace.write({
      "main.tf": cluster("secret") + addon("secret", "velero", '  values = { velero = { open = "yes" } }\n'),
    });
    await applyClean(workspace);
    expect(JSON.stringify(spec("secret"))).not.toContain("other-canary");
    expectSuccess(await workspace.destroy());
  });
});
