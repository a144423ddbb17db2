import type { Attributes } from "../schema/declaration.ts";
import type { Known } from "../schema/shape.ts";
import type { ValueObject } from "../values/value.ts";
import type { Configurable, ValidateContext } from "./check-config.ts";
import { Diagnostics } from "./diagnostic.ts";
import { type Engine, guarded, requireClient } from "./engine.ts";
import { withAllKeys } from "./nested.ts";
import type { Resource } from "./resource/definition.ts";

/** One resource found by a list. */
export interface ListResult {
  readonly identity: Record<string, string>;
  readonly displayName: string;
  /** The resource as after a read; required only if `includeResource` is set. */
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
  const diagnostics = new Diagnostics();
  const found: AsyncIterator<ListResult>[] = [];
  await guarded(engine, diagnostics, () => {
    const results = definition.list({ config, client: requireClient(engine), signal, includeResource });
    found.push(results[Symbol.asyncIterator]());
  });
  const [results] = found;
  try {
    for (let count = 0; results !== undefined && count < limit; count++) {
      let next: IteratorResult<ListResult> = { done: true, value: undefined };
      await guarded(engine, diagnostics, async () => {
        next = await results.next();
      });
      const { value } = next as IteratorResult<ListResult, undefined>;
      if (value === undefined) break;
      const isWhole = includeResource && value.state !== undefined;
      const state = isWhole ? withAllKeys(listed.definition.schema, value.state) : undefined;
      yield { result: { ...value, state } };
    }
  } finally {
    await results?.return?.();
  }
  if (diagnostics.list.length > 0) yield { diagnostics };
}
