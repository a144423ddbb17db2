import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { stringAt, valueAt } from "../../base/json-pointer.ts";
import type { Context } from "../context.ts";
import type { NodeGroupDesired } from "../desired/desired.ts";
import { groupHolds, groupSpec } from "../desired/node-group.ts";
import { type NodeGroupId, poolName, poolRef, poolsPath } from "../ids.ts";
import { lastWriteAnnotation, managedByLabel, managedByUs } from "../object/annotations.ts";
import type { AppObject } from "../object/app-object.ts";
import type { WaitOptions } from "../options.ts";
import type { Platform } from "../platform/platform.ts";
import { creationRecord } from "../write/content-hash.ts";
import { createObject } from "../write/create-object.ts";
import { deleting } from "../write/edit.ts";
import { alreadyExists } from "./edit.ts";

/**
 * Creates a `KubernetesNodes` object on a platform whose cluster spec has no groups. Version and Talos image must equal the cluster's,
 * which the platform does not check, and the storage class of the cluster is the default. Throws CoreError.
 */
export async function createPool(
  context: Context,
  platform: Platform,
  id: NodeGroupId,
  desired: NodeGroupDesired,
  cluster: AppObject,
  options: WaitOptions,
  annotations: Readonly<Record<string, string>> = {},
): Promise<AppObject> {
  const adopt = (found: AppObject): AppObject => {
    if (found.deletedAt !== undefined) throw deleting(found);
    if (found.spec["cluster"] !== id.cluster || !groupHolds(found.spec, desired, platform)) throw alreadyExists(id);
    return found;
  };
  const creation = {
    ref: poolRef(id),
    collection: poolsPath(id.namespace),
    body: poolBody(id, desired, cluster, platform, annotations),
    doing: `creating node group ${id.name}`,
    adopt,
    nameTaken: () => alreadyExists(id),
  };
  return await createObject(context, creation, options);
}

/** Returns the settings of a group with the storage class of its cluster, unless it has one of its own. */
export function withClass(desired: NodeGroupDesired, cluster: AppObject): NodeGroupDesired {
  const storageClass = stringAt(cluster.spec, ["storageClass"]);
  return desired.storageClass || storageClass === undefined ? desired : { ...desired, storageClass };
}

function poolBody(
  id: NodeGroupId,
  desired: NodeGroupDesired,
  cluster: AppObject,
  platform: Platform,
  annotations: Readonly<Record<string, string>>,
): JsonObject {
  const schema = platform.poolSpec ?? {};
  const settings = groupSpec(undefined, withClass(desired, cluster), undefined, platform, schema);
  const spec: JsonObject = { cluster: id.cluster, ...settings };
  const version = stringAt(cluster.spec, ["version"]);
  if (version !== undefined) spec["version"] = version;
  const talos = valueAt(cluster.spec, ["talos"]);
  if (isJsonObject(talos)) spec["talos"] = structuredClone(talos);
  const labels = { [managedByLabel]: managedByUs };
  const record = creationRecord({ spec, labels, annotations }, schema);
  return {
    apiVersion: "apps.cozystack.io/v1alpha1",
    kind: "KubernetesNodes",
    metadata: {
      name: poolName(id),
      namespace: id.namespace,
      labels,
      annotations: { ...annotations, [lastWriteAnnotation]: record },
    },
    spec,
  };
}
