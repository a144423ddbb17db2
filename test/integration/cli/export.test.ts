import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import type { Json, JsonObject } from "../../../src/base/json.ts";
import { runExport } from "../../../src/cli/export.ts";
import { type Sandbox, startSandbox } from "../../../src/sandbox/sandbox.ts";
import { richSpec } from "../../contract/terraform-core/hand-made.ts";
import { recordedIo } from "../../support/command-io.ts";
import { type SandboxClient, sandboxClient } from "../../support/sandbox-client.ts";

describe.each(["1.1.2", "1.6.2"] as const)("export on platform %s", (profile) => {
  let sandbox: Sandbox;
  let client: SandboxClient;
  let folder: string;

  beforeAll(async () => {
    sandbox = await startSandbox({ profile, speed: 40, namespace: "tenant-acme" });
    folder = await mkdtemp(join(tmpdir(), "hikube-export-"));
    await writeFile(join(folder, "kubeconfig"), sandbox.kubeconfig);
    client = sandboxClient(sandbox);
    const { images: _, ...spec } = richSpec(profile);
    expect((await client.create("prod", spec, { team: "x" })).status).toBe(201);
    expect((await client.create("bare", {}, { team: "y" })).status).toBe(201);
    const odd = {
      host: "https://api.example.org",
      images: { kubectl: "registry.example.org/kubectl:1" },
      nodeGroups: { odd: { minReplicas: 5, maxReplicas: 2, instanceType: "u1.large", color: "red" } },
    };
    expect((await client.create("odd", odd)).status).toBe(201);
    for (const name of ["prod", "bare"]) await client.until(name, "True");
    if (profile === "1.1.2") return;
    const body = { metadata: { name: "prod-own", labels: { a: "b" } }, spec: { cluster: "prod", minReplicas: 1 } };
    expect((await client.call("POST", nodes(), { body })).status).toBe(201);
  });
  const nodes = () => client.clusters.replace("kuberneteses", "kubernetesnodeses");

  afterAll(async () => {
    client?.close();
    await sandbox?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const run = async (argv: readonly string[], input = "") => {
    const env = { HOME: folder, KUBECONFIG: join(folder, "kubeconfig") };
    const io = recordedIo(env, undefined, undefined, input);
    const code = await runExport(argv, io);
    return { code, ...io.said };
  };
  const clustersIn = (text: string) =>
    [...text.matchAll(/^resource "hikube_cluster" "(\w+)"/gm)].map(([, name]) => name);

  test.each<[string[], string[]]>([
    [
      ["prod", "bare"],
      ["bare", "prod"],
    ],
    [["tenant-acme/bare"], ["bare"]],
    [["--name-regex", "(?i)^PR"], ["prod"]],
    [["--label", "team=x"], ["prod"]],
    [["--ready", "true", "--label", "team=y"], ["bare"]],
  ])("with %j exports %j", async (argv, names) => {
    const { code, out, error } = await run(argv);
    expect({ code, error }).toEqual({ code: 0, error: "" });
    expect(clustersIn(out)).toEqual(names);
    expect(out.match(/^import \{$/gm)?.length).toBe(out.match(/^resource "/gm)?.length);
  });

  test.each<[string[], number, RegExp]>([
    [["absent"], 4, /^Error: Cluster tenant-acme\/absent does not exist\n\nFound: bare, odd, prod\./],
    [["prd"], 4, /Did you mean `prod`\?/],
    [["--name-regex", "^x"], 4, /^Error: No cluster matches --name-regex\n\nFound: bare, odd, prod\./],
    [["prod", "--label", "team=z"], 4, /^Error: No cluster matches --label\n/],
    [
      ["--namespace", "tenant-other"],
      1,
      /^Error: Access denied\n\n.* cannot list resource "kuberneteses" .*\nCheck that/s,
    ],
    [["--name-regex", "["], 2, /^Invalid --name-regex: it must be a regular expression; "\[" is not one: /],
    [["--label", "team"], 2, /^Invalid --label "team": it must be KEY=VALUE\./],
    [["--ready", "yes"], 2, /^Invalid --ready "yes": it must be true or false\./],
    [["--modules"], 2, /^--modules needs --out/],
    [["a/b/c"], 2, /^Invalid id "a\/b\/c"/],
    [["--platform", "1.1.2"], 2, /^--platform needs --file/],
    [["--file", "x", "--platform", "2.0"], 2, /^Invalid --platform "2\.0": it must be 1\.1\.2 or 1\.6\.2/],
    [["--file", "x", "--ready", "true"], 2, /^--ready needs the platform, which --file does not ask/],
    [["--file", "/nowhere/x.yaml"], 1, /\/nowhere\/x\.yaml cannot be read \(ENOENT\)/],
  ])("with %j ends with %i", async (argv, code, text) => {
    const result = await run(argv);
    expect(result.error).toMatch(text);
    expect([result.code, result.out]).toEqual([code, ""]);
  });

  test("of an odd object says what is left out, and exports the rest", async () => {
    const { code, out, error } = await run(["odd"]);
    expect(code).toBe(3);
    expect(out).toMatch(/^resource "hikube_cluster" "odd" \{\n {2}name /m);
    expect(out).toMatch(/^resource "hikube_nodegroup" "odd_odd" \{$/m);
    expect(out).not.toContain("host");
    expect(out).not.toContain("min_replicas");
    expect(error).toContain("Cluster tenant-acme/odd: `host` stays as it is and is not managed");
    expect(error).toContain("Node group tenant-acme/odd/odd: `min_replicas` stays as it is and is not managed");
    expect(error).toContain(
      "Kubernetes tenant-acme/odd: No argument of this provider can express `spec.images.kubectl`",
    );
    expect(error).toContain("can express `spec.nodeGroups.odd.color`");
  });

  test("to a directory writes the same twice, and no file of the user's", async () => {
    const out = join(folder, "out");
    expect((await run(["prod", "--out", out])).code).toBe(0);
    const files = async () => Promise.all((await readdir(out)).sort().map((name) => readFile(join(out, name), "utf8")));
    const before = await files();
    expect(await run(["prod", "--out", out])).toEqual({ code: 0, out: "", error: `${out} is up to date.\n` });
    expect(await files()).toEqual(before);
    await writeFile(join(out, "imports.tf"), "# mine\n");
    const refused = await run(["prod", "bare", "--out", out]);
    expect(refused.code).toBe(1);
    expect(refused.error).toContain("Files in the way of the export");
    expect(await readdir(out)).not.toContain("cluster_bare.tf");
  });

  describe("from a file", () => {
    const list = async (kind: string, path: string): Promise<Json[]> => {
      const { body } = await client.call("GET", path);
      return (body["items"] as JsonObject[]).map((item) => ({ ...item, kind }));
    };
    const apps = async (kind: string, path: string): Promise<Json[]> =>
      (await list(kind, path)).map((item) => ({ apiVersion: "apps.cozystack.io/v1alpha1", ...(item as JsonObject) }));
    const objects = async (): Promise<Json[]> => [
      ...(await apps("Kubernetes", client.clusters)),
      ...(profile === "1.1.2" ? [] : await apps("KubernetesNodes", nodes())),
      ...(await list("WorkloadMonitor", "/apis/cozystack.io/v1alpha1/namespaces/tenant-acme/workloadmonitors")).map(
        (item) => ({ apiVersion: "cozystack.io/v1alpha1", ...(item as JsonObject) }),
      ),
    ];

    test("writes what an export of the tenant writes, in each form that kubectl prints", async () => {
      const online = await run(["prod", "bare"]);
      expect(online.out.includes("prod_own")).toBe(profile === "1.6.2");
      const items = await objects();
      const forms = [
        stringify({ apiVersion: "v1", kind: "List", items }, { version: "1.1" }),
        JSON.stringify({ apiVersion: "v1", kind: "List", items }),
        items.map((item) => stringify(item, { version: "1.1" })).join("---\n"),
      ];
      for (const [index, text] of forms.entries()) {
        const file = join(folder, `objects-${index}`);
        await writeFile(file, text);
        expect(await run(["prod", "bare", "--file", file])).toEqual(online);
      }
      expect(await run(["tenant-acme/prod", "bare", "--file", "-"], forms[0])).toEqual(online);
    });

    test("without monitors assumes of the platform's own node group what is usual, and says so", async () => {
      const online = await run(["bare"]);
      const items = (await objects()).filter((item) => (item as JsonObject)["kind"] === "Kubernetes");
      const { code, out, error } = await run(["bare", "--file", "-"], stringify({ items }, { version: "1.1" }));
      expect([code, out]).toEqual([0, online.out]);
      // Platform 1.6 starts it without nodes.
      const note = "does not show whether the platform's own node group `md0` runs in tenant-acme/bare";
      expect(error.includes(note)).toBe(profile === "1.1.2");
    });

    test("of a platform without a description here says so", async () => {
      const items = JSON.stringify(await objects()).replaceAll(`kubernetes@${profile}`, "kubernetes@1.7.0");
      const { code, error } = await run(["prod", "--file", "-"], `{ "items": ${items} }`);
      expect([code, error]).toEqual([0, expect.stringContaining(`from platform 1.7, and the defaults of ${profile}`)]);
    });

    test("leaves out what is being deleted, invalid names and groups without cluster", async () => {
      const of = (kind: string, metadata: JsonObject, spec: JsonObject) => ({
        apiVersion: "apps.cozystack.io/v1alpha1",
        kind,
        metadata: { namespace: "t", ...metadata },
        spec,
      });
      const group = { minReplicas: 1, maxReplicas: 2, instanceType: "u1.large" };
      const items = [
        of("Kubernetes", { name: "a", deletionTimestamp: "2026-01-01T00:00:00Z" }, {}),
        of("Kubernetes", { name: "b" }, { nodeGroups: { Web_1: group, web: group } }),
        of("KubernetesNodes", { name: "c-web" }, { cluster: "c" }),
      ];
      const { code, out, error } = await run(["--file", "-", "--platform", profile], JSON.stringify({ items }));
      expect([code, clustersIn(out)]).toEqual([3, ["b"]]);
      expect(error).toContain("Cluster t/a: It is being deleted");
      expect(out.match(/^resource "hikube_nodegroup" .*/gm)).toEqual(['resource "hikube_nodegroup" "b_web" {']);
      expect(error).toMatch(/^Node group t\/b\/Web_1: It cannot be imported: `name` must hold lower case/m);
      expect(error).toContain("KubernetesNodes t/c-web: The file does not have its cluster t/c.");
    });

    test("sends no request", async () => {
      const text = stringify({ items: await objects() }, { version: "1.1" });
      const { length } = sandbox.requests;
      expect((await run(["prod", "--file", "-"], text)).code).toBe(0);
      expect(sandbox.requests).toHaveLength(length);
    });

    test.each([
      ["kind: [", /^Error: The objects cannot be read\n\nInvalid YAML or JSON in the input: /],
      ["", /There is no cluster in the input.*There is no object at all\./],
      ["kind: Pod\napiVersion: v1\n", /Found: Pod\. Write the file with/],
      ["kind: Kubernetes\napiVersion: apps.cozystack.io/v1alpha1\n", /has no `metadata\.name`/],
      [
        "kind: Kubernetes\napiVersion: apps.cozystack.io/v1alpha1\nmetadata: { name: a }\n",
        /has no `metadata\.namespace`\. Set --namespace/,
      ],
    ])("with %j ends with 1", async (text, message) => {
      const { code, error } = await run(["--file", "-"], text);
      expect(error).toMatch(message);
      expect(code).toBe(1);
    });

    test("reads a manifest, whose platform a user names", async () => {
      const manifest =
        "kind: Kubernetes\napiVersion: apps.cozystack.io/v1alpha1\nmetadata: { name: a, namespace: t }\n";
      const unknown = await run(["--file", "-"], manifest);
      expect(unknown.code).toBe(2);
      expect(unknown.error).toContain("Set --platform to 1.1.2 or 1.6.2");
      const { code, out } = await run(["--file", "-", "--platform", profile], manifest);
      expect(code).toBe(0);
      expect(out).toMatch(/namespace = "t"/);
      expect(clustersIn(out)).toEqual(["a"]);
    });
  });
});
