import { createHash } from "node:crypto";
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { creationAnnotation, lastWriteAnnotation } from "../object/annotations.ts";
import type { AppObject } from "../object/app-object.ts";
import { applyDefaults } from "../platform/schema-defaults.ts";

/**
 * What every write of this library records on the object, for other processes: whether the platform has reconciled the object since its
 * last write decides whether it can be deleted (`Finalizers`).
 */
export interface LastWrite {
  /** How many attempts of Flux had to begin after the write until its finalizer was certainly back; 0 for the creation. */
  readonly attempts: number;
  /** The condition Ready at the write, as `readyMark` has it. */
  readonly ready: string;
  /** `contentHash` of the object as the write leaves it: where it differs, another client has written since. */
  readonly content: string;
  /** Pointer to the key that the write took out of the spec. */
  readonly removed?: string | undefined;
}

/** The condition Ready in short: another text means that Flux has reconciled the object in between. */
export const readyMark = ({ ready }: AppObject): string =>
  ready === undefined ? "none" : `${ready.status}/${ready.reason}/${ready.lastTransitionTime}`;

export const writeMark = ({ attempts, ready, content, removed }: LastWrite): string =>
  [attempts, ready, content, ...(removed === undefined ? [] : [removed])].join(" ");

/** The record of a creation: a POST keeps Flux's finalizer, so that no attempt has to begin after it. */
export const creationRecord = (
  created: Pick<AppObject, "spec" | "labels" | "annotations">,
  schema: JsonObject,
): string => writeMark({ attempts: 0, ready: "none", content: contentHash(created, schema) });

/** The record of the last write; undefined where there is none. */
export function lastWriteOf({ annotations }: AppObject): LastWrite | undefined {
  const [attempts, ready, content, removed] = annotations[lastWriteAnnotation]?.split(" ") ?? [];
  if (ready === undefined || content === undefined) return undefined;
  return { attempts: Number(attempts), ready, content, removed };
}

/** What a write sets, as it will be read: with the platform's defaults, without the records of the writes themselves. */
export function contentHash(
  { spec, labels, annotations }: Pick<AppObject, "spec" | "labels" | "annotations">,
  schema: JsonObject,
): string {
  const { [lastWriteAnnotation]: _, [creationAnnotation]: __, ...others } = annotations;
  return sha256({ spec: applyDefaults(spec, schema) ?? {}, labels, annotations: others }).slice(0, 32);
}

export const sha256 = (value: Json): string => createHash("sha256").update(canonical(value)).digest("hex");

/** JSON with sorted keys. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const entries = Object.keys(value).sort();
  return `{${entries.map((key) => `${JSON.stringify(key)}:${canonical(value[key] ?? null)}`).join(",")}}`;
}
