import type { ValueObject } from "../values/value.ts";
import { Diagnostics } from "./diagnostic.ts";
import { type Engine, findResource, guarded, requireClient } from "./engine.ts";
import type { Private } from "./resource.ts";
import { withAllKeys } from "./value-object.ts";

export interface ImportAnswer {
  readonly diagnostics: Diagnostics;
  readonly state: ValueObject | undefined;
  readonly private: Private;
  readonly identity: Record<string, string> | undefined;
}

/** ImportResourceState, by id or by identity: only identifying attributes are set, the read that follows fills the rest. */
export async function importResource<Client>(
  engine: Engine<Client>,
  type: string,
  source: { id: string } | { identity: Record<string, string> },
): Promise<ImportAnswer> {
  const diagnostics = new Diagnostics();
  let state: ValueObject | undefined;
  let identity: Record<string, string> | undefined;
  await guarded(engine, diagnostics, () => {
    const { definition } = findResource(engine, type);
    state = withAllKeys(definition.schema, definition.importState(source, requireClient(engine)));
    identity = definition.identify(state);
  });
  return { diagnostics, state, private: { imported: true }, identity };
}
