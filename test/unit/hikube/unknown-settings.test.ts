import { expect, test } from "vitest";
import type { QuotaWatch } from "../../../src/core/node-group/quota-watch.ts";
import { bundledPlatform } from "../../../src/core/platform/platform.ts";
import type { Finding } from "../../../src/core/validate/index.ts";
import { withAllKeys } from "../../../src/engine/nested.ts";
import { clusterFindings } from "../../../src/hikube/cluster/checks.ts";
import { clusterSchema } from "../../../src/hikube/cluster/schema.ts";
import { type GroupPlan, groupFindings } from "../../../src/hikube/node-group/checks.ts";
import { nodegroupSchema } from "../../../src/hikube/node-group/schema.ts";
import { expand, knownPart } from "../../../src/hikube/shared/expand-flatten.ts";
import type { Attributes } from "../../../src/schema/declaration.ts";
import { UNKNOWN, type Value, type ValueObject } from "../../../src/values/value.ts";

const platform = bundledPlatform("1.6.2");
const { profile } = platform;
const offer = <Item>(items: readonly Item[]) => Promise.resolve({ source: "live" as const, items });
const client = {
  namespace: "t",
  hikube: {
    offers: {
      instanceTypes: () => offer([{ name: "u1.large", cpu: 2, memory: "8Gi" }]),
      gpus: () => offer(profile.gpus),
      storageClasses: () => offer([{ name: "local", default: true }]),
    },
    quotas: { note: () => {}, check: () => Promise.resolve([]) } satisfies QuotaWatch,
    nodeGroups: { observe: () => Promise.resolve(undefined) },
    clusters: { observe: () => Promise.resolve({ nodeGroups: ["web"], unmanagedNodeGroups: [] }) },
  },
};

/** Every configuration that differs from the given one by one unknown: a whole attribute, or a part of a block. */
function* withOneUnknown(config: ValueObject, at = ""): Generator<[string, ValueObject]> {
  for (const [name, value] of Object.entries(config)) {
    if (value === null) continue;
    yield [`${at}${name}`, { ...config, [name]: UNKNOWN }];
    if (Array.isArray(value)) yield [`${at}${name}[0]`, { ...config, [name]: [UNKNOWN, ...value] }];
    const inside = Array.isArray(value) ? value[0] : value;
    if (typeof inside !== "object" || inside === null || name === "labels") continue;
    for (const [where, part] of withOneUnknown(inside as ValueObject, `${at}${name}.`)) {
      yield [where, { ...config, [name]: Array.isArray(value) ? [part] : part }];
    }
  }
}

const full = (attributes: Attributes, values: Record<string, Value>): ValueObject => withAllKeys(attributes, values);

const group = full(nodegroupSchema, {
  cluster_id: "t/a",
  name: "web",
  instance_type: "u1.large",
  min_replicas: 20,
  max_replicas: 30,
  disk_size: "30Gi",
  storage_class: "local",
  roles: ["a"],
  gpus: [{ name: profile.gpus[0]?.name ?? "" }],
  kubelet: {
    eviction_hard_memory: "500Mi",
    eviction_soft_memory: "1Gi",
    system_reserved_memory: "1Gi",
    kube_reserved_memory: null,
    system_reserved_cpu: null,
    kube_reserved_cpu: null,
  },
  max_unhealthy: "40%",
  node_startup_timeout: "10m",
});
const sized = full(nodegroupSchema, { ...group, instance_type: null, resources: { cpu: "2", memory: "4Gi" } });
const { kubelet: _, ...plain } = sized;

const findingsOf = (config: ValueObject, prior: ValueObject | null): Promise<Finding[]> => {
  const { timeouts, wait_for, cluster_id, name, id, ...settings } = nodegroupSchema;
  const specified = Object.fromEntries(Object.entries(settings).filter(([, { mode }]) => mode !== "computed"));
  const context = { config, prior, plan: { ...config }, signal: new AbortController().signal };
  return groupFindings({
    context,
    client,
    platform,
    id: { namespace: "t", cluster: "a", name: "web" },
    desired: expand(specified, knownPart(config)),
    former: prior === null ? undefined : expand(specified, prior),
  } as unknown as GroupPlan);
};

const groups = [
  ...withOneUnknown(group),
  ...[...withOneUnknown(full(nodegroupSchema, { ...plain, kubelet: null }))].map(
    ([where, config]) => [`${where} of a sized group`, config] as const,
  ),
].filter(([where]) => !/^(cluster_id|name)\b/.test(where));

test("the configuration that the others are made of is fine", async () => {
  expect(await findingsOf(group, null)).toEqual([]);
});

test.each(groups)("an unknown %s of a group breaks no rule and replaces no node", async (_where, config) => {
  expect(await findingsOf(config, null)).toEqual([]);
  const prior = config["resources"] === null ? group : full(nodegroupSchema, { ...plain, kubelet: null });
  expect(await findingsOf(config, prior)).toEqual([]);
});

const cluster = full(clusterSchema, {
  name: "a",
  namespace: "t",
  version: "1.34",
  storage_class: "local",
  host: "api.example.org",
  oidc: {
    mode: "CustomConfig",
    custom_config: { config: "kind: x", secret_ref: null },
    users: [{ email: "a@b.ch", role: "admin" }],
  },
  node_health_check: { max_unhealthy: "40%", node_startup_timeout: "10m" },
  labels: { a: "b" },
});

test.each([["nothing", cluster] as [string, ValueObject], ...withOneUnknown(cluster)].filter(([at]) => at !== "name"))(
  "an unknown %s of a cluster breaks no rule",
  async (_where, config) => {
    const context = { config, prior: null, plan: { ...config }, signal: new AbortController().signal };
    const id = { namespace: "t", name: "a" };
    type Arguments = Parameters<typeof clusterFindings>;
    const findings = await clusterFindings(
      context as unknown as Arguments[0],
      client as unknown as Arguments[1],
      platform,
      id,
      undefined,
    );
    expect(findings).toEqual([]);
  },
);
