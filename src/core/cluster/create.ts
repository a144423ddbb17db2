import type { JsonObject } from "../../base/json.ts";
import { stringAt } from "../../base/json-pointer.ts";
import { KubeError } from "../../kube/kube-error.ts";
import { type Context, clusterTarget, type WaitOptions } from "../context.ts";
import { CoreError, isTransient } from "../core-error.ts";
import { type ClusterId, clusterPath, clustersPath, defaultGroupName } from "../ids.ts";
import {
  creationAnnotation,
  type DefaultGroup,
  defaultGroupAnnotation,
  lastWriteAnnotation,
  managedByLabel,
  managedByUs,
} from "../object/annotations.ts";
import { type AppObject, parseApp } from "../object/app-object.ts";
import { clusterDefault, platformGroup } from "../platform/groups.ts";
import { type Platform } from "../platform/platform.ts";
import { clusterChanges, clusterSpec } from "../spec/cluster.ts";
import type { ClusterDesired } from "../spec/desired.ts";
import { effective } from "../spec/patch.ts";
import { deleting } from "../write/edit.ts";
import { contentHash, sha256, writeMark } from "../write/last-write.ts";

const firstBackoffMs = 200;
const mostBackoffMs = 5_000;

/** The body of a new cluster, complete and explicit, with what lets its creator recognise it. */
export function creationBody(id: ClusterId, desired: ClusterDesired, platform: Platform): JsonObject {
  const spec = clusterSpec(desired);
  // Said outright: what is left to the chart's default changes with the platform, and a version would even skip minors.
  for (const key of ["version", "storageClass"]) {
    const served = clusterDefault(platform, [key]);
    if (spec[key] === undefined && served !== undefined) spec[key] = served;
  }
  let mark: DefaultGroup | undefined;
  if (platform.nodeGroupsInSpec) {
    if (desired.defaultNodeGroup) {
      spec["nodeGroups"] = { [defaultGroupName]: platformGroup(platform) };
      mark = "platform";
    } else {
      // The null keeps two machines away that nobody asked for (platform.md §3.4, §7.1).
      spec["nodeGroups"] = platform.phantomGroup ? { [defaultGroupName]: null } : {};
      if (platform.phantomGroup) mark = "none";
    }
  }
  const labels = { ...desired.labels, [managedByLabel]: desired.labels?.[managedByLabel] ?? managedByUs };
  const annotations = { ...desired.annotations, ...(mark === undefined ? {} : { [defaultGroupAnnotation]: mark }) };
  const hash = sha256({ spec, labels, annotations });
  const written = writeMark({
    attempts: 0,
    ready: "none",
    content: contentHash({ spec, labels, annotations }, platform.clusterSpec),
  });
  return {
    apiVersion: "apps.cozystack.io/v1alpha1",
    kind: "Kubernetes",
    metadata: {
      name: id.name,
      namespace: id.namespace,
      labels,
      annotations: { ...annotations, [creationAnnotation]: hash, [lastWriteAnnotation]: written },
    },
    spec,
  };
}

/** The mark that a creation with this body leaves on the object. */
export const creationMark = (body: JsonObject): string | undefined =>
  stringAt(body, ["metadata", "annotations", creationAnnotation]);

/**
 * Creates a cluster, never twice: where an answer is lost it looks first, and an object of that name counts as its own only where label,
 * creation mark and every own key say so, as after a crash. Throws CoreError AlreadyExists (import it), Deleting, Refused, Denied …
 */
export async function createCluster(
  context: Context,
  id: ClusterId,
  desired: ClusterDesired,
  platform: Platform,
  { signal, deadline }: WaitOptions,
): Promise<AppObject> {
  const body = creationBody(id, desired, platform);
  let backoff = firstBackoffMs;
  let looked = 0;
  for (;;) {
    signal.throwIfAborted();
    try {
      const post = () => context.client.request({ method: "POST", path: clustersPath(id.namespace), body, signal });
      const created = parseApp(await context.lock.shared(post));
      context.writer.created(clusterTarget(id), created);
      return created;
    } catch (error) {
      context.reader.forget();
      const exists = error instanceof KubeError && error.code === "AlreadyExists";
      if (!exists && !isTransient(error)) throw CoreError.from(error, `creating cluster ${id.name}`, signal);
      const found = await look(context, id, deadline, signal);
      if (found !== undefined) return adopt(id, found, desired, body, platform);
      // Somebody is there whom no replica shows yet, or who has just gone: look again, but not for ever.
      if (exists && ++looked > 20) throw alreadyExists(id);
      if (context.clock.now() + backoff > deadline) throw CoreError.from(error, `creating cluster ${id.name}`, signal);
      context.log("debug", "creating a cluster did not go through; trying again", { cluster: id.name });
      await context.clock.sleep(backoff * (0.5 + context.random()), signal);
      backoff = Math.min(backoff * 2, mostBackoffMs);
    }
  }
}

async function look(
  context: Context,
  id: ClusterId,
  deadline: number,
  signal: AbortSignal,
): Promise<AppObject | undefined> {
  for (let backoff = firstBackoffMs; ; backoff = Math.min(backoff * 2, mostBackoffMs)) {
    try {
      return await context.reader.app(clusterPath(id), id.name);
    } catch (error) {
      if (!isTransient(error) || context.clock.now() + backoff > deadline)
        throw CoreError.from(error, `reading cluster ${id.name}`, signal);
      await context.clock.sleep(backoff, signal);
    }
  }
}

/** The object as one's own crashed creation, or the reason why it is not. */
function adopt(
  id: ClusterId,
  found: AppObject,
  desired: ClusterDesired,
  body: JsonObject,
  platform: Platform,
): AppObject {
  if (found.deletedAt !== undefined) throw deleting(found);
  const ours =
    Object.hasOwn(found.labels, managedByLabel) && found.annotations[creationAnnotation] === creationMark(body);
  const differs = effective(found.json, clusterChanges(found.json, desired, {}, platform)).length > 0;
  if (!ours || differs) throw alreadyExists(id);
  return found;
}

const alreadyExists = (id: ClusterId): CoreError =>
  new CoreError(
    "AlreadyExists",
    `A cluster named ${id.name} already exists in namespace ${id.namespace}, and it was not created by this configuration.`,
    {
      summary: `Cluster ${id.namespace}/${id.name} already exists`,
      path: ["name"],
      hint: `To manage it here, run \`terraform import <address> ${id.namespace}/${id.name}\`. Otherwise choose another name.`,
    },
  );
