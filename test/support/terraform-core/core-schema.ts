import { listOf, mapOf, objectOf, setOf, type Type } from "../../../src/values/type.ts";
import { typeFromJson } from "../../../src/values/type-json.ts";
import { UNKNOWN, type Value, type ValueObject } from "../../../src/values/value.ts";

// A schema as Terraform core has it after loading, and what core refuses while it loads one (protocol.md §3.4). Made from the
// messages on the wire alone: nothing here looks at the provider's own declarations.

export type CoreNesting = "single" | "list" | "set" | "map";

export interface CoreAttribute {
  readonly type: Type;
  readonly nested?: { readonly nesting: CoreNesting; readonly attributes: CoreSchema };
  readonly required: boolean;
  readonly optional: boolean;
  readonly computed: boolean;
  readonly sensitive: boolean;
  readonly writeOnly: boolean;
}

export type CoreSchema = Readonly<Record<string, CoreAttribute>>;

/** `Schema.Attribute` as proto-loader reads it. */
export interface AttributeMessage {
  readonly name: string;
  readonly type: Uint8Array;
  readonly nested_type: { readonly attributes: readonly AttributeMessage[]; readonly nesting: string | number } | null;
  readonly required: boolean;
  readonly optional: boolean;
  readonly computed: boolean;
  readonly sensitive: boolean;
  readonly write_only: boolean;
  readonly deprecated: boolean;
  readonly deprecation_message: string;
  readonly description: string;
}

export interface SchemaMessage {
  readonly version: unknown;
  readonly block: {
    readonly attributes: readonly AttributeMessage[];
    readonly block_types: readonly unknown[];
    readonly computed?: boolean;
  };
}

const nestings: Readonly<Record<string, CoreNesting>> = {
  "1": "single",
  "2": "list",
  "3": "set",
  "4": "map",
  SINGLE: "single",
  LIST: "list",
  SET: "set",
  MAP: "map",
};

const reserved = ["count", "for_each", "depends_on", "lifecycle", "provider", "provisioner", "connection"];

/** The schema of a message. Throws with all problems where core would refuse it. */
export function loadSchema(message: SchemaMessage, role: "resource" | "provider" = "resource"): CoreSchema {
  const problems: string[] = [];
  // The rules of this client know attributes only; a block would go unchecked.
  if (message.block.block_types.length > 0) problems.push("the schema has nested blocks");
  if (message.block.computed === true) problems.push("a block is computed, which clients before 1.16 cannot read");
  if (Number(message.version) < 0) problems.push("the version is negative");
  const schema = loadAttributes(message.block.attributes, "", { inSet: false, role }, problems);
  for (const name of role === "provider" ? [...reserved, "alias", "version"] : reserved) {
    if (Object.hasOwn(schema, name)) problems.push(`${name}: reserved by the language`);
  }
  if (problems.length > 0) throw new Error(`core refuses the schema:\n${problems.join("\n")}`);
  return schema;
}

interface Place {
  readonly inSet: boolean;
  readonly role: "resource" | "provider";
}

function loadAttributes(
  messages: readonly AttributeMessage[],
  prefix: string,
  place: Place,
  problems: string[],
): CoreSchema {
  const schema: Record<string, CoreAttribute> = {};
  for (const message of messages) {
    const path = `${prefix}${message.name}`;
    const say = (problem: string) => problems.push(`${path}: ${problem}`);
    if (Object.hasOwn(schema, message.name)) say("declared twice");
    if (!/^[a-z][a-z0-9_]*$/.test(message.name)) say("no valid name");
    const { required, optional, computed } = message;
    if (!required && !optional && !computed) say("must be required, optional or computed");
    if (required && (optional || computed)) say("required with optional or computed");
    if (message.write_only && (computed || place.inSet || place.role === "provider")) say("cannot be write-only here");
    if (message.deprecation_message !== "" && !message.deprecated) say("a deprecation message without a deprecation");
    if (message.nested_type !== null && message.type.length > 0) say("both a type and a nested type");
    if (message.nested_type === null && message.type.length === 0) say("neither a type nor a nested type");
    schema[message.name] = loadAttribute(message, path, place, problems);
  }
  return schema;
}

function loadAttribute(message: AttributeMessage, path: string, place: Place, problems: string[]): CoreAttribute {
  const { required, optional, computed, sensitive, write_only: writeOnly } = message;
  const flags = { required, optional, computed, sensitive, writeOnly };
  if (message.nested_type === null) {
    const type = typeFromJson(JSON.parse(Buffer.from(message.type).toString("utf8")));
    if (holdsDynamic(type) && (type.kind !== "dynamic" || place.inSet))
      problems.push(`${path}: dynamic in a collection`);
    return { ...flags, type };
  }
  const nesting = nestings[String(message.nested_type.nesting)];
  if (nesting === undefined) throw new Error(`${path}: invalid nesting`);
  const inside = { ...place, inSet: place.inSet || nesting === "set" };
  const attributes = loadAttributes(message.nested_type.attributes, `${path}.`, inside, problems);
  const element = impliedType(attributes);
  const type = { single: element, list: listOf(element), set: setOf(element), map: mapOf(element) }[nesting];
  // Elements with unlike dynamic values crash core (protocol.md §0 trap 3).
  if (nesting !== "single" && holdsDynamic(element)) problems.push(`${path}: dynamic in a collection`);
  return { ...flags, type, nested: { nesting, attributes } };
}

export const impliedType = (schema: CoreSchema): Type =>
  objectOf(Object.fromEntries(Object.entries(schema).map(([name, { type }]) => [name, type])));

function holdsDynamic(type: Type): boolean {
  if (type.kind === "dynamic") return true;
  if ("element" in type) return holdsDynamic(type.element);
  if ("elements" in type) return type.elements.some(holdsDynamic);
  return "attributes" in type && Object.values(type.attributes).some(holdsDynamic);
}

/** A configuration as core decodes it: every attribute is there, null where nothing was written. */
export function configOf(schema: CoreSchema, written: Readonly<Record<string, unknown>>): ValueObject {
  const unknown = Object.keys(written).find((name) => !Object.hasOwn(schema, name));
  if (unknown !== undefined) throw new Error(`the schema has no attribute ${unknown}`);
  const config: ValueObject = Object.create(null);
  for (const [name, attribute] of Object.entries(schema)) {
    config[name] = complete(attribute, (written[name] ?? null) as Value);
  }
  return config;
}

function complete(attribute: CoreAttribute, value: Value): Value {
  if (attribute.nested === undefined || value === null || value === UNKNOWN) return value;
  const { nesting, attributes } = attribute.nested;
  const one = (element: Value): Value =>
    element === null || element === UNKNOWN
      ? element
      : configOf(attributes, element as unknown as Record<string, unknown>);
  if (nesting === "single") return one(value);
  if (Array.isArray(value)) return value.map(one);
  return Object.assign(
    Object.create(null),
    Object.fromEntries(Object.entries(value as ValueObject).map(([key, element]) => [key, one(element)])),
  );
}
