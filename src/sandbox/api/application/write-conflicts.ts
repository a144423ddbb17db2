import type { Kind } from "../../platform/profile.ts";
import { ApiStatus, badRequest, internalError } from "../../server/api-status.ts";
import type { HelmRelease } from "../../store/helm-release.ts";
import { group, groupVersion } from "./application.ts";

/** Name of the HelmRelease of an application. */
export const fullName = (kind: Kind, name: string): string => `${kind.releasePrefix}${name}`;

const conflict = (kind: Kind, name: string, text: string): ApiStatus =>
  internalError(
    `failed to update HelmRelease: Operation cannot be fulfilled on helmreleases.helm.toolkit.fluxcd.io "${fullName(kind, name)}": ${text}`,
  );

export const versionConflict = (kind: Kind, name: string): ApiStatus =>
  conflict(kind, name, "the object has been modified; please apply your changes to the latest version and try again");

export const uidConflict = (namespace: string, kind: Kind, current: HelmRelease, uid: string): ApiStatus =>
  conflict(
    kind,
    current.name,
    `StorageError: invalid object, Code: 4, Key: /registry/helm.toolkit.fluxcd.io/helmreleases/${namespace}/${fullName(kind, current.name)}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${current.uid}`,
  );

export const nameMismatch = (inBody: string, inUrl: string): ApiStatus =>
  badRequest(`the name of the object (${inBody}) does not match the name on the URL (${inUrl})`);

export function applyConflict(kind: Kind, name: string, fields: readonly string[]): ApiStatus {
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
