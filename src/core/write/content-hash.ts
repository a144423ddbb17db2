import { createHash } from "node:crypto";
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { creationAnnotation, lastWriteAnnotation } from "../object/annotations.ts";
import type { AppObject } from "../object/app-object.ts";
import { writeMark } from "../object/last-write.ts";
import { applyDefaults } from "../platform/schema-defaults.ts";

/** Returns the record of a creation: a POST keeps Flux's finalizer, so no attempt has to begin after it. */
export const creationRecord = (
  created: Pick<AppObject, "spec" | "labels" | "annotations">,
  schema: JsonObject,
): string => writeMark({ attempts: 0, ready: "none", content: contentHash(created, schema) });

/** Returns a hash of the content that writes set, as it is read: with the platform's defaults, without the records of writes. */
export function contentHash(
  { spec, labels, annotations }: Pick<AppObject, "spec" | "labels" | "annotations">,
  schema: JsonObject,
): string {
  const { [lastWriteAnnotation]: _, [creationAnnotation]: __, ...others } = annotations;
  return sha256({ spec: applyDefaults(spec, schema) ?? {}, labels, annotations: others }).slice(0, 32);
}

export const sha256 = (value: Json): string => createHash("sha256").update(canonical(value)).digest("hex");

/** Returns JSON with sorted keys. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const entries = Object.keys(value).sort();
  return `{${entries.map((key) => `${JSON.stringify(key)}:${canonical(value[key] ?? null)}`).join(",")}}`;
}
