import { isJsonObject, type Json, type JsonObject, jsonEqual } from "../../base/json.ts";
import type { FieldType } from "./field.ts";

/** The members of an object that have a value of their type. */
interface Shape {
  readonly [key: string]: "string" | "boolean" | Shape | readonly [Shape];
}

const source = { items: [{ key: "string", path: "string" }], optional: "boolean" } as const satisfies Shape;

/** The sources that the chart accepts (platform.md §3.2). */
const volume: Shape = {
  name: "string",
  configMap: { ...source, name: "string" },
  secret: { ...source, secretName: "string" },
};

const mount: Shape = { name: "string", mountPath: "string", subPath: "string", readOnly: "boolean" };

/** Returns the members of a shape that an object has. */
function read(shape: Shape, from: Json): JsonObject {
  const result: JsonObject = {};
  for (const [key, expected] of Object.entries(shape)) {
    const value = isJsonObject(from) ? from[key] : undefined;
    if (value === undefined || value === null) continue;
    if (typeof expected === "string") {
      if (typeof value === expected) result[key] = value;
    } else if (isList(expected)) {
      if (Array.isArray(value)) result[key] = value.map((item) => read(expected[0], item));
    } else if (isJsonObject(value)) result[key] = read(expected, value);
  }
  return result;
}

const isList = (shape: Shape | readonly [Shape]): shape is readonly [Shape] => Array.isArray(shape);

/** A list of objects that the API does not describe; members that are not modelled do not count as a difference. */
function listOf(shape: Shape): FieldType {
  const readAll = (stored: Json | undefined) =>
    Array.isArray(stored) ? stored.map((item) => read(shape, item)) : undefined;
  return { read: readAll, same: (stored, written) => jsonEqual(readAll(stored) ?? [], written) };
}

export const volumes: FieldType = listOf(volume);
export const volumeMounts: FieldType = listOf(mount);
