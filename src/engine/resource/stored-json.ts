import type { Json } from "../../base/json.ts";
import { DiagnosticError } from "../diagnostic.ts";

/**
 * JSON that Terraform stored: numbers that a JS number would change pass through unchanged when it is written out again.
 * Throws DiagnosticError for a text that is not JSON. The error does not quote it, because states hold secrets.
 */
export function parseStoredJson(bytes: Uint8Array | null | undefined, what: string): Json {
  const text = new TextDecoder().decode(bytes ?? new Uint8Array());
  try {
    return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) =>
      typeof value === "number" && context?.source !== undefined && String(value) !== context.source
        ? rawJson(context.source)
        : value,
    ) as Json;
  } catch {
    throw new DiagnosticError(
      `The ${what} cannot be read`,
      `The ${what} that Terraform has stored is damaged: it is not JSON. Restore the state from a backup, or remove the ` +
        "resource from it (`terraform state rm <address>`) and import it again.",
    );
  }
}

/** `JSON.rawJSON`, which the library types do not know yet. */
const rawJson = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON;
