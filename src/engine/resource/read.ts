import type { ValueObject } from "../../values/value.ts";
import { Diagnostics } from "../diagnostic.ts";
import { type Engine, guarded, requireClient } from "../engine.ts";
import type { Private, Resource } from "./definition.ts";
import { stateAfterRead } from "./state-after-read.ts";

export interface ReadRequest {
  /** Null after an import by identity that produced no state. */
  readonly state: ValueObject | null;
  readonly private: Private;
  readonly signal: AbortSignal;
}

interface ReadAnswer {
  readonly diagnostics: Diagnostics;
  readonly state: ValueObject | null;
  readonly private: Private;
  readonly identity: Record<string, string> | undefined;
}

/** Implements ReadResource. Returns null for a deleted resource, and the stored state while the provider's configuration is unknown. */
export async function readResource<Client>(
  engine: Engine<Client>,
  { definition }: Resource<Client>,
  request: ReadRequest,
): Promise<ReadAnswer> {
  const diagnostics = new Diagnostics();
  const { imported, ...kept } = request.private;
  const notes: Private = { ...kept };
  let state = request.state;
  let identity: Record<string, string> | undefined;
  await guarded(engine, diagnostics, async () => {
    const stored = request.state;
    if (stored === null) return;
    if (engine.client === undefined && engine.configurationUnknown) {
      if (imported === true) notes["imported"] = true;
      identity = definition.identify(stored);
      return;
    }
    const live = await definition.read({
      state: stored,
      client: requireClient(engine),
      signal: request.signal,
      private: notes,
      imported: imported === true,
      diagnostics,
    });
    state = live === undefined ? null : stateAfterRead(definition.schema, stored, live, imported === true);
    if (state !== null) identity = definition.identify(state);
  });
  // Notes of a deleted resource do not apply to its successor.
  return { diagnostics, state, private: state === null ? {} : notes, identity };
}
