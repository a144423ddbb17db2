import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../../src/base/json.ts";
import { type Sandbox, startSandbox } from "../../../src/sandbox/sandbox.ts";
import { type IdleClock, idleClock } from "../../support/clock/idle-clock.ts";
import { completeGroup, type SandboxClient, sandboxClient } from "../../support/sandbox-client.ts";
import { type TenantClient, tenantClient } from "../../support/tenant-client.ts";

let sandbox: Sandbox;
let client: SandboxClient;
let clock: IdleClock;
let tenant: TenantClient;

type Profile = "1.1.2" | "1.6.2";

async function open(profile: Profile, stateDir?: string): Promise<void> {
  clock = idleClock();
  sandbox = await startSandbox({ profile, speed: 50, clock, ...(stateDir === undefined ? {} : { stateDir }) });
  client = sandboxClient(sandbox, clock);
}

async function start(profile: Profile, groups: JsonObject, addons: JsonObject = {}, stateDir?: string): Promise<void> {
  await open(profile, stateDir);
  await client.create("a", {
    version: "v1.34",
    nodeGroups: profile === "1.1.2" ? { md0: null, ...groups } : groups,
    addons,
  });
  await client.until("a", "True");
  tenant = await tenantClient(sandbox, client, "a", clock);
  await tenant.call("POST", "/api/v1/namespaces", { body: { metadata: { name: "shop" } } });
}

async function close(): Promise<void> {
  tenant.close();
  client.close();
  await sandbox.stop();
  clock.stop();
}

let stateDirectory: string | undefined;

afterEach(async () => {
  await close();
  if (stateDirectory !== undefined) await rm(stateDirectory, { recursive: true });
  stateDirectory = undefined;
});

const group = (profile: Profile, more: JsonObject = {}) => completeGroup(profile, { minReplicas: 2, ...more });
const gpu = { gpus: [{ name: "nvidia.com/AD102GL_L40S" }] };

const paths: Readonly<Record<string, string>> = {
  DaemonSet: "/apis/apps/v1/namespaces/shop/daemonsets",
  Deployment: "/apis/apps/v1/namespaces/shop/deployments",
  Ingress: "/apis/networking.k8s.io/v1/namespaces/shop/ingresses",
  Job: "/apis/batch/v1/namespaces/shop/jobs",
  PersistentVolumeClaim: "/api/v1/namespaces/shop/persistentvolumeclaims",
  Pod: "/api/v1/namespaces/shop/pods",
  ReplicaSet: "/apis/apps/v1/namespaces/shop/replicasets",
  Service: "/api/v1/namespaces/shop/services",
  StatefulSet: "/apis/apps/v1/namespaces/shop/statefulsets",
};

async function create(kind: string, name: string, spec: JsonObject, metadata: JsonObject = {}): Promise<JsonObject> {
  const answer = await tenant.call("POST", paths[kind] ?? "", { body: { metadata: { name, ...metadata }, spec } });
  expect(answer.status, answer.text).toBe(201);
  return answer.body;
}

const items = async (path: string) => ((await tenant.get(path))["items"] ?? []) as JsonObject[];
const metadataOf = (object: JsonObject) => object["metadata"] as JsonObject;
const specOf = (object: JsonObject) => (object["spec"] ?? {}) as JsonObject;
const statusOf = (object: JsonObject) => (object["status"] ?? {}) as JsonObject;
const nameOf = (object: JsonObject) => metadataOf(object)["name"] as string;
const pods = () => items(paths["Pod"] ?? "");
const events = async (name: string) =>
  (await items("/api/v1/namespaces/shop/events")).filter((one) =>
    String((one["involvedObject"] as JsonObject)["name"]).startsWith(name),
  );
const messages = async (name: string, reason: string) =>
  (await events(name)).filter((one) => one["reason"] === reason).map((one) => one["message"]);

const template = (name: string, more: JsonObject = {}, container: JsonObject = {}): JsonObject => ({
  metadata: { labels: { app: name } },
  spec: { containers: [{ name, image: `${name}:1`, ...container }], ...more },
});
const requests = (cpu: string): JsonObject => ({ resources: { requests: { cpu } } });
const workload = (name: string, replicas: number, more: JsonObject = {}, container: JsonObject = {}): JsonObject => ({
  replicas,
  selector: { matchLabels: { app: name } },
  template: template(name, more, container),
});

const isReady = (kind: string, name: string, replicas: number) => async () => {
  const object = await tenant.get(`${paths[kind]}/${name}`);
  const { readyReplicas = 0, updatedReplicas = readyReplicas, replicas: all = 0 } = statusOf(object);
  return readyReplicas === replicas && updatedReplicas === replicas && all === replicas && object;
};

const merge = (path: string, body: Json) =>
  tenant.call("PATCH", path, { body, contentType: "application/merge-patch+json" });

describe("tenant workloads", () => {
  test("a deployment runs pods on the nodes and rolls a changed template out", async () => {
    await start("1.6.2", { web: group("1.6.2") });
    await create("Deployment", "web", workload("web", 3));
    const ready = await tenant.until(isReady("Deployment", "web", 3));
    expect(statusOf(ready)).toMatchObject({
      observedGeneration: 1,
      availableReplicas: 3,
      conditions: expect.arrayContaining([
        expect.objectContaining({ type: "Available", status: "True", reason: "MinimumReplicasAvailable" }),
        expect.objectContaining({ type: "Progressing", status: "True", reason: "NewReplicaSetAvailable" }),
      ]),
    });
    const before = await pods();
    const nodes = (await items("/api/v1/nodes")).map(nameOf);
    expect(new Set(before.map((pod) => specOf(pod)["nodeName"]))).toEqual(new Set(nodes));
    await merge(`${paths["Deployment"]}/web`, {
      spec: { template: { metadata: { annotations: { restarted: "1" } } } },
    });
    await tenant.until(async () => {
      const left = await pods();
      return left.length === 3 && left.every((pod) => !before.some((one) => nameOf(one) === nameOf(pod)));
    });
    await tenant.until(isReady("Deployment", "web", 3));
    const sets = await items(paths["ReplicaSet"] ?? "");
    expect(sets.map((set) => specOf(set)["replicas"]).sort()).toEqual([0, 3]);
    expect(await messages("web", "ScalingReplicaSet")).toContainEqual(
      expect.stringMatching(/^Scaled up replica set web-\w+ from 0 to 3$/),
    );
  });

  test("a deployment that makes no progress is reported at its deadline", async () => {
    await start("1.6.2", { web: group("1.6.2") });
    await create("Deployment", "web", { ...workload("web", 1, {}, requests("64")), progressDeadlineSeconds: 60 });
    const progressing = async () => {
      const { conditions = [] } = statusOf(await tenant.get(`${paths["Deployment"]}/web`));
      return (conditions as JsonObject[]).find(({ type, status }) => type === "Progressing" && status === "False");
    };
    expect(await tenant.until(progressing)).toMatchObject({
      reason: "ProgressDeadlineExceeded",
      message: expect.stringMatching(/^ReplicaSet "web-\w+" has timed out progressing\.$/),
    });
    await merge(`${paths["Deployment"]}/web`, { spec: { template: template("web", {}, requests("1")) } });
    await tenant.until(isReady("Deployment", "web", 1));
    expect(await progressing()).toBeUndefined();
  });

  test("a daemon set runs on every node, a stateful set keeps names and volumes", async () => {
    await start("1.6.2", { web: group("1.6.2") });
    await create("DaemonSet", "agent", { selector: { matchLabels: { app: "agent" } }, template: template("agent") });
    await tenant.until(async () => statusOf(await tenant.get(`${paths["DaemonSet"]}/agent`))["numberReady"] === 2);
    const claim = {
      metadata: { name: "data" },
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
    };
    await create("StatefulSet", "db", { ...workload("db", 2), serviceName: "db", volumeClaimTemplates: [claim] });
    await tenant.until(isReady("StatefulSet", "db", 2));
    expect((await pods()).map(nameOf).filter((name) => name.startsWith("db"))).toEqual(["db-0", "db-1"]);
    const claims = await items(paths["PersistentVolumeClaim"] ?? "");
    expect(claims.map((one) => [nameOf(one), statusOf(one)["phase"]])).toEqual([
      ["data-db-0", "Bound"],
      ["data-db-1", "Bound"],
    ]);
  });

  test("a job runs to its completion, and its pods go with it", async () => {
    await start("1.6.2", { web: group("1.6.2") });
    await create("Job", "once", {
      completions: 2,
      parallelism: 1,
      template: template("once", { restartPolicy: "Never" }),
    });
    const done = await tenant.until(async () => {
      const job = await tenant.get(`${paths["Job"]}/once`);
      return statusOf(job)["completionTime"] !== undefined && job;
    });
    expect(statusOf(done)).toMatchObject({
      succeeded: 2,
      conditions: expect.arrayContaining([expect.objectContaining({ type: "Complete", status: "True" })]),
    });
    expect((await pods()).map((pod) => statusOf(pod)["phase"])).toEqual(["Succeeded", "Succeeded"]);
    await tenant.call("DELETE", `${paths["Job"]}/once`);
    await tenant.until(async () => (await pods()).length === 0);
  });
});

describe("tenant scheduling", () => {
  test("a GPU job makes the autoscaler raise the GPU group, and runs there", async () => {
    await start("1.6.2", { gpu: group("1.6.2", { minReplicas: 0, maxReplicas: 2, ...gpu }), web: group("1.6.2") });
    await tenant.until(async () => (await items("/api/v1/nodes")).length === 2);
    const container = { resources: { limits: { "nvidia.com/gpu": 1 } } };
    await create("Job", "train", { template: template("train", { restartPolicy: "Never" }, container) });
    await tenant.until(async () => statusOf(await tenant.get(`${paths["Job"]}/train`))["succeeded"] === 1);
    const [pod] = await pods();
    expect(specOf(pod ?? {})["nodeName"]).toContain("kubernetes-a-gpu-");
    expect(await messages("train", "FailedScheduling")).toContain(
      "0/2 nodes are available: 2 Insufficient nvidia.com/gpu. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.",
    );
    expect(await messages("train", "TriggeredScaleUp")).toEqual([
      `pod triggered scale-up: [{MachineDeployment/${sandbox.namespace}/kubernetes-a-gpu 0->1 (max: 2)}]`,
    ]);
  });

  test("pods that fit nowhere stay pending at the maximum of the group", async () => {
    await start("1.6.2", { web: group("1.6.2", { minReplicas: 1, maxReplicas: 2 }) });
    await create("Deployment", "web", workload("web", 3, {}, requests("3")));
    await tenant.until(async () => (await messages("web", "NotTriggerScaleUp")).length > 0);
    expect(await messages("web", "NotTriggerScaleUp")).toEqual([
      "pod didn't trigger scale-up: 1 max node group size reached",
    ]);
    await tenant.until(async () => (await pods()).filter((pod) => statusOf(pod)["phase"] === "Running").length === 2);
    expect((await items("/api/v1/nodes")).length).toBe(2);
    const pending = (await pods()).find((pod) => statusOf(pod)["phase"] === "Pending") ?? {};
    expect(statusOf(pending)["conditions"]).toEqual([
      expect.objectContaining({ type: "PodScheduled", status: "False", reason: "Unschedulable" }),
    ]);
    expect(await messages(nameOf(pending), "FailedScheduling")).toContain(
      "0/2 nodes are available: 2 Insufficient cpu. preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.",
    );
  });

  test("nodes that run pods stay, and go some time after the pods", async () => {
    await start("1.6.2", { web: group("1.6.2", { minReplicas: 1, maxReplicas: 3 }) });
    const nodes = async () => (await items("/api/v1/nodes")).length;
    await create("Deployment", "web", workload("web", 3, {}, requests("3")));
    await tenant.until(isReady("Deployment", "web", 3));
    await clock.sleep(60_000);
    expect(await nodes()).toBe(3);
    await merge(`${paths["Deployment"]}/web`, { spec: { replicas: 1 } });
    await tenant.until(async () => (await nodes()) === 1);
    await tenant.until(isReady("Deployment", "web", 1));
  });

  test("an upgrade of the nodes moves the pods, and a later watch reports the nodes that went", async () => {
    await start("1.6.2", { web: group("1.6.2") });
    await create("Deployment", "web", workload("web", 2));
    await tenant.until(isReady("Deployment", "web", 2));
    const list = await tenant.get("/api/v1/nodes");
    const before = (list["items"] as JsonObject[]).map(nameOf);
    await client.change("a", { spec: { version: "v1.35" } });
    const isReplaced = async () => (await items("/api/v1/nodes")).every((node) => !before.includes(nameOf(node)));
    await tenant.until(async () => (await isReplaced()) && (await isReady("Deployment", "web", 2)()));
    const nodes = (await items("/api/v1/nodes")).map(nameOf);
    expect((await pods()).map((pod) => nodes.includes(specOf(pod)["nodeName"] as string))).toEqual([true, true]);
    const version = metadataOf(list)["resourceVersion"] as string;
    const watching = tenant.watch(`/api/v1/nodes?watch=true&resourceVersion=${version}`);
    await tenant.until(async () => watching.events.length >= 4);
    watching.end();
    const seen = watching.events.map(({ type, object }) => `${String(type)} ${nameOf(object as JsonObject)}`);
    expect(seen).toEqual(
      expect.arrayContaining([...before.map((name) => `DELETED ${name}`), ...nodes.map((name) => `ADDED ${name}`)]),
    );
  });

  test("taints, cordons and selectors keep pods away", async () => {
    await start("1.6.2", { web: group("1.6.2") });
    const [first = "", second = ""] = (await items("/api/v1/nodes")).map(nameOf);
    const taints = [{ key: "only", value: "gpu", effect: "NoSchedule" }];
    expect((await merge(`/api/v1/nodes/${first}`, { spec: { taints } })).body).toMatchObject({ spec: { taints } });
    await merge(`/api/v1/nodes/${second}`, { spec: { unschedulable: true } });
    await create("Pod", "lost", template("lost")["spec"] as JsonObject);
    await tenant.until(async () => (await messages("lost", "FailedScheduling")).length > 0);
    expect(await messages("lost", "FailedScheduling")).toEqual([
      "0/2 nodes are available: 1 node(s) had untolerated taint {only: gpu}, 1 node(s) were unschedulable. preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.",
    ]);
    await merge(`/api/v1/nodes/${second}`, { spec: { unschedulable: null }, metadata: { labels: { disk: "ssd" } } });
    await tenant.until(async () => specOf(await tenant.get(`${paths["Pod"]}/lost`))["nodeName"] === second);
    await create("Pod", "chosen", { ...(template("chosen")["spec"] as JsonObject), nodeSelector: { disk: "ssd" } });
    await tenant.until(async () => specOf(await tenant.get(`${paths["Pod"]}/chosen`))["nodeName"] === second);
  });
});

describe("tenant volumes and addresses", () => {
  const claim = (storageClassName: string): JsonObject => ({
    accessModes: ["ReadWriteOnce"],
    storageClassName,
    resources: { requests: { storage: "5Gi" } },
  });
  const phase = async (name: string) =>
    statusOf(await tenant.get(`${paths["PersistentVolumeClaim"]}/${name}`))["phase"];
  const volumes = () => items("/api/v1/persistentvolumes");

  test.each([
    ["1.1.2", "kubevirt", "replicated"],
    ["1.6.2", "replicated", "fast"],
  ] as const)("on platform %s claims of %s are bound, those of %s stay pending", async (profile, served, absent) => {
    await start(profile, { web: group(profile) });
    await create("PersistentVolumeClaim", "good", claim(served));
    await create("PersistentVolumeClaim", "bad", claim(absent));
    await tenant.until(async () => (await phase("good")) === "Bound");
    expect(await volumes()).toMatchObject([
      {
        spec: { storageClassName: served, capacity: { storage: "5Gi" }, claimRef: { name: "good" } },
        status: { phase: "Bound" },
      },
    ]);
    expect(await phase("bad")).toBe("Pending");
    expect(await messages("bad", "ProvisioningFailed")).toEqual([`storageclass.storage.k8s.io "${absent}" not found`]);
  });

  test("a claim in use is kept until its pod is gone; its volume goes with it", async () => {
    await start("1.6.2", { web: group("1.6.2") });
    await create("PersistentVolumeClaim", "data", claim("replicated"));
    const mounted = { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }] };
    await create("Pod", "user", template("user", mounted)["spec"] as JsonObject);
    await tenant.until(async () => statusOf(await tenant.get(`${paths["Pod"]}/user`))["phase"] === "Running");
    await merge(`${paths["PersistentVolumeClaim"]}/data`, { spec: { resources: { requests: { storage: "8Gi" } } } });
    await tenant.until(async () => JSON.stringify(await volumes()).includes('"storage":"8Gi"'));
    await tenant.call("DELETE", `${paths["PersistentVolumeClaim"]}/data`);
    expect(metadataOf(await tenant.get(`${paths["PersistentVolumeClaim"]}/data`))).toHaveProperty("deletionTimestamp");
    await tenant.call("DELETE", `${paths["Pod"]}/user`);
    await tenant.until(async () => (await volumes()).length === 0);
    expect((await tenant.call("GET", `${paths["PersistentVolumeClaim"]}/data`)).status).toBe(404);
  });

  test("load balancers get an address, ingresses that of the add-on's controller", async () => {
    const addons = { ingressNginx: { enabled: true, exposeMethod: "Proxied" } };
    await start("1.6.2", { web: group("1.6.2", { roles: ["ingress-nginx"] }) }, addons);
    await tenant.until(
      async () => (await tenant.call("GET", "/apis/networking.k8s.io/v1/ingressclasses/nginx")).status === 200,
    );
    await create("Service", "web", { type: "LoadBalancer", selector: { app: "web" }, ports: [{ port: 80 }] });
    const backend = { service: { name: "web", port: { number: 80 } } };
    const rules = [{ host: "shop.example.com", http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }];
    await create("Ingress", "web", { ingressClassName: "nginx", rules });
    await create("Ingress", "other", { ingressClassName: "traefik", rules });
    const ingresses = async (kind: string, name: string) =>
      (statusOf(await tenant.get(`${paths[kind]}/${name}`))["loadBalancer"] as JsonObject | undefined)?.["ingress"];
    expect(await tenant.until(async () => (await ingresses("Service", "web")) as Json[] | undefined)).toEqual([
      { ip: "198.51.100.1", ipMode: "VIP" },
    ]);
    expect(await tenant.until(async () => (await ingresses("Ingress", "web")) as Json[] | undefined)).toHaveLength(2);
    expect(await ingresses("Ingress", "other")).toBeUndefined();
    await create("Deployment", "web", workload("web", 2));
    await tenant.until(isReady("Deployment", "web", 2));
    const endpoints = await tenant.get("/api/v1/namespaces/shop/endpoints/web");
    const [subset] = endpoints["subsets"] as JsonObject[];
    expect(subset?.["addresses"]).toHaveLength(2);
  });
});

describe("tenant disruption budgets", () => {
  test("refuse an eviction that would leave too few pods", async () => {
    await start("1.6.2", { web: group("1.6.2") });
    await create("Deployment", "web", workload("web", 2));
    await tenant.until(isReady("Deployment", "web", 2));
    const path = "/apis/policy/v1/namespaces/shop/poddisruptionbudgets";
    const spec = { minAvailable: 1, selector: { matchLabels: { app: "web" } } };
    await tenant.call("POST", path, { body: { metadata: { name: "web" }, spec } });
    await tenant.until(async () => statusOf(await tenant.get(`${path}/web`))["disruptionsAllowed"] === 1);
    const [first = {}, second = {}] = await pods();
    const evict = async (pod: JsonObject) =>
      await tenant.call("POST", `${paths["Pod"]}/${nameOf(pod)}/eviction`, {
        body: { metadata: { name: nameOf(pod) } },
      });
    expect((await evict(first)).status).toBe(201);
    const refused = await evict(second);
    expect([refused.status, refused.body["message"]]).toEqual([
      429,
      "Cannot evict pod as it would violate the pod's disruption budget.",
    ]);
    await tenant.until(async () => (await evict(second)).status === 201);
  });
});

describe("tenant deletions", () => {
  const set = { replicas: 1, selector: { matchLabels: { app: "x" } }, template: template("x") };

  test("a deletion in the foreground waits for dependents, one with orphans leaves them", async () => {
    await start("1.6.2", { web: group("1.6.2") });
    await create("ReplicaSet", "first", set);
    await tenant.until(isReady("ReplicaSet", "first", 1));
    const remove = (name: string, propagationPolicy: string) =>
      tenant.call("DELETE", `${paths["ReplicaSet"]}/${name}`, { body: { propagationPolicy } });
    const waiting = await remove("first", "Foreground");
    expect(metadataOf(waiting.body)["finalizers"]).toEqual(["foregroundDeletion"]);
    await tenant.until(async () => (await tenant.call("GET", `${paths["ReplicaSet"]}/first`)).status === 404);
    expect(await pods()).toEqual([]);
    await create("ReplicaSet", "second", set);
    await tenant.until(isReady("ReplicaSet", "second", 1));
    await remove("second", "Orphan");
    await tenant.until(async () => (await tenant.call("GET", `${paths["ReplicaSet"]}/second`)).status === 404);
    const [orphan] = await pods();
    expect(metadataOf(orphan ?? {})).not.toHaveProperty("ownerReferences");
  });

  test("a namespace takes its content with it and accepts nothing new meanwhile", async () => {
    await start("1.6.2", { web: group("1.6.2") });
    await create("Deployment", "web", workload("web", 2));
    await tenant.until(isReady("Deployment", "web", 2));
    const going = await tenant.call("DELETE", "/api/v1/namespaces/shop");
    expect(going.body).toMatchObject({ status: { phase: "Terminating" } });
    const refused = await tenant.call("POST", "/api/v1/namespaces/shop/configmaps", {
      body: { metadata: { name: "a" } },
    });
    expect(refused.body["message"]).toBe(
      'configmaps "a" is forbidden: unable to create new content in namespace shop because it is being terminated',
    );
    await tenant.until(async () => (await tenant.call("GET", "/api/v1/namespaces/shop")).status === 404);
    expect(await pods()).toEqual([]);
    expect(await items("/apis/apps/v1/deployments")).not.toContainEqual(
      expect.objectContaining({ metadata: expect.objectContaining({ name: "web" }) }),
    );
  });

  test("objects and what they wait for survive a restart of the sandbox", async () => {
    const directory = await mkdtemp(join(tmpdir(), "tenant-state-"));
    await start("1.6.2", { web: group("1.6.2") }, {}, directory);
    await create("Deployment", "web", workload("web", 1));
    await close();
    await open("1.6.2", directory);
    await client.until("a", "True");
    tenant = await tenantClient(sandbox, client, "a", clock);
    await tenant.until(isReady("Deployment", "web", 1));
    stateDirectory = directory;
  });
});
