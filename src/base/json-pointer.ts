import { isJsonObject, type Json } from "./json.ts";

/** RFC 6901: `["spec", "a/b"]` becomes `/spec/a~1b`. */
export function toPointer(path: readonly string[]): string {
  return path.map((step) => `/${step.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** RFC 6901 the other way; undefined where the text is no pointer. */
export function fromPointer(pointer: string): string[] | undefined {
  if (pointer === "") return [];
  if (!pointer.startsWith("/")) return undefined;
  return pointer
    .slice(1)
    .split("/")
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** The value at a path of object keys and list indexes, undefined where there is none. */
export function valueAt(value: Json | undefined, path: readonly string[]): Json | undefined {
  let current = value;
  for (const step of path) {
    if (isJsonObject(current)) current = Object.hasOwn(current, step) ? current[step] : undefined;
    else if (Array.isArray(current) && /^\d+$/.test(step)) current = current[Number(step)];
    else return undefined;
  }
  return current;
}

/** The object at a path, or an empty one. */
export function objectAt(value: Json | undefined, path: readonly string[]): { [key: string]: Json } {
  const found = valueAt(value, path);
  return isJsonObject(found) ? found : {};
}

/** The string at a path, undefined where there is none or it is something else. */
export function stringAt(value: Json | undefined, path: readonly string[]): string | undefined {
  const found = valueAt(value, path);
  return typeof found === "string" ? found : undefined;
}

/** The number at a path, undefined where there is none or it is something else. */
export function numberAt(value: Json | undefined, path: readonly string[]): number | undefined {
  const found = valueAt(value, path);
  return typeof found === "number" ? found : undefined;
}
