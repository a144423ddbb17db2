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

/** Whether it describes an object with a `version` and node groups, as every known platform does. */
const isSpec = (schema: Json): boolean =>
  isJsonObject(at(schema, "properties", "version")) &&
  isJsonObject(at(schema, "properties", "nodeGroups", "additionalProperties", "properties"));

/**
 * The known platform that is closest to this one: the disk field of a node was renamed in 1.4 (platform.md §1.9).
 * @throws Undecided where the API serves no clusters; KubeError where the document cannot be read.
 */
export async function detectProfile(client: KubeClient, signal: AbortSignal): Promise<DetectedPlatform> {
  const schema = specSchema(await client.request({ method: "GET", path: openApiPath, signal }), "Kubernetes");
  if (schema !== undefined && !isSpec(schema))
    throw new Undecided(
      "The OpenAPI schema of managed clusters (kuberneteses.apps.cozystack.io) does not describe an object with versions and node groups.",
    );
  if (schema === undefined) throw new Undecided("The API serves no managed clusters (kuberneteses.apps.cozystack.io).");
  const group = at(schema, "properties", "nodeGroups", "additionalProperties", "properties");
  const versions = at(schema, "properties", "version", "enum");
  return {
    profile: isJsonObject(group) && Object.hasOwn(group, "ephemeralStorage") ? "1.1.2" : "1.6.2",
    versions: Array.isArray(versions) ? versions.map(String) : [],
  };
}
