import type { Attributes } from "../schema/declaration.ts";
import type { Known } from "../schema/shape.ts";
import type { ValueObject } from "../values/value.ts";
import type { Configurable, ValidateContext } from "./check-config.ts";
import { Diagnostics } from "./diagnostic.ts";
import { addError, type Engine, requireClient } from "./engine.ts";
import { withAllKeys } from "./nested.ts";
import type { Resource } from "./resource/definition.ts";
import { stateAfterRead } from "./resource/state-after-read.ts";

/** One resource found by a list. */
export interface ListResult {
  readonly identity: Record<string, string>;
  readonly displayName: string;
  /** The resource as read after an import; required only if `includeResource` is set. */
  readonly state?: Partial<ValueObject>;
}

interface Context<Client> {
  readonly client: Client;
  readonly signal: AbortSignal;
  /** Whether the results include `state`. */
  readonly includeResource: boolean;
}

/** Defines how to find existing resources of one type. */
export interface ListDefinition<A extends Attributes, Client> {
  readonly doc: string;
  /** Filters. */
  readonly schema: A;
  validate?(context: ValidateContext<A>): void;
  /** Yields the results; the engine stops at the limit. */
  list(context: Context<Client> & { readonly config: Known<A> }): AsyncIterable<ListResult>;
}

export interface ListResource<Client> {
  /** The type of the listed resources. */
  readonly type: string;
  readonly definition: Configurable & {
    readonly doc: string;
    list(context: Context<Client> & { readonly config: ValueObject }): AsyncIterable<ListResult>;
  };
}

interface ListRequest {
  readonly config: ValueObject;
  readonly includeResource: boolean;
  /** Maximum number of results. */
  readonly limit: number;
  readonly signal: AbortSignal;
}

/** A result, or the diagnostics that ended the list. */
export type ListEvent =
  | { readonly result: Omit<ListResult, "state"> & { readonly state: ValueObject | undefined } }
  | { readonly diagnostics: Diagnostics };

/** Implements ListResource: yields results as they are found, up to the limit. An error ends the list with its diagnostics. */
export async function* listResources<Client>(
  engine: Engine<Client>,
  { definition }: ListResource<Client>,
  listed: Resource<Client>,
  { config, includeResource, limit, signal }: ListRequest,
): AsyncGenerator<ListEvent> {
  try {
    const client = requireClient(engine);
    const results = definition.list({ config, client, signal, includeResource });
    let left = limit;
    if (left <= 0) return;
    for await (const result of results) {
      const isWhole = includeResource && result.state !== undefined;
      const state = isWhole ? importedState(listed, result.identity, result.state, client) : undefined;
      yield { result: { ...result, state } };
      left -= 1;
      if (left === 0 || signal.aborted) return;
    }
  } catch (error) {
    const diagnostics = new Diagnostics();
    addError(engine, diagnostics, error);
    yield { diagnostics };
  }
}

/** Returns the state that an import of a listed resource and the read after it would give. Throws DiagnosticError for an invalid identity. */
export function importedState<Client>(
  { definition: { schema, importState } }: Resource<Client>,
  identity: Record<string, string>,
  live: Partial<ValueObject>,
  client: Client,
): ValueObject {
  return stateAfterRead(schema, withAllKeys(schema, importState({ identity }, client)), live, true);
}
