import type { ValueObject } from "../../values/value.ts";
import { DiagnosticError, Diagnostics } from "../diagnostic.ts";
import { type Engine, guarded, requireClient } from "../engine.ts";
import { withAllKeys } from "../nested.ts";
import type { IdentityAttributes, Private, Resource } from "./definition.ts";

interface ImportAnswer {
  readonly diagnostics: Diagnostics;
  readonly state: ValueObject | undefined;
  readonly private: Private;
  readonly identity: Record<string, string> | undefined;
}

/** Implements ImportResourceState, by id or by identity. Sets only identifying attributes; the following read sets the others. */
export async function importResource<Client>(
  engine: Engine<Client>,
  { definition }: Resource<Client>,
  source: { id: string } | { identity: Record<string, string> },
): Promise<ImportAnswer> {
  const diagnostics = new Diagnostics();
  let state: ValueObject | undefined;
  let identity: Record<string, string> | undefined;
  await guarded(engine, diagnostics, () => {
    if ("identity" in source) requireWholeIdentity(definition.identity, source.identity);
    state = withAllKeys(definition.schema, definition.importState(source, requireClient(engine)));
    identity = definition.identify(state);
  });
  return { diagnostics, state, private: { imported: true }, identity };
}

/** Rejects an identity with a missing or empty part, which would address another object or a list. Throws DiagnosticError. */
export function requireWholeIdentity(attributes: IdentityAttributes, identity: Record<string, string>): void {
  for (const [name, { optional }] of Object.entries(attributes)) {
    const part = identity[name];
    if (part === undefined ? optional === true : part.trim() !== "" && !part.includes("/")) continue;
    throw new DiagnosticError(
      "Invalid import identity",
      `\`${name}\` ${part === undefined ? "is missing from the identity" : `cannot be ${JSON.stringify(part)}`}.`,
    );
  }
}
