import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/base/json.ts";
import { sandboxClient } from "../support/sandbox-client.ts";
import type { Workspace } from "../support/terraform/cli.ts";
import { applyClean, expectEmptyPlan, expectError, expectSuccess, stateOf } from "../support/terraform/expectations.ts";
import { startTestBed, type TestBed } from "../support/terraform/test-bed.ts";

const resources = `
resource "hikube_cluster" "a" {
  name    = "a"
  version = "1.33"
  labels  = { env = "prod" }
}
resource "hikube_cluster" "b" {
  name   = "b"
  labels = { env = "test" }
}
resource "hikube_nodegroup" "web" {
  cluster_id    = hikube_cluster.a.id
  name          = "web"
  instance_type = "u1.large"
  min_replicas  = 2
  max_replicas  = 3
  roles         = ["ingress-nginx"]
}
resource "hikube_nodegroup" "gpu" {
  cluster_id    = hikube_cluster.a.id
  name          = "gpu"
  instance_type = "u1.xlarge"
  min_replicas  = 1
  max_replicas  = 1
  gpus          = [{ name = "nvidia.com/AD102GL_L40S" }]
}
resource "hikube_addon" "gpu" {
  cluster_id = hikube_cluster.a.id
  name       = "gpu-operator"
}
resource "hikube_addon" "cert" {
  cluster_id        = hikube_cluster.a.id
  name              = "cert-manager"
  values            = { cert-manager = { prometheus = { enabled = false } } }
  values_wo         = { cert-manager = { token = "canary-s3cret" } }
  values_wo_version = 1
}
`;

const sources = `
data "hikube_cluster" "a" { name = hikube_cluster.a.name }
data "hikube_cluster" "by_id" { id = hikube_cluster.a.id }
data "hikube_clusters" "all" { depends_on = [hikube_cluster.a, hikube_cluster.b, hikube_nodegroup.web] }
data "hikube_clusters" "prod" {
  name_regex = "(?i)^A$"
  labels     = { env = "prod" }
  ready      = true
  depends_on = [hikube_nodegroup.web, hikube_nodegroup.gpu]
}
data "hikube_nodegroup" "web" {
  cluster_id = hikube_cluster.a.id
  name       = hikube_nodegroup.web.name
}
data "hikube_nodegroup" "by_id" { id = hikube_nodegroup.web.id }
data "hikube_nodegroups" "a" {
  cluster_id = hikube_cluster.a.id
  depends_on = [hikube_nodegroup.web, hikube_nodegroup.gpu]
}
data "hikube_nodegroups" "all" {
  name_regex = "^w"
  ready      = true
  depends_on = [hikube_nodegroup.web, hikube_nodegroup.gpu]
}
data "hikube_nodes" "a" {
  cluster_id = hikube_cluster.a.id
  depends_on = [hikube_nodegroup.web, hikube_nodegroup.gpu]
}
data "hikube_nodes" "gpu" {
  cluster_id = hikube_cluster.a.id
  node_group = hikube_nodegroup.gpu.name
  ready      = true
}
data "hikube_addons" "offered" {}
data "hikube_addons" "a" {
  cluster_id = hikube_cluster.a.id
  installed  = true
  ready      = true
  depends_on = [hikube_addon.gpu, hikube_addon.cert]
}
data "hikube_kubernetes_versions" "all" {}
data "hikube_kubernetes_versions" "one" { version_prefix = "v1.33.4" }
data "hikube_instance_types" "all" {}
data "hikube_instance_types" "some" {
  series     = "u1"
  min_vcpus  = 2
  max_memory = "16Gi"
}
data "hikube_gpus" "all" {}
data "hikube_storage_classes" "all" {}
data "hikube_platform" "here" {}
data "hikube_quota" "plain" {}
data "hikube_quota" "more" {
  node_groups = [
    { instance_type = "u1.large", min_replicas = 1, max_replicas = 20, disk_size = "100Gi" },
    { resources = { cpu = "1500m", memory = "3Gi" }, max_replicas = 2, gpus = [{ name = "nvidia.com/X" }] },
  ]
}
`;

const outputs = `
output "read" {
  value = {
    cluster    = [data.hikube_cluster.a, data.hikube_cluster.by_id]
    clusters   = [data.hikube_clusters.all, data.hikube_clusters.prod]
    nodegroup  = [data.hikube_nodegroup.web, data.hikube_nodegroup.by_id]
    nodegroups = [data.hikube_nodegroups.a, data.hikube_nodegroups.all]
    nodes      = [data.hikube_nodes.a, data.hikube_nodes.gpu]
    addons     = [data.hikube_addons.offered, data.hikube_addons.a]
    versions   = [data.hikube_kubernetes_versions.all, data.hikube_kubernetes_versions.one]
    types      = [data.hikube_instance_types.all, data.hikube_instance_types.some]
    gpus       = data.hikube_gpus.all
    classes    = data.hikube_storage_classes.all
    quota      = [data.hikube_quota.plain, data.hikube_quota.more]
  }
}
`;

type Read = Readonly<Record<string, unknown>>;

async function readOf(workspace: Workspace): Promise<Read> {
  const { stdout } = expectSuccess(await workspace.run("output", "-json", "read"));
  return JSON.parse(stdout) as Read;
}

const like = (some: Read): unknown => expect.objectContaining(some);

describe.each(["1.1.2", "1.6.2"] as const)("the data sources on platform %s", (profile) => {
  let bed: TestBed;
  let workspace: Workspace;
  let read: Read;
  const isOld = profile === "1.1.2";
  const source = isOld ? "bundled" : "live";

  beforeAll(async () => {
    bed = await startTestBed({ profile, speed: 40, quota: { cpu: "1k", memory: "64Gi" } });
    workspace = await bed.workspace(resources);
    expectSuccess(await workspace.apply());
    await workspace.write({ "sources.tf": sources + outputs });
    await applyClean(workspace);
    read = await readOf(workspace);
  });

  afterAll(() => bed?.close());

  test("read a cluster by name and by id, with all attributes of the resource", async () => {
    const [byName, byId] = read["cluster"] as [Read, Read];
    expect(byId).toEqual(byName);
    const { version, deletion_protection, allow_replace, upgrade_strategy, wait_for, timeouts, ...managed } =
      await stateOf(workspace, "hikube_cluster.a");
    const { labels_all: _, annotations_all: __, ...shown } = managed;
    expect(byName).toEqual({ ...shown, version: "v1.33" });
    expect({ version, deletion_protection, allow_replace, upgrade_strategy, wait_for, timeouts }).not.toMatchObject(
      byName,
    );
  });

  test("list clusters by their labels, names and readiness", () => {
    const all = { ids: ["tenant-demo/a", "tenant-demo/b"], names: ["a", "b"], namespace: "tenant-demo" };
    const [every, prod] = read["clusters"] as [Read, Read];
    expect(every).toMatchObject({
      ...all,
      clusters: [
        { name: "a", ready: true },
        { name: "b", version: expect.any(String) },
      ],
    });
    expect(prod).toMatchObject({ ids: ["tenant-demo/a"], clusters: [{ labels: { env: "prod" }, status: "ready" }] });
  });

  test("read a node group by name and by id, with all attributes of the resource", async () => {
    const [byName, byId] = read["nodegroup"] as [Read, Read];
    expect(byId).toEqual(byName);
    const { wait_for, timeouts, ...managed } = await stateOf(workspace, "hikube_nodegroup.web");
    expect(byName).toEqual(managed);
    expect([wait_for, timeouts]).toEqual(["ready", null]);
  });

  test("list the node groups of a cluster and of the namespace", () => {
    const [ofCluster, ofNamespace] = read["nodegroups"] as [Read, Read];
    expect(ofCluster).toMatchObject({
      namespace: "tenant-demo",
      names: ["gpu", "web"],
      nodegroups: [{ gpus: [{ name: "nvidia.com/AD102GL_L40S" }] }, { instance_type: "u1.large", ready_replicas: 2 }],
    });
    expect(ofNamespace).toMatchObject({ ids: ["tenant-demo/a/web"], nodegroups: [{ roles: ["ingress-nginx"] }] });
  });

  test("list the nodes with their groups, sizes and GPUs", () => {
    const [all, gpu] = read["nodes"] as [Read, Read];
    expect(all["names"]).toHaveLength(3);
    expect((all["nodes"] as Read[]).map(({ node_group }) => node_group)).toEqual(["gpu", "web", "web"]);
    expect(gpu["nodes"]).toEqual([
      {
        name: expect.stringMatching(/^kubernetes-a-gpu-/),
        node_group: "gpu",
        ready: true,
        kubelet_version: expect.stringMatching(/^v1\.33\.\d+$/),
        instance_type: "u1.xlarge",
        roles: [],
        internal_ip: expect.stringMatching(/^10\./),
        addresses: expect.arrayContaining([like({ type: "Hostname" })]),
        capacity: like({ cpu: "4", memory: "16777216Ki", "nvidia.com/gpu": "1" }),
        gpus: 1,
        created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      },
    ]);
  });

  test("tell what add-ons there are, and what the cluster has of them, without secrets", async () => {
    const [offered, ofCluster] = read["addons"] as [Read, Read];
    const [first] = offered["addons"] as Read[];
    expect(first).toMatchObject({
      name: "cert-manager",
      has_switch: true,
      values_key: "cert-manager",
      enabled: null,
      id: null,
    });
    expect((offered["names"] as string[]).includes("hami")).toBe(!isOld);
    expect(ofCluster["names"]).toEqual(["cert-manager", "cilium", "coredns", "gpu-operator"]);
    expect(ofCluster["addons"]).toContainEqual(
      like({
        id: "tenant-demo/a/cert-manager",
        installed: true,
        status: "ready",
        values_yaml: expect.stringContaining("enabled: false"),
      }),
    );
    expect(JSON.stringify(await workspace.state())).not.toContain("canary-s3cret");
  });

  test("tell what the platform offers, and whether it lists that itself", () => {
    const [all, one] = read["versions"] as [Read, Read];
    expect(all).toMatchObject({
      versions: expect.arrayContaining(["1.33", "1.34"]),
      latest_version: "1.35",
      default_version: "1.35",
      source: "live",
    });
    expect(one).toMatchObject({ versions: ["1.33"], latest_version: "1.33", default_version: "1.35" });
    const [types, some] = read["types"] as [Read, Read];
    expect(types["instance_types"]).toContainEqual({
      name: "gn1.xlarge",
      series: "gn1",
      vcpus: 4,
      memory: "16Gi",
      purpose: expect.any(String),
      for_gpus: true,
    });
    expect(some["names"]).toEqual(["u1.2xmedium", "u1.large", "u1.xlarge"]);
    expect(read["gpus"]).toMatchObject({ source, names: expect.arrayContaining(["nvidia.com/AD102GL_L40S"]) });
    const classes = { default_storage_class: "replicated", names: expect.arrayContaining(["local", "replicated"]) };
    expect(read["classes"]).toMatchObject({ ...classes, source });
  });

  test("calculate what node groups need of the quota", () => {
    const [plain, more] = read["quota"] as [Read, Read];
    expect(plain["quotas"]).toContainEqual({
      resource: "limits.memory",
      hard: "64Gi",
      used: "32Gi",
      available: "32Gi",
    });
    expect(plain).toMatchObject({ requirements: null, fits_minimum: null, fits_maximum: null, missing: null });
    const none = { limited_by: null, available: null, missing_minimum: "0", missing_maximum: "0" };
    expect(more).toMatchObject({
      requirements: [
        { resource: "cpu", minimum: "2", maximum: "43", limited_by: "limits.cpu", missing_maximum: "0" },
        {
          resource: "memory",
          minimum: "8Gi",
          maximum: "166Gi",
          limited_by: "limits.memory",
          available: "32Gi",
          missing_minimum: "0",
          missing_maximum: "134Gi",
        },
        { resource: "storage", minimum: "100Gi", maximum: "2040Gi", ...none },
        { resource: "nvidia.com/X", minimum: "0", maximum: "2", ...none },
      ],
      fits_minimum: true,
      fits_maximum: false,
      missing: ["memory: 166Gi needed, 32Gi left of limits.memory, 134Gi missing"],
    });
  });

  test("share their requests", async () => {
    const before = bed.sandbox.requests.length;
    await expectEmptyPlan(workspace);
    const asked = bed.sandbox.requests.slice(before).map(({ path }) => path.replace(/\?.*$/, ""));
    for (const list of [/\/kuberneteses(\/.*)?$/, /\/workloadmonitors$/, /\/resourcequotas$/, /instancetypes?$/]) {
      // Clusters a and b are read alone, and once with all others; each `hikube_quota` is read on its own.
      expect(asked.filter((path) => list.test(path)).length, String(list)).toBeLessThanOrEqual(3);
    }
  });

  const cases: readonly [type: string, body: string, text: RegExp, line?: RegExp][] = [
    ["hikube_cluster", 'name = "aa"', /Cluster tenant-demo\/aa does not exist\n[\s\S]*Found: a, b/, /name = "aa"/],
    ["hikube_cluster", 'id = "tenant-demo/c"', /Correct `id`, or create the cluster first/, /id = "tenant-demo\/c"/],
    [
      "hikube_cluster",
      'id = "prod"',
      /Invalid id\n`id` must be `namespace\/cluster`, the `id` of a cluster; got "prod"/,
      /id = "prod"/,
    ],
    ["hikube_cluster", 'id = "tenant-demo/a/web"', /must be `namespace\/cluster`, the `id` of a cluster/, /id = /],
    ["hikube_cluster", "", /Missing required argument\nSet `id`, or `name`/],
    [
      "hikube_cluster",
      'id = "x/a"\n  namespace = "x"',
      /Conflicting arguments\n`id` contains `namespace`/,
      /namespace = "x"/,
    ],
    [
      "hikube_clusters",
      'name_regex = "a("',
      /`name_regex` must be a regular expression; "a\(" is not one/,
      /name_regex/,
    ],
    [
      "hikube_clusters",
      'namespace = "tenant-other"',
      /Access denied\n[\s\S]*tenant-other/,
      /namespace = "tenant-other"/,
    ],
    [
      "hikube_nodegroup",
      'cluster_id = "tenant-demo/a"\n  name = "wep"',
      /Found: gpu, web\. Did you mean `web`\?/,
      /name = "wep"/,
    ],
    [
      "hikube_nodegroup",
      'cluster_id = "tenant-demo/c"\n  name = "web"',
      /Cluster tenant-demo\/c does not exist/,
      /cluster_id = "tenant-demo\/c"/,
    ],
    ["hikube_nodegroup", 'name = "web"', /Set `id`, or `cluster_id` and `name`/],
    ["hikube_nodegroup", 'id = "tenant-demo/a"', /must be `namespace\/cluster\/name`/, /id = /],
    ["hikube_nodegroups", 'cluster_id = "tenant-demo/c"', /Cluster tenant-demo\/c does not exist/, /cluster_id/],
    ["hikube_nodegroups", 'cluster_id = "x/a"\n  namespace = "x"', /Conflicting arguments/, /namespace = "x"/],
    ["hikube_nodes", 'cluster_id = "tenant-demo/c"', /The cluster does not exist/, /cluster_id/],
    ["hikube_nodes", 'cluster_id = "a"\n  timeout = "0s"', /`timeout` must be longer than 0/, /timeout/],
    ["hikube_addons", 'cluster_id = "tenant-demo/c"', /Cluster tenant-demo\/c does not exist/, /cluster_id/],
    ["hikube_addons", "installed = true", /`installed` needs `cluster_id`/, /installed/],
    [
      "hikube_kubernetes_versions",
      'version_prefix = "1.29"',
      /No version begins with "1\.29"\. Available: 1\.35/,
      /"1\.29"/,
    ],
    ["hikube_kubernetes_versions", 'version_prefix = "latest"', /must be the beginning of a version/, /latest/],
    ["hikube_instance_types", "min_vcpus = 4\n  max_vcpus = 2", /`min_vcpus` is greater than `max_vcpus`/, /min_vcpus/],
    ["hikube_quota", 'namespace = "tenant-other"', /The quota cannot be read\n[\s\S]*tenant-other/, /namespace/],
    [
      "hikube_quota",
      'node_groups = [{ instance_type = "u1.larg" }]',
      /Unknown instance type "u1\.larg"/,
      /node_groups/,
    ],
    [
      "hikube_quota",
      "node_groups = [{ min_replicas = 20 }]",
      /min_replicas is greater than max_replicas/,
      /node_groups/,
    ],
    ["hikube_quota", 'node_groups = [{ disk_size = "20" }]', /`node_groups\[0\]\.disk_size` must be/, /node_groups/],
  ];

  test.each(cases)("%s { %s } is refused at its line", async (...[type, body, text, line]) => {
    const broken = await bed.workspace(`data "${type}" "x" {\n  ${body}\n}\n`);
    expectError(await broken.plan(), text, line);
  });

  test("are read with the right to view, except the endpoint, which needs that to log in", async () => {
    const provider = `provider "hikube" {
  host                   = "${bed.sandbox.url}"
  namespace              = "tenant-demo"
  token                  = "${bed.sandbox.issueToken({ role: "view" })}"
  cluster_ca_certificate = file("ca.pem")
}
`;
    const files = { "provider.tf": provider, "ca.pem": bed.sandbox.caCertificate };
    const viewed = await bed.workspace(
      `
data "hikube_cluster" "a" { name = "a" }
data "hikube_clusters" "all" {}
data "hikube_nodegroups" "all" {}
data "hikube_addons" "a" { cluster_id = data.hikube_cluster.a.id }
data "hikube_quota" "here" {}
data "hikube_gpus" "all" {}
output "read" {
  value = [
    data.hikube_cluster.a.endpoint,
    data.hikube_clusters.all.names,
    data.hikube_nodegroups.all.names,
    length(data.hikube_addons.a.names) > 0,
    length(data.hikube_quota.here.quotas) > 0,
    length(data.hikube_gpus.all.names) > 0,
  ]
}
`,
      files,
    );
    expectSuccess(await viewed.apply());
    const { stdout } = expectSuccess(await viewed.run("output", "-json", "read"));
    expect(JSON.parse(stdout)).toEqual([null, ["a", "b"], ["gpu", "web"], true, true, true]);
  });

  test("are read in the apply that creates what they read", async () => {
    const fresh = await bed.workspace(`
resource "hikube_cluster" "c" { name = "c" }
resource "hikube_nodegroup" "one" {
  cluster_id   = hikube_cluster.c.id
  name         = "one"
  min_replicas = 2
  max_replicas = 2
}
resource "terraform_data" "pattern" { input = "^on" }
data "hikube_cluster" "c" { id = hikube_cluster.c.id }
data "hikube_nodegroup" "one" { id = hikube_nodegroup.one.id }
data "hikube_nodegroups" "c" {
  cluster_id = hikube_cluster.c.id
  name_regex = terraform_data.pattern.output
  depends_on = [hikube_nodegroup.one]
}
data "hikube_nodes" "one" {
  cluster_id = hikube_cluster.c.id
  node_group = hikube_nodegroup.one.name
  ready      = hikube_nodegroup.one.ready
}
data "hikube_addons" "c" { cluster_id = hikube_cluster.c.id }
data "hikube_quota" "here" {
  namespace   = hikube_cluster.c.namespace
  node_groups = [{ instance_type = terraform_data.pattern.id == "" ? "u1.large" : "u1.medium" }]
}
output "read" {
  value = [
    data.hikube_cluster.c.endpoint != null,
    data.hikube_nodegroup.one.ready,
    data.hikube_nodegroups.c.names,
    length(data.hikube_nodes.one.names),
    contains(data.hikube_addons.c.names, "cilium"),
    data.hikube_quota.here.fits_minimum,
  ]
}
`);
    expectSuccess(await fresh.apply());
    const { stdout } = expectSuccess(await fresh.run("output", "-json", "read"));
    expect(JSON.parse(stdout)).toEqual([true, true, ["one"], 2, true, true]);
    await expectEmptyPlan(fresh);
    expectSuccess(await fresh.destroy());
  });

  test("a cluster that is being deleted is read as such, and its nodes are not", async () => {
    const client = sandboxClient(bed.sandbox);
    const { body } = await client.get("b");
    client.close();
    const metadata = { ...(body["metadata"] as JsonObject), deletionTimestamp: "2026-01-01T00:00:00Z" };
    bed.sandbox.faults.add({
      match: { method: "GET", path: /\/kuberneteses\/b$/, times: Number.POSITIVE_INFINITY },
      action: { kind: "answer", status: 200, body: { ...body, metadata } },
    });
    const deleting = await bed.workspace(
      'data "hikube_cluster" "b" { name = "b" }\noutput "status" { value = data.hikube_cluster.b.status }\n',
    );
    expectSuccess(await deleting.apply());
    expect((await deleting.run("output", "-raw", "status")).stdout).toBe("deleting");
    await deleting.write({ "main.tf": 'data "hikube_nodes" "b" { cluster_id = "tenant-demo/b" }\n' });
    expectError(await deleting.plan(), /Cluster b is being deleted/, /cluster_id/);
  });
});
