import { isJsonObject, type Json, type JsonObject } from "../../../base/json.ts";
import { stringAt, valueAt } from "../../../base/json-pointer.ts";
import { type BundledVersion, bundledProfile, bundledVersions } from "../../../core/platform/profile.ts";
import { schemaAt, stringsOf } from "../../../core/platform/schema-defaults.ts";
import { UsageError } from "../../command-line.ts";
import type { FileObjects } from "./object-file.ts";

/** Returns the platform version of an option. Throws UsageError. */
export function platformOption(text: string): BundledVersion {
  const version = bundledVersions.find((one) => one === text);
  if (version !== undefined) return version;
  throw new UsageError(`Invalid --platform ${JSON.stringify(text)}: it must be ${bundledVersions.join(" or ")}.`);
}

/**
 * Returns the platform version that objects come from: the one whose schema has most of their keys and values, or else the one that
 * their chart names. Throws UsageError if they tell neither.
 */
export function platformOf({ Kubernetes: clusters, KubernetesNodes: pools }: FileObjects): BundledVersion {
  const strange = bundledVersions.map((version) => {
    const { clusterSpec, poolSpec } = bundledProfile(version);
    const inClusters = clusters.map(({ spec }) => strangeIn(spec, clusterSpec));
    const inPools = pools.map(({ spec }) => (poolSpec === undefined ? 1 : strangeIn(spec, poolSpec)));
    return { version, count: [...inClusters, ...inPools].reduce((sum, count) => sum + count, 0) };
  });
  const least = Math.min(...strange.map(({ count }) => count));
  const [best, ...others] = strange.filter(({ count }) => count === least);
  if (best !== undefined && others.length === 0) return best.version;
  const named = clusters.map((cluster) => namedVersion(cluster)).find((version) => version !== undefined);
  if (named !== undefined) return named;
  throw new UsageError(
    `The objects do not tell the version of their platform. Set --platform to ${bundledVersions.join(" or ")}.`,
  );
}

/** Returns the number of keys and values that a schema does not have. */
function strangeIn(value: Json | undefined, schema: JsonObject): number {
  if (Array.isArray(value)) {
    const items = schema["items"];
    return isJsonObject(items) ? value.reduce((sum: number, item) => sum + strangeIn(item, items), 0) : 0;
  }
  const isFree = !isJsonObject(schema["properties"]) && !isJsonObject(schema["additionalProperties"]);
  if (isJsonObject(value)) {
    if (isFree) return 0;
    return Object.entries(value).reduce((sum, [key, inner]) => {
      const known = schemaAt(schema, [key]);
      return sum + (known === undefined ? 1 : strangeIn(inner, known));
    }, 0);
  }
  const allowed = stringsOf(schema, "enum");
  return typeof value === "string" && allowed.length > 0 && !allowed.includes(value) ? 1 : 0;
}

/** Returns the platform version nearest to that of the chart in an object's status. */
function namedVersion(cluster: JsonObject): BundledVersion | undefined {
  const chart = chartRelease(cluster);
  // The disk of a node and what follows from it changed in 1.4.
  return chart === undefined ? undefined : Number(chart.split(".")[1]) < 4 ? "1.1.2" : "1.6.2";
}

/** Returns the release of the chart in an object's status, e.g. `1.1` for `kubernetes@1.1.2+37dc53ecf0e1`. */
function chartRelease(cluster: JsonObject): string | undefined {
  const conditions = valueAt(cluster, ["status", "conditions"]);
  const messages = Array.isArray(conditions) ? conditions.map((item) => stringAt(item, ["message"]) ?? "") : [];
  return messages
    .map((message) => /kubernetes@(\d+\.\d+)\./.exec(message)?.[1])
    .find((release) => release !== undefined);
}

/** Returns the release of a platform that objects name and that is not the one of this version; undefined if they name none. */
export const otherRelease = ({ Kubernetes: clusters }: FileObjects, version: BundledVersion): string | undefined =>
  clusters.map(chartRelease).find((release) => release !== undefined && !version.startsWith(`${release}.`));
