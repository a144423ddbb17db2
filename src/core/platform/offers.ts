import type { Json } from "../../base/json.ts";
import { numberAt, objectAt, stringAt, valueAt } from "../../base/json-pointer.ts";
import type { KubeClient } from "../../kube/kube-client.ts";
import { KubeError } from "../../kube/kube-error.ts";
import { CoreError } from "../core-error.ts";
import type { Platform } from "./platform.ts";

/** Dependencies of the reads in this file. */
export interface OffersContext {
  readonly client: KubeClient;
  readonly platformForRead: (signal: AbortSignal) => Promise<Platform>;
}

/** A list of available values. `bundled`: the platform does not serve the list to a tenant, so the list of the bundled profile is used. */
export interface Offer<Item> {
  readonly source: "live" | "bundled";
  readonly items: readonly Item[];
}

/** A size of virtual machines. CPU and memory are unknown if the platform only lists the name. */
export interface InstanceType {
  readonly name: string;
  readonly cpu: number | undefined;
  /** A quantity, e.g. `8Gi`. */
  readonly memory: string | undefined;
}

export interface StorageClass {
  readonly name: string;
  readonly default: boolean;
}

export interface Gpu {
  /** Device name, as in `gpus[].name` of a node group. */
  readonly name: string;
  readonly model: string | undefined;
  readonly memory: string | undefined;
}

/** One limit of the tenant; quantities in the platform's spelling. */
export interface QuotaEntry {
  readonly resource: string;
  readonly hard: string;
  readonly used: string;
}

/**
 * Returns the available instance types from KubeVirt, else from the platform's options (≥ 1.5), else from the bundled profile. Throws
 * CoreError if the API does not respond or rejects the credentials.
 */
export async function instanceTypes(
  context: OffersContext,
  namespace: string,
  signal: AbortSignal,
): Promise<Offer<InstanceType>> {
  const { profile } = await context.platformForRead(signal);
  const path = "/apis/instancetype.kubevirt.io/v1beta1/virtualmachineclusterinstancetypes";
  const listed = await list(context, path, signal);
  if (listed !== undefined && listed.length > 0) {
    return {
      source: "live",
      items: byName(
        listed.map((item) => ({
          name: stringAt(item, ["metadata", "name"]) ?? "",
          cpu: numberAt(item, ["spec", "cpu", "guest"]),
          memory: stringAt(item, ["spec", "memory", "guest"]),
        })),
      ),
    };
  }
  const known = (name: string) => profile.instanceTypes[name];
  const names = await options(context, namespace, "instancetype", signal);
  const item = (name: string) => ({ name, cpu: known(name)?.cpu, memory: known(name)?.memory });
  if (names !== undefined) return { source: "live", items: byName(names.map(({ value }) => item(value))) };
  return { source: "bundled", items: byName(Object.keys(profile.instanceTypes).map(item)) };
}

/**
 * Returns the available storage classes from Kubernetes if the tenant may list them, else from the options, else from the bundled
 * profile.
 */
export async function storageClasses(
  context: OffersContext,
  namespace: string,
  signal: AbortSignal,
): Promise<Offer<StorageClass>> {
  const { profile } = await context.platformForRead(signal);
  const listed = await list(context, "/apis/storage.k8s.io/v1/storageclasses", signal);
  if (listed !== undefined && listed.length > 0) {
    const mark = ["metadata", "annotations", "storageclass.kubernetes.io/is-default-class"];
    return {
      source: "live",
      items: byName(
        listed.map((item) => ({
          name: stringAt(item, ["metadata", "name"]) ?? "",
          default: stringAt(item, mark) === "true",
        })),
      ),
    };
  }
  const offered = await options(context, namespace, "storageclass", signal);
  if (offered !== undefined) {
    return { source: "live", items: byName(offered.map((entry) => ({ name: entry.value, default: entry.default }))) };
  }
  const fallback = (name: string) => name === "replicated";
  return {
    source: "bundled",
    items: byName(profile.storageClasses.map((name) => ({ name, default: fallback(name) }))),
  };
}

/**
 * Returns the available GPUs from the options (≥ 1.5), else from the bundled profile; a tenant cannot read the nodes (platform.md
 * §6.1).
 */
export async function gpus(context: OffersContext, namespace: string, signal: AbortSignal): Promise<Offer<Gpu>> {
  const { profile } = await context.platformForRead(signal);
  const offered = await options(context, namespace, "gpu", signal);
  if (offered === undefined) return { source: "bundled", items: byName(profile.gpus) };
  const known = (name: string) => profile.gpus.find((gpu) => gpu.name === name);
  return {
    source: "live",
    items: byName(
      offered.map(({ value }) => ({ name: value, model: known(value)?.model, memory: known(value)?.memory })),
    ),
  };
}

/** Returns the entries of all quotas of a namespace, none if nothing is limited; undefined if they may not be read. */
export async function quota(
  context: OffersContext,
  namespace: string,
  signal: AbortSignal,
): Promise<readonly QuotaEntry[] | undefined> {
  const listed = await list(context, `/api/v1/namespaces/${namespace}/resourcequotas`, signal);
  return listed
    ?.flatMap((item) => {
      const used = objectAt(item, ["status", "used"]);
      const hard = { ...objectAt(item, ["spec", "hard"]), ...objectAt(item, ["status", "hard"]) };
      return Object.entries(hard).map(([resource, limit]) => ({
        resource,
        hard: text(limit),
        used: text(used[resource] ?? "0"),
      }));
    })
    .sort((a, b) => (a.resource < b.resource ? -1 : 1));
}

const text = (value: Json): string => (typeof value === "string" ? value : JSON.stringify(value));

const byName = <Item extends { readonly name: string }>(items: readonly Item[]): Item[] =>
  items.filter(({ name }) => name !== "").sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));

/** Returns one list of the platform's options; undefined if it is absent or empty. */
async function options(
  context: OffersContext,
  namespace: string,
  name: string,
  signal: AbortSignal,
): Promise<{ value: string; default: boolean }[] | undefined> {
  const { servesOptions } = await context.platformForRead(signal);
  if (!servesOptions) return undefined;
  const path = `/apis/core.cozystack.io/v1alpha1/namespaces/${namespace}/options/${name}`;
  const answer = await get(context, path, signal);
  const items = valueAt(answer, ["spec", "items"]);
  if (!Array.isArray(items) || items.length === 0) return undefined;
  return items.flatMap((item) => {
    const value = stringAt(item, ["value"]);
    return value === undefined ? [] : [{ value, default: valueAt(item, ["default"]) === true }];
  });
}

async function list(context: OffersContext, path: string, signal: AbortSignal): Promise<Json[] | undefined> {
  const items = valueAt(await get(context, path, signal), ["items"]);
  return Array.isArray(items) ? items : undefined;
}

/** Returns the response; undefined if the platform does not serve the path or does not allow tenants to read it. */
async function get(context: OffersContext, path: string, signal: AbortSignal): Promise<Json | undefined> {
  try {
    return await context.client.request({ method: "GET", path, signal });
  } catch (error) {
    // An option with a failing source returns 500 (platform.md §2) and counts as absent.
    const absent = error instanceof KubeError && ["NotFound", "Forbidden", "Unsupported"].includes(error.code);
    if (absent || (error instanceof KubeError && error.status === 500)) return undefined;
    throw CoreError.from(error, `reading ${path.slice(path.lastIndexOf("/") + 1)}`, signal);
  }
}
