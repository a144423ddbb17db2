import type { JsonObject } from "../../base/json.ts";
import { stringAt } from "../../base/json-pointer.ts";
import type { Context } from "../context.ts";
import { CoreError } from "../core-error.ts";
import { clusterChanges, clusterSpec } from "../desired/cluster.ts";
import type { ClusterDesired } from "../desired/desired.ts";
import { effective } from "../desired/patch.ts";
import { type ClusterId, clusterKey, clusterRef, clustersPath, defaultGroupName } from "../ids.ts";
import {
  creationAnnotation,
  type DefaultGroup,
  defaultGroupAnnotation,
  lastWriteAnnotation,
  managedByLabel,
  managedByUs,
} from "../object/annotations.ts";
import type { AppObject } from "../object/app-object.ts";
import type { WaitOptions } from "../options.ts";
import { clusterDefault, platformGroup } from "../platform/groups.ts";
import type { Platform } from "../platform/platform.ts";
import { createObject } from "../write/create-object.ts";
import { deleting } from "../write/edit.ts";
import { creationRecord, sha256 } from "../write/last-write.ts";

/** The body of a new cluster, complete and explicit, with what lets its creator recognise it. */
export function creationBody(id: ClusterId, desired: ClusterDesired, platform: Platform): JsonObject {
  const spec = clusterSpec(desired);
  // Explicit: the chart's own defaults change with the platform, and a version would even skip minors.
  for (const key of ["version", "storageClass"]) {
    const served = clusterDefault(platform, [key]);
    if (spec[key] === undefined && served !== undefined) spec[key] = served;
  }
  const mark = platform.nodeGroupsInSpec ? addDefaultGroup(spec, desired, platform) : undefined;
  const labels = { ...desired.labels, [managedByLabel]: desired.labels?.[managedByLabel] ?? managedByUs };
  const annotations = { ...desired.annotations, ...(mark === undefined ? {} : { [defaultGroupAnnotation]: mark }) };
  const hash = sha256({ spec, labels, annotations });
  const record = creationRecord({ spec, labels, annotations }, platform.clusterSpec);
  return {
    apiVersion: "apps.cozystack.io/v1alpha1",
    kind: "Kubernetes",
    metadata: {
      name: id.name,
      namespace: id.namespace,
      labels,
      annotations: { ...annotations, [creationAnnotation]: hash, [lastWriteAnnotation]: record },
    },
    spec,
  };
}

/** Adds the platform's own group to a new spec where it is wanted, else what keeps it away; returns its mark. */
function addDefaultGroup(spec: JsonObject, desired: ClusterDesired, platform: Platform): DefaultGroup | undefined {
  if (desired.defaultNodeGroup) {
    spec["nodeGroups"] = { [defaultGroupName]: platformGroup(platform) };
    return "platform";
  }
  // The null prevents two machines that the configuration does not want (platform.md §3.4, §7.1).
  spec["nodeGroups"] = platform.phantomGroup ? { [defaultGroupName]: null } : {};
  return platform.phantomGroup ? "none" : undefined;
}

/** The mark that a creation with this body leaves on the object. */
export const creationMark = (body: JsonObject): string | undefined =>
  stringAt(body, ["metadata", "annotations", creationAnnotation]);

/**
 * Creates a cluster, never twice. An object of that name is the same creation, cut short by a crash, only where label, creation mark and
 * every own key say so. Throws CoreError AlreadyExists (import it), Deleting, Refused, Denied, Unreachable.
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
