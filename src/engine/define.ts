import type { Attributes, Kind } from "../schema/declaration.ts";
import type { Action, ActionDefinition } from "./action.ts";
import type { DataSource, DataSourceDefinition } from "./data-source.ts";
import type { EphemeralDefinition, EphemeralResource } from "./ephemeral.ts";
import type { FunctionDefinition, Parameter, ProviderFunction } from "./function.ts";
import type { ListDefinition, ListResource } from "./list.ts";
import type { ErasedProvider, ProviderDefinition, ProviderParts } from "./provider.ts";
import type { Resource, ResourceDefinition } from "./resource/definition.ts";

// Declarations have static types derived from their schemas; the engine works on untyped Terraform values. The types are erased in this
// file only. This is sound because values are decoded by the same schema.

const none: ProviderParts<never> = {
  resources: [],
  dataSources: [],
  ephemeralResources: [],
  functions: [],
  listResources: [],
  actions: [],
};

const erased = <To>(definition: object): To => definition as To;

/** Declares a resource of a provider with this client. */
export const resource =
  <Client>() =>
  <const A extends Attributes>(type: string, definition: ResourceDefinition<A, Client>): Resource<Client> => ({
    type,
    definition: erased(definition),
  });

export const dataSource =
  <Client>() =>
  <const A extends Attributes>(type: string, definition: DataSourceDefinition<A, Client>): DataSource<Client> => ({
    type,
    definition: erased(definition),
  });

export const ephemeralResource =
  <Client>() =>
  <const A extends Attributes>(
    type: string,
    definition: EphemeralDefinition<A, Client>,
  ): EphemeralResource<Client> => ({
    type,
    definition: erased(definition),
  });

/** Declares the search for existing resources of a type. */
export const listResource =
  <Client>() =>
  <const A extends Attributes>(type: string, definition: ListDefinition<A, Client>): ListResource<Client> => ({
    type,
    definition: erased(definition),
  });

export const action =
  <Client>() =>
  <const A extends Attributes>(type: string, definition: ActionDefinition<A, Client>): Action<Client> => ({
    type,
    definition: erased(definition),
  });

/** Declares a function. It has no access to the provider's configuration. */
export const providerFunction = <
  const P extends readonly Parameter[],
  const R extends Kind,
  const V extends Parameter = never,
>(
  name: string,
  definition: FunctionDefinition<P, R, V>,
): ProviderFunction => ({ name, definition: erased(definition) });

export const provider =
  <Client>() =>
  <const A extends Attributes>(definition: ProviderDefinition<A, Client>): ErasedProvider<Client> =>
    erased({ ...none, ...definition });
