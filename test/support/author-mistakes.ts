import type { Attribute, Attributes } from "../../src/schema/declaration.ts";
import type { Type } from "../../src/values/type.ts";
import { Unknown } from "../../src/values/value.ts";

/** Names that the language keeps for itself in resources (protocol.md §3.4). */
const reserved = new Set(["count", "for_each", "depends_on", "lifecycle", "provider", "provisioner", "connection"]);
const reservedInProvider = new Set(["alias", "version"]);

type SchemaRole = "resource" | "provider";

/**
 * Everything wrong with a schema that Terraform would refuse at load or, worse, crash on; one sentence a mistake, with the
 * attribute's path. The types rule out most mixes already; this is what they cannot see. Empty when the schema is sound.
 */
export function authorMistakes(attributes: Attributes, role: SchemaRole = "resource"): string[] {
  const mistakes: string[] = [];
  for (const name of Object.keys(attributes)) {
    const taken = reserved.has(name) || (role === "provider" && reservedInProvider.has(name));
    if (taken) mistakes.push(`${name}: the name is reserved by the language`);
  }
  visit(attributes, "", { role, inSet: false, inCollection: false }, mistakes);
  return mistakes;
}

interface Surroundings {
  readonly role: SchemaRole;
  readonly inSet: boolean;
  readonly inCollection: boolean;
}

function visit(attributes: Attributes, prefix: string, around: Surroundings, mistakes: string[]): void {
  for (const [name, attribute] of Object.entries(attributes)) {
    const path = `${prefix}${name}`;
    const say = (mistake: string) => mistakes.push(`${path}: ${mistake}`);
    if (!/^[a-z][a-z0-9_]*$/.test(name)) say("a name is lower case letters, digits and underscores");
    if (attribute.doc.trim() === "") say("has no documentation");
    // An editor shows the text of one attribute alone, and pages sort them by name.
    if (/^(Its?|Their|They|Them|The same)\b/.test(attribute.doc)) say("the documentation cannot be read alone");
    for (const mistake of mistakesOf(attribute, around)) say(mistake);
    if (!attribute.kind.plain) {
      const { nesting } = attribute.kind;
      if (Object.keys(attribute.kind.attributes).length === 0) say("a nested attribute needs attributes of its own");
      visit(
        attribute.kind.attributes,
        `${path}.`,
        {
          role: around.role,
          inSet: around.inSet || nesting === "set",
          inCollection: around.inCollection || nesting !== "single",
        },
        mistakes,
      );
    }
  }
}

function mistakesOf(attribute: Attribute, around: Surroundings): string[] {
  const mistakes: string[] = [];
  const computes = attribute.mode === "computed" || attribute.mode === "optionalComputed";
  if (around.role === "provider" && computes) mistakes.push("a provider's configuration cannot be computed");
  if (around.role === "provider" && attribute.mode === "writeOnly")
    mistakes.push("a provider has no write-only values");
  // Elements of a set have no address, so a computed part could never be matched with its previous value.
  if (around.inSet && computes) mistakes.push("a computed value cannot stand in a set");
  if (around.inSet && attribute.mode === "writeOnly") mistakes.push("a write-only value cannot stand in a set");
  if (around.inSet && attribute.default !== null) {
    mistakes.push("a default cannot stand in a set: it could make two elements one, and core counts them");
  }
  if (attribute.mode === "writeOnly" && !attribute.kind.plain) {
    mistakes.push("OpenTofu refuses the plan of a write-only block; make the attributes inside write-only");
  }
  if (attribute.default instanceof Unknown) mistakes.push("a default must be known");
  if (attribute.kind.plain) {
    const { wire } = attribute.kind;
    // Elements of unlike types crash Terraform (protocol.md §0 trap 3).
    if (wire.kind !== "dynamic" && holdsDynamic(wire)) mistakes.push("dynamic cannot stand in a collection");
    if (wire.kind === "dynamic" && around.inCollection) mistakes.push("dynamic cannot stand in a nested collection");
  } else if (attribute.default !== null) {
    mistakes.push("a nested attribute takes its defaults from its own attributes");
  }
  return mistakes;
}

function holdsDynamic(type: Type): boolean {
  switch (type.kind) {
    case "dynamic":
      return true;
    case "list":
    case "set":
    case "map":
      return holdsDynamic(type.element);
    case "tuple":
      return type.elements.some(holdsDynamic);
    case "object":
      return Object.values(type.attributes).some(holdsDynamic);
    default:
      return false;
  }
}
