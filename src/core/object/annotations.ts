/**
 * What this library writes down on an object for itself: a label that makes concurrent writes safe (platform.md §7: two writes to
 * objects without labels kill the API server), and what no read can tell.
 */
export const managedByLabel = "app.kubernetes.io/managed-by";
export const managedByUs = "terraform-provider-hikube";

/** sha256 of the payload an object was created with; its creator recognises it after a crash. Gone with the next write. */
export const creationAnnotation = "hikube.cloud/creation";
/** What 0.1 wrote down instead of `hikube.cloud/last-write`. */
export const formerWriteAnnotation = "hikube.cloud/metadata-write";
/** On every write: what `last-write.ts` notes for other processes. */
export const lastWriteAnnotation = "hikube.cloud/last-write";
/**
 * The state of the group `md0` that the platform adds by itself. `none`: it is not wanted, and every write sets it to null.
 * `managed`: it is a group like any other. `platform`: the configuration asked for it.
 */
export const defaultGroupAnnotation = "hikube.cloud/default-node-group";
export type DefaultGroup = "none" | "managed" | "platform";

/**
 * Followed by an add-on's API name: the paths (JSON, a list of lists) of its secret Helm values. The values
 * are not stored. Another process that reads them, or an error that quotes them, needs the paths to redact them.
 */
export const secretValuesAnnotation = "hikube.cloud/secret-values.";

const own = new Set([creationAnnotation, formerWriteAnnotation, lastWriteAnnotation, defaultGroupAnnotation]);

/** The labels and annotations that are the users' business. */
export const withoutOwnKeys = (keys: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(keys).filter(
      ([key, value]) =>
        !own.has(key) && !key.startsWith(secretValuesAnnotation) && !(key === managedByLabel && value === managedByUs),
    ),
  );

export const annotationPath = (key: string): string[] => ["metadata", "annotations", key];
export const labelPath = (key: string): string[] => ["metadata", "labels", key];
