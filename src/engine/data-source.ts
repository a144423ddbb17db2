import type { Attributes } from "../schema/declaration.ts";
import type { Known, State } from "../schema/shape.ts";
import type { ValueObject } from "../values/value.ts";
import type { Configurable, ValidateContext } from "./check-config.ts";
import { Diagnostics } from "./diagnostic.ts";
import { type CallContext, type Engine, guarded, requireClient } from "./engine.ts";
import { resultFor } from "./nested.ts";

export interface DataSourceDefinition<A extends Attributes, Client> {
  readonly doc: string;
  readonly schema: A;
  /** Checks across attributes; the configuration may contain unknown values. */
  validate?(context: ValidateContext<A>): void;
  /** Reads the configured object; configured attributes keep their values. Throws if the object does not exist. */
  read(context: CallContext<Client> & { readonly config: Known<A> }): Promise<State<A>>;
}

export interface DataSource<Client> {
  readonly type: string;
  readonly definition: Configurable & {
    readonly doc: string;
    read(context: CallContext<Client> & { readonly config: ValueObject }): Promise<ValueObject>;
  };
}

/** Implements ReadDataSource, in a plan or an apply, with a wholly known configuration. The state is null on failure. */
export async function readDataSource<Client>(
  engine: Engine<Client>,
  { definition }: DataSource<Client>,
  { config, signal }: { readonly config: ValueObject; readonly signal: AbortSignal },
): Promise<{ readonly diagnostics: Diagnostics; readonly state: ValueObject | null }> {
  const diagnostics = new Diagnostics();
  let state: ValueObject | null = null;
  await guarded(engine, diagnostics, async () => {
    const read = await definition.read({ config, client: requireClient(engine), signal, diagnostics });
    state = resultFor(definition.schema, config, read);
  });
  return { diagnostics, state };
}
