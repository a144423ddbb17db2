// Made by `npm run generate` from the files in proto/; not to be edited.
import type { MethodDefinition } from "../../base/rpc.ts";
import type { Reader, Writer } from "protobufjs/minimal.js";

export declare namespace tfplugin6 {
  interface IDynamicValue {
    msgpack?: Uint8Array | null | undefined;
    json?: Uint8Array | null | undefined;
  }
  class DynamicValue {
    constructor(properties?: IDynamicValue);
    msgpack: Uint8Array;
    json: Uint8Array;
    static encode(message: IDynamicValue, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): DynamicValue;
  }
  interface IDiagnostic {
    severity?: number | null | undefined;
    summary?: string | null | undefined;
    detail?: string | null | undefined;
    attribute?: tfplugin6.IAttributePath | null | undefined;
  }
  class Diagnostic {
    constructor(properties?: IDiagnostic);
    severity: number;
    summary: string;
    detail: string;
    attribute: tfplugin6.AttributePath | null;
    static encode(message: IDiagnostic, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): Diagnostic;
  }
  namespace Diagnostic {
    const Severity: {
      readonly INVALID: 0;
      readonly ERROR: 1;
      readonly WARNING: 2;
    };
  }
  interface IFunctionError {
    text?: string | null | undefined;
    functionArgument?: number | null | undefined;
  }
  class FunctionError {
    constructor(properties?: IFunctionError);
    text: string;
    functionArgument: number | null;
    static encode(message: IFunctionError, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): FunctionError;
  }
  interface IAttributePath {
    steps?: tfplugin6.AttributePath.IStep[] | null | undefined;
  }
  class AttributePath {
    constructor(properties?: IAttributePath);
    steps: tfplugin6.AttributePath.Step[];
    static encode(message: IAttributePath, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): AttributePath;
  }
  namespace AttributePath {
    interface IStep {
      attributeName?: string | null | undefined;
      elementKeyString?: string | null | undefined;
      elementKeyInt?: number | null | undefined;
    }
    class Step {
      constructor(properties?: IStep);
      attributeName: string | null;
      elementKeyString: string | null;
      elementKeyInt: number | null;
      static encode(message: IStep, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Step;
    }
  }
  interface IStopProvider {
  }
  class StopProvider {
    constructor(properties?: IStopProvider);
    static encode(message: IStopProvider, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): StopProvider;
  }
  namespace StopProvider {
    interface IRequest {
    }
    class Request {
      constructor(properties?: IRequest);
      static encode(message: IRequest, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Request;
    }
    interface IResponse {
      Error?: string | null | undefined;
    }
    class Response {
      constructor(properties?: IResponse);
      Error: string;
      static encode(message: IResponse, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Response;
    }
  }
  interface IRawState {
    json?: Uint8Array | null | undefined;
    flatmap?: { [key: string]: string } | null | undefined;
  }
  class RawState {
    constructor(properties?: IRawState);
    json: Uint8Array;
    flatmap: { [key: string]: string };
    static encode(message: IRawState, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): RawState;
  }
  const StringKind: {
    readonly PLAIN: 0;
    readonly MARKDOWN: 1;
  };
  interface ISchema {
    version?: number | null | undefined;
    block?: tfplugin6.Schema.IBlock | null | undefined;
  }
  class Schema {
    constructor(properties?: ISchema);
    version: number;
    block: tfplugin6.Schema.Block | null;
    static encode(message: ISchema, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): Schema;
  }
  namespace Schema {
    interface IBlock {
      version?: number | null | undefined;
      attributes?: tfplugin6.Schema.IAttribute[] | null | undefined;
      blockTypes?: tfplugin6.Schema.INestedBlock[] | null | undefined;
      description?: string | null | undefined;
      descriptionKind?: number | null | undefined;
      deprecated?: boolean | null | undefined;
      deprecationMessage?: string | null | undefined;
    }
    class Block {
      constructor(properties?: IBlock);
      version: number;
      attributes: tfplugin6.Schema.Attribute[];
      blockTypes: tfplugin6.Schema.NestedBlock[];
      description: string;
      descriptionKind: number;
      deprecated: boolean;
      deprecationMessage: string;
      static encode(message: IBlock, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Block;
    }
    interface IAttribute {
      name?: string | null | undefined;
      type?: Uint8Array | null | undefined;
      nestedType?: tfplugin6.Schema.IObject | null | undefined;
      description?: string | null | undefined;
      required?: boolean | null | undefined;
      optional?: boolean | null | undefined;
      computed?: boolean | null | undefined;
      sensitive?: boolean | null | undefined;
      descriptionKind?: number | null | undefined;
      deprecated?: boolean | null | undefined;
      writeOnly?: boolean | null | undefined;
      deprecationMessage?: string | null | undefined;
    }
    class Attribute {
      constructor(properties?: IAttribute);
      name: string;
      type: Uint8Array;
      nestedType: tfplugin6.Schema.Object | null;
      description: string;
      required: boolean;
      optional: boolean;
      computed: boolean;
      sensitive: boolean;
      descriptionKind: number;
      deprecated: boolean;
      writeOnly: boolean;
      deprecationMessage: string;
      static encode(message: IAttribute, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Attribute;
    }
    interface INestedBlock {
      typeName?: string | null | undefined;
      block?: tfplugin6.Schema.IBlock | null | undefined;
      nesting?: number | null | undefined;
      minItems?: number | null | undefined;
      maxItems?: number | null | undefined;
    }
    class NestedBlock {
      constructor(properties?: INestedBlock);
      typeName: string;
      block: tfplugin6.Schema.Block | null;
      nesting: number;
      minItems: number;
      maxItems: number;
      static encode(message: INestedBlock, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): NestedBlock;
    }
    namespace NestedBlock {
      const NestingMode: {
        readonly INVALID: 0;
        readonly SINGLE: 1;
        readonly LIST: 2;
        readonly SET: 3;
        readonly MAP: 4;
        readonly GROUP: 5;
      };
    }
    interface IObject {
      attributes?: tfplugin6.Schema.IAttribute[] | null | undefined;
      nesting?: number | null | undefined;
      minItems?: number | null | undefined;
      maxItems?: number | null | undefined;
    }
    class Object {
      constructor(properties?: IObject);
      attributes: tfplugin6.Schema.Attribute[];
      nesting: number;
      minItems: number;
      maxItems: number;
      static encode(message: IObject, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Object;
    }
    namespace Object {
      const NestingMode: {
        readonly INVALID: 0;
        readonly SINGLE: 1;
        readonly LIST: 2;
        readonly SET: 3;
        readonly MAP: 4;
      };
    }
  }
  interface IResourceIdentitySchema {
    version?: number | null | undefined;
    identityAttributes?: tfplugin6.ResourceIdentitySchema.IIdentityAttribute[] | null | undefined;
  }
  class ResourceIdentitySchema {
    constructor(properties?: IResourceIdentitySchema);
    version: number;
    identityAttributes: tfplugin6.ResourceIdentitySchema.IdentityAttribute[];
    static encode(message: IResourceIdentitySchema, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): ResourceIdentitySchema;
  }
  namespace ResourceIdentitySchema {
    interface IIdentityAttribute {
      name?: string | null | undefined;
      type?: Uint8Array | null | undefined;
      requiredForImport?: boolean | null | undefined;
      optionalForImport?: boolean | null | undefined;
      description?: string | null | undefined;
    }
    class IdentityAttribute {
      constructor(properties?: IIdentityAttribute);
      name: string;
      type: Uint8Array;
      requiredForImport: boolean;
      optionalForImport: boolean;
      description: string;
      static encode(message: IIdentityAttribute, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): IdentityAttribute;
    }
  }
  interface IResourceIdentityData {
    identityData?: tfplugin6.IDynamicValue | null | undefined;
  }
  class ResourceIdentityData {
    constructor(properties?: IResourceIdentityData);
    identityData: tfplugin6.DynamicValue | null;
    static encode(message: IResourceIdentityData, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): ResourceIdentityData;
  }
  interface IFunction {
    parameters?: tfplugin6.Function.IParameter[] | null | undefined;
    variadicParameter?: tfplugin6.Function.IParameter | null | undefined;
    return?: tfplugin6.Function.IReturn | null | undefined;
    summary?: string | null | undefined;
    description?: string | null | undefined;
    descriptionKind?: number | null | undefined;
    deprecationMessage?: string | null | undefined;
  }
  class Function {
    constructor(properties?: IFunction);
    parameters: tfplugin6.Function.Parameter[];
    variadicParameter: tfplugin6.Function.Parameter | null;
    return: tfplugin6.Function.Return | null;
    summary: string;
    description: string;
    descriptionKind: number;
    deprecationMessage: string;
    static encode(message: IFunction, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): Function;
  }
  namespace Function {
    interface IParameter {
      name?: string | null | undefined;
      type?: Uint8Array | null | undefined;
      allowNullValue?: boolean | null | undefined;
      allowUnknownValues?: boolean | null | undefined;
      description?: string | null | undefined;
      descriptionKind?: number | null | undefined;
    }
    class Parameter {
      constructor(properties?: IParameter);
      name: string;
      type: Uint8Array;
      allowNullValue: boolean;
      allowUnknownValues: boolean;
      description: string;
      descriptionKind: number;
      static encode(message: IParameter, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Parameter;
    }
    interface IReturn {
      type?: Uint8Array | null | undefined;
    }
    class Return {
      constructor(properties?: IReturn);
      type: Uint8Array;
      static encode(message: IReturn, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Return;
    }
  }
  interface IActionSchema {
    schema?: tfplugin6.ISchema | null | undefined;
  }
  class ActionSchema {
    constructor(properties?: IActionSchema);
    schema: tfplugin6.Schema | null;
    static encode(message: IActionSchema, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): ActionSchema;
  }
  interface IServerCapabilities {
    planDestroy?: boolean | null | undefined;
    getProviderSchemaOptional?: boolean | null | undefined;
    moveResourceState?: boolean | null | undefined;
    generateResourceConfig?: boolean | null | undefined;
  }
  class ServerCapabilities {
    constructor(properties?: IServerCapabilities);
    planDestroy: boolean;
    getProviderSchemaOptional: boolean;
    moveResourceState: boolean;
    generateResourceConfig: boolean;
    static encode(message: IServerCapabilities, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): ServerCapabilities;
  }
  interface IClientCapabilities {
    deferralAllowed?: boolean | null | undefined;
    writeOnlyAttributesAllowed?: boolean | null | undefined;
  }
  class ClientCapabilities {
    constructor(properties?: IClientCapabilities);
    deferralAllowed: boolean;
    writeOnlyAttributesAllowed: boolean;
    static encode(message: IClientCapabilities, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): ClientCapabilities;
  }
  interface IDeferred {
    reason?: number | null | undefined;
  }
  class Deferred {
    constructor(properties?: IDeferred);
    reason: number;
    static encode(message: IDeferred, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): Deferred;
  }
  namespace Deferred {
    const Reason: {
      readonly UNKNOWN: 0;
      readonly RESOURCE_CONFIG_UNKNOWN: 1;
      readonly PROVIDER_CONFIG_UNKNOWN: 2;
      readonly ABSENT_PREREQ: 3;
    };
  }
  interface IGetMetadata {
  }
  class GetMetadata {
    constructor(properties?: IGetMetadata);
    static encode(message: IGetMetadata, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): GetMetadata;
  }
  namespace GetMetadata {
    interface IRequest {
    }
    class Request {
      constructor(properties?: IRequest);
      static encode(message: IRequest, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Request;
    }
    interface IResponse {
      serverCapabilities?: tfplugin6.IServerCapabilities | null | undefined;
      diagnostics?: tfplugin6.IDiagnostic[] | null | undefined;
      dataSources?: tfplugin6.GetMetadata.IDataSourceMetadata[] | null | undefined;
      resources?: tfplugin6.GetMetadata.IResourceMetadata[] | null | undefined;
      functions?: tfplugin6.GetMetadata.IFunctionMetadata[] | null | undefined;
      ephemeralResources?: tfplugin6.GetMetadata.IEphemeralResourceMetadata[] | null | undefined;
      listResources?: tfplugin6.GetMetadata.IListResourceMetadata[] | null | undefined;
      stateStores?: tfplugin6.GetMetadata.IStateStoreMetadata[] | null | undefined;
      actions?: tfplugin6.GetMetadata.IActionMetadata[] | null | undefined;
    }
    class Response {
      constructor(properties?: IResponse);
      serverCapabilities: tfplugin6.ServerCapabilities | null;
      diagnostics: tfplugin6.Diagnostic[];
      dataSources: tfplugin6.GetMetadata.DataSourceMetadata[];
      resources: tfplugin6.GetMetadata.ResourceMetadata[];
      functions: tfplugin6.GetMetadata.FunctionMetadata[];
      ephemeralResources: tfplugin6.GetMetadata.EphemeralResourceMetadata[];
      listResources: tfplugin6.GetMetadata.ListResourceMetadata[];
      stateStores: tfplugin6.GetMetadata.StateStoreMetadata[];
      actions: tfplugin6.GetMetadata.ActionMetadata[];
      static encode(message: IResponse, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Response;
    }
    interface IFunctionMetadata {
      name?: string | null | undefined;
    }
    class FunctionMetadata {
      constructor(properties?: IFunctionMetadata);
      name: string;
      static encode(message: IFunctionMetadata, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): FunctionMetadata;
    }
    interface IDataSourceMetadata {
      typeName?: string | null | undefined;
    }
    class DataSourceMetadata {
      constructor(properties?: IDataSourceMetadata);
      typeName: string;
      static encode(message: IDataSourceMetadata, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): DataSourceMetadata;
    }
    interface IResourceMetadata {
      typeName?: string | null | undefined;
    }
    class ResourceMetadata {
      constructor(properties?: IResourceMetadata);
      typeName: string;
      static encode(message: IResourceMetadata, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): ResourceMetadata;
    }
    interface IEphemeralResourceMetadata {
      typeName?: string | null | undefined;
    }
    class EphemeralResourceMetadata {
      constructor(properties?: IEphemeralResourceMetadata);
      typeName: string;
      static encode(message: IEphemeralResourceMetadata, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): EphemeralResourceMetadata;
    }
    interface IListResourceMetadata {
      typeName?: string | null | undefined;
    }
    class ListResourceMetadata {
      constructor(properties?: IListResourceMetadata);
      typeName: string;
      static encode(message: IListResourceMetadata, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): ListResourceMetadata;
    }
    interface IStateStoreMetadata {
      typeName?: string | null | undefined;
    }
    class StateStoreMetadata {
      constructor(properties?: IStateStoreMetadata);
      typeName: string;
      static encode(message: IStateStoreMetadata, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): StateStoreMetadata;
    }
    interface IActionMetadata {
      typeName?: string | null | undefined;
    }
    class ActionMetadata {
      constructor(properties?: IActionMetadata);
      typeName: string;
      static encode(message: IActionMetadata, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): ActionMetadata;
    }
  }
  interface IGetProviderSchema {
  }
  class GetProviderSchema {
    constructor(properties?: IGetProviderSchema);
    static encode(message: IGetProviderSchema, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): GetProviderSchema;
  }
  namespace GetProviderSchema {
    interface IRequest {
    }
    class Request {
      constructor(properties?: IRequest);
      static encode(message: IRequest, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Request;
    }
    interface IResponse {
      provider?: tfplugin6.ISchema | null | undefined;
      resourceSchemas?: { [key: string]: tfplugin6.ISchema } | null | undefined;
      dataSourceSchemas?: { [key: string]: tfplugin6.ISchema } | null | undefined;
      diagnostics?: tfplugin6.IDiagnostic[] | null | undefined;
      providerMeta?: tfplugin6.ISchema | null | undefined;
      serverCapabilities?: tfplugin6.IServerCapabilities | null | undefined;
      functions?: { [key: string]: tfplugin6.IFunction } | null | undefined;
      ephemeralResourceSchemas?: { [key: string]: tfplugin6.ISchema } | null | undefined;
      listResourceSchemas?: { [key: string]: tfplugin6.ISchema } | null | undefined;
      stateStoreSchemas?: { [key: string]: tfplugin6.ISchema } | null | undefined;
      actionSchemas?: { [key: string]: tfplugin6.IActionSchema } | null | undefined;
    }
    class Response {
      constructor(properties?: IResponse);
      provider: tfplugin6.Schema | null;
      resourceSchemas: { [key: string]: tfplugin6.Schema };
      dataSourceSchemas: { [key: string]: tfplugin6.Schema };
      diagnostics: tfplugin6.Diagnostic[];
      providerMeta: tfplugin6.Schema | null;
      serverCapabilities: tfplugin6.ServerCapabilities | null;
      functions: { [key: string]: tfplugin6.Function };
      ephemeralResourceSchemas: { [key: string]: tfplugin6.Schema };
      listResourceSchemas: { [key: string]: tfplugin6.Schema };
      stateStoreSchemas: { [key: string]: tfplugin6.Schema };
      actionSchemas: { [key: string]: tfplugin6.ActionSchema };
      static encode(message: IResponse, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Response;
    }
  }
  interface IValidateProviderConfig {
  }
  class ValidateProviderConfig {
    constructor(properties?: IValidateProviderConfig);
    static encode(message: IValidateProviderConfig, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): ValidateProviderConfig;
  }
  namespace ValidateProviderConfig {
    interface IRequest {
      config?: tfplugin6.IDynamicValue | null | undefined;
    }
    class Request {
      constructor(properties?: IRequest);
      config: tfplugin6.DynamicValue | null;
      static encode(message: IRequest, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Request;
    }
    interface IResponse {
      diagnostics?: tfplugin6.IDiagnostic[] | null | undefined;
    }
    class Response {
      constructor(properties?: IResponse);
      diagnostics: tfplugin6.Diagnostic[];
      static encode(message: IResponse, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Response;
    }
  }
  interface IUpgradeResourceState {
  }
  class UpgradeResourceState {
    constructor(properties?: IUpgradeResourceState);
    static encode(message: IUpgradeResourceState, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): UpgradeResourceState;
  }
  namespace UpgradeResourceState {
    interface IRequest {
      typeName?: string | null | undefined;
      version?: number | null | undefined;
      rawState?: tfplugin6.IRawState | null | undefined;
    }
    class Request {
      constructor(properties?: IRequest);
      typeName: string;
      version: number;
      rawState: tfplugin6.RawState | null;
      static encode(message: IRequest, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Request;
    }
    interface IResponse {
      upgradedState?: tfplugin6.IDynamicValue | null | undefined;
      diagnostics?: tfplugin6.IDiagnostic[] | null | undefined;
    }
    class Response {
      constructor(properties?: IResponse);
      upgradedState: tfplugin6.DynamicValue | null;
      diagnostics: tfplugin6.Diagnostic[];
      static encode(message: IResponse, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Response;
    }
  }
  interface IValidateResourceConfig {
  }
  class ValidateResourceConfig {
    constructor(properties?: IValidateResourceConfig);
    static encode(message: IValidateResourceConfig, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): ValidateResourceConfig;
  }
  namespace ValidateResourceConfig {
    interface IRequest {
      typeName?: string | null | undefined;
      config?: tfplugin6.IDynamicValue | null | undefined;
      clientCapabilities?: tfplugin6.IClientCapabilities | null | undefined;
    }
    class Request {
      constructor(properties?: IRequest);
      typeName: string;
      config: tfplugin6.DynamicValue | null;
      clientCapabilities: tfplugin6.ClientCapabilities | null;
      static encode(message: IRequest, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Request;
    }
    interface IResponse {
      diagnostics?: tfplugin6.IDiagnostic[] | null | undefined;
    }
    class Response {
      constructor(properties?: IResponse);
      diagnostics: tfplugin6.Diagnostic[];
      static encode(message: IResponse, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Response;
    }
  }
  interface IValidateDataResourceConfig {
  }
  class ValidateDataResourceConfig {
    constructor(properties?: IValidateDataResourceConfig);
    static encode(message: IValidateDataResourceConfig, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): ValidateDataResourceConfig;
  }
  namespace ValidateDataResourceConfig {
    interface IRequest {
      typeName?: string | null | undefined;
      config?: tfplugin6.IDynamicValue | null | undefined;
    }
    class Request {
      constructor(properties?: IRequest);
      typeName: string;
      config: tfplugin6.DynamicValue | null;
      static encode(message: IRequest, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Request;
    }
    interface IResponse {
      diagnostics?: tfplugin6.IDiagnostic[] | null | undefined;
    }
    class Response {
      constructor(properties?: IResponse);
      diagnostics: tfplugin6.Diagnostic[];
      static encode(message: IResponse, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Response;
    }
  }
  interface IConfigureProvider {
  }
  class ConfigureProvider {
    constructor(properties?: IConfigureProvider);
    static encode(message: IConfigureProvider, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): ConfigureProvider;
  }
  namespace ConfigureProvider {
    interface IRequest {
      terraformVersion?: string | null | undefined;
      config?: tfplugin6.IDynamicValue | null | undefined;
      clientCapabilities?: tfplugin6.IClientCapabilities | null | undefined;
    }
    class Request {
      constructor(properties?: IRequest);
      terraformVersion: string;
      config: tfplugin6.DynamicValue | null;
      clientCapabilities: tfplugin6.ClientCapabilities | null;
      static encode(message: IRequest, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Request;
    }
    interface IResponse {
      diagnostics?: tfplugin6.IDiagnostic[] | null | undefined;
    }
    class Response {
      constructor(properties?: IResponse);
      diagnostics: tfplugin6.Diagnostic[];
      static encode(message: IResponse, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Response;
    }
  }
  interface IReadResource {
  }
  class ReadResource {
    constructor(properties?: IReadResource);
    static encode(message: IReadResource, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): ReadResource;
  }
  namespace ReadResource {
    interface IRequest {
      typeName?: string | null | undefined;
      currentState?: tfplugin6.IDynamicValue | null | undefined;
      private?: Uint8Array | null | undefined;
      providerMeta?: tfplugin6.IDynamicValue | null | undefined;
      clientCapabilities?: tfplugin6.IClientCapabilities | null | undefined;
      currentIdentity?: tfplugin6.IResourceIdentityData | null | undefined;
    }
    class Request {
      constructor(properties?: IRequest);
      typeName: string;
      currentState: tfplugin6.DynamicValue | null;
      private: Uint8Array;
      providerMeta: tfplugin6.DynamicValue | null;
      clientCapabilities: tfplugin6.ClientCapabilities | null;
      currentIdentity: tfplugin6.ResourceIdentityData | null;
      static encode(message: IRequest, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Request;
    }
    interface IResponse {
      newState?: tfplugin6.IDynamicValue | null | undefined;
      diagnostics?: tfplugin6.IDiagnostic[] | null | undefined;
      private?: Uint8Array | null | undefined;
      deferred?: tfplugin6.IDeferred | null | undefined;
      newIdentity?: tfplugin6.IResourceIdentityData | null | undefined;
    }
    class Response {
      constructor(properties?: IResponse);
      newState: tfplugin6.DynamicValue | null;
      diagnostics: tfplugin6.Diagnostic[];
      private: Uint8Array;
      deferred: tfplugin6.Deferred | null;
      newIdentity: tfplugin6.ResourceIdentityData | null;
      static encode(message: IResponse, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Response;
    }
  }
  interface IPlanResourceChange {
  }
  class PlanResourceChange {
    constructor(properties?: IPlanResourceChange);
    static encode(message: IPlanResourceChange, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): PlanResourceChange;
  }
  namespace PlanResourceChange {
    interface IRequest {
      typeName?: string | null | undefined;
      priorState?: tfplugin6.IDynamicValue | null | undefined;
      proposedNewState?: tfplugin6.IDynamicValue | null | undefined;
      config?: tfplugin6.IDynamicValue | null | undefined;
      priorPrivate?: Uint8Array | null | undefined;
      providerMeta?: tfplugin6.IDynamicValue | null | undefined;
      clientCapabilities?: tfplugin6.IClientCapabilities | null | undefined;
      priorIdentity?: tfplugin6.IResourceIdentityData | null | undefined;
    }
    class Request {
      constructor(properties?: IRequest);
      typeName: string;
      priorState: tfplugin6.DynamicValue | null;
      proposedNewState: tfplugin6.DynamicValue | null;
      config: tfplugin6.DynamicValue | null;
      priorPrivate: Uint8Array;
      providerMeta: tfplugin6.DynamicValue | null;
      clientCapabilities: tfplugin6.ClientCapabilities | null;
      priorIdentity: tfplugin6.ResourceIdentityData | null;
      static encode(message: IRequest, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Request;
    }
    interface IResponse {
      plannedState?: tfplugin6.IDynamicValue | null | undefined;
      requiresReplace?: tfplugin6.IAttributePath[] | null | undefined;
      plannedPrivate?: Uint8Array | null | undefined;
      diagnostics?: tfplugin6.IDiagnostic[] | null | undefined;
      legacyTypeSystem?: boolean | null | undefined;
      deferred?: tfplugin6.IDeferred | null | undefined;
      plannedIdentity?: tfplugin6.IResourceIdentityData | null | undefined;
    }
    class Response {
      constructor(properties?: IResponse);
      plannedState: tfplugin6.DynamicValue | null;
      requiresReplace: tfplugin6.AttributePath[];
      plannedPrivate: Uint8Array;
      diagnostics: tfplugin6.Diagnostic[];
      legacyTypeSystem: boolean;
      deferred: tfplugin6.Deferred | null;
      plannedIdentity: tfplugin6.ResourceIdentityData | null;
      static encode(message: IResponse, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Response;
    }
  }
  interface IApplyResourceChange {
  }
  class ApplyResourceChange {
    constructor(properties?: IApplyResourceChange);
    static encode(message: IApplyResourceChange, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): ApplyResourceChange;
  }
  namespace ApplyResourceChange {
    interface IRequest {
      typeName?: string | null | undefined;
      priorState?: tfplugin6.IDynamicValue | null | undefined;
      plannedState?: tfplugin6.IDynamicValue | null | undefined;
      config?: tfplugin6.IDynamicValue | null | undefined;
      plannedPrivate?: Uint8Array | null | undefined;
      providerMeta?: tfplugin6.IDynamicValue | null | undefined;
      plannedIdentity?: tfplugin6.IResourceIdentityData | null | undefined;
    }
    class Request {
      constructor(properties?: IRequest);
      typeName: string;
      priorState: tfplugin6.DynamicValue | null;
      plannedState: tfplugin6.DynamicValue | null;
      config: tfplugin6.DynamicValue | null;
      plannedPrivate: Uint8Array;
      providerMeta: tfplugin6.DynamicValue | null;
      plannedIdentity: tfplugin6.ResourceIdentityData | null;
      static encode(message: IRequest, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Request;
    }
    interface IResponse {
      newState?: tfplugin6.IDynamicValue | null | undefined;
      private?: Uint8Array | null | undefined;
      diagnostics?: tfplugin6.IDiagnostic[] | null | undefined;
      legacyTypeSystem?: boolean | null | undefined;
      newIdentity?: tfplugin6.IResourceIdentityData | null | undefined;
    }
    class Response {
      constructor(properties?: IResponse);
      newState: tfplugin6.DynamicValue | null;
      private: Uint8Array;
      diagnostics: tfplugin6.Diagnostic[];
      legacyTypeSystem: boolean;
      newIdentity: tfplugin6.ResourceIdentityData | null;
      static encode(message: IResponse, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Response;
    }
  }
  interface IImportResourceState {
  }
  class ImportResourceState {
    constructor(properties?: IImportResourceState);
    static encode(message: IImportResourceState, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): ImportResourceState;
  }
  namespace ImportResourceState {
    interface IRequest {
      typeName?: string | null | undefined;
      id?: string | null | undefined;
      clientCapabilities?: tfplugin6.IClientCapabilities | null | undefined;
      identity?: tfplugin6.IResourceIdentityData | null | undefined;
    }
    class Request {
      constructor(properties?: IRequest);
      typeName: string;
      id: string;
      clientCapabilities: tfplugin6.ClientCapabilities | null;
      identity: tfplugin6.ResourceIdentityData | null;
      static encode(message: IRequest, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Request;
    }
    interface IImportedResource {
      typeName?: string | null | undefined;
      state?: tfplugin6.IDynamicValue | null | undefined;
      private?: Uint8Array | null | undefined;
      identity?: tfplugin6.IResourceIdentityData | null | undefined;
    }
    class ImportedResource {
      constructor(properties?: IImportedResource);
      typeName: string;
      state: tfplugin6.DynamicValue | null;
      private: Uint8Array;
      identity: tfplugin6.ResourceIdentityData | null;
      static encode(message: IImportedResource, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): ImportedResource;
    }
    interface IResponse {
      importedResources?: tfplugin6.ImportResourceState.IImportedResource[] | null | undefined;
      diagnostics?: tfplugin6.IDiagnostic[] | null | undefined;
      deferred?: tfplugin6.IDeferred | null | undefined;
    }
    class Response {
      constructor(properties?: IResponse);
      importedResources: tfplugin6.ImportResourceState.ImportedResource[];
      diagnostics: tfplugin6.Diagnostic[];
      deferred: tfplugin6.Deferred | null;
      static encode(message: IResponse, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Response;
    }
  }
  interface IGenerateResourceConfig {
  }
  class GenerateResourceConfig {
    constructor(properties?: IGenerateResourceConfig);
    static encode(message: IGenerateResourceConfig, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): GenerateResourceConfig;
  }
  namespace GenerateResourceConfig {
    interface IRequest {
      typeName?: string | null | undefined;
      state?: tfplugin6.IDynamicValue | null | undefined;
    }
    class Request {
      constructor(properties?: IRequest);
      typeName: string;
      state: tfplugin6.DynamicValue | null;
      static encode(message: IRequest, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Request;
    }
    interface IResponse {
      config?: tfplugin6.IDynamicValue | null | undefined;
      diagnostics?: tfplugin6.IDiagnostic[] | null | undefined;
    }
    class Response {
      constructor(properties?: IResponse);
      config: tfplugin6.DynamicValue | null;
      diagnostics: tfplugin6.Diagnostic[];
      static encode(message: IResponse, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Response;
    }
  }
  interface IMoveResourceState {
  }
  class MoveResourceState {
    constructor(properties?: IMoveResourceState);
    static encode(message: IMoveResourceState, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): MoveResourceState;
  }
  namespace MoveResourceState {
    interface IRequest {
      sourceProviderAddress?: string | null | undefined;
      sourceTypeName?: string | null | undefined;
      sourceSchemaVersion?: number | null | undefined;
      sourceState?: tfplugin6.IRawState | null | undefined;
      targetTypeName?: string | null | undefined;
      sourcePrivate?: Uint8Array | null | undefined;
      sourceIdentity?: tfplugin6.IRawState | null | undefined;
      sourceIdentitySchemaVersion?: number | null | undefined;
    }
    class Request {
      constructor(properties?: IRequest);
      sourceProviderAddress: string;
      sourceTypeName: string;
      sourceSchemaVersion: number;
      sourceState: tfplugin6.RawState | null;
      targetTypeName: string;
      sourcePrivate: Uint8Array;
      sourceIdentity: tfplugin6.RawState | null;
      sourceIdentitySchemaVersion: number;
      static encode(message: IRequest, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Request;
    }
    interface IResponse {
      targetState?: tfplugin6.IDynamicValue | null | undefined;
      diagnostics?: tfplugin6.IDiagnostic[] | null | undefined;
      targetPrivate?: Uint8Array | null | undefined;
      targetIdentity?: tfplugin6.IResourceIdentityData | null | undefined;
    }
    class Response {
      constructor(properties?: IResponse);
      targetState: tfplugin6.DynamicValue | null;
      diagnostics: tfplugin6.Diagnostic[];
      targetPrivate: Uint8Array;
      targetIdentity: tfplugin6.ResourceIdentityData | null;
      static encode(message: IResponse, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Response;
    }
  }
  interface IReadDataSource {
  }
  class ReadDataSource {
    constructor(properties?: IReadDataSource);
    static encode(message: IReadDataSource, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): ReadDataSource;
  }
  namespace ReadDataSource {
    interface IRequest {
      typeName?: string | null | undefined;
      config?: tfplugin6.IDynamicValue | null | undefined;
      providerMeta?: tfplugin6.IDynamicValue | null | undefined;
      clientCapabilities?: tfplugin6.IClientCapabilities | null | undefined;
    }
    class Request {
      constructor(properties?: IRequest);
      typeName: string;
      config: tfplugin6.DynamicValue | null;
      providerMeta: tfplugin6.DynamicValue | null;
      clientCapabilities: tfplugin6.ClientCapabilities | null;
      static encode(message: IRequest, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Request;
    }
    interface IResponse {
      state?: tfplugin6.IDynamicValue | null | undefined;
      diagnostics?: tfplugin6.IDiagnostic[] | null | undefined;
      deferred?: tfplugin6.IDeferred | null | undefined;
    }
    class Response {
      constructor(properties?: IResponse);
      state: tfplugin6.DynamicValue | null;
      diagnostics: tfplugin6.Diagnostic[];
      deferred: tfplugin6.Deferred | null;
      static encode(message: IResponse, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Response;
    }
  }
  interface IGetFunctions {
  }
  class GetFunctions {
    constructor(properties?: IGetFunctions);
    static encode(message: IGetFunctions, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): GetFunctions;
  }
  namespace GetFunctions {
    interface IRequest {
    }
    class Request {
      constructor(properties?: IRequest);
      static encode(message: IRequest, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Request;
    }
    interface IResponse {
      functions?: { [key: string]: tfplugin6.IFunction } | null | undefined;
      diagnostics?: tfplugin6.IDiagnostic[] | null | undefined;
    }
    class Response {
      constructor(properties?: IResponse);
      functions: { [key: string]: tfplugin6.Function };
      diagnostics: tfplugin6.Diagnostic[];
      static encode(message: IResponse, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Response;
    }
  }
  interface ICallFunction {
  }
  class CallFunction {
    constructor(properties?: ICallFunction);
    static encode(message: ICallFunction, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): CallFunction;
  }
  namespace CallFunction {
    interface IRequest {
      name?: string | null | undefined;
      arguments?: tfplugin6.IDynamicValue[] | null | undefined;
    }
    class Request {
      constructor(properties?: IRequest);
      name: string;
      arguments: tfplugin6.DynamicValue[];
      static encode(message: IRequest, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Request;
    }
    interface IResponse {
      result?: tfplugin6.IDynamicValue | null | undefined;
      error?: tfplugin6.IFunctionError | null | undefined;
    }
    class Response {
      constructor(properties?: IResponse);
      result: tfplugin6.DynamicValue | null;
      error: tfplugin6.FunctionError | null;
      static encode(message: IResponse, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Response;
    }
  }
  interface IValidateEphemeralResourceConfig {
  }
  class ValidateEphemeralResourceConfig {
    constructor(properties?: IValidateEphemeralResourceConfig);
    static encode(message: IValidateEphemeralResourceConfig, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): ValidateEphemeralResourceConfig;
  }
  namespace ValidateEphemeralResourceConfig {
    interface IRequest {
      typeName?: string | null | undefined;
      config?: tfplugin6.IDynamicValue | null | undefined;
    }
    class Request {
      constructor(properties?: IRequest);
      typeName: string;
      config: tfplugin6.DynamicValue | null;
      static encode(message: IRequest, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Request;
    }
    interface IResponse {
      diagnostics?: tfplugin6.IDiagnostic[] | null | undefined;
    }
    class Response {
      constructor(properties?: IResponse);
      diagnostics: tfplugin6.Diagnostic[];
      static encode(message: IResponse, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Response;
    }
  }
  interface IOpenEphemeralResource {
  }
  class OpenEphemeralResource {
    constructor(properties?: IOpenEphemeralResource);
    static encode(message: IOpenEphemeralResource, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): OpenEphemeralResource;
  }
  namespace OpenEphemeralResource {
    interface IRequest {
      typeName?: string | null | undefined;
      config?: tfplugin6.IDynamicValue | null | undefined;
      clientCapabilities?: tfplugin6.IClientCapabilities | null | undefined;
    }
    class Request {
      constructor(properties?: IRequest);
      typeName: string;
      config: tfplugin6.DynamicValue | null;
      clientCapabilities: tfplugin6.ClientCapabilities | null;
      static encode(message: IRequest, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Request;
    }
    interface IResponse {
      diagnostics?: tfplugin6.IDiagnostic[] | null | undefined;
      renewAt?: google.protobuf.ITimestamp | null | undefined;
      result?: tfplugin6.IDynamicValue | null | undefined;
      private?: Uint8Array | null | undefined;
      deferred?: tfplugin6.IDeferred | null | undefined;
    }
    class Response {
      constructor(properties?: IResponse);
      diagnostics: tfplugin6.Diagnostic[];
      renewAt: google.protobuf.Timestamp | null;
      result: tfplugin6.DynamicValue | null;
      private: Uint8Array | null;
      deferred: tfplugin6.Deferred | null;
      static encode(message: IResponse, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Response;
    }
  }
  interface IRenewEphemeralResource {
  }
  class RenewEphemeralResource {
    constructor(properties?: IRenewEphemeralResource);
    static encode(message: IRenewEphemeralResource, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): RenewEphemeralResource;
  }
  namespace RenewEphemeralResource {
    interface IRequest {
      typeName?: string | null | undefined;
      private?: Uint8Array | null | undefined;
    }
    class Request {
      constructor(properties?: IRequest);
      typeName: string;
      private: Uint8Array | null;
      static encode(message: IRequest, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Request;
    }
    interface IResponse {
      diagnostics?: tfplugin6.IDiagnostic[] | null | undefined;
      renewAt?: google.protobuf.ITimestamp | null | undefined;
      private?: Uint8Array | null | undefined;
    }
    class Response {
      constructor(properties?: IResponse);
      diagnostics: tfplugin6.Diagnostic[];
      renewAt: google.protobuf.Timestamp | null;
      private: Uint8Array | null;
      static encode(message: IResponse, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Response;
    }
  }
  interface ICloseEphemeralResource {
  }
  class CloseEphemeralResource {
    constructor(properties?: ICloseEphemeralResource);
    static encode(message: ICloseEphemeralResource, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): CloseEphemeralResource;
  }
  namespace CloseEphemeralResource {
    interface IRequest {
      typeName?: string | null | undefined;
      private?: Uint8Array | null | undefined;
    }
    class Request {
      constructor(properties?: IRequest);
      typeName: string;
      private: Uint8Array | null;
      static encode(message: IRequest, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Request;
    }
    interface IResponse {
      diagnostics?: tfplugin6.IDiagnostic[] | null | undefined;
    }
    class Response {
      constructor(properties?: IResponse);
      diagnostics: tfplugin6.Diagnostic[];
      static encode(message: IResponse, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Response;
    }
  }
  interface IGetResourceIdentitySchemas {
  }
  class GetResourceIdentitySchemas {
    constructor(properties?: IGetResourceIdentitySchemas);
    static encode(message: IGetResourceIdentitySchemas, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): GetResourceIdentitySchemas;
  }
  namespace GetResourceIdentitySchemas {
    interface IRequest {
    }
    class Request {
      constructor(properties?: IRequest);
      static encode(message: IRequest, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Request;
    }
    interface IResponse {
      identitySchemas?: { [key: string]: tfplugin6.IResourceIdentitySchema } | null | undefined;
      diagnostics?: tfplugin6.IDiagnostic[] | null | undefined;
    }
    class Response {
      constructor(properties?: IResponse);
      identitySchemas: { [key: string]: tfplugin6.ResourceIdentitySchema };
      diagnostics: tfplugin6.Diagnostic[];
      static encode(message: IResponse, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Response;
    }
  }
  interface IUpgradeResourceIdentity {
  }
  class UpgradeResourceIdentity {
    constructor(properties?: IUpgradeResourceIdentity);
    static encode(message: IUpgradeResourceIdentity, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): UpgradeResourceIdentity;
  }
  namespace UpgradeResourceIdentity {
    interface IRequest {
      typeName?: string | null | undefined;
      version?: number | null | undefined;
      rawIdentity?: tfplugin6.IRawState | null | undefined;
    }
    class Request {
      constructor(properties?: IRequest);
      typeName: string;
      version: number;
      rawIdentity: tfplugin6.RawState | null;
      static encode(message: IRequest, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Request;
    }
    interface IResponse {
      upgradedIdentity?: tfplugin6.IResourceIdentityData | null | undefined;
      diagnostics?: tfplugin6.IDiagnostic[] | null | undefined;
    }
    class Response {
      constructor(properties?: IResponse);
      upgradedIdentity: tfplugin6.ResourceIdentityData | null;
      diagnostics: tfplugin6.Diagnostic[];
      static encode(message: IResponse, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Response;
    }
  }
  interface IListResource {
  }
  class ListResource {
    constructor(properties?: IListResource);
    static encode(message: IListResource, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): ListResource;
  }
  namespace ListResource {
    interface IRequest {
      typeName?: string | null | undefined;
      config?: tfplugin6.IDynamicValue | null | undefined;
      includeResourceObject?: boolean | null | undefined;
      limit?: number | null | undefined;
    }
    class Request {
      constructor(properties?: IRequest);
      typeName: string;
      config: tfplugin6.DynamicValue | null;
      includeResourceObject: boolean;
      limit: number;
      static encode(message: IRequest, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Request;
    }
    interface IEvent {
      identity?: tfplugin6.IResourceIdentityData | null | undefined;
      displayName?: string | null | undefined;
      resourceObject?: tfplugin6.IDynamicValue | null | undefined;
      diagnostic?: tfplugin6.IDiagnostic[] | null | undefined;
    }
    class Event {
      constructor(properties?: IEvent);
      identity: tfplugin6.ResourceIdentityData | null;
      displayName: string;
      resourceObject: tfplugin6.DynamicValue | null;
      diagnostic: tfplugin6.Diagnostic[];
      static encode(message: IEvent, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Event;
    }
  }
  interface IValidateListResourceConfig {
  }
  class ValidateListResourceConfig {
    constructor(properties?: IValidateListResourceConfig);
    static encode(message: IValidateListResourceConfig, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): ValidateListResourceConfig;
  }
  namespace ValidateListResourceConfig {
    interface IRequest {
      typeName?: string | null | undefined;
      config?: tfplugin6.IDynamicValue | null | undefined;
      includeResourceObject?: tfplugin6.IDynamicValue | null | undefined;
      limit?: tfplugin6.IDynamicValue | null | undefined;
    }
    class Request {
      constructor(properties?: IRequest);
      typeName: string;
      config: tfplugin6.DynamicValue | null;
      includeResourceObject: tfplugin6.DynamicValue | null;
      limit: tfplugin6.DynamicValue | null;
      static encode(message: IRequest, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Request;
    }
    interface IResponse {
      diagnostics?: tfplugin6.IDiagnostic[] | null | undefined;
    }
    class Response {
      constructor(properties?: IResponse);
      diagnostics: tfplugin6.Diagnostic[];
      static encode(message: IResponse, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Response;
    }
  }
  interface IValidateActionConfig {
  }
  class ValidateActionConfig {
    constructor(properties?: IValidateActionConfig);
    static encode(message: IValidateActionConfig, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): ValidateActionConfig;
  }
  namespace ValidateActionConfig {
    interface IRequest {
      actionType?: string | null | undefined;
      config?: tfplugin6.IDynamicValue | null | undefined;
    }
    class Request {
      constructor(properties?: IRequest);
      actionType: string;
      config: tfplugin6.DynamicValue | null;
      static encode(message: IRequest, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Request;
    }
    interface IResponse {
      diagnostics?: tfplugin6.IDiagnostic[] | null | undefined;
    }
    class Response {
      constructor(properties?: IResponse);
      diagnostics: tfplugin6.Diagnostic[];
      static encode(message: IResponse, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Response;
    }
  }
  interface IPlanAction {
  }
  class PlanAction {
    constructor(properties?: IPlanAction);
    static encode(message: IPlanAction, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): PlanAction;
  }
  namespace PlanAction {
    interface IRequest {
      actionType?: string | null | undefined;
      config?: tfplugin6.IDynamicValue | null | undefined;
      clientCapabilities?: tfplugin6.IClientCapabilities | null | undefined;
    }
    class Request {
      constructor(properties?: IRequest);
      actionType: string;
      config: tfplugin6.DynamicValue | null;
      clientCapabilities: tfplugin6.ClientCapabilities | null;
      static encode(message: IRequest, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Request;
    }
    interface IResponse {
      diagnostics?: tfplugin6.IDiagnostic[] | null | undefined;
      deferred?: tfplugin6.IDeferred | null | undefined;
    }
    class Response {
      constructor(properties?: IResponse);
      diagnostics: tfplugin6.Diagnostic[];
      deferred: tfplugin6.Deferred | null;
      static encode(message: IResponse, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Response;
    }
  }
  interface IInvokeAction {
  }
  class InvokeAction {
    constructor(properties?: IInvokeAction);
    static encode(message: IInvokeAction, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): InvokeAction;
  }
  namespace InvokeAction {
    interface IRequest {
      actionType?: string | null | undefined;
      config?: tfplugin6.IDynamicValue | null | undefined;
      clientCapabilities?: tfplugin6.IClientCapabilities | null | undefined;
    }
    class Request {
      constructor(properties?: IRequest);
      actionType: string;
      config: tfplugin6.DynamicValue | null;
      clientCapabilities: tfplugin6.ClientCapabilities | null;
      static encode(message: IRequest, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Request;
    }
    interface IEvent {
      progress?: tfplugin6.InvokeAction.Event.IProgress | null | undefined;
      completed?: tfplugin6.InvokeAction.Event.ICompleted | null | undefined;
    }
    class Event {
      constructor(properties?: IEvent);
      progress: tfplugin6.InvokeAction.Event.Progress | null;
      completed: tfplugin6.InvokeAction.Event.Completed | null;
      static encode(message: IEvent, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Event;
    }
    namespace Event {
      interface IProgress {
        message?: string | null | undefined;
      }
      class Progress {
        constructor(properties?: IProgress);
        message: string;
        static encode(message: IProgress, writer?: Writer): Writer;
        static decode(reader: Reader | Uint8Array, length?: number): Progress;
      }
      interface ICompleted {
        diagnostics?: tfplugin6.IDiagnostic[] | null | undefined;
      }
      class Completed {
        constructor(properties?: ICompleted);
        diagnostics: tfplugin6.Diagnostic[];
        static encode(message: ICompleted, writer?: Writer): Writer;
        static decode(reader: Reader | Uint8Array, length?: number): Completed;
      }
    }
  }
  interface IValidateStateStoreConfig {
  }
  class ValidateStateStoreConfig {
    constructor(properties?: IValidateStateStoreConfig);
    static encode(message: IValidateStateStoreConfig, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): ValidateStateStoreConfig;
  }
  namespace ValidateStateStoreConfig {
    interface IRequest {
      typeName?: string | null | undefined;
      config?: tfplugin6.IDynamicValue | null | undefined;
    }
    class Request {
      constructor(properties?: IRequest);
      typeName: string;
      config: tfplugin6.DynamicValue | null;
      static encode(message: IRequest, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Request;
    }
    interface IResponse {
      diagnostics?: tfplugin6.IDiagnostic[] | null | undefined;
    }
    class Response {
      constructor(properties?: IResponse);
      diagnostics: tfplugin6.Diagnostic[];
      static encode(message: IResponse, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Response;
    }
  }
  interface IConfigureStateStore {
  }
  class ConfigureStateStore {
    constructor(properties?: IConfigureStateStore);
    static encode(message: IConfigureStateStore, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): ConfigureStateStore;
  }
  namespace ConfigureStateStore {
    interface IRequest {
      typeName?: string | null | undefined;
      config?: tfplugin6.IDynamicValue | null | undefined;
      capabilities?: tfplugin6.IStateStoreClientCapabilities | null | undefined;
    }
    class Request {
      constructor(properties?: IRequest);
      typeName: string;
      config: tfplugin6.DynamicValue | null;
      capabilities: tfplugin6.StateStoreClientCapabilities | null;
      static encode(message: IRequest, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Request;
    }
    interface IResponse {
      diagnostics?: tfplugin6.IDiagnostic[] | null | undefined;
      capabilities?: tfplugin6.IStateStoreServerCapabilities | null | undefined;
    }
    class Response {
      constructor(properties?: IResponse);
      diagnostics: tfplugin6.Diagnostic[];
      capabilities: tfplugin6.StateStoreServerCapabilities | null;
      static encode(message: IResponse, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Response;
    }
  }
  interface IStateStoreClientCapabilities {
    chunkSize?: number | null | undefined;
  }
  class StateStoreClientCapabilities {
    constructor(properties?: IStateStoreClientCapabilities);
    chunkSize: number;
    static encode(message: IStateStoreClientCapabilities, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): StateStoreClientCapabilities;
  }
  interface IStateStoreServerCapabilities {
    chunkSize?: number | null | undefined;
  }
  class StateStoreServerCapabilities {
    constructor(properties?: IStateStoreServerCapabilities);
    chunkSize: number;
    static encode(message: IStateStoreServerCapabilities, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): StateStoreServerCapabilities;
  }
  interface IReadStateBytes {
  }
  class ReadStateBytes {
    constructor(properties?: IReadStateBytes);
    static encode(message: IReadStateBytes, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): ReadStateBytes;
  }
  namespace ReadStateBytes {
    interface IRequest {
      typeName?: string | null | undefined;
      stateId?: string | null | undefined;
    }
    class Request {
      constructor(properties?: IRequest);
      typeName: string;
      stateId: string;
      static encode(message: IRequest, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Request;
    }
    interface IResponseChunk {
      bytes?: Uint8Array | null | undefined;
      totalLength?: number | null | undefined;
      range?: tfplugin6.IStateByteRange | null | undefined;
      diagnostics?: tfplugin6.IDiagnostic[] | null | undefined;
    }
    class ResponseChunk {
      constructor(properties?: IResponseChunk);
      bytes: Uint8Array;
      totalLength: number;
      range: tfplugin6.StateByteRange | null;
      diagnostics: tfplugin6.Diagnostic[];
      static encode(message: IResponseChunk, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): ResponseChunk;
    }
  }
  interface IWriteStateBytes {
  }
  class WriteStateBytes {
    constructor(properties?: IWriteStateBytes);
    static encode(message: IWriteStateBytes, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): WriteStateBytes;
  }
  namespace WriteStateBytes {
    interface IRequestChunk {
      meta?: tfplugin6.IRequestChunkMeta | null | undefined;
      bytes?: Uint8Array | null | undefined;
      totalLength?: number | null | undefined;
      range?: tfplugin6.IStateByteRange | null | undefined;
    }
    class RequestChunk {
      constructor(properties?: IRequestChunk);
      meta: tfplugin6.RequestChunkMeta | null;
      bytes: Uint8Array;
      totalLength: number;
      range: tfplugin6.StateByteRange | null;
      static encode(message: IRequestChunk, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): RequestChunk;
    }
    interface IResponse {
      diagnostics?: tfplugin6.IDiagnostic[] | null | undefined;
    }
    class Response {
      constructor(properties?: IResponse);
      diagnostics: tfplugin6.Diagnostic[];
      static encode(message: IResponse, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Response;
    }
  }
  interface IRequestChunkMeta {
    typeName?: string | null | undefined;
    stateId?: string | null | undefined;
  }
  class RequestChunkMeta {
    constructor(properties?: IRequestChunkMeta);
    typeName: string;
    stateId: string;
    static encode(message: IRequestChunkMeta, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): RequestChunkMeta;
  }
  interface IStateByteRange {
    start?: number | null | undefined;
    end?: number | null | undefined;
  }
  class StateByteRange {
    constructor(properties?: IStateByteRange);
    start: number;
    end: number;
    static encode(message: IStateByteRange, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): StateByteRange;
  }
  interface ILockState {
  }
  class LockState {
    constructor(properties?: ILockState);
    static encode(message: ILockState, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): LockState;
  }
  namespace LockState {
    interface IRequest {
      typeName?: string | null | undefined;
      stateId?: string | null | undefined;
      operation?: string | null | undefined;
    }
    class Request {
      constructor(properties?: IRequest);
      typeName: string;
      stateId: string;
      operation: string;
      static encode(message: IRequest, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Request;
    }
    interface IResponse {
      lockId?: string | null | undefined;
      diagnostics?: tfplugin6.IDiagnostic[] | null | undefined;
    }
    class Response {
      constructor(properties?: IResponse);
      lockId: string;
      diagnostics: tfplugin6.Diagnostic[];
      static encode(message: IResponse, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Response;
    }
  }
  interface IUnlockState {
  }
  class UnlockState {
    constructor(properties?: IUnlockState);
    static encode(message: IUnlockState, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): UnlockState;
  }
  namespace UnlockState {
    interface IRequest {
      typeName?: string | null | undefined;
      stateId?: string | null | undefined;
      lockId?: string | null | undefined;
    }
    class Request {
      constructor(properties?: IRequest);
      typeName: string;
      stateId: string;
      lockId: string;
      static encode(message: IRequest, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Request;
    }
    interface IResponse {
      diagnostics?: tfplugin6.IDiagnostic[] | null | undefined;
    }
    class Response {
      constructor(properties?: IResponse);
      diagnostics: tfplugin6.Diagnostic[];
      static encode(message: IResponse, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Response;
    }
  }
  interface IGetStates {
  }
  class GetStates {
    constructor(properties?: IGetStates);
    static encode(message: IGetStates, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): GetStates;
  }
  namespace GetStates {
    interface IRequest {
      typeName?: string | null | undefined;
    }
    class Request {
      constructor(properties?: IRequest);
      typeName: string;
      static encode(message: IRequest, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Request;
    }
    interface IResponse {
      stateIds?: string[] | null | undefined;
      diagnostics?: tfplugin6.IDiagnostic[] | null | undefined;
    }
    class Response {
      constructor(properties?: IResponse);
      stateIds: string[];
      diagnostics: tfplugin6.Diagnostic[];
      static encode(message: IResponse, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Response;
    }
  }
  interface IDeleteState {
  }
  class DeleteState {
    constructor(properties?: IDeleteState);
    static encode(message: IDeleteState, writer?: Writer): Writer;
    static decode(reader: Reader | Uint8Array, length?: number): DeleteState;
  }
  namespace DeleteState {
    interface IRequest {
      typeName?: string | null | undefined;
      stateId?: string | null | undefined;
    }
    class Request {
      constructor(properties?: IRequest);
      typeName: string;
      stateId: string;
      static encode(message: IRequest, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Request;
    }
    interface IResponse {
      diagnostics?: tfplugin6.IDiagnostic[] | null | undefined;
    }
    class Response {
      constructor(properties?: IResponse);
      diagnostics: tfplugin6.Diagnostic[];
      static encode(message: IResponse, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Response;
    }
  }
}
export declare namespace google {
  namespace protobuf {
    interface ITimestamp {
      seconds?: number | null | undefined;
      nanos?: number | null | undefined;
    }
    class Timestamp {
      constructor(properties?: ITimestamp);
      seconds: number;
      nanos: number;
      static encode(message: ITimestamp, writer?: Writer): Writer;
      static decode(reader: Reader | Uint8Array, length?: number): Timestamp;
    }
  }
}
/** The methods of each service, by its full name. */
export const services: {
  readonly "tfplugin6.Provider": {
    readonly GetMetadata: MethodDefinition<tfplugin6.GetMetadata.IRequest, tfplugin6.GetMetadata.IResponse, tfplugin6.GetMetadata.Request, tfplugin6.GetMetadata.Response>;
    readonly GetProviderSchema: MethodDefinition<tfplugin6.GetProviderSchema.IRequest, tfplugin6.GetProviderSchema.IResponse, tfplugin6.GetProviderSchema.Request, tfplugin6.GetProviderSchema.Response>;
    readonly GetResourceIdentitySchemas: MethodDefinition<tfplugin6.GetResourceIdentitySchemas.IRequest, tfplugin6.GetResourceIdentitySchemas.IResponse, tfplugin6.GetResourceIdentitySchemas.Request, tfplugin6.GetResourceIdentitySchemas.Response>;
    readonly ValidateProviderConfig: MethodDefinition<tfplugin6.ValidateProviderConfig.IRequest, tfplugin6.ValidateProviderConfig.IResponse, tfplugin6.ValidateProviderConfig.Request, tfplugin6.ValidateProviderConfig.Response>;
    readonly ValidateResourceConfig: MethodDefinition<tfplugin6.ValidateResourceConfig.IRequest, tfplugin6.ValidateResourceConfig.IResponse, tfplugin6.ValidateResourceConfig.Request, tfplugin6.ValidateResourceConfig.Response>;
    readonly ValidateDataResourceConfig: MethodDefinition<tfplugin6.ValidateDataResourceConfig.IRequest, tfplugin6.ValidateDataResourceConfig.IResponse, tfplugin6.ValidateDataResourceConfig.Request, tfplugin6.ValidateDataResourceConfig.Response>;
    readonly UpgradeResourceState: MethodDefinition<tfplugin6.UpgradeResourceState.IRequest, tfplugin6.UpgradeResourceState.IResponse, tfplugin6.UpgradeResourceState.Request, tfplugin6.UpgradeResourceState.Response>;
    readonly UpgradeResourceIdentity: MethodDefinition<tfplugin6.UpgradeResourceIdentity.IRequest, tfplugin6.UpgradeResourceIdentity.IResponse, tfplugin6.UpgradeResourceIdentity.Request, tfplugin6.UpgradeResourceIdentity.Response>;
    readonly ConfigureProvider: MethodDefinition<tfplugin6.ConfigureProvider.IRequest, tfplugin6.ConfigureProvider.IResponse, tfplugin6.ConfigureProvider.Request, tfplugin6.ConfigureProvider.Response>;
    readonly ReadResource: MethodDefinition<tfplugin6.ReadResource.IRequest, tfplugin6.ReadResource.IResponse, tfplugin6.ReadResource.Request, tfplugin6.ReadResource.Response>;
    readonly PlanResourceChange: MethodDefinition<tfplugin6.PlanResourceChange.IRequest, tfplugin6.PlanResourceChange.IResponse, tfplugin6.PlanResourceChange.Request, tfplugin6.PlanResourceChange.Response>;
    readonly ApplyResourceChange: MethodDefinition<tfplugin6.ApplyResourceChange.IRequest, tfplugin6.ApplyResourceChange.IResponse, tfplugin6.ApplyResourceChange.Request, tfplugin6.ApplyResourceChange.Response>;
    readonly ImportResourceState: MethodDefinition<tfplugin6.ImportResourceState.IRequest, tfplugin6.ImportResourceState.IResponse, tfplugin6.ImportResourceState.Request, tfplugin6.ImportResourceState.Response>;
    readonly MoveResourceState: MethodDefinition<tfplugin6.MoveResourceState.IRequest, tfplugin6.MoveResourceState.IResponse, tfplugin6.MoveResourceState.Request, tfplugin6.MoveResourceState.Response>;
    readonly ReadDataSource: MethodDefinition<tfplugin6.ReadDataSource.IRequest, tfplugin6.ReadDataSource.IResponse, tfplugin6.ReadDataSource.Request, tfplugin6.ReadDataSource.Response>;
    readonly GenerateResourceConfig: MethodDefinition<tfplugin6.GenerateResourceConfig.IRequest, tfplugin6.GenerateResourceConfig.IResponse, tfplugin6.GenerateResourceConfig.Request, tfplugin6.GenerateResourceConfig.Response>;
    readonly ValidateEphemeralResourceConfig: MethodDefinition<tfplugin6.ValidateEphemeralResourceConfig.IRequest, tfplugin6.ValidateEphemeralResourceConfig.IResponse, tfplugin6.ValidateEphemeralResourceConfig.Request, tfplugin6.ValidateEphemeralResourceConfig.Response>;
    readonly OpenEphemeralResource: MethodDefinition<tfplugin6.OpenEphemeralResource.IRequest, tfplugin6.OpenEphemeralResource.IResponse, tfplugin6.OpenEphemeralResource.Request, tfplugin6.OpenEphemeralResource.Response>;
    readonly RenewEphemeralResource: MethodDefinition<tfplugin6.RenewEphemeralResource.IRequest, tfplugin6.RenewEphemeralResource.IResponse, tfplugin6.RenewEphemeralResource.Request, tfplugin6.RenewEphemeralResource.Response>;
    readonly CloseEphemeralResource: MethodDefinition<tfplugin6.CloseEphemeralResource.IRequest, tfplugin6.CloseEphemeralResource.IResponse, tfplugin6.CloseEphemeralResource.Request, tfplugin6.CloseEphemeralResource.Response>;
    readonly ListResource: MethodDefinition<tfplugin6.ListResource.IRequest, tfplugin6.ListResource.IEvent, tfplugin6.ListResource.Request, tfplugin6.ListResource.Event>;
    readonly ValidateListResourceConfig: MethodDefinition<tfplugin6.ValidateListResourceConfig.IRequest, tfplugin6.ValidateListResourceConfig.IResponse, tfplugin6.ValidateListResourceConfig.Request, tfplugin6.ValidateListResourceConfig.Response>;
    readonly GetFunctions: MethodDefinition<tfplugin6.GetFunctions.IRequest, tfplugin6.GetFunctions.IResponse, tfplugin6.GetFunctions.Request, tfplugin6.GetFunctions.Response>;
    readonly CallFunction: MethodDefinition<tfplugin6.CallFunction.IRequest, tfplugin6.CallFunction.IResponse, tfplugin6.CallFunction.Request, tfplugin6.CallFunction.Response>;
    readonly ValidateActionConfig: MethodDefinition<tfplugin6.ValidateActionConfig.IRequest, tfplugin6.ValidateActionConfig.IResponse, tfplugin6.ValidateActionConfig.Request, tfplugin6.ValidateActionConfig.Response>;
    readonly PlanAction: MethodDefinition<tfplugin6.PlanAction.IRequest, tfplugin6.PlanAction.IResponse, tfplugin6.PlanAction.Request, tfplugin6.PlanAction.Response>;
    readonly InvokeAction: MethodDefinition<tfplugin6.InvokeAction.IRequest, tfplugin6.InvokeAction.IEvent, tfplugin6.InvokeAction.Request, tfplugin6.InvokeAction.Event>;
    readonly ValidateStateStoreConfig: MethodDefinition<tfplugin6.ValidateStateStoreConfig.IRequest, tfplugin6.ValidateStateStoreConfig.IResponse, tfplugin6.ValidateStateStoreConfig.Request, tfplugin6.ValidateStateStoreConfig.Response>;
    readonly ConfigureStateStore: MethodDefinition<tfplugin6.ConfigureStateStore.IRequest, tfplugin6.ConfigureStateStore.IResponse, tfplugin6.ConfigureStateStore.Request, tfplugin6.ConfigureStateStore.Response>;
    readonly ReadStateBytes: MethodDefinition<tfplugin6.ReadStateBytes.IRequest, tfplugin6.ReadStateBytes.IResponseChunk, tfplugin6.ReadStateBytes.Request, tfplugin6.ReadStateBytes.ResponseChunk>;
    readonly WriteStateBytes: MethodDefinition<tfplugin6.WriteStateBytes.IRequestChunk, tfplugin6.WriteStateBytes.IResponse, tfplugin6.WriteStateBytes.RequestChunk, tfplugin6.WriteStateBytes.Response>;
    readonly LockState: MethodDefinition<tfplugin6.LockState.IRequest, tfplugin6.LockState.IResponse, tfplugin6.LockState.Request, tfplugin6.LockState.Response>;
    readonly UnlockState: MethodDefinition<tfplugin6.UnlockState.IRequest, tfplugin6.UnlockState.IResponse, tfplugin6.UnlockState.Request, tfplugin6.UnlockState.Response>;
    readonly GetStates: MethodDefinition<tfplugin6.GetStates.IRequest, tfplugin6.GetStates.IResponse, tfplugin6.GetStates.Request, tfplugin6.GetStates.Response>;
    readonly DeleteState: MethodDefinition<tfplugin6.DeleteState.IRequest, tfplugin6.DeleteState.IResponse, tfplugin6.DeleteState.Request, tfplugin6.DeleteState.Response>;
    readonly StopProvider: MethodDefinition<tfplugin6.StopProvider.IRequest, tfplugin6.StopProvider.IResponse, tfplugin6.StopProvider.Request, tfplugin6.StopProvider.Response>;
  };
};
