import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { objectType } from "../../schema/kind.ts";
import { decodeJson } from "../../values/json.ts";
import type { ValueObject } from "../../values/value.ts";
import { Diagnostics } from "../diagnostic.ts";
import { type Engine, guarded } from "../engine.ts";
import { asObject } from "../nested.ts";
import type { ErasedDefinition, Resource } from "./definition.ts";
import { parseStoredJson } from "./stored-json.ts";

/** A state as stored by Terraform. */
interface StoredState {
  readonly json: Uint8Array | undefined;
  /** Whether the state is in the format from before Terraform 0.12. */
  readonly flatmap: boolean;
}

interface UpgradeAnswer {
  readonly diagnostics: Diagnostics;
  readonly state: ValueObject | undefined;
}

/**
 * Implements UpgradeResourceState, which is called for every stored instance, also of the current version. A foreign or damaged state
 * results in a diagnostic, never in a crash.
 */
export async function upgradeResource<Client>(
  engine: Engine<Client>,
  { type, definition }: Resource<Client>,
  version: number,
  raw: StoredState,
): Promise<UpgradeAnswer> {
  const diagnostics = new Diagnostics();
  let state: ValueObject | undefined;
  engine.holdsState = true;
  await guarded(engine, diagnostics, () => {
    const upgraded = currentJson(definition, version, raw);
    if (typeof upgraded === "string") refuse(type, upgraded, diagnostics);
    else {
      try {
        state = asObject(decodeJson(upgraded, objectType(definition.schema)));
      } catch (error) {
        refuse(type, `is damaged: ${error instanceof Error ? error.message : "it cannot be decoded"}`, diagnostics);
      }
    }
  });
  return { diagnostics, state };
}

const refuse = (type: string, why: string, diagnostics: Diagnostics): void =>
  diagnostics.error(
    "The stored state cannot be read",
    `The state of this \`${type}\` ${why}. Restore the state from a backup, or remove the resource from it ` +
      "(`terraform state rm <address>`) and import it again.",
  );

/** Returns the state as JSON of the current version, or the reason why it cannot be read. */
function currentJson<Client>(
  definition: ErasedDefinition<Client>,
  version: number,
  raw: StoredState,
): Uint8Array | string {
  if (raw.flatmap || raw.json === undefined || raw.json.length === 0)
    return "is in a form from before Terraform 0.12, which this provider never wrote";
  const current = definition.version ?? 0;
  if (version > current)
    return `was written by a newer version of the provider (state version ${version}, this one knows ${current})`;
  if (version === current) return raw.json;
  const upgraded = upgradeJson(definition.upgrades ?? {}, version, current, raw.json);
  return upgraded ?? `has version ${version}, which cannot be upgraded to version ${current}`;
}

type Upgrades = Readonly<Record<number, (state: JsonObject) => JsonObject>>;

function upgradeJson(upgrades: Upgrades, from: number, to: number, json: Uint8Array): Uint8Array | undefined {
  const parsed = parseStoredJson(json, "state");
  if (!isJsonObject(parsed)) return undefined;
  let state = parsed;
  for (let version = from; version < to; version++) {
    const upgrade = upgrades[version];
    if (upgrade === undefined) return undefined;
    state = upgrade(state);
  }
  return new TextEncoder().encode(JSON.stringify(state));
}
