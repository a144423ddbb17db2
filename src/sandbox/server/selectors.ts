import { isJsonObject } from "../../base/json.ts";
import { type KubeObject, labelsOf, nameOf, text } from "../store/kube-object.ts";
import { badRequest } from "./api-status.ts";

type Predicate = (object: KubeObject) => boolean;

/**
 * A label selector in the syntax of `labelSelector`: `a=b,c!=d,e,!f,g in (h,i),j notin (k)`.
 * @throws ApiStatus 400 for an invalid selector.
 */
export function labelSelector(source: string | null): Predicate {
  const requirements = split(source ?? "").map(requirement);
  return (object) => requirements.every((holds) => holds(object));
}

function split(source: string): string[] {
  return source
    .split(/,(?![^()]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function requirement(part: string): Predicate {
  const label = (object: KubeObject, key: string): string | undefined => {
    const value = labelsOf(object)[key];
    return typeof value === "string" ? value : undefined;
  };
  const set = /^([^\s!=]+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(part);
  if (set) {
    const [, key = "", operator, list = ""] = set;
    const values = new Set(list.split(",").map((value) => value.trim()));
    return (object) => {
      const value = label(object, key);
      return (value !== undefined && values.has(value)) === (operator === "in");
    };
  }
  const equality = /^([^\s!=]+)\s*(==|=|!=)\s*(\S*)$/.exec(part);
  if (equality) {
    const [, key = "", operator, value = ""] = equality;
    return (object) => (label(object, key) === value) === (operator !== "!=");
  }
  const absent = /^!\s*([^\s!=]+)$/.exec(part);
  if (absent) return (object) => label(object, absent[1] ?? "") === undefined;
  if (/^[^\s!=()]+$/.test(part)) return (object) => label(object, part) !== undefined;
  throw badRequest(`unable to parse requirement: ${part}`);
}

/**
 * A field selector; each resource has its own list of fields.
 * @throws ApiStatus 400 in the server's words.
 */
export function fieldSelector(source: string | null, allowed: readonly string[]): Predicate {
  const requirements = split(source ?? "").map((part): Predicate => {
    const match = /^([^!=]+)(==|=|!=)(.*)$/.exec(part);
    if (!match) throw badRequest(`invalid selector: '${part}'; can't understand '${part}'`);
    const [, field = "", operator, value = ""] = match;
    if (!allowed.includes(field)) {
      const known = allowed.map((one) => `"${one}"`).join(", ");
      throw badRequest(`"${field}" is not a known field selector: only ${known}`);
    }
    return (object) => (fieldOf(object, field) === value) === (operator !== "!=");
  });
  return (object) => requirements.every((holds) => holds(object));
}

function fieldOf(object: KubeObject, field: string): string {
  if (field === "metadata.name") return nameOf(object);
  let value: unknown = object;
  for (const step of field.split(".")) value = isJsonObject(value) ? value[step] : undefined;
  return typeof value === "string" ? value : text(undefined);
}
