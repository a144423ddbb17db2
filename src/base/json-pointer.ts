import { isJsonObject, type Json } from "./json.ts";

/** Formats an RFC 6901 pointer: `["spec", "a/b"]` becomes `/spec/a~1b`. */
export function toPointer(path: readonly string[]): string {
  return path.map((step) => `/${step.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** Parses an RFC 6901 pointer; undefined if the text is not a pointer. */
export function fromPointer(pointer: string): string[] | undefined {
  if (pointer === "") return [];
  if (!pointer.startsWith("/")) return undefined;
  return pointer
    .slice(1)
    .split("/")
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** Returns the value at a path of object keys and list indexes; undefined if absent. */
export function valueAt(value: Json | undefined, path: readonly string[]): Json | undefined {
  let current = value;
  for (const step of path) {
    if (isJsonObject(current)) current = Object.hasOwn(current, step) ? current[step] : undefined;
    else if (Array.isArray(current) && /^\d+$/.test(step)) current = current[Number(step)];
    else return undefined;
  }
  return current;
}

/** Returns the object at a path, or an empty object. */
export function objectAt(value: Json | undefined, path: readonly string[]): { [key: string]: Json } {
  const found = valueAt(value, path);
  return isJsonObject(found) ? found : {};
}

/** Returns the string at a path; undefined if absent or of another type. */
export function stringAt(value: Json | undefined, path: readonly string[]): string | undefined {
  const found = valueAt(value, path);
  return typeof found === "string" ? found : undefined;
}

/** Returns the number at a path; undefined if absent or of another type. */
export function numberAt(value: Json | undefined, path: readonly string[]): number | undefined {
  const found = valueAt(value, path);
  return typeof found === "number" ? found : undefined;
}
