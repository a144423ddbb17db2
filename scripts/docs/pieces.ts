import { parts } from "../../src/hikube/index.ts";
import { providerSchema } from "../../src/provider-schema.ts";
import type { Attributes } from "../../src/schema/declaration.ts";
import type { Facts } from "../../src/schema/describe.ts";
import { addons, gpus, instanceTypes, platforms, presetSizes, presets } from "./platforms.ts";
import { table } from "./table.ts";

/** Generated parts of pages: a template has `<!-- generated: <name> <argument> -->` on a line of its own where one goes. */
const pieces: Readonly<Record<string, (argument: string) => string>> = {
  timeouts: timeoutsOf,
  changes: (type) => factTable(schemaOf(type), ["a change of", "does this"], ({ changing }) => changing),
  replacements: (type) =>
    factTable(schemaOf(type), ["a change of", "does this"], ({ changing }) =>
      changing?.includes("allow_replace") === true ? changing : undefined,
    ),
  newer: (type) => factTable(schemaOf(type), ["argument", "from platform"], ({ since }) => since),
  nested: () =>
    "~> Nested settings are attributes: `timeouts = { … }`, not `timeouts { … }`. Terraform drops a misspelled name inside them without an error.",
  environment: () => environmentTable(),
  addons: () => addons(),
  platforms: () => platforms(),
  presets: () => presets(),
  "preset-sizes": () => presetSizes(),
  gpus: () => gpus(),
  "instance-types": () => instanceTypes(),
};

/** Returns a template with the generated parts in it. Throws Error for an unknown one. */
export function withPieces(template: string, file: string): string {
  return template.replaceAll(/^<!-- generated: (\S+) ?(.*?) *-->$/gm, (_, name: string, argument: string) => {
    const piece = pieces[name];
    if (piece === undefined) throw new Error(`${file}: no generated part is called ${name}.`);
    return piece(argument);
  });
}

/** Returns the default time limits of a resource, as a table. */
function timeoutsOf(type: string): string {
  const limits = Object.entries(definitionOf(type).timeouts);
  return table(
    ["operation", "default"],
    limits.map(([operation, limit]) => [`\`${operation}\``, `\`${limit}\``]),
  );
}

/** Returns one of the facts of all attributes that have it, also of nested ones, as a table. */
function factTable(
  schema: Attributes,
  heads: readonly [string, string],
  fact: (facts: Facts) => string | undefined,
): string {
  const rows = flat(schema).flatMap(([name, facts]) => {
    const value = fact(facts);
    return value === undefined ? [] : [[`\`${name}\``, value]];
  });
  return table(heads, rows);
}

function environmentTable(): string {
  const rows = flat(providerSchema).flatMap(([name, { environment, otherwise }]) =>
    environment === undefined
      ? []
      : [[`\`${name}\``, environment.map((variable) => `\`${variable}\``).join(", "), otherwise ?? ""]],
  );
  return table(["argument", "environment variables, the first one set wins", "default"], rows);
}

/** The attributes with their facts, nested ones by path, e.g. `control_plane.replicas`. */
function flat(schema: Attributes, prefix = ""): (readonly [path: string, facts: Facts])[] {
  return Object.entries(schema).flatMap(([name, { kind, facts }]) => [
    [`${prefix}${name}`, facts] as const,
    ...(kind.plain ? [] : flat(kind.attributes, `${prefix}${name}.`)),
  ]);
}

const schemaOf = (type: string): Attributes => definitionOf(type).schema;

function definitionOf(type: string) {
  const found = parts.resources.find((resource) => resource.type === type);
  if (found === undefined) throw new Error(`There is no resource ${type}.`);
  return found.definition;
}
