import { isJsonObject, type Json, type JsonObject, jsonEqual } from "../../base/json.ts";
import { numberAt, objectAt, stringAt, valueAt } from "../../base/json-pointer.ts";
import { quantityEqual } from "../../base/quantity.ts";
import { annotationPath, labelPath } from "../object/annotations.ts";
import { clusterDefault } from "../platform/groups.ts";
import type { Platform } from "../platform/platform.ts";
import { applyDefaults } from "../platform/schema-defaults.ts";
import { normaliseVersion } from "../platform/versions.ts";
import type {
  ClusterDesired,
  ComponentDesired,
  ControlPlaneDesired,
  NodeHealthCheckDesired,
  OidcDesired,
  Resources,
} from "./desired.ts";
import type { Change } from "./patch.ts";
import type { ClusterSpec } from "./state.ts";

/** One own value: where it stands in the API's spec, and where in ClusterDesired. */
export interface OwnValue {
  readonly path: readonly string[];
  readonly key: readonly string[];
  readonly value: Json;
  readonly quantity?: true;
}

const components = [
  { key: "apiServer", path: ["apiServer"] },
  { key: "controllerManager", path: ["controllerManager"] },
  { key: "scheduler", path: ["scheduler"] },
  { key: "konnectivity", path: ["konnectivity", "server"] },
] as const;

function* own(
  desired: object,
  keys: readonly string[],
  path: readonly string[],
  key: readonly string[],
  quantity = false,
): Generator<OwnValue> {
  for (const name of keys) {
    const value = (desired as Readonly<Record<string, Json | undefined>>)[name];
    if (value === undefined) continue;
    yield { path: [...path, name], key: [...key, name], value, ...(quantity ? { quantity: true } : {}) };
  }
}

/** The spec values of a desired cluster, one by one. Node groups and add-ons are never among them. */
export function* clusterValues(desired: Partial<ClusterDesired>): Generator<OwnValue> {
  if (desired.version !== undefined) {
    yield { path: ["version"], key: ["version"], value: normaliseVersion(desired.version) ?? desired.version };
  }
  yield* own(desired, ["storageClass", "host"], [], []);
  const controlPlane = desired.controlPlane ?? {};
  yield* own(controlPlane, ["replicas"], ["controlPlane"], ["controlPlane"]);
  for (const { key, path } of components) {
    const component: ComponentDesired = controlPlane[key] ?? {};
    const at = ["controlPlane", ...path];
    const from = ["controlPlane", key];
    yield* own(component, key === "apiServer" ? ["resourcesPreset", "extraArgs"] : ["resourcesPreset"], at, from);
    yield* own(component.resources ?? {}, ["cpu", "memory"], [...at, "resources"], [...from, "resources"], true);
  }
  const oidc = desired.oidc ?? {};
  yield* own(oidc, ["mode", "users"], ["oidc"], ["oidc"]);
  yield* own(oidc.customConfig ?? {}, ["config"], ["oidc", "customConfig"], ["oidc", "customConfig"]);
  const secret = ["oidc", "customConfig", "secretRef"];
  yield* own(oidc.customConfig?.secretRef ?? {}, ["name"], secret, secret);
  yield* own(
    desired.nodeHealthCheck ?? {},
    ["maxUnhealthy", "nodeStartupTimeout"],
    ["nodeHealthCheck"],
    ["nodeHealthCheck"],
  );
}

/** The spec of a new cluster: what is desired, spelled out, and nothing else (platform.md §9.1). */
export function clusterSpec(desired: ClusterDesired): JsonObject {
  const spec: JsonObject = {};
  for (const { path, value } of clusterValues(desired)) {
    let at = spec;
    for (const step of path.slice(0, -1)) {
      const next = at[step];
      if (isJsonObject(next)) at = next;
      else {
        const fresh: JsonObject = {};
        at[step] = fresh;
        at = fresh;
      }
    }
    const last = path[path.length - 1];
    if (last !== undefined) at[last] = structuredClone(value);
  }
  return spec;
}

/**
 * The changes of a cluster's own keys: those to `write` set, those to `giveBack` as the platform serves them by default. Live
 * values that mean the same keep their spelling.
 */
export function clusterChanges(
  live: JsonObject,
  write: Partial<ClusterDesired>,
  giveBack: Partial<ClusterDesired>,
  platform: Platform,
): Change[] {
  const changes: Change[] = [];
  for (const { path, value, quantity } of clusterValues(write)) {
    const seen = valueAt(live, ["spec", ...path]);
    const same = quantity === true ? quantityEqual(seen, value) : jsonEqual(seen, value);
    if (!same) changes.push({ path: ["spec", ...path], value });
  }
  for (const { path } of clusterValues(giveBack)) {
    changes.push({ path: ["spec", ...path], value: clusterDefault(platform, path) });
  }
  for (const [kind, at] of [
    ["labels", labelPath],
    ["annotations", annotationPath],
  ] as const) {
    for (const [key, value] of Object.entries(write[kind] ?? {})) changes.push({ path: at(key), value });
    for (const key of Object.keys(giveBack[kind] ?? {})) changes.push({ path: at(key), value: undefined });
  }
  return changes;
}

function quantityText(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : undefined;
}

/** `{ cpu, memory }` as stored, numbers spelled as strings. */
export function readResources(value: Json | undefined): Resources {
  const cpu = quantityText(valueAt(value, ["cpu"]));
  const memory = quantityText(valueAt(value, ["memory"]));
  return { ...(cpu === undefined ? {} : { cpu }), ...(memory === undefined ? {} : { memory }) };
}

function component(spec: JsonObject, path: readonly string[]): ComponentDesired {
  const found = objectAt(spec, ["controlPlane", ...path]);
  const resourcesPreset = stringAt(found, ["resourcesPreset"]);
  const resources = readResources(found["resources"]);
  return {
    ...(resourcesPreset === undefined ? {} : { resourcesPreset }),
    ...(Object.keys(resources).length === 0 ? {} : { resources }),
  };
}

/** A list of strings as stored; undefined where it is something else. */
export function readStrings(value: Json | undefined): string[] | undefined {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : undefined;
}

/** The control plane of a spec in the words of ControlPlaneDesired. */
export function readControlPlane(spec: JsonObject): ControlPlaneDesired {
  const replicas = numberAt(spec, ["controlPlane", "replicas"]);
  const extraArgs = readStrings(valueAt(spec, ["controlPlane", "apiServer", "extraArgs"]));
  return {
    ...(replicas === undefined ? {} : { replicas }),
    apiServer: { ...component(spec, ["apiServer"]), ...(extraArgs === undefined ? {} : { extraArgs }) },
    controllerManager: component(spec, ["controllerManager"]),
    scheduler: component(spec, ["scheduler"]),
    konnectivity: component(spec, ["konnectivity", "server"]),
  };
}

/** The OIDC settings of a spec; undefined where the platform serves none. */
export function readOidc(spec: JsonObject): OidcDesired | undefined {
  const oidc = spec["oidc"];
  if (!isJsonObject(oidc)) return undefined;
  const mode = stringAt(oidc, ["mode"]);
  // The server shows an empty text where nothing is set.
  const config = stringAt(oidc, ["customConfig", "config"]) || undefined;
  const name = stringAt(oidc, ["customConfig", "secretRef", "name"]) || undefined;
  const users = Array.isArray(oidc["users"])
    ? oidc["users"].map((user) => ({ email: stringAt(user, ["email"]) ?? "", role: stringAt(user, ["role"]) ?? "" }))
    : undefined;
  return {
    ...(mode === undefined ? {} : { mode }),
    ...(config === undefined && name === undefined
      ? {}
      : {
          customConfig: {
            ...(config === undefined ? {} : { config }),
            ...(name === undefined ? {} : { secretRef: { name } }),
          },
        }),
    ...(users === undefined ? {} : { users }),
  };
}

/** The node health check of a spec; undefined where the platform serves none. */
export function readNodeHealthCheck(spec: JsonObject): NodeHealthCheckDesired | undefined {
  const found = spec["nodeHealthCheck"];
  if (!isJsonObject(found)) return undefined;
  const maxUnhealthy = stringAt(found, ["maxUnhealthy"]);
  const nodeStartupTimeout = stringAt(found, ["nodeStartupTimeout"]);
  return {
    ...(maxUnhealthy === undefined ? {} : { maxUnhealthy }),
    ...(nodeStartupTimeout === undefined ? {} : { nodeStartupTimeout }),
  };
}

/** The part of a spec that is a cluster's own, in the words of ClusterDesired. */
export function readClusterSpec(spec: JsonObject): ClusterSpec {
  const text = (key: string) => stringAt(spec, [key]);
  return {
    version: text("version"),
    storageClass: text("storageClass"),
    // Empty where the platform has chosen one.
    host: text("host") || undefined,
    controlPlane: readControlPlane(spec),
    oidc: readOidc(spec),
    nodeHealthCheck: readNodeHealthCheck(spec),
  };
}

/** A cluster's own part in which nothing is set, as the platform shows it. */
export function clusterDefaults(platform: Platform): ClusterSpec {
  const spec = applyDefaults({}, platform.clusterSpec);
  return readClusterSpec(isJsonObject(spec) ? spec : {});
}
