import type { Parameter, ProviderFunction } from "../engine/function.ts";
import type { ErasedProvider } from "../engine/provider.ts";
import type { IdentityAttributes } from "../engine/resource/definition.ts";
import type { Attribute, Attributes, Nesting } from "../schema/declaration.ts";
import { wireType } from "../schema/kind.ts";
import { typeToJson } from "../values/type-json.ts";
import { tfplugin6 } from "./generated/tfplugin6.js";

const markdown = tfplugin6.StringKind.MARKDOWN;
const utf8 = new TextEncoder();

const nestingModes: Readonly<Record<Nesting, number>> = {
  single: tfplugin6.Schema.Object.NestingMode.SINGLE,
  list: tfplugin6.Schema.Object.NestingMode.LIST,
  set: tfplugin6.Schema.Object.NestingMode.SET,
  map: tfplugin6.Schema.Object.NestingMode.MAP,
};

function attributeMessage(name: string, attribute: Attribute): tfplugin6.Schema.IAttribute {
  const { kind, mode } = attribute;
  return {
    name,
    ...(kind.plain
      ? { type: utf8.encode(typeToJson(kind.wire)) }
      : { nestedType: { attributes: attributeMessages(kind.attributes), nesting: nestingModes[kind.nesting] } }),
    description: attribute.doc,
    descriptionKind: markdown,
    required: mode === "required",
    // The provider sets the default, and core allows that only for computed attributes.
    optional: mode === "optional" || mode === "optionalComputed" || mode === "writeOnly",
    computed: mode === "computed" || mode === "optionalComputed" || attribute.default !== null,
    sensitive: attribute.sensitive,
    writeOnly: mode === "writeOnly",
    deprecated: attribute.deprecated !== undefined,
    deprecationMessage: attribute.deprecated ?? "",
  };
}

const attributeMessages = (attributes: Attributes): tfplugin6.Schema.IAttribute[] =>
  Object.entries(attributes).map(([name, attribute]) => attributeMessage(name, attribute));

export const schemaMessage = (attributes: Attributes, doc: string, version: number): tfplugin6.ISchema => ({
  version,
  block: { attributes: attributeMessages(attributes), description: doc, descriptionKind: markdown },
});

const identityMessage = (identity: IdentityAttributes): tfplugin6.IResourceIdentitySchema => ({
  version: 0,
  identityAttributes: Object.entries(identity).map(([name, { kind, doc, optional }]) => ({
    name,
    type: utf8.encode(typeToJson(kind.wire)),
    requiredForImport: optional !== true,
    optionalForImport: optional === true,
    description: doc,
  })),
});

/** The provider's capabilities, for GetProviderSchema and GetMetadata. */
const serverCapabilities: tfplugin6.IServerCapabilities = {
  planDestroy: true,
  getProviderSchemaOptional: true,
  moveResourceState: true,
  generateResourceConfig: true,
};

/** Returns the schemas of one kind of part, by type. */
const schemaMessages = (
  parts: readonly {
    readonly type: string;
    readonly definition: { readonly doc: string; readonly schema: Attributes; readonly version?: number };
  }[],
): Record<string, tfplugin6.ISchema> =>
  Object.fromEntries(
    parts.map(({ type, definition: { schema, doc, version = 0 } }) => [type, schemaMessage(schema, doc, version)]),
  );

const parameterMessage = ({ name, kind, doc, nullable }: Parameter): tfplugin6.Function.IParameter => ({
  name,
  type: utf8.encode(typeToJson(wireType(kind))),
  allowNullValue: nullable === true,
  description: doc,
  descriptionKind: markdown,
});

export const functionMessages = (functions: readonly ProviderFunction[]): Record<string, tfplugin6.IFunction> =>
  Object.fromEntries(
    functions.map(({ name, definition: { summary, doc, parameters, variadic, returns } }) => [
      name,
      {
        summary,
        description: doc,
        descriptionKind: markdown,
        parameters: parameters.map(parameterMessage),
        ...(variadic === undefined ? {} : { variadicParameter: parameterMessage(variadic) }),
        return: { type: utf8.encode(typeToJson(wireType(returns))) },
      },
    ]),
  );

/** Returns the response of GetMetadata. */
export function metadataMessage<Client>(provider: ErasedProvider<Client>): tfplugin6.GetMetadata.IResponse {
  const typeNames = (parts: readonly { readonly type: string }[]) => parts.map(({ type }) => ({ typeName: type }));
  return {
    serverCapabilities,
    resources: typeNames(provider.resources),
    dataSources: typeNames(provider.dataSources),
    ephemeralResources: typeNames(provider.ephemeralResources),
    functions: provider.functions.map(({ name }) => ({ name })),
    listResources: typeNames(provider.listResources),
    actions: typeNames(provider.actions),
  };
}

/** Returns the response of GetProviderSchema. */
export function providerSchemaMessage<Client>(provider: ErasedProvider<Client>): tfplugin6.GetProviderSchema.IResponse {
  const actions = schemaMessages(provider.actions);
  return {
    provider: schemaMessage(provider.schema, provider.doc, 0),
    resourceSchemas: schemaMessages(provider.resources),
    dataSourceSchemas: schemaMessages(provider.dataSources),
    ephemeralResourceSchemas: schemaMessages(provider.ephemeralResources),
    listResourceSchemas: schemaMessages(provider.listResources),
    actionSchemas: Object.fromEntries(Object.entries(actions).map(([type, schema]) => [type, { schema }])),
    functions: functionMessages(provider.functions),
    serverCapabilities,
  };
}

export const identitySchemasMessage = <Client>(
  provider: ErasedProvider<Client>,
): tfplugin6.GetResourceIdentitySchemas.IResponse => ({
  identitySchemas: Object.fromEntries(
    provider.resources.map(({ type, definition }) => [type, identityMessage(definition.identity)]),
  ),
});
