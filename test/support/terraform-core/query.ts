import { decodeMsgpack } from "../../../src/values/msgpack/index.ts";
import type { ValueObject } from "../../../src/values/value.ts";
import type { Message } from "../plugin-client/services.ts";
import {
  BrokenRule,
  bytes,
  type CoreDiagnostic,
  checkIdentity,
  demand,
  diagnosticsOf,
  dynamic,
  hasError,
  type Instance,
  stateFrom,
} from "./core-answers.ts";
import type { Core } from "./core-client.ts";
import { stateProblems } from "./core-rules.ts";
import { configOf, impliedType, loadSchema, type SchemaMessage } from "./core-schema.ts";

// What `terraform query` asks a provider, and the configuration that it writes (protocol.md §1.6).

export interface Listed {
  readonly displayName: string;
  readonly identity: ValueObject;
  readonly state: ValueObject | null;
}

export interface Listing {
  readonly found: readonly Listed[];
  readonly diagnostics: readonly CoreDiagnostic[];
}

/** ValidateListResourceConfig, then ListResource; an error of the first ends it. */
export async function list(
  core: Core,
  type: string,
  written: Readonly<Record<string, unknown>> = {},
  { limit = 100, include = false } = {},
): Promise<Listing> {
  return core.inProcess(async (connection) => {
    const { list_resource_schemas: schemas } = await connection.call("GetProviderSchema", {});
    const message = (schemas as Record<string, SchemaMessage>)[type];
    const resource = core.resources.get(type);
    if (message === undefined || resource === undefined) throw new Error(`the provider has no list of ${type}`);
    const schema = loadSchema(message);
    const config = dynamic(configOf(schema, written), impliedType(schema));
    const refused = diagnosticsOf(
      await connection.call("ValidateListResourceConfig", {
        type_name: type,
        config,
        include_resource_object: dynamicValue(include),
        limit: dynamicValue(limit),
      }),
      schema,
    );
    if (hasError(refused)) return { found: [], diagnostics: refused };
    const events = await connection.stream("ListResource", {
      type_name: type,
      config,
      include_resource_object: include,
      limit: String(limit),
    });
    const diagnostics = [...refused];
    const found: Listed[] = [];
    for (const event of events) {
      const complaints = diagnosticsOf({ diagnostics: event["diagnostic"] }, schema);
      diagnostics.push(...complaints);
      if (hasError(complaints)) break;
      checkIdentity(event["identity"], resource.identity.wire, true);
      const state = stateFrom(event["resource_object"], resource.wire);
      if (!include && state !== null) throw new BrokenRule("a resource that core did not ask for");
      if (state !== null) demand(stateProblems(resource.schema, state), "an invalid listed object");
      const { identity_data: data } = event["identity"] as { identity_data: Message };
      const identity = decodeMsgpack(bytes(data["msgpack"]), resource.identity.wire) as ValueObject;
      found.push({ displayName: String(event["display_name"]), identity, state });
    }
    if (found.length > limit) throw new BrokenRule("more results than the limit");
    return { found, diagnostics };
  });
}

const dynamicValue = (value: boolean | number): Message => ({ json: Buffer.from(JSON.stringify(value)) });

export interface Generated {
  /** Null where the provider refuses. */
  readonly config: ValueObject | null;
  readonly diagnostics: readonly CoreDiagnostic[];
}

/** GenerateResourceConfig for the state of an import. The configuration of a resource has no value that only the provider sets. */
export async function generate(core: Core, { type, state }: Pick<Instance, "type" | "state">): Promise<Generated> {
  return core.inProcess(async (connection) => {
    const resource = core.resources.get(type);
    if (resource === undefined) throw new Error(`the provider has no ${type}`);
    const answer = await connection.call("GenerateResourceConfig", {
      type_name: type,
      state: dynamic(state, resource.wire),
    });
    const diagnostics = diagnosticsOf(answer, resource.schema);
    const config = hasError(diagnostics) ? null : stateFrom(answer["config"], resource.wire);
    for (const [name, value] of Object.entries(config ?? {})) {
      const { required, optional } = resource.schema[name] ?? {};
      if (!required && !optional && value !== null) throw new BrokenRule(`a configuration with ${name}`);
    }
    return { config, diagnostics };
  });
}
