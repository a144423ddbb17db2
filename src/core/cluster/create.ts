import type { JsonObject } from "../../base/json.ts";
import { stringAt } from "../../base/json-pointer.ts";
import type { Context } from "../context.ts";
import { CoreError } from "../core-error.ts";
import { clusterChanges, clusterSpec } from "../desired/cluster.ts";
import type { ClusterDesired } from "../desired/desired.ts";
import { effective } from "../desired/patch.ts";
import { talosRecord } from "../desired/talos.ts";
import { type ClusterId, clusterKey, clusterRef, clustersPath, defaultGroupName } from "../ids.ts";
import {
  creationAnnotation,
  type DefaultGroup,
  defaultGroupAnnotation,
  lastWriteAnnotation,
  managedByLabel,
  managedByUs,
  talosAnnotation,
} from "../object/annotations.ts";
import type { AppObject } from "../object/app-object.ts";
import type { WaitOptions } from "../options.ts";
import { clusterDefault, platformGroup } from "../platform/groups.ts";
import type { Platform } from "../platform/platform.ts";
import { creationRecord, sha256 } from "../write/content-hash.ts";
import { createObject } from "../write/create-object.ts";
import { deleting } from "../write/edit.ts";

/** Returns the body of a new cluster with explicit values, a creation annotation and a label that identify its creator. */
export function creationBody(id: ClusterId, desired: ClusterDesired, platform: Platform): JsonObject {
  const spec = clusterSpec(desired);
  // Explicit, because the chart's defaults change with the platform, and a changed default version could skip minors.
  for (const key of ["version", "storageClass"]) {
    const served = clusterDefault(platform, [key]);
    if (spec[key] === undefined && served !== undefined) spec[key] = served;
  }
  const mark = addDefaultGroup(spec, desired, platform);
  const labels = { ...desired.labels, [managedByLabel]: desired.labels?.[managedByLabel] ?? managedByUs };
  const record = talosRecord(desired);
  const annotations = {
    ...desired.annotations,
    ...(mark === undefined ? {} : { [defaultGroupAnnotation]: mark }),
    ...(record === undefined ? {} : { [talosAnnotation]: record }),
  };
  const hash = sha256({ spec, labels, annotations });
  const lastWrite = creationRecord({ spec, labels, annotations }, platform.clusterSpec);
  return {
    apiVersion: "apps.cozystack.io/v1alpha1",
    kind: "Kubernetes",
    metadata: {
      name: id.name,
      namespace: id.namespace,
      labels,
      annotations: { ...annotations, [creationAnnotation]: hash, [lastWriteAnnotation]: lastWrite },
    },
    spec,
  };
}

/**
 * Adds the platform's default group to a new spec if desired, else the value that suppresses it. Returns the value of the annotation.
 * Where node groups are objects of their own, the group is created after the cluster.
 */
function addDefaultGroup(spec: JsonObject, desired: ClusterDesired, platform: Platform): DefaultGroup | undefined {
  if (!platform.nodeGroupsInSpec) return desired.defaultNodeGroup ? "platform" : undefined;
  if (desired.defaultNodeGroup) {
    spec["nodeGroups"] = { [defaultGroupName]: platformGroup(platform) };
    return "platform";
  }
  // The null prevents two machines that the configuration does not contain (platform.md §3.4, §7.1).
  spec["nodeGroups"] = platform.phantomGroup ? { [defaultGroupName]: null } : {};
  return platform.phantomGroup ? "none" : undefined;
}

/** Returns the creation annotation in a body. */
export const creationMark = (body: JsonObject): string | undefined =>
  stringAt(body, ["metadata", "annotations", creationAnnotation]);

/**
 * Creates a cluster, never twice. An existing object of that name counts as the same, interrupted creation only if its label, creation
 * annotation and all own keys match. Throws CoreError AlreadyExists (import it), Deleting, Refused, Denied, Unreachable.
 */
export async function createCluster(
  context: Context,
  id: ClusterId,
  desired: ClusterDesired,
  platform: Platform,
  options: WaitOptions,
): Promise<AppObject> {
  const body = creationBody(id, desired, platform);
  const adopt = (found: AppObject): AppObject => {
    if (found.deletedAt !== undefined) throw deleting(found);
    const ours =
      Object.hasOwn(found.labels, managedByLabel) && found.annotations[creationAnnotation] === creationMark(body);
    const differs = effective(found.json, clusterChanges(found.json, desired, {}, platform)).length > 0;
    if (!ours || differs) throw alreadyExists(id);
    return found;
  };
  const creation = {
    ref: clusterRef(id),
    collection: clustersPath(id.namespace),
    body,
    doing: `creating cluster ${id.name}`,
    adopt,
    nameTaken: () => alreadyExists(id),
  };
  return await createObject(context, creation, options);
}

const alreadyExists = (id: ClusterId): CoreError =>
  new CoreError(
    "AlreadyExists",
    `A cluster named ${id.name} already exists in namespace ${id.namespace}, and it was not created with these settings.`,
    {
      summary: `Cluster ${id.namespace}/${id.name} already exists`,
      path: ["name"],
      hint: "Choose another name.",
      remedy: { kind: "takeOver", owner: "cluster", id: clusterKey(id) },
    },
  );
