import { isJsonObject, type JsonObject } from "../base/json.ts";
import { objectType } from "../schema/kind.ts";
import { decodeJson } from "../values/json.ts";
import type { ValueObject } from "../values/value.ts";
import { Diagnostics } from "./diagnostic.ts";
import { type Engine, findResource, guarded } from "./engine.ts";
import { parseStoredJson } from "./stored-json.ts";
import { asObject } from "./value-object.ts";

export interface UpgradeAnswer {
  readonly diagnostics: Diagnostics;
  readonly state: ValueObject | undefined;
}

/**
 * UpgradeResourceState: asked for every stored instance, also of the current version. A state that is not ours or is damaged
 * is refused with a text, never crashed on.
 */
export async function upgradeResource<Client>(
  engine: Engine<Client>,
  type: string,
  version: number,
  raw: { readonly json: Uint8Array | undefined; readonly flatmap: boolean },
): Promise<UpgradeAnswer> {
  const diagnostics = new Diagnostics();
  let state: ValueObject | undefined;
  engine.holdsState = true;
  await guarded(engine, diagnostics, () => {
    const { definition } = findResource(engine, type);
    const refuse = (why: string) =>
      diagnostics.error(
        "The stored state cannot be read",
        `The state of this \`${type}\` ${why}. Restore the state from a backup, or remove the resource from it ` +
          "(`terraform state rm <address>`) and import it again.",
      );
    if (raw.flatmap || raw.json === undefined || raw.json.length === 0) {
      refuse("is in a form from before Terraform 0.12, which this provider never wrote");
      return;
    }
    const current = definition.version ?? 0;
    if (version > current) {
      refuse(`was written by a newer version of the provider (state version ${version}, this one knows ${current})`);
      return;
    }
    const upgraded =
      version === current ? raw.json : upgradeJson(definition.upgrades ?? {}, version, current, raw.json);
    if (upgraded === undefined) {
      refuse(`has version ${version}, which cannot be upgraded to version ${current}`);
      return;
    }
    try {
      state = asObject(decodeJson(upgraded, objectType(definition.schema)));
    } catch (error) {
      refuse(`is damaged: ${error instanceof Error ? error.message : "it cannot be decoded"}`);
    }
  });
  return { diagnostics, state };
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
