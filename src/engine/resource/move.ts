import type { ValueObject } from "../../values/value.ts";
import { Diagnostics } from "../diagnostic.ts";
import { type Engine, guarded } from "../engine.ts";
import { withAllKeys } from "../nested.ts";
import type { MoveSource, Private, Resource } from "./definition.ts";

interface MoveAnswer {
  readonly diagnostics: Diagnostics;
  readonly state: ValueObject | undefined;
  readonly private: Private;
  readonly identity: Record<string, string> | undefined;
}

/**
 * Implements MoveResourceState: a `moved` block from another resource type or another provider. The next read sets the other
 * attributes.
 */
export async function moveResource<Client>(
  engine: Engine<Client>,
  { type: targetType, definition }: Resource<Client>,
  source: MoveSource,
): Promise<MoveAnswer> {
  const diagnostics = new Diagnostics();
  let state: ValueObject | undefined;
  let identity: Record<string, string> | undefined;
  await guarded(engine, diagnostics, () => {
    const partial = definition.moveState?.(source);
    if (partial === undefined) {
      diagnostics.error(
        "Unsupported resource move",
        `A \`${source.type}\` of ${source.providerAddress} cannot become a \`${targetType}\`. ` +
          "Remove it from the state (`terraform state rm <address>`) and import it as the new type.",
      );
      return;
    }
    state = withAllKeys(definition.schema, partial);
    identity = definition.identify(state);
  });
  return { diagnostics, state, private: { imported: true }, identity };
}
