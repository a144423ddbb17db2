import { compareByteOrder } from "./byte-order.ts";
import { MAX_DEPTH } from "./depth.ts";
import type { Type } from "./type.ts";
import { ValueError } from "./value-error.ts";

/** Returns the type as compact JSON with sorted keys, as in Attribute.type and dynamic values (protocol.md §3.1). */
export function typeToJson(type: Type): string {
  switch (type.kind) {
    case "list":
    case "set":
    case "map":
      return `["${type.kind}",${typeToJson(type.element)}]`;
    case "tuple":
      return `["tuple",[${type.elements.map(typeToJson).join(",")}]]`;
    case "object": {
      const attributes = Object.entries(type.attributes)
        .sort(([a], [b]) => compareByteOrder(a, b))
        .map(([name, attribute]) => `${JSON.stringify(name)}:${typeToJson(attribute)}`);
      return `["object",{${attributes.join(",")}}]`;
    }
    default:
      return `"${type.kind}"`;
  }
}

/**
 * Returns the type of a JSON text or of parsed JSON. The third element, a list of an object's optional attributes, is accepted and
 * ignored, because it does not affect the wire format. Throws ValueError `BadType`.
 */
export function typeFromJson(json: unknown): Type {
  let parsed = json;
  if (typeof json === "string" && !isPrimitiveName(json)) {
    try {
      parsed = JSON.parse(json);
    } catch {
      throw new ValueError("BadType", "the type constraint is not valid JSON");
    }
  }
  return readType(parsed, 0);
}

type PrimitiveName = "string" | "number" | "bool" | "dynamic";

function isPrimitiveName(text: unknown): text is PrimitiveName {
  return text === "string" || text === "number" || text === "bool" || text === "dynamic";
}

function readType(json: unknown, depth: number): Type {
  if (depth > MAX_DEPTH) throw new ValueError("TooDeep", `a type nests deeper than ${MAX_DEPTH} levels`);
  if (isPrimitiveName(json)) return { kind: json };
  if (!Array.isArray(json)) throw new ValueError("BadType", "a type is a name or an array");
  const [kind, inner, optional] = json as unknown[];
  if (kind === "object") {
    const names = isRecord(inner) ? Object.keys(inner) : undefined;
    if (!isRecord(inner) || names === undefined || json.length > 3) {
      throw new ValueError(
        "BadType",
        'an object type is ["object", {…}], optionally with a list of optional attributes',
      );
    }
    if (json.length === 3 && !isNamesOf(optional, inner)) {
      throw new ValueError("BadType", "optional attributes of an object type must be a list of its attributes");
    }
    const attributes: Record<string, Type> = Object.create(null);
    for (const name of names) attributes[name.normalize("NFC")] = readType(inner[name], depth + 1);
    return { kind, attributes };
  }
  if (json.length !== 2) throw new ValueError("BadType", "a collection or tuple type has exactly two elements");
  if (kind === "list" || kind === "set" || kind === "map") return { kind, element: readType(inner, depth + 1) };
  if (kind === "tuple" && Array.isArray(inner)) {
    return { kind, elements: inner.map((element: unknown) => readType(element, depth + 1)) };
  }
  throw new ValueError("BadType", "a type is one of list, set, map, tuple or object with what it holds");
}

function isRecord(json: unknown): json is Record<string, unknown> {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

function isNamesOf(list: unknown, attributes: Record<string, unknown>): boolean {
  return Array.isArray(list) && list.every((name) => typeof name === "string" && Object.hasOwn(attributes, name));
}
