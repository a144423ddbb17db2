import { isJsonObject, type Json, type JsonObject } from "../../../base/json.ts";
import { applyJsonPatch, JsonPatchError } from "../../../base/json-patch.ts";
import { mergePatch } from "../../patch/merge-patch.ts";
import type { Kind, Profile } from "../../platform/profile.ts";
import { ApiStatus, badRequest, internalError, notFound, unprocessable } from "../../server/api-status.ts";
import type { HelmRelease } from "../../store/helm-release.ts";
import { type KubeObject, text } from "../../store/kube-object.ts";
import type { PlatformState } from "../../store/platform-state.ts";
import { checkName, checkReservedKeys, group, toApplication } from "./application.ts";
import { mergeApplied } from "./merge-applied.ts";
import { decodeObject } from "./request-body.ts";
import { applyConflict, fullName, nameMismatch, uidConflict, versionConflict } from "./write-conflicts.ts";

/** The writes of the aggregated API server (platform.md §1.5, §7). */
export interface ApplicationWrites {
  create(kind: Kind, body: string): Promise<KubeObject>;
  replace(kind: Kind, name: string, body: string): Promise<KubeObject>;
  patch(
    kind: Kind,
    name: string,
    type: string,
    body: string,
    query: URLSearchParams,
    /** How many versions back the base of the patch is in the server's cache. */
    stale: number,
  ): Promise<{ created: boolean; object: KubeObject }>;
  remove(kind: Kind, name: string): JsonObject;
}

interface ApplicationWritesOptions {
  readonly profile: Profile;
  readonly namespace: string;
  readonly state: PlatformState;
  readonly view: (release: HelmRelease, kind: Kind) => KubeObject;
  /** The time between reading an object and storing it. Real milliseconds. */
  readonly pause: (ms: number) => Promise<void>;
  /** Called when two concurrent writes to objects without labels crash the API server (platform.md §7). */
  readonly crash: () => void;
  readonly accepted: (release: HelmRelease) => void;
}

/** Duration of a write to etcd: overlapping writes conflict. */
const inFlight = 6;
/** Pauses between the attempts of 1.5 and later to store over a conflict. */
const conflictRetries = [10, 50, 250, 250];

interface Submitted {
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: JsonObject;
}

export function createApplicationWrites(options: ApplicationWritesOptions): ApplicationWrites {
  const { profile, namespace, state } = options;
  const decode = (kind: Kind, body: string) => decodeObject(profile, kind, namespace, body);
  const write: WriteContext = { ...options, carryOut: unlabelledWritesCrash(options.crash) };
  return {
    create: async (kind, body) => await create(write, kind, decode(kind, body)),
    replace: async (kind, name, body) => {
      const object = decode(kind, body);
      const named = text(metadataOf(object)["name"]);
      if (named !== "" && named !== name) throw nameMismatch(named, name);
      return await store(write, kind, existing(state, kind, name), object);
    },
    patch: async (kind, name, type, body, query, stale) => {
      if (type === "application/apply-patch+yaml") return await apply(write, kind, name, decode(kind, body), query);
      const live = existing(state, kind, name);
      // 1.1 detects by the version that the base is old; from 1.5 the server takes the current one instead (platform.md §7).
      const base = stale > 0 ? state.releases.before(live, stale) : live;
      const current = toApplication(base, kind, namespace);
      const patch = parsePatch(body);
      const patched = type === "application/json-patch+json" ? jsonPatched(current, patch) : mergePatch(current, patch);
      if (!isJsonObject(patched) || (patched["spec"] !== undefined && !isJsonObject(patched["spec"])))
        throw unprocessable();
      return { created: false, object: await store(write, kind, base, patched) };
    },
    remove: (kind, name) => {
      state.releases.remove(existing(state, kind, name));
      const marked = state.releases.get(kind.name, name);
      if (marked) options.accepted(marked);
      return {
        kind: "Status",
        apiVersion: "v1",
        metadata: {},
        status: "Success",
        details: { name, kind: kind.name },
        code: 200,
      };
    },
  };
}

interface WriteContext extends ApplicationWritesOptions {
  /** Runs a write and crashes the server where another one of the same sort runs. */
  readonly carryOut: <T>(submitted: Submitted, write: () => Promise<T>) => Promise<T>;
}

/** Two writes at once to objects without labels are a concurrent write to one Go map, and end the process. */
function unlabelledWritesCrash(crash: () => void): WriteContext["carryOut"] {
  let unlabelled = 0;
  return async (submitted, write) => {
    const isUnlabelled = Object.keys(submitted.labels).length === 0;
    if (isUnlabelled) unlabelled += 1;
    try {
      if (isUnlabelled && unlabelled > 1) crash();
      return await write();
    } finally {
      if (isUnlabelled) unlabelled -= 1;
    }
  };
}

async function create(context: WriteContext, kind: Kind, object: JsonObject): Promise<KubeObject> {
  const { releases } = context.state;
  const submitted = submit(object);
  checkName(kind, submitted.name);
  checkReservedKeys(submitted.spec);
  return await context.carryOut(submitted, async () => {
    await context.pause(inFlight);
    if (releases.get(kind.name, submitted.name)) {
      throw internalError(
        `failed to create HelmRelease: helmreleases.helm.toolkit.fluxcd.io "${fullName(kind, submitted.name)}" already exists`,
      );
    }
    const { labels, annotations, spec: values } = submitted;
    const release = releases.create(kind.name, submitted.name, { labels, annotations, values });
    context.accepted(release);
    return context.view(release, kind);
  });
}

/** Stores an object over `base`, the version that was read for it. */
async function store(context: WriteContext, kind: Kind, base: HelmRelease, object: JsonObject): Promise<KubeObject> {
  const submitted = submit(object);
  if (submitted.name !== "" && submitted.name !== base.name) throw nameMismatch(submitted.name, base.name);
  checkReservedKeys(submitted.spec);
  const { retriesWriteConflicts } = context.profile.capabilities.api;
  let expected = submitted.resourceVersion || String(base.resourceVersion);
  return await context.carryOut(submitted, async () => {
    for (let attempt = 0; ; attempt += 1) {
      if (retriesWriteConflicts) expected = String(existing(context.state, kind, base.name).resourceVersion);
      await context.pause(inFlight);
      const current = existing(context.state, kind, base.name);
      if (submitted.uid !== "" && submitted.uid !== current.uid) {
        throw uidConflict(context.namespace, kind, current, submitted.uid);
      }
      if (expected === String(current.resourceVersion)) return overwrite(context, kind, current, submitted);
      const wait = conflictRetries[attempt];
      if (!retriesWriteConflicts || wait === undefined) throw versionConflict(kind, base.name);
      await context.pause(wait);
    }
  });
}

function overwrite(context: WriteContext, kind: Kind, current: HelmRelease, submitted: Submitted): KubeObject {
  const { labels, annotations, spec: values } = submitted;
  // The handler builds a new HelmRelease and so drops the finalizers of others (platform.md §1.11).
  const release = context.state.releases.write(current, { labels, annotations, values, finalizers: [] });
  // Flux reacts to a new generation only: after a change of labels alone its finalizer is not restored (platform.md §1.11).
  if (release.generation !== current.generation) context.accepted(release);
  const answered =
    release.deletionTimestamp === undefined ? release : { ...release, resourceVersion: current.resourceVersion };
  return context.view(answered, kind);
}

/** Server-side apply: creates, or merges into what exists. */
async function apply(
  context: WriteContext,
  kind: Kind,
  name: string,
  applied: JsonObject,
  query: URLSearchParams,
): Promise<{ created: boolean; object: KubeObject }> {
  if (!query.get("fieldManager")) {
    throw new ApiStatus(
      422,
      "Invalid",
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    );
  }
  const base = context.state.releases.get(kind.name, name);
  if (!base) return { created: true, object: await create(context, kind, applied) };
  const current = toApplication(base, kind, context.namespace);
  const merged = mergeApplied(current, applied, query.get("force") === "true");
  if (!merged.ok) throw applyConflict(kind, name, merged.fields);
  return { created: false, object: await store(context, kind, base, merged.object) };
}

function existing(state: PlatformState, kind: Kind, name: string): HelmRelease {
  const release = state.releases.get(kind.name, name);
  if (!release) throw notFound(group, kind.plural, name);
  return release;
}

function jsonPatched(current: KubeObject, patch: Json): Json {
  try {
    return applyJsonPatch(current, patch);
  } catch (error) {
    if (error instanceof JsonPatchError) throw unprocessable();
    throw error;
  }
}

function parsePatch(body: string): Json {
  try {
    return JSON.parse(body) as Json;
  } catch (error) {
    throw badRequest(`error decoding patch: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const metadataOf = (object: JsonObject): JsonObject => (isJsonObject(object["metadata"]) ? object["metadata"] : {});

function submit(object: JsonObject): Submitted {
  const metadata = metadataOf(object);
  const strings = (value: Json | undefined): Record<string, string> =>
    isJsonObject(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, text(item)])) : {};
  return {
    name: text(metadata["name"]),
    uid: text(metadata["uid"]),
    resourceVersion: text(metadata["resourceVersion"]),
    labels: strings(metadata["labels"]),
    annotations: strings(metadata["annotations"]),
    spec: isJsonObject(object["spec"]) ? object["spec"] : {},
  };
}
