import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { clustersPath } from "../../../../src/core/ids.ts";
import { KubeError } from "../../../../src/kube/kube-error.ts";
import { completeGroup } from "../../../support/sandbox-client.ts";
import { failed, plainCluster, startTenancy, type Tenancy, wish } from "../../../support/tenancy.ts";

const signal = new AbortController().signal;
let tenancy: Tenancy;

const start = async (profile: "1.1.2" | "1.6.2") => {
  tenancy = await startTenancy(profile);
  await tenancy.hikube.clusters.converge(tenancy.id("prod"), plainCluster, wish({ create: true }));
};
afterEach(() => tenancy.stop());

const group = (name: string, minReplicas = 2) =>
  tenancy.hikube.nodeGroups.converge(
    tenancy.group("prod", name),
    { instanceType: "u1.medium", minReplicas, maxReplicas: 3 },
    wish({ create: true }),
  );

describe("node groups", () => {
  test("are listed without the platform's own md0, which no one declared", async () => {
    await start("1.1.2");
    await group("web");
    const found = await tenancy.hikube.nodeGroups.list({ signal });
    expect(found).toMatchObject([{ id: { cluster: "prod", name: "web" }, backend: "cluster", ready: true }]);
    expect(await tenancy.hikube.nodeGroups.list({ signal, cluster: "prod" })).toEqual(found);
    expect(await tenancy.hikube.nodeGroups.list({ signal, cluster: "other" })).toBeUndefined();
  });

  test.each([
    ["without groups", {}],
    ["with a group of its own", { web: completeGroup("1.1.2") }],
  ])("of a cluster made by hand %s are listed without md0, which counts as unmanaged", async (_, nodeGroups) => {
    tenancy = await startTenancy("1.1.2");
    const { hikube, sandbox } = tenancy;
    const client = await tenancy.client();
    const body = {
      apiVersion: "apps.cozystack.io/v1alpha1",
      kind: "Kubernetes",
      metadata: { name: "theirs", labels: { made: "by-hand" } },
      spec: { version: "v1.34", ...(Object.keys(nodeGroups).length === 0 ? {} : { nodeGroups }) },
    };
    await client.request({ method: "POST", path: clustersPath(sandbox.namespace), body });
    const seen = () => hikube.clusters.observe(tenancy.id("theirs"), { signal, fresh: true });
    await tenancy.clock.until(async () => (await seen())?.ready === true);
    expect(await seen()).toMatchObject({ defaultNodeGroup: true, unmanagedNodeGroups: ["md0"] });
    const listed = await hikube.nodeGroups.list({ signal, cluster: "theirs" });
    expect(listed?.map(({ id }) => id.name)).toEqual(Object.keys(nodeGroups));

    // A group of that name with settings of its own is one like any other.
    const md0 = { ...completeGroup("1.1.2"), minReplicas: 1, maxReplicas: 2 };
    await tenancy.edit("theirs", { spec: { nodeGroups: { md0 } } });
    await tenancy.clock.until(async () => (await seen())?.unmanagedNodeGroups.length === 0);
    const declared = await hikube.nodeGroups.list({ signal, cluster: "theirs" });
    expect(declared?.map(({ id }) => id.name).sort()).toEqual(["md0", ...Object.keys(nodeGroups)]);
  });

  test("are listed where they are objects of their own", async () => {
    await start("1.6.2");
    await group("web", 0);
    const client = await tenancy.client();
    const { namespace } = tenancy.sandbox;
    await client.request({
      method: "POST",
      path: `/apis/apps.cozystack.io/v1alpha1/namespaces/${namespace}/kubernetesnodeses`,
      body: {
        apiVersion: "apps.cozystack.io/v1alpha1",
        kind: "KubernetesNodes",
        metadata: { name: "prod-pool", labels: { a: "b" } },
        spec: { cluster: "prod", minReplicas: 0, maxReplicas: 4 },
      },
    });
    const other = await tenancy.another();
    const found = await other.nodeGroups.list({ signal, cluster: "prod" });
    expect(found?.map(({ id, backend, spec }) => [id.name, backend, spec.maxReplicas])).toEqual([
      ["web", "cluster", 3],
      ["pool", "KubernetesNodes", 4],
    ]);
    const [cluster] = await other.clusters.list({ signal });
    expect(cluster?.nodeGroups).toEqual(["web", "pool"]);
  });

  test("of many clusters take as many requests as those of one", async () => {
    await start("1.6.2");
    await group("web", 0);
    const other = await tenancy.another();
    await other.platform(signal);
    const before = tenancy.sandbox.requests.length;
    await Promise.all([other.nodeGroups.list({ signal }), other.clusters.list({ signal })]);
    await other.nodeGroups.list({ signal });
    const paths = tenancy.sandbox.requests.slice(before).map(({ path }) => path.replace(/^.*\//, ""));
    expect(new Set(paths).size).toBe(paths.length);
    expect(paths).toEqual(expect.arrayContaining(["kuberneteses", "workloadmonitors", "kubernetesnodeses"]));
  });
});

describe("nodes", () => {
  const nodes = async (options: Parameters<typeof tenancy.another>[0] = {}) =>
    (await tenancy.another(options)).clusters.nodes(tenancy.id("prod"), {
      signal,
      deadline: tenancy.clock.now() + 60_000,
    });

  beforeEach(() => start("1.6.2"));

  test("have the group, size and role that their group asks for", async () => {
    await group("web-2");
    expect(await nodes()).toEqual([
      expect.objectContaining({ group: "web-2", instanceType: "u1.medium", ready: true, roles: [] }),
      expect.objectContaining({ group: "web-2", capacity: expect.objectContaining({ cpu: "1", memory: "4194304Ki" }) }),
    ]);
  });

  test("of a cluster whose API does not answer are an error that says so", async () => {
    const error = await failed(
      nodes({ connectTenant: () => Promise.reject(new KubeError("Network", "The API cannot be reached: refused.")) }),
    );
    expect(error).toMatchObject({ code: "Timeout", summary: "No login to cluster prod yet", path: ["clusterId"] });
    expect(error.message).toMatch(/the cluster's API at https:\S+ does not answer: The API cannot be reached: refused/);
  });

  test("that the cluster's API does not list are an error with its reason", async () => {
    const error = await failed(
      nodes({
        connectTenant: async (kubeconfig) => {
          const client = await tenancy.open(kubeconfig);
          return {
            ...client,
            request: async (request) => {
              if (!request.path.endsWith("/nodes")) return await client.request(request);
              throw new KubeError("Forbidden", "nodes is forbidden", { status: 403 });
            },
          };
        },
      }),
    );
    expect(error).toMatchObject({ code: "Unreachable", summary: "The nodes of cluster prod cannot be read" });
    expect(error.message).toMatch(/did not list its nodes: nodes is forbidden/);
  });
});

test("a quota that may not be read is told from one that limits nothing", async () => {
  await start("1.1.2");
  const quota = async () => (await tenancy.another()).offers.quota({ signal });
  expect(await quota()).toContainEqual(expect.objectContaining({ resource: "limits.cpu" }));
  tenancy.sandbox.faults.add({
    match: { path: /resourcequotas/, times: 1 },
    action: {
      kind: "answer",
      status: 403,
      body: { kind: "Status", status: "Failure", reason: "Forbidden", code: 403 },
    },
  });
  expect(await quota()).toBeUndefined();
  tenancy.sandbox.faults.add({
    match: { path: /resourcequotas/, times: 1 },
    action: { kind: "answer", status: 200, body: { kind: "ResourceQuotaList", apiVersion: "v1", items: [] } },
  });
  expect(await quota()).toEqual([]);
});
