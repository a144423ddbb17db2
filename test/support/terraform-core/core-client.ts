import { containsUnknown, valuesEqual } from "../../../src/values/equal.ts";
import { formatPath, type Path } from "../../../src/values/path.ts";
import { objectOf, type Type } from "../../../src/values/type.ts";
import { typeFromJson } from "../../../src/values/type-json.ts";
import type { ValueObject } from "../../../src/values/value.ts";
import type { Connection } from "../plugin-client/connection.ts";
import type { Message } from "../plugin-client/services.ts";
import { encodeJson } from "../values/encode-json.ts";
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
  instanceOf,
  type PathMessage,
  stateFrom,
  text,
  toPath,
} from "./core-answers.ts";
import {
  finalPlanProblems,
  pathExists,
  planProblems,
  proposedNew,
  resultProblems,
  stateProblems,
} from "./core-rules.ts";
import { type CoreSchema, configOf, impliedType, loadSchema, type SchemaMessage } from "./core-schema.ts";

export type Action = "create" | "update" | "replace" | "delete" | "no-op";

export interface Planned {
  readonly type: string;
  readonly action: Action;
  readonly prior: Instance | undefined;
  readonly planned: ValueObject | null;
  readonly private: Uint8Array;
  readonly identity: unknown;
  readonly requiresReplace: readonly Path[];
  readonly diagnostics: readonly CoreDiagnostic[];
}

export interface Applied {
  readonly diagnostics: readonly CoreDiagnostic[];
  /** Undefined where nothing is left to keep. */
  readonly instance: Instance | undefined;
}

interface LoadedResource {
  readonly version: number;
  readonly schema: CoreSchema;
  readonly wire: Type;
  readonly identity: { readonly version: number; readonly wire: Type };
}

/**
 * Terraform core as far as a provider can tell: it asks in core's order and holds each answer against core's rules (protocol.md §4).
 * A broken rule throws, as core would tell the user to report a bug; what the provider says to the user is in `diagnostics`.
 */
export interface Core {
  readonly providerSchema: CoreSchema;
  readonly resources: ReadonlyMap<string, LoadedResource>;
  /** Asks in a provider process of its own, configured; what the provider says to its configuration must not be an error. */
  inProcess<T>(question: (connection: Connection) => Promise<T>): Promise<T>;
  config(type: string, written: Readonly<Record<string, unknown>>): ValueObject;
  validate(type: string, config: ValueObject): Promise<readonly CoreDiagnostic[]>;
  /** Validates, and plans when that found no error; `config` null plans the destruction. */
  plan(type: string, config: ValueObject | null, prior?: Instance): Promise<Planned>;
  /** One phase of a command with several resources: all calls reach one process. */
  together<T>(use: (phase: Phase) => Promise<T>): Promise<T>;
  /** Plans again with what is known by now, as every apply does, and applies. A replacement deletes and creates. */
  apply(planned: Planned, config: ValueObject | null): Promise<Applied>;
  /** UpgradeResourceState from the state file's JSON, then ReadResource; undefined when the object is gone. */
  refresh(instance: Instance): Promise<Applied>;
  /** ImportResourceState and the read that follows. */
  importState(type: string, by: { readonly id: string } | { readonly identity: ValueObject }): Promise<Applied>;
}

/** The calls of one phase, in whatever order. */
export type Phase = Pick<Core, "plan" | "apply" | "refresh">;

/** `open` starts a provider process; each phase of a command has one of its own, as in Terraform. */
export async function startCore(
  open: () => Promise<Connection>,
  configuration: Readonly<Record<string, unknown>>,
): Promise<Core> {
  const first = await open();
  const answer = await first.call("GetProviderSchema", {});
  const identities = (await first.call("GetResourceIdentitySchemas", {}))["identity_schemas"] as Record<
    string,
    { version: unknown; identity_attributes: { name: string; type: Uint8Array }[] }
  >;
  await first.close();
  const providerSchema = loadSchema(answer["provider"] as SchemaMessage, "provider");
  const resources = new Map<string, LoadedResource>();
  for (const [type, message] of Object.entries(answer["resource_schemas"] as Record<string, SchemaMessage>)) {
    const schema = loadSchema(message);
    const attributes = identities[type]?.identity_attributes ?? [];
    resources.set(type, {
      version: Number(message.version),
      schema,
      wire: impliedType(schema),
      identity: {
        version: Number(identities[type]?.version ?? 0),
        wire: objectOf(
          Object.fromEntries(attributes.map((attribute) => [attribute.name, typeFromJson(text(attribute.type))])),
        ),
      },
    });
  }
  const find = (type: string): LoadedResource => {
    const found = resources.get(type);
    if (found === undefined) throw new Error(`the provider has no ${type}`);
    return found;
  };

  const inProcess: Core["inProcess"] = async (question) => {
    const connection = await open();
    try {
      await configure(connection, providerSchema, configuration);
      return await question(connection);
    } finally {
      await connection.close();
    }
  };

  const validate = async (
    connection: Connection,
    type: string,
    config: ValueObject | null,
  ): Promise<CoreDiagnostic[]> => {
    if (config === null) return [];
    const { schema, wire } = find(type);
    const request = { type_name: type, config: dynamic(config, wire), client_capabilities: capabilities };
    return diagnosticsOf(await connection.call("ValidateResourceConfig", request), schema);
  };

  const askPlan = async (
    connection: Connection,
    type: string,
    config: ValueObject | null,
    prior: Instance | undefined,
    priorPrivate: Uint8Array,
  ) => {
    const { schema, wire } = find(type);
    const state = prior?.state ?? null;
    const proposed = config === null ? null : proposedNew(schema, state, config);
    const request = {
      type_name: type,
      prior_state: dynamic(state, wire),
      proposed_new_state: dynamic(proposed, wire),
      config: dynamic(config, wire),
      prior_private: priorPrivate,
      client_capabilities: capabilities,
      ...(prior?.identity === undefined ? {} : { prior_identity: { identity_data: { msgpack: prior.identity } } }),
    };
    const first = await connection.call("PlanResourceChange", request);
    const diagnostics = diagnosticsOf(first, schema);
    const failed = hasError(diagnostics);
    const planned = stateFrom(first["planned_state"], wire);
    if (first["legacy_type_system"] === true) throw new BrokenRule("the plan claims the legacy type system");
    if (first["deferred"] !== null) throw new BrokenRule("a deferral although none is allowed");
    const requiresReplace = (first["requires_replace"] as PathMessage[]).map(toPath);
    if (!failed) {
      demand(planProblems(schema, state, config, planned), "an invalid plan");
      const missing = requiresReplace.filter((path) => !pathExists(schema, path));
      demand(missing.map(formatPath), "an invalid plan, which replaces for paths that do not exist");
      checkIdentity(first["planned_identity"], find(type).identity.wire, false);
    }
    return { answer: first, diagnostics, failed, planned, requiresReplace };
  };

  const planIn = async (
    connection: Connection,
    type: string,
    config: ValueObject | null,
    prior: Instance | undefined,
  ): Promise<Planned> => {
    const { schema, wire } = find(type);
    const refused = await validate(connection, type, config);
    const base = { type, prior, private: new Uint8Array(), identity: null, requiresReplace: [], planned: null };
    if (hasError(refused)) return { ...base, action: "no-op", diagnostics: refused };
    const asked = await askPlan(connection, type, config, prior, prior?.private ?? new Uint8Array());
    const diagnostics = [...refused, ...asked.diagnostics];
    const result = {
      ...base,
      planned: asked.planned,
      private: bytes(asked.answer["planned_private"]),
      identity: asked.answer["planned_identity"],
      requiresReplace: asked.requiresReplace,
      diagnostics,
    };
    if (asked.failed) return { ...result, action: "no-op" };
    if (config === null) return { ...result, action: "delete" };
    if (prior === undefined) return { ...result, action: "create" };
    if (valuesEqual(prior.state, asked.planned, wire)) return { ...result, action: "no-op" };
    const effective = asked.requiresReplace.some((path) => {
      const [step] = path;
      if (step === undefined || !("attribute" in step)) return false;
      const { type: inner } = schema[step.attribute] ?? { type: wire };
      return !valuesEqual(prior.state[step.attribute] ?? null, asked.planned?.[step.attribute] ?? null, inner);
    });
    if (!effective) return { ...result, action: "update" };
    // A replacement is planned once more as the creation that it ends in, with what the first plan kept in private.
    const again = await askPlan(connection, type, config, undefined, result.private);
    return {
      ...result,
      action: "replace",
      planned: again.planned,
      private: bytes(again.answer["planned_private"]),
      identity: again.answer["planned_identity"],
      diagnostics: [...diagnostics, ...again.diagnostics],
    };
  };

  const askApply = async (
    connection: Connection,
    type: string,
    prior: Instance | undefined,
    planned: ValueObject | null,
    config: ValueObject | null,
    plannedPrivate: Uint8Array,
    plannedIdentity: unknown,
  ): Promise<Applied> => {
    const { schema, wire, identity } = find(type);
    const answer = await connection.call("ApplyResourceChange", {
      type_name: type,
      prior_state: dynamic(prior?.state ?? null, wire),
      planned_state: dynamic(planned, wire),
      config: dynamic(config, wire),
      planned_private: plannedPrivate,
      ...(plannedIdentity === null ? {} : { planned_identity: plannedIdentity }),
    });
    const diagnostics = diagnosticsOf(answer, schema);
    if (answer["legacy_type_system"] === true) throw new BrokenRule("the result claims the legacy type system");
    const state = stateFrom(answer["new_state"], wire);
    const instance = instanceOf(type, state, answer["private"], answer["new_identity"]);
    if (hasError(diagnostics)) {
      // What an error leaves behind is stored as it is: it must be storable, and an update must not lose what there was.
      if (state !== null) demand(stateProblems(schema, state), "an invalid object beside its error");
      if (prior !== undefined && state === null && planned !== null)
        throw new BrokenRule("a failed update lost its state");
      if (prior !== undefined && planned === null && state === null) return { diagnostics, instance: prior };
      if (prior?.identity !== undefined && instance?.identity === undefined)
        throw new BrokenRule("an error lost the identity");
      return { diagnostics, instance };
    }
    demand(resultProblems(schema, planned, state), "an inconsistent result after apply");
    if (state !== null) checkIdentity(answer["new_identity"], identity.wire, true);
    return { diagnostics, instance };
  };

  const applyIn = async (connection: Connection, seen: Planned, config: ValueObject | null): Promise<Applied> => {
    const { type, prior, action } = seen;
    const { schema, wire } = find(type);
    if (action === "no-op") return { diagnostics: [], instance: prior };
    if (config !== null && containsUnknown(config)) throw new Error("core applies known configurations only");
    if (action === "delete") return askApply(connection, type, prior, null, null, seen.private, seen.identity);
    const before: CoreDiagnostic[] = [];
    let current = prior;
    if (action === "replace") {
      const removed = await askApply(connection, type, prior, null, null, prior?.private ?? new Uint8Array(), null);
      before.push(...removed.diagnostics);
      if (removed.instance !== undefined) return removed;
      current = undefined;
    }
    before.push(...(await validate(connection, type, config)));
    if (hasError(before)) return { diagnostics: before, instance: current };
    const final = await askPlan(connection, type, config, current, current?.private ?? new Uint8Array());
    if (final.failed) return { diagnostics: [...before, ...final.diagnostics], instance: current };
    demand(finalPlanProblems(schema, seen.planned, final.planned), "an inconsistent final plan");
    if (current !== undefined && valuesEqual(current.state, final.planned, wire)) {
      return { diagnostics: before, instance: current };
    }
    const { answer: plan, planned } = final;
    const kept = bytes(plan["planned_private"]);
    const applied = await askApply(connection, type, current, planned, config, kept, plan["planned_identity"]);
    return { ...applied, diagnostics: [...before, ...applied.diagnostics] };
  };

  const refreshIn = async (connection: Connection, instance: Instance): Promise<Applied> => {
    const { type } = instance;
    const { schema, wire, version, identity } = find(type);
    const json = Buffer.from(encodeJson(instance.state, wire));
    const upgraded = await connection.call("UpgradeResourceState", { type_name: type, version, raw_state: { json } });
    const complaints = diagnosticsOf(upgraded, schema);
    if (hasError(complaints)) return { diagnostics: complaints, instance };
    const state = stateFrom(upgraded["upgraded_state"], wire);
    if (!valuesEqual(state, instance.state, wire))
      throw new BrokenRule("the state did not survive its way through JSON");
    const answer = await connection.call("ReadResource", {
      type_name: type,
      current_state: dynamic(instance.state, wire),
      private: instance.private,
      client_capabilities: capabilities,
      ...(instance.identity === undefined
        ? {}
        : { current_identity: { identity_data: { msgpack: instance.identity } } }),
    });
    const diagnostics = diagnosticsOf(answer, schema);
    if (hasError(diagnostics)) return { diagnostics, instance };
    if (answer["deferred"] !== null) throw new BrokenRule("a deferral although none is allowed");
    const read = stateFrom(answer["new_state"], wire);
    if (read === null) return { diagnostics, instance: undefined };
    demand(stateProblems(schema, read), "an invalid object while it was read");
    checkIdentity(answer["new_identity"], identity.wire, true);
    return { diagnostics, instance: instanceOf(type, read, answer["private"], answer["new_identity"]) };
  };

  const importIn = async (
    connection: Connection,
    type: string,
    by: { readonly id: string } | { readonly identity: ValueObject },
  ): Promise<Applied> => {
    const { schema, wire, identity } = find(type);
    const answer = await connection.call("ImportResourceState", {
      type_name: type,
      client_capabilities: capabilities,
      ...("id" in by ? { id: by.id } : { identity: { identity_data: dynamic(by.identity, identity.wire) } }),
    });
    const diagnostics = diagnosticsOf(answer, schema);
    const imported = answer["imported_resources"] as Message[];
    if (hasError(diagnostics)) return { diagnostics, instance: undefined };
    const [only] = imported;
    if (only === undefined || imported.length !== 1) throw new BrokenRule(`an import of ${imported.length} resources`);
    if (only["type_name"] !== type) throw new BrokenRule("an import of another type");
    const state = stateFrom(only["state"], wire);
    if (state === null) throw new BrokenRule("an import without a state");
    demand(stateProblems(schema, state), "an invalid object for the import");
    checkIdentity(only["identity"], identity.wire, true);
    const bare = instanceOf(type, state, only["private"], only["identity"]);
    return bare === undefined ? { diagnostics, instance: bare } : refreshIn(connection, bare);
  };

  return {
    providerSchema,
    resources,
    inProcess,
    together: (use) =>
      inProcess((connection) =>
        use({
          plan: (type, config, prior) => planIn(connection, type, config, prior),
          apply: (planned, config) => applyIn(connection, planned, config),
          refresh: (instance) => refreshIn(connection, instance),
        }),
      ),
    config: (type, written) => configOf(find(type).schema, written),
    validate: (type, config) => inProcess((connection) => validate(connection, type, config)),
    async plan(type, config, prior) {
      const ask = () => inProcess((connection) => planIn(connection, type, config, prior));
      const [plan, again] = [await ask(), await ask()];
      const [one, other] = [plan, again].map(withoutWarnings);
      if (one !== other) throw new BrokenRule(`two plans of one question differ: ${one} and ${other}`);
      return plan;
    },
    apply: (planned, config) => inProcess((connection) => applyIn(connection, planned, config)),
    refresh: (instance) => inProcess((connection) => refreshIn(connection, instance)),
    importState: (type, by) => inProcess((connection) => importIn(connection, type, by)),
  };
}

/** A plan as text. Its warnings count the machines that run, which changes from one moment to the next. */
const withoutWarnings = ({ diagnostics, ...plan }: Planned): string =>
  JSON.stringify({ ...plan, errors: diagnostics.filter((one) => hasError([one])) });

async function configure(
  connection: Connection,
  schema: CoreSchema,
  written: Readonly<Record<string, unknown>>,
): Promise<void> {
  const config = dynamic(configOf(schema, written), impliedType(schema));
  const found = [
    ...diagnosticsOf(await connection.call("ValidateProviderConfig", { config }), schema),
    ...diagnosticsOf(
      await connection.call("ConfigureProvider", {
        terraform_version: "1.15.0",
        config,
        client_capabilities: capabilities,
      }),
      schema,
    ),
  ];
  if (hasError(found)) throw new Error(`the provider refuses its configuration: ${JSON.stringify(found)}`);
}

const capabilities = { deferral_allowed: false, write_only_attributes_allowed: true };
