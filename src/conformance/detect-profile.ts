import { isJsonObject, type Json } from "../base/json.ts";
import type { KubeClient } from "../kube/kube-client.ts";
import { at } from "./answer.ts";
import type { ConformanceProfile } from "./profile.ts";
import { Undecided } from "./undecided.ts";

export const openApiPath = "/openapi/v3/apis/apps.cozystack.io/v1alpha1";

export interface DetectedPlatform {
  /** The profile whose behaviour is expected. */
  readonly profile: ConformanceProfile;
  /** Kubernetes minors that are served. */
  readonly versions: readonly string[];
}

/** The schema of a kind's `spec` in an OpenAPI v3 document. */
export function specSchema(document: Json, kind: string): Json | undefined {
  const schemas = at(document, "components", "schemas");
  if (!isJsonObject(schemas)) return undefined;
  const name = Object.keys(schemas).find((key) => key.endsWith(`.${kind}`));
  return name === undefined ? undefined : at(schemas[name], "properties", "spec");
}

/** The schema of a node group: an entry of the cluster's spec or, after 1.6, an object of its own. */
function groupSchema(document: Json, cluster: Json): Json | undefined {
  const inSpec = at(cluster, "properties", "nodeGroups");
  if (inSpec !== undefined) return at(inSpec, "additionalProperties", "properties");
  const pool = specSchema(document, "KubernetesNodes");
  return pool === undefined ? undefined : at(pool, "properties");
}

/**
 * The known platform that is closest to this one: the disk field of a node was renamed in 1.4, and node groups left the spec of the
 * cluster after 1.6 (platform.md §1.9, §4).
 * @throws Undecided where the API serves no clusters; KubeError where the document cannot be read.
 */
export async function detectProfile(client: KubeClient, signal: AbortSignal): Promise<DetectedPlatform> {
  const document = await client.request({ method: "GET", path: openApiPath, signal });
  const schema = specSchema(document, "Kubernetes");
  const group = schema === undefined ? undefined : groupSchema(document, schema);
  if (schema !== undefined && !(isJsonObject(at(schema, "properties", "version")) && isJsonObject(group)))
    throw new Undecided(
      "The OpenAPI schema of managed clusters (kuberneteses.apps.cozystack.io) does not describe an object with versions and node groups.",
    );
  if (schema === undefined) throw new Undecided("The API serves no managed clusters (kuberneteses.apps.cozystack.io).");
  const versions = at(schema, "properties", "version", "enum");
  return {
    profile: profileOf(schema, group),
    versions: Array.isArray(versions) ? versions.map(String) : [],
  };
}

function profileOf(cluster: Json, group: Json | undefined): ConformanceProfile {
  if (isJsonObject(group) && Object.hasOwn(group, "ephemeralStorage")) return "1.1.2";
  return at(cluster, "properties", "nodeGroups") === undefined ? "next" : "1.6.2";
}
