import type { JsonObject } from "../../../base/json.ts";
import type { Kind } from "../../platform/profile.ts";
import { applyDefaults } from "../../platform/schema-defaults.ts";
import { badRequest, type FieldFault, invalid } from "../../server/api-status.ts";
import type { Condition, HelmRelease } from "../../store/helm-release.ts";
import { type KubeObject, sorted } from "../../store/kube-object.ts";

export const group = "apps.cozystack.io";
export const groupVersion = "apps.cozystack.io/v1alpha1";

/**
 * The application that the API shows for a HelmRelease (platform.md §1.2): with defaults, without hidden keys, finalizers, generation and
 * managed fields.
 *
 * @param more conditions that the platform adds to those of Flux.
 */
export function toApplication(
  release: HelmRelease,
  kind: Kind,
  namespace: string,
  more: readonly Condition[] = [],
): KubeObject {
  const visible = Object.fromEntries(Object.entries(release.values).filter(([key]) => !key.startsWith("_")));
  const { version, conditions } = release.status;
  const shown = [...(conditions ?? []), ...more].map((condition): JsonObject => ({ ...condition }));
  return {
    apiVersion: groupVersion,
    kind: kind.name,
    metadata: {
      name: release.name,
      namespace,
      uid: release.uid,
      resourceVersion: String(release.resourceVersion),
      creationTimestamp: release.creationTimestamp,
      ...(release.deletionTimestamp === undefined ? {} : { deletionTimestamp: release.deletionTimestamp }),
      ...(Object.keys(release.labels).length > 0 ? { labels: sorted({ ...release.labels }) } : {}),
      ...(Object.keys(release.annotations).length > 0 ? { annotations: sorted({ ...release.annotations }) } : {}),
    },
    spec: sorted(applyDefaults(visible, kind.spec)),
    status: { ...(version === undefined ? {} : { version }), ...(shown.length > 0 ? { conditions: shown } : {}) },
  };
}

const label = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

/** The only validation of a create: the name (platform.md §1.3). @throws ApiStatus 422 */
export function checkName(kind: Kind, name: string): void {
  const refuse = (fault: Omit<FieldFault, "field">) => {
    throw invalid(group, kind.name, name, { field: "metadata.name", ...fault });
  };
  if (name === "") refuse({ reason: "FieldValueRequired", message: "Required value: name is required" });
  if (!label.test(name) || name.length > 63) {
    refuse({
      reason: "FieldValueInvalid",
      message: `Invalid value: "${name}": a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')`,
    });
  }
  if (name.length > kind.maxNameLength) {
    refuse({
      reason: "FieldValueInvalid",
      message: `Invalid value: "${name}": ${kind.lengthFault ?? `must be no more than ${kind.maxNameLength} characters (release prefix "${kind.releasePrefix}")`}`,
    });
  }
}

/** @throws ApiStatus 400 for a top-level key that the platform reserves. */
export function checkReservedKeys(spec: JsonObject): void {
  const reserved = Object.keys(spec)
    .sort()
    .find((key) => key.startsWith("_"));
  if (reserved !== undefined) {
    throw badRequest(`values key "${reserved}" is reserved (keys starting with '_' are not allowed)`);
  }
}
