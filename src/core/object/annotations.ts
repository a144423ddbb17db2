/**
 * Metadata that this library stores on an object: a label that makes concurrent writes safe (two writes to objects without labels crash
 * the API server, platform.md §7), and annotations with state that no read of the spec shows.
 */
export const managedByLabel = "app.kubernetes.io/managed-by";
export const managedByUs = "terraform-provider-hikube";

/** sha256 of the payload of a creation, by which its creator identifies the object after a crash. Removed by the next write. */
export const creationAnnotation = "hikube.cloud/creation";
/** Annotation of release 0.1, replaced by `hikube.cloud/last-write`. */
export const formerWriteAnnotation = "hikube.cloud/metadata-write";
/** Set by every write: the record of `last-write.ts` for other processes. */
export const lastWriteAnnotation = "hikube.cloud/last-write";
/**
 * The state of the default group `md0` that the platform adds. `none`: not desired, every write sets it to null. `managed`: managed
 * like any other group. `platform`: requested by the configuration.
 */
export const defaultGroupAnnotation = "hikube.cloud/default-node-group";
export type DefaultGroup = "none" | "managed" | "platform";

/** The settings of `talos` that a configuration sets, as the API names them, e.g. `version,schematicID`; the others keep the platform's defaults. */
export const talosAnnotation = "hikube.cloud/talos";

/**
 * Followed by an add-on's API name: the paths (JSON, a list of lists) of its secret Helm values, which are not stored. Another process
 * needs the paths to redact the values in reads and errors.
 */
export const secretValuesAnnotation = "hikube.cloud/secret-values.";

/** Uid of a deleted object whose parts this object takes over, so that they are deleted with it. */
export const successorAnnotation = "hikube.cloud/successor-of";

const own = new Set([
  creationAnnotation,
  formerWriteAnnotation,
  lastWriteAnnotation,
  defaultGroupAnnotation,
  talosAnnotation,
  successorAnnotation,
]);

/** Returns the labels or annotations without those that this library uses internally. */
export const withoutOwnKeys = (keys: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(keys).filter(
      ([key, value]) =>
        !own.has(key) && !key.startsWith(secretValuesAnnotation) && !(key === managedByLabel && value === managedByUs),
    ),
  );

export const annotationPath = (key: string): string[] => ["metadata", "annotations", key];
export const labelPath = (key: string): string[] => ["metadata", "labels", key];
