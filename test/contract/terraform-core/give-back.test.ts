import { describe, expect, test } from "vitest";
import type { Json } from "../../../src/base/json.ts";
import type { Attributes } from "../../../src/schema/declaration.ts";
import type { ValueObject } from "../../../src/values/value.ts";
import { hasError, type Instance } from "../../support/terraform-core/core-answers.ts";
import { make, refreshed } from "../../support/terraform-core/make.ts";
import { useServed } from "../../support/terraform-core/served.ts";
import {
  addonSettings,
  compatible,
  type Profile,
  type ResourceType,
  resources,
  resourceTypes,
  type Setting,
  withSettings,
} from "./valid-settings.ts";

// What a configuration no longer sets goes back to the platform's default, and what it never set is never touched.

/** Not in the table: what identifies the object, and what only tells this provider how to wait. */
const identifying = ["name", "namespace", "cluster_id", "wait_for", "timeouts", "values_wo_version"];

function settable(attributes: Attributes, prefix = ""): string[] {
  return Object.entries(attributes).flatMap(([name, { mode, kind }]) => {
    if (mode === "computed" || mode === "writeOnly" || (prefix === "" && identifying.includes(name))) return [];
    const path = `${prefix}${name}`;
    return !kind.plain && kind.nesting === "single" && mode !== "required"
      ? [path, ...settable(kind.attributes, `${path}.`)]
      : [path];
  });
}

test("the table has every attribute that a configuration may set", () => {
  for (const type of resourceTypes) {
    const { schema, settings } = resources[type];
    const covered = settings("1.6.2").map(({ path }) => path);
    const missing = settable(schema).filter(
      (path) =>
        !covered.some((other) => other === path || path.startsWith(`${other}.`) || other.startsWith(`${path}.`)),
    );
    expect(missing, type).toEqual([]);
  }
});

const withoutEmpty = (json: Json): Json =>
  typeof json !== "object" || json === null || Array.isArray(json)
    ? json
    : Object.fromEntries(
        Object.entries(json)
          .map(([key, value]) => [key, withoutEmpty(value)] as const)
          .filter(([, value]) => typeof value !== "object" || value === null || Object.keys(value).length > 0),
      );

describe.concurrent.each(["1.1.2", "1.6.2"] as const)("on platform %s", (profile: Profile) => {
  const at = useServed(profile);

  /** The object of the cluster without this provider's own notes and without what is empty, which the platform adds as it writes. */
  const stored = (cluster: string) => {
    const { values, labels, annotations } = at.served.sandbox.stored("Kubernetes", cluster) ?? {};
    const others = Object.entries(annotations ?? {}).filter(([key]) => !key.includes("hikube.cloud/"));
    // On 1.6 an md0 without nodes keeps the chart from adding one with nodes (platform.md §3.4).
    const spec = structuredClone(values) as { nodeGroups?: Record<string, { maxReplicas?: number }> };
    if (spec.nodeGroups?.["md0"]?.maxReplicas === 0) delete spec.nodeGroups["md0"];
    return withoutEmpty({ values: spec as Json, labels: { ...labels }, annotations: Object.fromEntries(others) });
  };

  const actionOf = async (type: ResourceType, written: Record<string, unknown>, prior: Instance) =>
    (await at.core.plan(type, at.core.config(type, written), prior)).action;

  /** What a user sets or sees set; what is observed of nodes moves by itself. */
  const shown = (type: ResourceType, { state }: Instance): ValueObject =>
    Object.fromEntries(Object.entries(state).filter(([name]) => resources[type].schema[name]?.mode !== "computed"));

  /** A cluster of its own, and in it the object of the type with nothing set. */
  async function made(type: ResourceType, suffix = "") {
    const cluster = `${type.slice("hikube_".length)}${suffix}`;
    const written = { name: cluster, wait_for: "accepted" };
    const instance = await make(at.core, "hikube_cluster", written);
    if (type === "hikube_cluster") return { cluster, base: written, instance: await refreshed(at.core, instance) };
    const base = {
      cluster_id: `tenant-demo/${cluster}`,
      name: type === "hikube_addon" ? "ingress-nginx" : "web",
      wait_for: "accepted",
    };
    return { cluster, base, instance: await refreshed(at.core, await make(at.core, type, base)) };
  }

  test.each(resourceTypes)("%s: what is removed from the configuration goes back to the default", async (type) => {
    const { settings, schema } = resources[type];
    const { cluster, base, ...first } = await made(type);
    let { instance } = first;
    // Platform 1.6 stores its defaults from the second write on.
    const { path: written, values: other } = settings(profile).at(type === "hikube_cluster" ? 2 : 0) as Setting;
    instance = await make(at.core, type, withSettings(base, [[written, other[0]]]), instance);
    instance = await refreshed(at.core, await make(at.core, type, base, instance));
    const before = { state: shown(type, instance), stored: stored(cluster) };
    for (const { path, values } of settings(profile)) {
      const top = schema[path.split(".")[0] ?? ""];
      const set = withSettings(base, [[path, values[0]]]);
      instance = await refreshed(at.core, await make(at.core, type, set, instance));
      expect(await actionOf(type, set, instance), path).toBe("no-op");
      if (top?.pinned === true) {
        expect(await actionOf(type, base, instance), path).toBe("no-op");
        continue;
      }
      if (top?.providerOnly !== true) expect(stored(cluster), path).not.toEqual(before.stored);
      const removal = await at.core.plan(type, at.core.config(type, base), instance);
      expect(removal.action, path).toBe(top?.providerOnly === true && values[0] === top.default ? "no-op" : "update");
      expect(shown(type, { ...instance, state: removal.planned ?? {} }), `${path} in the plan`).toEqual(before.state);
      instance = await refreshed(at.core, await make(at.core, type, base, instance));
      expect(shown(type, instance), path).toEqual(before.state);
      expect(stored(cluster), path).toEqual(before.stored);
      expect(await actionOf(type, base, instance), path).toBe("no-op");
    }
  });

  test("hikube_addon: a destroy gives back what the configuration set, and only that", async () => {
    const type = "hikube_addon";
    const { cluster, base, instance } = await made(type, "-destroyed");
    const destroyed = async (prior: Instance) => {
      const { diagnostics } = await at.core.apply(await at.core.plan(type, null, prior), null);
      expect(diagnostics).toEqual([]);
      return stored(cluster);
    };
    const before = await destroyed(instance);
    for (const { path, values } of addonSettings()) {
      if (path === "on_destroy") continue;
      const set = await make(at.core, type, withSettings(base, [[path, values[0]]]));
      expect(await destroyed(await refreshed(at.core, set)), path).toEqual(before);
    }
    // What others set before is kept.
    const hosts = { hosts: ["console.example.org"] };
    await make(at.core, type, { ...base, ...hosts, on_destroy: "preserve" });
    const others = stored(cluster);
    expect(others).not.toEqual(before);
    const adopted = await make(at.core, type, { ...base, resolve_conflicts_on_create: "ADOPT" });
    await destroyed(await refreshed(at.core, adopted));
    expect(at.served.sandbox.stored("Kubernetes", cluster)?.values).toMatchObject({
      addons: { ingressNginx: { ...hosts, enabled: false } },
    });
  });

  test.each(resourceTypes)("%s: what is not in the configuration is never touched", async (type) => {
    const { settings, schema } = resources[type];
    const { cluster, base, instance } = await made(type, "-others");
    // A cluster without `default_node_group` has none, and an add-on that is declared is enabled.
    const defaulted = ["default_node_group", "enabled"];
    const all = compatible(settings(profile)).filter(({ path }) => {
      const top = schema[path.split(".")[0] ?? ""];
      return top?.providerOnly !== true && top?.pinned !== true && !defaulted.includes(path);
    });
    const set = withSettings(
      base,
      all.map(({ path, values }) => [path, values[0]]),
    );
    const others = await refreshed(at.core, await make(at.core, type, set, instance));
    const before = stored(cluster);
    const importId = String(others.state["id"]);
    const { instance: imported } = await at.core.importState(type, { id: importId });
    if (imported === undefined) throw new Error("it is not there");
    // One setting is changed, changed back and given back; the rest stays what others made it.
    const first = all.find(({ values }) => values.length > 1);
    if (first === undefined) throw new Error("nothing to change");
    let mine = await refreshed(at.core, await make(at.core, type, base, imported));
    expect(stored(cluster)).toEqual(before);
    mine = await refreshed(
      at.core,
      await make(at.core, type, withSettings(base, [[first.path, first.values[1]]]), mine),
    );
    expect(stored(cluster)).not.toEqual(before);
    mine = await refreshed(
      at.core,
      await make(at.core, type, withSettings(base, [[first.path, first.values[0]]]), mine),
    );
    expect(stored(cluster)).toEqual(before);
    expect(await actionOf(type, base, mine)).toBe("update");
  });

  test.each(resourceTypes)("%s: what an apply could not give back is given back by the next one", async (type) => {
    const { settings } = resources[type];
    const { cluster, base, instance } = await made(type, "-failed");
    const [setting] = settings(profile).filter(
      ({ path }) => path === "host" || path === "disk_size" || path === "hosts",
    );
    if (setting === undefined) throw new Error("nothing to give back");
    const before = shown(type, instance);
    const set = await refreshed(
      at.core,
      await make(at.core, type, withSettings(base, [[setting.path, setting.values[0]]]), instance),
    );
    const config = at.core.config(type, base);
    at.served.sandbox.faults.add({
      match: { method: "PATCH", path: new RegExp(`/${cluster}(?:\\?|$)`) },
      action: { kind: "answer", status: 403, body: { kind: "Status", code: 403, reason: "Forbidden", message: "no" } },
    });
    const failed = await at.core.apply(await at.core.plan(type, config, set), config);
    expect(hasError(failed.diagnostics)).toBe(true);
    if (failed.instance === undefined) throw new Error("it is lost");
    const again = await refreshed(at.core, failed.instance);
    expect(await actionOf(type, base, again)).toBe("update");
    expect(shown(type, await refreshed(at.core, await make(at.core, type, base, again)))).toEqual(before);
  });
});
