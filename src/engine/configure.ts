import { containsUnknown } from "../values/equal.ts";
import type { ValueObject } from "../values/value.ts";
import { Diagnostics } from "./diagnostic.ts";
import { type Engine, guarded } from "./engine.ts";
import { checkAttributes } from "./validate.ts";

export async function validateProvider<Client>(engine: Engine<Client>, config: ValueObject): Promise<Diagnostics> {
  const diagnostics = new Diagnostics();
  await guarded(engine, diagnostics, () => {
    checkAttributes(engine.provider.schema, config, diagnostics);
    engine.provider.validate?.({ config, diagnostics });
  });
  return diagnostics;
}

/** Unknown values never fail the plan and never dial anywhere: the provider stays alive without a client (design §3.1). */
export async function configureProvider<Client>(engine: Engine<Client>, config: ValueObject): Promise<Diagnostics> {
  const diagnostics = new Diagnostics();
  await guarded(engine, diagnostics, async () => {
    const before = engine.client;
    engine.client = undefined;
    engine.configurationUnknown = containsUnknown(config);
    if (before !== undefined) await engine.provider.close(before);
    if (engine.configurationUnknown) {
      engine.log("info", "the provider's configuration is unknown: nothing live is read or checked in this plan");
      return;
    }
    engine.client = await engine.provider.configure(config, { log: engine.log, diagnostics });
  });
  return diagnostics;
}
