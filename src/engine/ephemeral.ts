import type { Attributes } from "../schema/declaration.ts";
import type { Known, State } from "../schema/shape.ts";
import type { ValueObject } from "../values/value.ts";
import type { Configurable, ValidateContext } from "./check-config.ts";
import { Diagnostics } from "./diagnostic.ts";
import { type CallContext, type Engine, guarded, requireClient } from "./engine.ts";
import { resultFor } from "./nested.ts";
import type { Private } from "./resource/definition.ts";

/** The lease of an open ephemeral resource. Terraform keeps it in memory and passes it to the next renewal and to the close. */
interface Lease {
  readonly private?: Private;
  /** When Terraform requests a renewal; absent if none is needed. */
  readonly renewAt?: Date;
}

export interface EphemeralDefinition<A extends Attributes, Client> {
  readonly doc: string;
  readonly schema: A;
  validate?(context: ValidateContext<A>): void;
  /** Called in the plan and again in the apply, with a wholly known configuration. */
  open(context: CallContext<Client> & { readonly config: Known<A> }): Promise<Lease & { readonly result: State<A> }>;
  renew?(context: CallContext<Client> & { readonly private: Private }): Promise<Lease>;
  close?(context: CallContext<Client> & { readonly private: Private }): Promise<void>;
}

export interface EphemeralResource<Client> {
  readonly type: string;
  readonly definition: Configurable & {
    readonly doc: string;
    open(
      context: CallContext<Client> & { readonly config: ValueObject },
    ): Promise<Lease & { readonly result: ValueObject }>;
    renew?(context: CallContext<Client> & { readonly private: Private }): Promise<Lease>;
    close?(context: CallContext<Client> & { readonly private: Private }): Promise<void>;
  };
}

export interface EphemeralAnswer extends Lease {
  readonly diagnostics: Diagnostics;
}

/** Implements OpenEphemeralResource. The result is null on failure. */
export async function openEphemeral<Client>(
  engine: Engine<Client>,
  { definition }: EphemeralResource<Client>,
  { config, signal }: { readonly config: ValueObject; readonly signal: AbortSignal },
): Promise<EphemeralAnswer & { readonly result: ValueObject | null }> {
  const diagnostics = new Diagnostics();
  let answer: Lease & { readonly result: ValueObject | null } = { result: null };
  await guarded(engine, diagnostics, async () => {
    const opened = await definition.open({ config, client: requireClient(engine), signal, diagnostics });
    answer = { ...opened, result: resultFor(definition.schema, config, opened.result) };
  });
  return { diagnostics, ...answer };
}

/** Implements RenewEphemeralResource. */
export async function renewEphemeral<Client>(
  engine: Engine<Client>,
  { definition }: EphemeralResource<Client>,
  { private: notes, signal }: { readonly private: Private; readonly signal: AbortSignal },
): Promise<EphemeralAnswer> {
  const diagnostics = new Diagnostics();
  let lease: Lease = { private: notes };
  await guarded(engine, diagnostics, async () => {
    const renewed = await definition.renew?.({ private: notes, client: requireClient(engine), signal, diagnostics });
    lease = renewed ?? lease;
  });
  return { diagnostics, ...lease };
}

/** Implements CloseEphemeralResource. */
export async function closeEphemeral<Client>(
  engine: Engine<Client>,
  { definition }: EphemeralResource<Client>,
  { private: notes, signal }: { readonly private: Private; readonly signal: AbortSignal },
): Promise<Diagnostics> {
  const diagnostics = new Diagnostics();
  await guarded(engine, diagnostics, async () => {
    await definition.close?.({ private: notes, client: requireClient(engine), signal, diagnostics });
  });
  return diagnostics;
}
