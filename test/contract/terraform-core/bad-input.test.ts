import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parts } from "../../../src/hikube/index.ts";
import { wireType } from "../../../src/schema/kind.ts";
import { dynamicFromJson } from "../../../src/values/dynamic-json.ts";
import { dynamicType, mapOf, numberType, objectOf, stringType, type Type } from "../../../src/values/type.ts";
import { Decimal, Dynamic, UNKNOWN, type Value, type ValueObject } from "../../../src/values/value.ts";
import fc from "../../support/fast-check.ts";
import type { Connection } from "../../support/plugin-client/connection.ts";
import type { Message } from "../../support/plugin-client/services.ts";
import { type CoreDiagnostic, diagnosticsOf, dynamic, hasError } from "../../support/terraform-core/core-answers.ts";
import type { Core } from "../../support/terraform-core/core-client.ts";
import type { CoreSchema } from "../../support/terraform-core/core-schema.ts";
import { type Served, startServed } from "../../support/terraform-core/served.ts";
import { anyValueOf } from "../../support/values/arbitrary.ts";
import { tupleOf } from "../../support/values/tuple-type.ts";

// Whatever a user writes, a state file holds or a client garbles is answered with words, never with a gRPC error, a crash or silence.

let served: Served;
let core: Core;
/** Not configured: what it answers, it answers without the platform. */
let bare: Connection;

beforeAll(async () => {
  served = await startServed("1.6.2");
  core = await served.core();
  bare = served.connect();
});

afterAll(() => served?.stop());

const types = ["hikube_cluster", "hikube_nodegroup", "hikube_addon"] as const;
const wireOf = (type: string): Type => core.resources.get(type)?.wire ?? dynamicType;
const schemaOf = (type: string): CoreSchema => core.resources.get(type)?.schema ?? {};

/** The diagnostics of an answer, which must be the user's business and not ours. */
function said(answer: Message, type?: string): CoreDiagnostic[] {
  const found = diagnosticsOf(answer, type === undefined ? undefined : schemaOf(type));
  expect(found.filter(({ summary }) => summary.startsWith("Internal error"))).toEqual([]);
  return found;
}

const long = "a".repeat(10_000);
const cluster = { name: "a" };
const group = { cluster_id: "t/a", name: "b" };
const addon = { cluster_id: "t/a", name: "velero" };
const object = (json: Parameters<typeof dynamicFromJson>[0]) => dynamicFromJson(json);

describe("an invalid value is refused at its attribute", () => {
  test.each<[string, string, Record<string, unknown>]>([
    ["hikube_cluster", "name", { name: "" }],
    ["hikube_cluster", "name", { name: "Prod" }],
    ["hikube_cluster", "name", { name: long }],
    ["hikube_cluster", "name", { name: "a/../b" }],
    ["hikube_cluster", "name", { name: "a\u0000b" }],
    ["hikube_cluster", "namespace", { ...cluster, namespace: "" }],
    ["hikube_cluster", "namespace", { ...cluster, namespace: "../kube-system" }],
    ["hikube_cluster", "version", { ...cluster, version: "" }],
    ["hikube_cluster", "version", { ...cluster, version: "latest" }],
    ["hikube_cluster", "version", { ...cluster, version: "1.34.4.5" }],
    ["hikube_cluster", "control_plane.replicas", { ...cluster, control_plane: { replicas: 0 } }],
    ["hikube_cluster", "control_plane.replicas", { ...cluster, control_plane: { replicas: new Decimal("2.5") } }],
    ["hikube_cluster", "control_plane.replicas", { ...cluster, control_plane: { replicas: Number.POSITIVE_INFINITY } }],
    [
      "hikube_cluster",
      "control_plane.scheduler.resources.cpu",
      { ...cluster, control_plane: { scheduler: { resources: { cpu: "much" } } } },
    ],
    ["hikube_cluster", "oidc.mode", { ...cluster, oidc: { mode: "system" } }],
    ["hikube_cluster", "wait_for", { ...cluster, wait_for: "" }],
    ["hikube_cluster", "timeouts.create", { ...cluster, timeouts: { create: "soon" } }],
    ["hikube_cluster", "timeouts.create", { ...cluster, timeouts: { create: "" } }],
    ["hikube_cluster", "timeouts.update", { ...cluster, timeouts: { update: "0s" } }],
    ["hikube_addon", "timeouts.delete", { ...addon, timeouts: { delete: "0m0s" } }],
    ["hikube_cluster", 'labels["a"]', { ...cluster, labels: { a: null } }],
    ["hikube_nodegroup", "name", { ...group, name: "" }],
    ["hikube_nodegroup", "name", { ...group, name: "Größe" }],
    ["hikube_nodegroup", "min_replicas", { ...group, min_replicas: -1 }],
    ["hikube_nodegroup", "min_replicas", { ...group, min_replicas: 5, max_replicas: 2 }],
    ["hikube_nodegroup", "disk_size", { ...group, disk_size: "20 GB" }],
    ["hikube_nodegroup", "disk_size", { ...group, disk_size: "-1Gi" }],
    ["hikube_nodegroup", "roles", { ...group, roles: [null] }],
    ["hikube_nodegroup", "gpus", { ...group, gpus: [null] }],
    ["hikube_addon", "name", { ...addon, name: "" }],
    ["hikube_addon", "name", { ...addon, name: "constructor" }],
    ["hikube_addon", "name", { ...addon, name: "__proto__" }],
    ["hikube_addon", "values", { ...addon, values: new Dynamic(stringType, "x") }],
    ["hikube_addon", "values", { ...addon, values: new Dynamic(tupleOf([numberType]), [1]) }],
    ["hikube_addon", "values_wo", { ...addon, values_wo: new Dynamic(numberType, 1) }],
    ["hikube_addon", "values_yaml", { ...addon, values_yaml: "a: [" }],
    ["hikube_addon", "values_yaml", { ...addon, values_yaml: "- a" }],
    ["hikube_addon", "values_yaml", { ...addon, values_yaml: "a: 1\na: 2" }],
    ["hikube_addon", "values_yaml", { ...addon, values_yaml: `a: ${"[".repeat(20_000)}` }],
    ["hikube_addon", "values_yaml", { ...addon, values_yaml: "a: {}", values: object({ velero: {} }) }],
    [
      "hikube_addon",
      "values_wo",
      { ...addon, values: object({ velero: { a: "x" } }), values_wo: object({ velero: { a: "y" } }) },
    ],
    [
      "hikube_addon",
      "values_wo",
      { ...addon, values: object({ velero: { a: "x" } }), values_wo: object({ velero: { a: { b: 1 } } }) },
    ],
    [
      "hikube_addon",
      "values_wo",
      { ...addon, values: object({ velero: { a: {} } }), values_wo: object({ velero: { a: { b: 1 } } }) },
    ],
    ["hikube_addon", "expose_method", { ...addon, expose_method: "proxied" }],
    ["hikube_addon", "hosts", { ...addon, name: "ingress-nginx", hosts: [null] }],
    ["hikube_addon", "on_destroy", { ...addon, on_destroy: "explode" }],
  ])("%s: %s", async (type, place, written) => {
    const found = await core.validate(type, core.config(type, written));
    // Core shows the line of a top-level attribute; the text names what stands below it.
    const [line = place] = place.split(/[.[]/);
    const refused = found.filter(({ severity, path }) => severity === "error" && pathText(path) === line);
    expect(refused).not.toEqual([]);
    if (line !== place) expect(refused.map(({ detail }) => detail).join()).toContain(`\`${place}\``);
    for (const { detail } of found) expect(detail.length).toBeLessThan(4_000);
  });

  test.each(["", "a", "a/b/c", "t/.."])("a cluster_id %j, once it is planned", async (cluster_id) => {
    // Not before: `mock_provider` makes up ids of any form, and only the plan is mocked as well.
    const config = core.config("hikube_nodegroup", { ...group, cluster_id });
    expect(await core.validate("hikube_nodegroup", config)).toEqual([]);
    const { diagnostics } = await core.plan("hikube_nodegroup", config);
    expect(diagnostics.filter(({ severity }) => severity === "error").map(({ path }) => pathText(path))).toContain(
      "cluster_id",
    );
  });
});

/** Every attribute that a configuration may not set. */
const readOnly = parts.resources.flatMap(({ type, definition }) =>
  Object.entries(definition.schema)
    .filter(([, { mode }]) => mode === "computed")
    .map(([name, { kind }]) => ({ type, name, wire: wireType(kind) })),
);

describe("the mode of an attribute is enforced", () => {
  const bases: Record<string, object> = { hikube_cluster: cluster, hikube_nodegroup: group, hikube_addon: addon };
  const valueFor = (wire: Type): Value =>
    wire.kind === "bool"
      ? true
      : wire.kind === "number"
        ? 1
        : wire.kind === "string"
          ? "x"
          : wire.kind === "map"
            ? {}
            : [];

  test.each(readOnly)("$type: read-only $name is refused", async ({ type, name, wire }) => {
    for (const value of [valueFor(wire), UNKNOWN]) {
      const found = await core.validate(type, core.config(type, { ...bases[type], [name]: value }));
      expect(found.map(({ summary, path }) => [summary, pathText(path)])).toEqual([["Read-only attribute", name]]);
    }
  });

  test.each([
    ["hikube_cluster", "name", { name: null }],
    ["hikube_nodegroup", "cluster_id", { ...group, cluster_id: null }],
    ["hikube_nodegroup", "name", { ...group, name: null }],
    ["hikube_addon", "cluster_id", { ...addon, cluster_id: null }],
    ["hikube_addon", "name", { ...addon, name: null }],
    ["hikube_nodegroup", "gpus[1].name", { ...group, gpus: [{ name: "nvidia.com/H100_94GB" }, { name: null }] }],
    ["hikube_nodegroup", "resources.memory", { ...group, resources: { cpu: "1", memory: null } }],
    ["hikube_cluster", "oidc.mode", { ...cluster, oidc: { users: [] } }],
    [
      "hikube_cluster",
      "oidc.users[0].email",
      { ...cluster, oidc: { mode: "System", users: [{ email: null, role: "admin" }] } },
    ],
  ])("%s: %s is required", async (type, place, written) => {
    const found = await core.validate(type, core.config(type, written));
    expect(found).toEqual([expect.objectContaining({ summary: "Missing required value", severity: "error" })]);
    expect(found[0]?.detail).toContain(`\`${place}\` is required`);
  });
});

const pathText = (path: CoreDiagnostic["path"]): string =>
  path
    .map((step) => ("attribute" in step ? `.${step.attribute}` : "key" in step ? `[${JSON.stringify(step.key)}]` : ""))
    .join("")
    .slice(1);

describe("any value of the right type", () => {
  /** Objects of a schema, more often than not with plausible text where checks expect some. */
  const anyConfig = (type: string): fc.Arbitrary<ValueObject> =>
    fc
      .tuple(
        ...Object.entries((wireOf(type) as { attributes: Record<string, Type> }).attributes).map(([name, inner]) =>
          fc
            .oneof(
              { weight: 2, arbitrary: anyValueOf(inner, { unknowns: true }) },
              { weight: 1, arbitrary: fc.constant<Value>(null) },
            )
            .map(
              (value) =>
                [name, schemaOf(type)[name]?.optional || schemaOf(type)[name]?.required ? value : null] as const,
            ),
        ),
      )
      .map((members) => Object.assign(Object.create(null) as ValueObject, Object.fromEntries(members)));

  test.each(types)("%s is validated, planned and refused in words only", async (type) => {
    const wire = wireOf(type);
    await fc.assert(
      fc.asyncProperty(anyConfig(type), async (config) => {
        const message = dynamic(config, wire);
        const validated = said(await bare.call("ValidateResourceConfig", { type_name: type, config: message }), type);
        expect(validated.length).toBeLessThan(200);
        said(await bare.call("PlanResourceChange", { type_name: type, config: message }), type);
      }),
      { numRuns: 120, examples: [[core.config(type, {})]] },
    );
  });

  test.each(types)("%s is read back from a state of it in words only", async (type) => {
    const connection = served.connect();
    await connection.call("ConfigureProvider", {
      config: dynamic(
        Object.assign(
          Object.create(null),
          Object.fromEntries(Object.keys(core.providerSchema).map((name) => [name, null])),
          {
            kubeconfig: served.sandbox.kubeconfig,
          },
        ) as ValueObject,
        objectOf(
          Object.fromEntries(Object.entries(core.providerSchema).map(([name, { type: inner }]) => [name, inner])),
        ),
      ),
    });
    const text = fc.constantFrom(
      "",
      "a",
      "t/a",
      "../x",
      "a/..",
      "/",
      "//",
      "a/b/c",
      "a?x=y",
      "%2e%2e/%2e%2e",
      "a b/\u0000",
      "t/a#f",
    );
    const before = served.sandbox.requests.length;
    await fc.assert(
      fc.asyncProperty(text, text, text, async (id, name, namespace) => {
        const keys = Object.fromEntries(
          Object.entries({ id, name, namespace, cluster_id: id }).filter(([key]) => key in schemaOf(type)),
        );
        const state = dynamic(core.config(type, keys), wireOf(type));
        said(await connection.call("ReadResource", { type_name: type, current_state: state }), type);
      }),
      {
        numRuns: 60,
        examples: [
          ["t/a", "../x", "a/.."],
          ["", "", ""],
        ],
      },
    );
    // Whatever the state says, a read asks for one object of one kind, or for nothing. The list of all clusters, which answers for
    // many of them, is not what an empty name makes of a cluster's path: that ends in a slash.
    for (const { path } of served.sandbox.requests.slice(before)) {
      expect(path).not.toMatch(/\/\.\.|\/\/|\/namespaces\/[^/]+\/kuberneteses\/$/);
    }
  });
});

describe("odd text", () => {
  test("keeps its meaning: composed letters, and keys that name properties of every object", async () => {
    const values = new Dynamic(objectOf({ velero: mapOf(stringType) }), {
      velero: Object.assign(Object.create(null), JSON.parse('{"__proto__":"x","constructor":"y","toString":"z"}')),
    } as Value);
    const type = "hikube_addon";
    const config = core.config(type, { ...addon, cluster_id: UNKNOWN, values });
    const plan = await core.plan(type, config);
    expect(plan.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(JSON.stringify(plan.planned?.["values"])).toContain('"__proto__":"x"');
    const labels = core.config("hikube_cluster", { name: UNKNOWN, annotations: { note: "Gro\u0308\u00dfe" } });
    const planned = (await core.plan("hikube_cluster", labels)).planned;
    expect(JSON.stringify(planned?.["annotations"])).toBe('{"note":"Gr\u00f6\u00dfe"}');
  });

  test("goes to the platform and comes back as it was, and touches no object of the language", async () => {
    const cluster = core.config("hikube_cluster", { name: "odd", version: "1.34", wait_for: "accepted" });
    const made = await core.apply(await core.plan("hikube_cluster", cluster), cluster);
    const values = new Dynamic(objectOf({ velero: mapOf(stringType) }), {
      velero: Object.assign(
        Object.create(null),
        JSON.parse('{"toString":"x","constructor":"y","a.b/c~d":"z","":"e","__proto__":"p"}'),
      ),
    } as Value);
    const config = core.config("hikube_addon", {
      cluster_id: made.instance?.state["id"],
      name: "velero",
      wait_for: "accepted",
      values,
    });
    const applied = await core.apply(await core.plan("hikube_addon", config), config);
    expect(applied.diagnostics).toEqual([]);
    if (applied.instance === undefined) throw new Error("nothing was made");
    const read = await core.refresh(applied.instance);
    expect(read.instance?.state["values"]).toEqual(values);
    expect(JSON.stringify(served.sandbox.stored("Kubernetes", "odd")?.values)).toContain('"constructor":"y"');
    expect(JSON.stringify(served.sandbox.stored("Kubernetes", "odd")?.values)).toContain('"__proto__":"p"');
    expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain("velero");
  });

  test("that is no text is replaced, as Terraform does it", async () => {
    const json = Buffer.from('{"name":"a","annotations":{"a":"\\ud800"}}');
    const answer = await bare.call("UpgradeResourceState", {
      type_name: "hikube_cluster",
      version: 0,
      raw_state: { json },
    });
    expect(said(answer)).toEqual([]);
    expect(Buffer.from((answer["upgraded_state"] as { msgpack: Buffer }).msgpack).includes(Buffer.from("\ufffd"))).toBe(
      true,
    );
  });
});

describe("names that do not exist", () => {
  test.each(["hikube_nothing", "", "__proto__", "constructor"])("%j is no resource type", async (type_name) => {
    for (const rpc of [
      "ValidateResourceConfig",
      "UpgradeResourceState",
      "ReadResource",
      "PlanResourceChange",
      "ApplyResourceChange",
      "ImportResourceState",
      "UpgradeResourceIdentity",
    ]) {
      const found = said(await bare.call(rpc, { type_name }));
      expect(found.map(({ summary }) => summary)).toEqual(["Unknown resource type"]);
    }
  });

  test.each(["", "a", "/", "a//b", "a/b/c/d", " / ", "../a/b"])("%j is no import id of a node group", async (id) => {
    const imported = await core.importState("hikube_nodegroup", { id });
    expect(hasError(imported.diagnostics)).toBe(true);
  });
});

describe("a wrong provider configuration", () => {
  const configure = async (written: Record<string, unknown>): Promise<CoreDiagnostic[]> => {
    const connection = served.connect();
    const wire = objectOf(
      Object.fromEntries(Object.entries(core.providerSchema).map(([name, { type }]) => [name, type])),
    );
    const whole = Object.fromEntries(Object.keys(core.providerSchema).map((name) => [name, written[name] ?? null]));
    const config = dynamic(Object.assign(Object.create(null), whole) as ValueObject, wire);
    const found = diagnosticsOf(await connection.call("ValidateProviderConfig", { config }), core.providerSchema);
    if (hasError(found)) return found;
    const answer = await connection.call("ConfigureProvider", { config });
    return diagnosticsOf(answer, core.providerSchema);
  };

  test.each<[string, Record<string, unknown>]>([
    ["an empty kubeconfig", { kubeconfig: "" }],
    ["a kubeconfig that is no YAML", { kubeconfig: "SECRET: [" }],
    ["a kubeconfig of another shape", { kubeconfig: "[1, 2]" }],
    ["a path that leads nowhere", { config_path: "/nowhere/at/all" }],
    ["a context that is not there", { config_path: "/dev/null", config_context: "x" }],
    ["a host that is no URL", { host: "::", token: "SECRET" }],
    ["a time that is none", { request_timeout: "SECRET?" }],
    ["too many retries", { max_retries: 1_000_000 }],
    ["half a certificate", { host: "https://x", client_certificate: "x" }],
    ["an empty namespace", { host: "https://x", token: "t", namespace: "" }],
  ])("%s is refused in words", async (_what, written) => {
    const found = await configure(written);
    expect(hasError(found)).toBe(true);
    expect(JSON.stringify(found)).not.toMatch(/Internal error|"SECRET: \[/);
  });

  test("that is not known yet fails no plan, and says so where the platform is needed", async () => {
    const connection = served.connect();
    const wire = objectOf(
      Object.fromEntries(Object.entries(core.providerSchema).map(([name, { type }]) => [name, type])),
    );
    const whole = Object.fromEntries(
      Object.keys(core.providerSchema).map((name) => [name, name === "host" ? UNKNOWN : null]),
    );
    const config = dynamic(Object.assign(Object.create(null), whole) as ValueObject, wire);
    expect(diagnosticsOf(await connection.call("ConfigureProvider", { config }))).toEqual([]);
    const type = "hikube_cluster";
    const wanted = dynamic(core.config(type, cluster), wireOf(type));
    expect(diagnosticsOf(await connection.call("PlanResourceChange", { type_name: type, config: wanted }))).toEqual([]);
    const read = await connection.call("ReadResource", { type_name: type, current_state: wanted });
    expect(diagnosticsOf(read)).toEqual([]);
    const imported = await connection.call("ImportResourceState", { type_name: type, id: "t/a" });
    expect(diagnosticsOf(imported)[0]?.summary).toContain("not known yet");
  });
});
