import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../../src/base/json.ts";
import { type Sandbox, startSandbox } from "../../../src/sandbox/sandbox.ts";
import { type IdleClock, idleClock } from "../../support/clock/idle-clock.ts";
import { type SandboxClient, sandboxClient } from "../../support/sandbox-client.ts";
import { type TenantAnswer, type TenantClient, tenantClient } from "../../support/tenant-client.ts";

// One cluster without nodes for all tests; each has a namespace of its own.

let sandbox: Sandbox;
let client: SandboxClient;
let clock: IdleClock;
let tenant: TenantClient;
let count = 0;
let namespace = "";

beforeAll(async () => {
  clock = idleClock();
  sandbox = await startSandbox({ profile: "1.6.2", speed: 50, clock });
  client = sandboxClient(sandbox, clock);
  await client.create("a", { nodeGroups: {} });
  await client.until("a", "True");
  tenant = await tenantClient(sandbox, client, "a", clock);
});

afterAll(async () => {
  tenant.close();
  client.close();
  await sandbox.stop();
  clock.stop();
});

const isOver: (() => void)[] = [];
afterEach(() => {
  for (const end of isOver.splice(0)) end();
});

async function inNamespace(): Promise<string> {
  count += 1;
  namespace = `test-${count}`;
  await tenant.call("POST", "/api/v1/namespaces", { body: { metadata: { name: namespace } } });
  return `/api/v1/namespaces/${namespace}`;
}

const apps = () => `/apis/apps/v1/namespaces/${namespace}`;

const configMap = (name: string, data: JsonObject = {}): JsonObject => ({ metadata: { name }, data });

const deployment = (more: JsonObject = {}): JsonObject => ({
  metadata: { name: "web" },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: "web" } },
    template: {
      metadata: { labels: { app: "web" } },
      spec: { containers: [{ name: "web", image: "nginx:1", env: [{ name: "A", value: "1" }] }] },
    },
    ...more,
  },
});

const merge = "application/merge-patch+json";
const strategic = "application/strategic-merge-patch+json";
const jsonPatch = "application/json-patch+json";
const applied = "application/apply-patch+yaml";

const patch = (path: string, contentType: string, body: Json) => tenant.call("PATCH", path, { body, contentType });
const messageOf = (answer: TenantAnswer) => `${answer.status} ${String(answer.body["message"])}`;

describe("tenant objects", () => {
  test("are created, read, replaced and deleted", async () => {
    const path = `${await inNamespace()}/configmaps`;
    const created = await tenant.call("POST", path, { body: configMap("a", { k: "1" }) });
    expect(created).toMatchObject({ status: 201, body: { apiVersion: "v1", kind: "ConfigMap", data: { k: "1" } } });
    const { metadata } = created.body;
    const replaced = await tenant.call("PUT", `${path}/a`, { body: { metadata: metadata ?? {}, data: { k: "2" } } });
    expect(replaced).toMatchObject({ status: 200, body: { data: { k: "2" } } });
    const stale = await tenant.call("PUT", `${path}/a`, { body: { metadata: metadata ?? {}, data: { k: "3" } } });
    expect(messageOf(stale)).toBe(
      '409 Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
    );
    expect(messageOf(await tenant.call("POST", path, { body: configMap("a") }))).toBe(
      '409 configmaps "a" already exists',
    );
    const gone = await tenant.call("DELETE", `${path}/a`);
    expect(gone.body).toMatchObject({ kind: "Status", status: "Success", details: { name: "a", kind: "configmaps" } });
    expect(messageOf(await tenant.call("GET", `${path}/a`))).toBe('404 configmaps "a" not found');
  });

  test("an unchanged object keeps its version, and a dry run changes nothing", async () => {
    const path = `${await inNamespace()}/configmaps`;
    const version = (answer: TenantAnswer) => (answer.body["metadata"] as JsonObject)["resourceVersion"];
    const created = await tenant.call("POST", path, { body: configMap("a", { k: "1" }) });
    expect(version(await patch(`${path}/a`, merge, { data: { k: "1" } }))).toBe(version(created));
    const dry = await patch(`${path}/a?dryRun=All`, merge, { data: { k: "2" } });
    expect(dry.body).toMatchObject({ data: { k: "2" } });
    expect(await tenant.get(`${path}/a`)).toMatchObject({ data: { k: "1" } });
    expect((await tenant.call("POST", `${path}?dryRun=All`, { body: configMap("b") })).status).toBe(201);
    expect((await tenant.call("DELETE", `${path}/a?dryRun=All`)).status).toBe(200);
    const names = ((await tenant.get(path))["items"] as JsonObject[]).map(
      (one) => (one["metadata"] as JsonObject)["name"],
    );
    expect(names).toEqual(["a", "kube-root-ca.crt"]);
  });

  test("preconditions of a deletion are checked", async () => {
    const path = `${await inNamespace()}/configmaps`;
    await tenant.call("POST", path, { body: configMap("a") });
    const refused = await tenant.call("DELETE", `${path}/a`, { body: { preconditions: { uid: "other" } } });
    expect(messageOf(refused)).toContain(
      '409 Operation cannot be fulfilled on configmaps "a": Precondition failed: UID',
    );
    expect((await tenant.call("DELETE", `${path}/a`)).status).toBe(200);
  });

  test("generateName makes names that differ", async () => {
    const path = `${await inNamespace()}/configmaps`;
    const made = async () => {
      const { body } = await tenant.call("POST", path, { body: { metadata: { generateName: "run-" } } });
      return (body["metadata"] as JsonObject)["name"] as string;
    };
    const names = [await made(), await made()];
    expect(new Set(names).size).toBe(2);
    expect(names[0]).toMatch(/^run-[a-z0-9]{5}$/);
  });

  test("an object with a finalizer stays until the finalizer is gone", async () => {
    const path = `${await inNamespace()}/configmaps`;
    await tenant.call("POST", path, { body: { metadata: { name: "a", finalizers: ["example.com/keep"] } } });
    const deleting = await tenant.call("DELETE", `${path}/a`);
    expect(deleting.body).toMatchObject({ metadata: { deletionTimestamp: expect.any(String) } });
    await patch(`${path}/a`, merge, { metadata: { finalizers: null } });
    expect((await tenant.call("GET", `${path}/a`)).status).toBe(404);
  });

  test("namespaces must exist", async () => {
    const path = "/api/v1/namespaces/absent/configmaps";
    expect(messageOf(await tenant.call("POST", path, { body: configMap("a") }))).toBe(
      '404 namespaces "absent" not found',
    );
    const system = await tenant.call("DELETE", "/api/v1/namespaces/kube-system");
    expect(messageOf(system)).toBe('403 namespaces "kube-system" is forbidden: this namespace may not be deleted');
  });
});

describe("tenant patches", () => {
  test.each([
    ["merge", merge, { data: { a: null, c: "3" } }, { b: "2", c: "3" }],
    ["JSON", jsonPatch, [{ op: "replace", path: "/data/a", value: "9" }], { a: "9", b: "2" }],
    ["strategic merge", strategic, { data: { $patch: "replace", z: "1" } }, { z: "1" }],
  ] as const)("a %s patch changes an object", async (_, contentType, body, data) => {
    const path = `${await inNamespace()}/configmaps`;
    await tenant.call("POST", path, { body: configMap("a", { a: "1", b: "2" }) });
    const answer = await patch(`${path}/a`, contentType, body as unknown as Json);
    expect(answer.status, answer.text).toBe(200);
    expect(answer.body["data"]).toEqual(data);
  });

  test("a strategic merge patch merges containers and variables by name, and counts the generation", async () => {
    await inNamespace();
    await tenant.call("POST", `${apps()}/deployments`, { body: deployment() });
    const env = [
      { name: "B", value: "2" },
      { name: "A", $patch: "delete" },
    ];
    const spec = {
      template: {
        spec: {
          containers: [
            { name: "web", env },
            { name: "side", image: "side:1" },
          ],
        },
      },
    };
    const answer = await patch(`${apps()}/deployments/web`, strategic, { spec });
    expect(answer.body).toMatchObject({
      metadata: { generation: 2 },
      spec: {
        template: { spec: { containers: [{ name: "web", image: "nginx:1", env: [{ name: "B" }] }, { name: "side" }] } },
      },
    });
  });

  test("server-side apply creates, merges, gives up fields and refuses those of others", async () => {
    const path = `${await inNamespace()}/configmaps/a`;
    const apply = (manager: string, data: JsonObject, force = false) =>
      tenant.call("PATCH", `${path}?fieldManager=${manager}&force=${force}`, {
        body: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" }, data },
        contentType: applied,
      });
    expect((await apply("one", { a: "1", b: "1" })).status).toBe(201);
    expect((await apply("two", { a: "1", c: "2" })).body["data"]).toEqual({ a: "1", b: "1", c: "2" });
    expect((await apply("one", { a: "1" })).body["data"], "b belonged to one alone").toEqual({ a: "1", c: "2" });
    const refused = await apply("one", { a: "9" });
    expect(messageOf(refused)).toBe('409 Apply failed with 1 conflict: conflict with "two": .data.a');
    expect(refused.body["details"]).toEqual({
      causes: [{ reason: "FieldManagerConflict", message: 'conflict with "two"', field: ".data.a" }],
    });
    expect((await apply("one", { a: "9" }, true)).body["data"]).toEqual({ a: "9", c: "2" });
    const managers = ((await tenant.get(path))["metadata"] as JsonObject)["managedFields"] as JsonObject[];
    expect(managers.map(({ manager, operation, fieldsV1 }) => [manager, operation, fieldsV1])).toEqual([
      ["two", "Apply", { "f:data": { "f:c": {} } }],
      ["one", "Apply", { "f:data": { "f:a": {} } }],
    ]);
  });

  test("server-side apply merges lists by their keys and conflicts with updates of them", async () => {
    await inNamespace();
    await tenant.call("POST", `${apps()}/deployments?fieldManager=kubectl-create`, { body: deployment() });
    const containers = [
      { name: "web", image: "nginx:2" },
      { name: "side", image: "side:1" },
    ];
    const spec = { template: { spec: { containers } } };
    const body = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web" }, spec };
    const path = `${apps()}/deployments/web?fieldManager=gitops`;
    const refused = await tenant.call("PATCH", path, { body, contentType: applied });
    expect(messageOf(refused)).toBe(
      '409 Apply failed with 1 conflict: conflict with "kubectl-create" using apps/v1: .spec.template.spec.containers[name="web"].image',
    );
    const forced = await tenant.call("PATCH", `${path}&force=true`, { body, contentType: applied });
    expect(forced.body).toMatchObject({
      spec: { template: { spec: { containers: [{ image: "nginx:2", env: [{ name: "A" }] }, { name: "side" }] } } },
    });
  });

  test("an unknown patch type is refused with the accepted ones", async () => {
    const path = `${await inNamespace()}/configmaps`;
    await tenant.call("POST", path, { body: configMap("a") });
    const answer = await patch(`${path}/a`, "application/json", {});
    expect(messageOf(answer)).toContain("415 the body of the request was in an unknown format - accepted media types");
  });
});

describe("tenant validation", () => {
  const claim = (storage: string, mode = "ReadWriteOnce", storageClassName = "replicated") => ({
    metadata: { name: "c" },
    spec: { accessModes: [mode], storageClassName, resources: { requests: { storage } } },
  });
  const core = (resource: string) => () => `/api/v1/namespaces/${namespace}/${resource}`;
  const deployments = () => `${apps()}/deployments`;

  test.each<[string, () => string, JsonObject, string]>([
    [
      "an invalid name",
      core("configmaps"),
      configMap("Under_Score"),
      'ConfigMap "Under_Score" is invalid: metadata.name: Invalid value: "Under_Score": a lowercase RFC 1123 subdomain must consist of',
    ],
    [
      "a deployment without a selector",
      deployments,
      { metadata: { name: "web" }, spec: { template: { spec: { containers: [{ name: "a", image: "b" }] } } } },
      'Deployment.apps "web" is invalid: spec.selector: Required value',
    ],
    [
      "a selector that does not match",
      deployments,
      deployment({ selector: { matchLabels: { app: "other" } } }),
      "`selector` does not match template `labels`",
    ],
    [
      "a container without an image",
      core("pods"),
      { metadata: { name: "p" }, spec: { containers: [{ name: "a" }] } },
      'Pod "p" is invalid: spec.containers[0].image: Required value',
    ],
    [
      "an unknown access mode",
      core("persistentvolumeclaims"),
      claim("1Gi", "Sometimes"),
      'spec.accessModes: Unsupported value: "Sometimes": supported values: "ReadOnlyMany", "ReadWriteMany"',
    ],
    [
      "a service without ports",
      core("services"),
      { metadata: { name: "s" }, spec: {} },
      'Service "s" is invalid: spec.ports: Required value',
    ],
    [
      "a value of a wrong type",
      deployments,
      deployment({ replicas: "two" }),
      'Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
    ],
    [
      "a job that always restarts",
      () => `/apis/batch/v1/namespaces/${namespace}/jobs`,
      { metadata: { name: "j" }, spec: { template: { spec: { containers: [{ name: "a", image: "b" }] } } } },
      'spec.template.spec.restartPolicy: Unsupported value: "Always": supported values: "OnFailure", "Never"',
    ],
  ])("refuses %s", async (_, path, body, message) => {
    await inNamespace();
    expect(messageOf(await tenant.call("POST", path(), { body }))).toContain(message);
  });

  test("refuses changes to immutable fields", async () => {
    await inNamespace();
    await tenant.call("POST", deployments(), { body: deployment() });
    const selector = {
      spec: { selector: { matchLabels: { app: "x" } }, template: { metadata: { labels: { app: "x" } } } },
    };
    expect(messageOf(await patch(`${deployments()}/web`, merge, selector))).toContain(
      '422 Deployment.apps "web" is invalid: spec.selector: Invalid value: {"matchLabels":{"app":"x"}}: field is immutable',
    );
    const claims = core("persistentvolumeclaims")();
    await tenant.call("POST", claims, { body: claim("1Gi") });
    expect(messageOf(await patch(`${claims}/c`, merge, { spec: { storageClassName: "other" } }))).toContain(
      "spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims",
    );
  });

  test("unknown fields are refused, warned of or dropped, as the request asks", async () => {
    await inNamespace();
    const body = deployment({ replica: 1 });
    const post = (validation: string) =>
      tenant.call("POST", `${deployments()}?dryRun=All&fieldValidation=${validation}`, { body });
    expect(messageOf(await post("Strict"))).toBe(
      '400 Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.replica"',
    );
    const warned = await post("Warn");
    expect(warned.headers["warning"]).toBe('299 - "unknown field \\"spec.replica\\""');
    expect(warned.body["spec"]).not.toHaveProperty("replica");
    expect((await post("Ignore")).headers).not.toHaveProperty("warning");
  });
});

describe("tenant lists and watches", () => {
  test("limit and continue divide a list into pages", async () => {
    const path = `${await inNamespace()}/configmaps`;
    for (const name of ["a", "b", "c", "d"]) await tenant.call("POST", path, { body: configMap(name) });
    const names: string[] = [];
    let token = "";
    for (;;) {
      const page = await tenant.get(`${path}?limit=2&continue=${token}`);
      names.push(...(page["items"] as JsonObject[]).map((one) => (one["metadata"] as JsonObject)["name"] as string));
      token = ((page["metadata"] as JsonObject)["continue"] as string | undefined) ?? "";
      if (token === "") break;
    }
    expect(names).toEqual(["a", "b", "c", "d", "kube-root-ca.crt"]);
    expect(messageOf(await tenant.call("GET", `${path}?limit=2&continue=x`))).toContain(
      "400 continue key is not valid",
    );
  });

  test("selectors choose by labels and fields", async () => {
    const path = `${await inNamespace()}/configmaps`;
    for (const [name, tier] of Object.entries({ a: "web", b: "db", c: "web" })) {
      await tenant.call("POST", path, { body: { metadata: { name, labels: { tier } } } });
    }
    const names = async (query: string) =>
      ((await tenant.get(`${path}?${query}`))["items"] as JsonObject[]).map(
        (one) => (one["metadata"] as JsonObject)["name"],
      );
    expect(await names("labelSelector=tier%3Dweb")).toEqual(["a", "c"]);
    expect(await names("labelSelector=tier%20in%20(db)")).toEqual(["b"]);
    expect(await names("fieldSelector=metadata.name%3Dc")).toEqual(["c"]);
    await tenant.call("DELETE", `${path}?labelSelector=tier%3Dweb`);
    expect(await names("labelSelector=tier")).toEqual(["b"]);
  });

  test("a watch reports what happened since its version, deletions too, and then what happens", async () => {
    const path = `${await inNamespace()}/configmaps`;
    await tenant.call("POST", path, { body: configMap("kept") });
    await tenant.call("POST", path, { body: configMap("deleted") });
    const version = ((await tenant.get(path))["metadata"] as JsonObject)["resourceVersion"] as string;
    await tenant.call("DELETE", `${path}/deleted`);
    await patch(`${path}/kept`, merge, { data: { before: "watch" } });
    const watching = tenant.watch(`${path}?watch=true&resourceVersion=${version}`);
    isOver.push(watching.end);
    await tenant.until(async () => watching.events.length === 2);
    await tenant.call("POST", path, { body: configMap("new") });
    await patch(`${path}/kept`, merge, { data: { a: "b" } });
    await tenant.call("DELETE", `${path}/new`);
    await tenant.until(async () => watching.events.length === 5);
    expect(
      watching.events.map(({ type, object }) => [type, ((object as JsonObject)["metadata"] as JsonObject)["name"]]),
    ).toEqual([
      ["DELETED", "deleted"],
      ["MODIFIED", "kept"],
      ["ADDED", "new"],
      ["MODIFIED", "kept"],
      ["DELETED", "new"],
    ]);
  });

  test("a watch from a version before the start of the server is too old", async () => {
    const path = `${await inNamespace()}/configmaps`;
    expect(messageOf(await tenant.call("GET", `${path}?watch=true&resourceVersion=1`))).toBe(
      "410 too old resource version: 1",
    );
  });

  test("a watch begins with the objects and a bookmark where the client asks for them", async () => {
    const path = `${await inNamespace()}/configmaps`;
    const query = "watch=true&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan";
    const watching = tenant.watch(`${path}?${query}`);
    isOver.push(watching.end);
    await tenant.until(async () => watching.events.length === 2);
    expect(watching.events).toMatchObject([
      { type: "ADDED", object: { metadata: { name: "kube-root-ca.crt" } } },
      { type: "BOOKMARK", object: { metadata: { annotations: { "k8s.io/initial-events-end": "true" } } } },
    ]);
  });
});

describe("tenant discovery", () => {
  test("names every group, also in one document", async () => {
    const accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";
    const { body, headers } = await tenant.call("GET", "/apis", { headers: { accept } });
    expect(headers["content-type"]).toContain("as=APIGroupDiscoveryList");
    const groups = (body["items"] as JsonObject[]).map((one) => (one["metadata"] as JsonObject)["name"]);
    const plain = ((await tenant.get("/apis"))["groups"] as JsonObject[]).map(({ name }) => name);
    expect(groups).toEqual(plain);
    expect(groups).toEqual(expect.arrayContaining(["apps", "batch", "networking.k8s.io", "apiextensions.k8s.io"]));
    expect(await tenant.get("/apis/apps/v1")).toMatchObject({
      resources: expect.arrayContaining([
        expect.objectContaining({ name: "deployments", shortNames: ["deploy"], categories: ["all"] }),
        expect.objectContaining({ name: "deployments/scale", group: "autoscaling", kind: "Scale" }),
      ]),
    });
  });

  test("has an OpenAPI document for every group and version, without dangling references", async () => {
    const index = (await tenant.get("/openapi/v3"))["paths"] as Record<string, JsonObject>;
    expect(Object.keys(index)).toContain("apis/apps/v1");
    for (const { serverRelativeURL } of Object.values(index)) {
      const document = await tenant.get(String(serverRelativeURL));
      const schemas = (document["components"] as JsonObject)["schemas"] as JsonObject;
      const text = JSON.stringify(document);
      const names = [...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name = ""]) => name);
      expect(names.filter((name) => schemas[name] === undefined)).toEqual([]);
    }
    const swagger = await tenant.get("/openapi/v2");
    const definitions = swagger["definitions"] as JsonObject;
    const names = [...JSON.stringify(swagger).matchAll(/"#\/definitions\/([^"]+)"/g)].map(([, name = ""]) => name);
    expect(names.length).toBeGreaterThan(100);
    expect(names.filter((name) => definitions[name] === undefined)).toEqual([]);
  });
});

describe("tenant custom resources", () => {
  const definition = (group: string): JsonObject => ({
    metadata: { name: `widgets.${group}` },
    spec: {
      group,
      scope: "Namespaced",
      names: { plural: "widgets", kind: "Widget", shortNames: ["wd"] },
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          subresources: { status: {}, scale: { specReplicasPath: ".spec.size", statusReplicasPath: ".status.size" } },
          schema: {
            openAPIV3Schema: {
              type: "object",
              properties: {
                spec: {
                  type: "object",
                  required: ["color"],
                  properties: {
                    color: { type: "string", enum: ["red", "blue"] },
                    size: { type: "integer", minimum: 1, default: 3 },
                    free: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
                  },
                },
                status: { type: "object", properties: { size: { type: "integer" } } },
              },
            },
          },
        },
      ],
    },
  });

  const establish = async (group: string): Promise<string> => {
    await inNamespace();
    const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    const made = await tenant.call("POST", path, { body: definition(group) });
    expect(made.status, made.text).toBe(201);
    const widgets = `/apis/${group}/v1/namespaces/${namespace}/widgets`;
    await tenant.until(async () => (await tenant.call("GET", widgets)).status === 200);
    return widgets;
  };

  test("are served with defaults, pruning and subresources once their definition is established", async () => {
    const widgets = await establish("one.example.com");
    const spec = { color: "red", free: { any: { thing: 1 } }, unknown: true };
    const made = await tenant.call("POST", widgets, { body: { metadata: { name: "w" }, spec, status: { size: 9 } } });
    expect(made.status, made.text).toBe(201);
    expect(made.body).toMatchObject({ apiVersion: "one.example.com/v1", kind: "Widget" });
    expect(made.body["spec"]).toEqual({ color: "red", free: { any: { thing: 1 } }, size: 3 });
    expect(made.body).not.toHaveProperty("status");
    await patch(`${widgets}/w/status`, merge, { status: { size: 2 }, spec: { size: 7 } });
    expect(await tenant.get(`${widgets}/w`)).toMatchObject({ spec: { size: 3 }, status: { size: 2 } });
    expect(await tenant.get(`${widgets}/w/scale`)).toMatchObject({ spec: { replicas: 3 }, status: { replicas: 2 } });
    await patch(`${widgets}/w/scale`, merge, { spec: { replicas: 5 } });
    expect(await tenant.get(`${widgets}/w`)).toMatchObject({ spec: { size: 5 }, metadata: { generation: 2 } });
    expect(await tenant.get("/apis/one.example.com/v1")).toMatchObject({ resources: [{ name: "widgets" }, {}, {}] });
  });

  test("are validated against their schema", async () => {
    const widgets = await establish("two.example.com");
    const post = (spec: JsonObject) => tenant.call("POST", widgets, { body: { metadata: { name: "w" }, spec } });
    expect(messageOf(await post({}))).toBe('422 Widget.two.example.com "w" is invalid: spec.color: Required value');
    expect(messageOf(await post({ color: "green" }))).toContain(
      'spec.color: Unsupported value: "green": supported values: "red", "blue"',
    );
    expect(messageOf(await post({ color: "red", size: 0 }))).toContain(
      "spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1",
    );
    expect(messageOf(await post({ color: "red", size: "big" }))).toContain(
      'spec.size: Invalid value: "string": spec.size in body must be of type integer: "string"',
    );
    const strict = await patch(`${widgets}/w?fieldManager=m&fieldValidation=Strict`, applied, {
      apiVersion: "two.example.com/v1",
      kind: "Widget",
      metadata: { name: "w" },
      spec: { color: "red", colour: "red" },
    });
    expect(messageOf(strict)).toBe('400 strict decoding error: unknown field "spec.colour"');
    const body = { metadata: { name: "w", label: {} }, spec: { color: "red" } };
    const misspelt = await tenant.call("POST", `${widgets}?fieldValidation=Strict`, { body });
    expect(messageOf(misspelt)).toBe('400 strict decoding error: unknown field "metadata.label"');
  });
});
