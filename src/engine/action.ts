import type { Attributes } from "../schema/declaration.ts";
import type { Known } from "../schema/shape.ts";
import type { ValueObject } from "../values/value.ts";
import type { Configurable, ValidateContext } from "./check-config.ts";
import { Diagnostics } from "./diagnostic.ts";
import { type CallContext, type Engine, guarded, requireClient } from "./engine.ts";

interface Context<Client> extends CallContext<Client> {
  /** Writes a line to the terminal. */
  progress(message: string): void;
}

/** An operation that runs on request and keeps no state. */
export interface ActionDefinition<A extends Attributes, Client> {
  readonly doc: string;
  readonly schema: A;
  validate?(context: ValidateContext<A>): void;
  /** Runs the action with a wholly known configuration; returns when it has completed. */
  invoke(context: Context<Client> & { readonly config: Known<A> }): Promise<void>;
}

export interface Action<Client> {
  readonly type: string;
  readonly definition: Configurable & {
    readonly doc: string;
    invoke(context: Context<Client> & { readonly config: ValueObject }): Promise<void>;
  };
}

/** Implements InvokeAction. `progress` is called with each line as it arrives. */
export async function invokeAction<Client>(
  engine: Engine<Client>,
  { definition }: Action<Client>,
  { config, signal, progress }: { readonly config: ValueObject } & Pick<Context<Client>, "signal" | "progress">,
): Promise<Diagnostics> {
  const diagnostics = new Diagnostics();
  await guarded(engine, diagnostics, () =>
    definition.invoke({ config, client: requireClient(engine), signal, diagnostics, progress }),
  );
  return diagnostics;
}
