import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { applyJsonPatch, JsonPatchError } from "../../base/json-patch.ts";
import { ApiStatus, badRequest, internalError, notFound, unprocessable } from "../server/api-status.ts";
import { checkName, checkReservedKeys, group, groupVersion, toApplication } from "./application.ts";
import type { HelmRelease } from "../store/helm-release.ts";
import { type KubeObject, text } from "../store/kube-object.ts";
import { mergeApplied, mergePatch } from "./merge-patch.ts";
import type { Kind, Profile } from "../platform/profile.ts";
import { decodeObject } from "./request-body.ts";
import type { World } from "../store/world.ts";

/** The write half of the aggregated API server: what it does with a body, step by step (platform.md §1.5, §7). */
export interface ApplicationWrites {
  create(kind: Kind, body: string): Promise<KubeObject>;
  replace(kind: Kind, name: string, body: string): Promise<KubeObject>;
  patch(
    kind: Kind,
    name: string,
    type: string,
    body: string,
    query: URLSearchParams,
    /** How many versions back the server's cache is, from which it takes what it patches. */
    stale: number,
  ): Promise<{ created: boolean; object: KubeObject }>;
  remove(kind: Kind, name: string): JsonObject;
}

export interface ApplicationWritesOptions {
  readonly profile: Profile;
  readonly namespace: string;
  readonly world: World;
  readonly view: (release: HelmRelease, kind: Kind) => KubeObject;
  /** Resolves after the moment that lies between reading an object and storing it. Real milliseconds. */
  readonly pause: (ms: number) => Promise<void>;
  /** Called when two writes at once to objects without labels have killed the API server (platform.md §7). */
  readonly crash: () => void;
  readonly accepted: (release: HelmRelease) => void;
}

/** How long a write is on its way to etcd: what overlaps within it, conflicts. */
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
  const { profile, namespace, world, view } = options;
  const retriesConflicts = profile.platform !== "1.1.2";
  let unlabelled = 0;

  /** Runs a write; two at once on objects without labels are a concurrent write to one Go map, and end the process. */
  const carryOut = async <T>(submitted: Submitted, write: () => Promise<T>): Promise<T> => {
    const bare = Object.keys(submitted.labels).length === 0;
    if (bare) unlabelled += 1;
    try {
      if (bare && unlabelled > 1) options.crash();
      return await write();
    } finally {
      if (bare) unlabelled -= 1;
    }
  };

  const fullName = (kind: Kind, name: string) => `${kind.releasePrefix}${name}`;
  const conflict = (kind: Kind, name: string, text: string) =>
    internalError(
      `failed to update HelmRelease: Operation cannot be fulfilled on helmreleases.helm.toolkit.fluxcd.io "${fullName(kind, name)}": ${text}`,
    );

  const create = async (kind: Kind, object: JsonObject): Promise<KubeObject> => {
    const submitted = submit(object);
    checkName(kind, submitted.name);
    checkReservedKeys(submitted.spec);
    return await carryOut(submitted, async () => {
      await options.pause(inFlight);
      if (world.releases.get(kind.name, submitted.name)) {
        throw internalError(
          `failed to create HelmRelease: helmreleases.helm.toolkit.fluxcd.io "${fullName(kind, submitted.name)}" already exists`,
        );
      }
      const { labels, annotations, spec: values } = submitted;
      const release = world.releases.create(kind.name, submitted.name, { labels, annotations, values });
      options.accepted(release);
      return view(release, kind);
    });
  };

  const existing = (kind: Kind, name: string): HelmRelease => {
    const release = world.releases.get(kind.name, name);
    if (!release) throw notFound(group, kind.plural, name);
    return release;
  };

  /** Stores an object over `base`, the version that was read for it. */
  const store = async (kind: Kind, base: HelmRelease, object: JsonObject): Promise<KubeObject> => {
    const submitted = submit(object);
    if (submitted.name !== "" && submitted.name !== base.name) {
      throw badRequest(`the name of the object (${submitted.name}) does not match the name on the URL (${base.name})`);
    }
    checkReservedKeys(submitted.spec);
    let expected = submitted.resourceVersion || String(base.resourceVersion);
    return await carryOut(submitted, async () => {
      for (let attempt = 0; ; attempt += 1) {
        if (retriesConflicts) expected = String(existing(kind, base.name).resourceVersion);
        await options.pause(inFlight);
        const current = existing(kind, base.name);
        if (submitted.uid !== "" && submitted.uid !== current.uid) {
          throw conflict(
            kind,
            base.name,
            `StorageError: invalid object, Code: 4, Key: /registry/helm.toolkit.fluxcd.io/helmreleases/${namespace}/${fullName(kind, base.name)}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${submitted.uid}, UID in object meta: ${current.uid}`,
          );
        }
        if (expected !== String(current.resourceVersion)) {
          const wait = conflictRetries[attempt];
          if (!retriesConflicts || wait === undefined) {
            throw conflict(
              kind,
              base.name,
              "the object has been modified; please apply your changes to the latest version and try again",
            );
          }
          await options.pause(wait);
          continue;
        }
        const { labels, annotations, spec: values } = submitted;
        // The handler builds the HelmRelease anew and so drops the finalizers of others (platform.md §1.11).
        const release = world.releases.write(current, { labels, annotations, values, finalizers: [] });
        // Flux only hears of a new generation: after a change of labels alone its finalizer stays away (platform.md §1.11).
        if (release.generation !== current.generation) options.accepted(release);
        const answered =
          release.deletionTimestamp === undefined ? release : { ...release, resourceVersion: current.resourceVersion };
        return view(answered, kind);
      }
    });
  };

  return {
    create: async (kind, body) => await create(kind, decodeObject(profile, kind, namespace, body)),
    replace: async (kind, name, body) => {
      const object = decodeObject(profile, kind, namespace, body);
      const named = text(metadataOf(object)["name"]);
      if (named !== "" && named !== name) {
        throw badRequest(`the name of the object (${named}) does not match the name on the URL (${name})`);
      }
      return await store(kind, existing(kind, name), object);
    },
    patch: async (kind, name, type, body, query, stale) => {
      if (type === "application/apply-patch+yaml") {
        const applied = decodeObject(profile, kind, namespace, body);
        if (!query.get("fieldManager")) {
          throw new ApiStatus(
            422,
            "Invalid",
            'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
          );
        }
        const base = world.releases.get(kind.name, name);
        if (!base) return { created: true, object: await create(kind, applied) };
        const current = toApplication(base, kind, namespace);
        const merged = mergeApplied(current, applied, query.get("force") === "true");
        if (!merged.ok) throw applyConflict(kind, name, merged.fields);
        return { created: false, object: await store(kind, base, merged.object) };
      }
      const live = existing(kind, name);
      // 1.1 tells by the version that the base was old; from 1.5 the server puts the current one in its place (platform.md §7).
      const base = stale > 0 ? world.releases.before(live, stale) : live;
      const current = toApplication(base, kind, namespace);
      const patch = parsePatch(body);
      const patched = type === "application/json-patch+json" ? jsonPatched(current, patch) : mergePatch(current, patch);
      if (!isJsonObject(patched) || (patched["spec"] !== undefined && !isJsonObject(patched["spec"])))
        throw unprocessable();
      return { created: false, object: await store(kind, base, patched) };
    },
    remove: (kind, name) => {
      const release = existing(kind, name);
      world.releases.remove(release);
      const marked = world.releases.get(kind.name, name);
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

function applyConflict(kind: Kind, name: string, fields: readonly string[]): ApiStatus {
  const message = `conflict with "before-first-apply" using ${groupVersion}`;
  const summary =
    fields.length === 1
      ? `Apply failed with 1 conflict: ${message}: ${fields[0]}`
      : `Apply failed with ${fields.length} conflicts: ${message}:\n${fields.map((field) => `- ${field}`).join("\n")}`;
  return new ApiStatus(409, "Conflict", summary, {
    name,
    group,
    kind: kind.plural,
    causes: fields.map((field) => ({ reason: "FieldManagerConflict", message, field })),
  });
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
