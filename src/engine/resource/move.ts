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
    if (definition.moveState === undefined) {
      diagnostics.error(
        "Unsupported resource move",
        `No resource of another type can become a \`${targetType}\` by a \`moved\` block, also not the \`${source.type}\`. ` +
          "Import the object as the new type (`terraform import <address> <id>`).",
      );
      return;
    }
    state = withAllKeys(definition.schema, definition.moveState(source));
    identity = definition.identify(state);
  });
  return { diagnostics, state, private: { imported: true }, identity };
}
