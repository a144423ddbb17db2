import { isJsonObject, type Json } from "../../src/base/json.ts";
import { valueAt } from "../../src/base/json-pointer.ts";
import { parts } from "../../src/hikube/index.ts";
import { objectType } from "../../src/schema/kind.ts";
import { decodeJson } from "../../src/values/json.ts";
import { storedGroup } from "../support/stored-group.ts";
import { encodeJson } from "../support/values/encode-json.ts";
import type { FaultSetup } from "./fault-setup.ts";
import { foreignGroup, type Marks } from "./foreign-marks.ts";
import { type Declared, textOf } from "./mini-terraform.ts";
import { canary, clusterName } from "./scenarios.ts";

/** What must hold once a configuration was applied without faults; answers what does not. */
export async function brokenPromises(
  setup: FaultSetup,
  declared: readonly Declared[],
  marks: Marks | undefined,
): Promise<string[]> {
  return [...(await brokenPlatform(setup, declared, marks)), ...unreadable(setup, declared)];
}

/** What is looked at on the platform. */
export type Seen = Pick<FaultSetup, "sandbox" | "profile" | "monitored" | "clock">;

/** The part of it that lies on the platform. */
export async function brokenPlatform(
  setup: Seen,
  declared: readonly Declared[],
  marks: Marks | undefined,
): Promise<string[]> {
  return [
    ...ownKeys(setup, declared),
    ...foreignKeys(setup, declared, marks),
    ...duplicates(setup),
    ...(await orphans(setup, declared)),
  ];
}

const spec = (setup: Seen): Json | undefined =>
  setup.sandbox.stored("Kubernetes", clusterName)?.values as Json | undefined;

/** The platform's name of an add-on. */
const apiNames: Readonly<Record<string, string>> = { "cert-manager": "certManager", "ingress-nginx": "ingressNginx" };

/** Our keys as they must be stored: path → value, in the cluster or, for a node group, in the group. */
function expectedKeys(setup: Seen, one: Declared): (readonly [readonly string[], Json])[] {
  const { config } = one;
  const name = String(config["name"]);
  const keys: (readonly [readonly string[], unknown])[] = [];
  if (one.type === "hikube_cluster") keys.push([["version"], `v${String(config["version"])}`]);
  if (one.type === "hikube_nodegroup") {
    const disk = setup.profile === "1.1.2" ? "ephemeralStorage" : "diskSize";
    const all = [
      ["minReplicas", config["min_replicas"]],
      ["maxReplicas", config["max_replicas"]],
      ["instanceType", config["instance_type"]],
      [disk, config["disk_size"]],
      ["roles", config["roles"]],
    ] as const;
    keys.push(...all.map(([key, value]) => [[key], value] as const));
  }
  if (one.type === "hikube_addon") {
    const at = ["addons", apiNames[name] ?? name];
    keys.push([[...at, "enabled"], true], [[...at, "hosts"], config["hosts"]]);
    for (const values of [config["values"], config["values_wo"]]) {
      for (const [chart, inner] of Object.entries(isJsonObject(values) ? values : {})) {
        for (const [key, value] of Object.entries(isJsonObject(inner) ? inner : {})) {
          keys.push([[...at, "valuesOverride", chart, key], value]);
        }
      }
    }
  }
  return keys.filter(([, value]) => value !== undefined) as (readonly [readonly string[], Json])[];
}

export function ownKeys(setup: Seen, declared: readonly Declared[]): string[] {
  const stored = spec(setup);
  if (declared.length === 0) return stored === undefined ? [] : ["the cluster is still there"];
  if (stored === undefined) return ["there is no cluster"];
  const wrong = declared.flatMap((one) => {
    const isGroup = one.type === "hikube_nodegroup";
    const root = isGroup ? (storedGroup(setup.sandbox, clusterName, String(one.config["name"])) ?? null) : stored;
    return expectedKeys(setup, one).flatMap(([path, value]) => {
      const live = valueAt(root, path);
      return JSON.stringify(live) === JSON.stringify(value)
        ? []
        : [`${one.address}: ${path.join(".")} is ${JSON.stringify(live)}, not ${JSON.stringify(value)}`];
    });
  });
  const labels = setup.sandbox.stored("Kubernetes", clusterName)?.labels as Json | undefined;
  for (const { type, config } of declared) {
    if (type !== "hikube_cluster") continue;
    for (const [key, value] of Object.entries(config["labels"] ?? {})) {
      const live = valueAt(labels ?? null, [`apps.cozystack.io-${key}`]);
      if (live !== value) wrong.push(`label ${key} is ${JSON.stringify(live)}, not ${JSON.stringify(value)}`);
    }
  }
  const off = (addon: string) =>
    !declared.some(({ config, type }) => type === "hikube_addon" && config["name"] === addon);
  for (const [name, key] of Object.entries(apiNames)) {
    if (off(name) && valueAt(stored, ["addons", key, "enabled"]) === true)
      wrong.push(`the add-on ${name} is still enabled`);
  }
  return wrong;
}

function foreignKeys(setup: Seen, declared: readonly Declared[], marks: Marks | undefined): string[] {
  const stored = setup.sandbox.stored("Kubernetes", clusterName) as unknown as Json | undefined;
  if (stored === undefined || marks === undefined || declared.length === 0) return [];
  return marks.flatMap(({ pool, path, value }) => {
    const owner = pool === undefined ? stored : setup.sandbox.stored("KubernetesNodes", `${clusterName}-${pool}`);
    const live = valueAt(owner as unknown as Json | undefined, path);
    return JSON.stringify(live) === JSON.stringify(value)
      ? []
      : [`what others set is lost: ${path.join(".")} is ${JSON.stringify(live)}, not ${JSON.stringify(value)}`];
  });
}

/** A name exists once: more creations than deletions and one is a creation too many. */
function duplicates(setup: Seen): string[] {
  const accepted = (method: string, least: number) =>
    setup.sandbox.requests.filter(
      ({ method: used, path, status }) =>
        used === method && /\/kuberneteses(\/|$)/.test(path) && status >= least && status < 300,
    ).length;
  const posts = accepted("POST", 201);
  const deletes = accepted("DELETE", 200);
  return posts > deletes + 1 ? [`the cluster was created ${posts} times and deleted ${deletes} times`] : [];
}

/** Monitors follow what is stored, with a delay. */
async function orphans(setup: Seen, declared: readonly Declared[]): Promise<string[]> {
  for (let patience = 100; ; patience--) {
    const wrong = await wrongGroups(setup, declared);
    if (wrong.length === 0 || patience === 0) return wrong;
    await setup.clock.sleep(50);
  }
}

async function wrongGroups(setup: Seen, declared: readonly Declared[]): Promise<string[]> {
  const wanted = new Set([foreignGroup]);
  for (const { type, config } of declared) if (type === "hikube_nodegroup") wanted.add(String(config["name"]));
  // From 1.6 on a chart without groups makes md0, scaled to nothing (platform.md §3.4).
  const stored = Object.keys((valueAt(spec(setup) ?? null, ["nodeGroups"]) as object | undefined) ?? {});
  if (setup.profile === "1.6.2" && declared.length > 0 && stored.length === 0) wanted.add("md0");
  const { groups, controlPlane } = await setup.monitored();
  const left = groups.filter((name) => (declared.length === 0 ? true : !wanted.has(name)));
  const missing = declared
    .filter(({ type, config }) => type === "hikube_nodegroup" && !groups.includes(String(config["name"])))
    .map(({ address }) => `${address} has no machines`);
  const extra = Object.entries((valueAt(spec(setup) ?? null, ["nodeGroups"]) as Record<string, Json> | undefined) ?? {})
    .filter(([name, value]) => value !== null && !wanted.has(name))
    .map(([name]) => `nobody asked for the node group ${name}`);
  const orphan = declared.length === 0 && controlPlane ? ["the control plane is left behind"] : [];
  return [...orphan, ...left.map((name) => `machines of ${name} are left behind`), ...missing, ...extra];
}

/** What is wrong with the state itself. */
export function unreadable(setup: FaultSetup, declared: readonly Declared[]): string[] {
  const { state } = setup.mini;
  const wrong = textOf(state.values()).includes(canary) ? ["the state shows the secret"] : [];
  const addresses = [...state.keys()].sort().join(" ");
  const wanted = declared
    .map(({ address }) => address)
    .sort()
    .join(" ");
  if (addresses !== wanted) wrong.push(`the state has ${addresses || "nothing"}, not ${wanted || "nothing"}`);
  for (const [address, stored] of state) {
    if (stored.tainted) wrong.push(`${address} is tainted`);
    const definition = parts.resources.find(({ type }) => type === stored.type);
    if (definition === undefined) continue;
    try {
      const type = objectType(definition.definition.schema);
      const text = encodeJson(stored.state, type);
      if (encodeJson(decodeJson(text, type), type) !== text)
        wrong.push(`the state of ${address} changes when it is read`);
      if (text.includes(canary)) wrong.push(`the state of ${address} shows the secret`);
    } catch (error) {
      wrong.push(`the state of ${address} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return wrong;
}
