import { isJsonObject } from "../../base/json.ts";
import type { Private } from "./definition.ts";

/** Decodes private state as Terraform stores it: JSON bytes, empty if there is none. Invalid JSON decodes to an empty object. */
export function decodePrivate(bytes: Uint8Array | undefined): Private {
  if (bytes === undefined || bytes.length === 0) return {};
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isJsonObject(parsed) ? { ...parsed } : {};
  } catch {
    return {};
  }
}

export const encodePrivate = (value: Private): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

/** Note: the paths that the configuration of the last apply set. Absent after an import until the first apply. */
export const setNote = "set";
/** Note of a plan: the released paths, kept until an apply has succeeded. */
export const releasedNote = "released";

/** Returns the paths of a note; empty if there is no such note. */
export const pathsIn = (note: Private[string] | undefined): string[] =>
  Array.isArray(note) ? note.filter((path) => typeof path === "string") : [];
