import type { Json } from "../../base/json.ts";
import { DiagnosticError } from "../diagnostic.ts";

/**
 * Parses JSON stored by Terraform. A number that a JS number cannot represent exactly keeps its text when it is written again. Throws
 * DiagnosticError for a text that is not JSON. The error does not quote the text, because states contain secrets.
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

/** `JSON.rawJSON` is missing from the library types. */
const rawJson = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON;
