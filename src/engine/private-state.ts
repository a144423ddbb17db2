import { isJsonObject } from "../base/json.ts";
import type { Private } from "./resource.ts";

/** Private state as Terraform stores it: JSON bytes, empty when there is none. What cannot be read counts as none. */
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
