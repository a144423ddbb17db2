import { parseDuration } from "../../schema/check.ts";
import type { ValueObject } from "../../values/value.ts";
import { Diagnostics } from "../diagnostic.ts";
import { addError, type Engine, requireClient } from "../engine.ts";
import { asObject } from "../nested.ts";
import type { ErasedDefinition, Private, Resource } from "./definition.ts";
import { pathsIn, releasedNote, setNote } from "./private-state.ts";
import { forgetUnknown, keepPromises, stateAfterApply } from "./state-after-apply.ts";
import { configuredPaths, formerWish, wishOf } from "./wish.ts";

interface ApplyRequest {
  readonly prior: ValueObject | null;
  readonly planned: ValueObject | null;
  /** Null on destroy. */
  readonly config: ValueObject | null;
  readonly private: Private;
  readonly signal: AbortSignal;
}

interface ApplyAnswer {
  readonly diagnostics: Diagnostics;
  readonly state: ValueObject | null;
  readonly private: Private;
  readonly identity: Record<string, string> | undefined;
}

/**
 * Implements ApplyResourceChange. Always returns the best known state: every accepted write is in the state, even if a later step fails
 * (design §4 rule 6, protocol.md §4.3).
 */
export async function applyResource<Client>(
  engine: Engine<Client>,
  { definition }: Resource<Client>,
  request: ApplyRequest,
): Promise<ApplyAnswer> {
  const diagnostics = new Diagnostics();
  const { planned: _planned, [releasedNote]: released, ...kept } = request.private;
  const notes: Private = { ...kept };
  let state: ValueObject | null = request.prior;
  try {
    const { schema } = definition;
    const client = requireClient(engine);
    if (request.planned === null || request.config === null) {
      if (request.prior !== null) {
        await definition.remove({
          state: request.prior,
          former: formerWish(schema, request.prior, request.prior, new Set(pathsIn(notes[setNote]))),
          client,
          signal: request.signal,
          timeoutMs: timeout(definition, request.prior, "delete"),
          private: notes,
          diagnostics,
        });
      }
      state = null;
    } else {
      const { planned, prior } = request;
      const set = new Set(setNote in notes ? pathsIn(notes[setNote]) : configuredPaths(schema, request.config));
      const observed = await definition.apply({
        wish: wishOf(schema, planned, request.config, set),
        former: prior === null ? undefined : formerWish(schema, prior, planned, set),
        planned,
        prior,
        client,
        signal: request.signal,
        timeoutMs: timeout(definition, planned, prior === null ? "create" : "update"),
        private: notes,
        diagnostics,
        save: (accepted) => {
          state = asObject(forgetUnknown(stateAfterApply(schema, planned, accepted)));
        },
      });
      state = asObject(forgetUnknown(keepPromises(schema, planned, stateAfterApply(schema, planned, observed))));
    }
  } catch (error) {
    addError(engine, diagnostics, error);
    // The next apply releases the paths that this apply did not release.
    if (released !== undefined) notes[setNote] = [...pathsIn(notes[setNote]), ...pathsIn(released)];
  }
  return { diagnostics, state, private: notes, identity: identityOf(definition, state) };
}

/** Returns undefined if the state of a failed apply has no identity; the state itself must not be lost. */
function identityOf<Client>(
  definition: ErasedDefinition<Client>,
  state: ValueObject | null,
): Record<string, string> | undefined {
  if (state === null) return undefined;
  try {
    return definition.identify(state);
  } catch {
    return undefined;
  }
}

function timeout<Client>(
  definition: ErasedDefinition<Client>,
  from: ValueObject,
  operation: "create" | "update" | "delete",
): number {
  const configured = from["timeouts"] ?? null;
  const own = configured === null ? null : (asObject(configured)[operation] ?? null);
  const text = typeof own === "string" ? own : definition.timeouts[operation];
  const milliseconds = parseDuration(text);
  if (milliseconds === undefined) throw new TypeError(`timeout ${JSON.stringify(text)} is no duration`);
  return milliseconds;
}
