import { asObject, withAllKeys } from "../engine/nested.ts";
import type { Attributes } from "../schema/declaration.ts";
import { objectType } from "../schema/kind.ts";
import { decodeJson } from "../values/json.ts";
import { decodeMsgpack, encodeMsgpack } from "../values/msgpack/index.ts";
import type { Type } from "../values/type.ts";
import { Unknown, type Value, type ValueObject } from "../values/value.ts";
import { ValueError } from "../values/value-error.ts";
import type { tfplugin6 } from "./generated/tfplugin6.js";

/** Decodes a value as sent by Terraform; an absent message or empty bytes mean null (protocol.md §1.5). */
export function fromDynamicValue(message: tfplugin6.IDynamicValue | null | undefined, type: Type): Value {
  const msgpack = message?.msgpack;
  if (msgpack !== null && msgpack !== undefined && msgpack.length > 0) return decodeMsgpack(msgpack, type);
  const json = message?.json;
  if (json !== null && json !== undefined && json.length > 0) return decodeJson(json, type);
  return null;
}

/** Decodes a state or configuration, which is an object or null. Throws ValueError. */
export function objectFrom(message: tfplugin6.IDynamicValue | null | undefined, type: Type): ValueObject | null {
  const value = fromDynamicValue(message, type);
  // Parts of the object may be unknown; the object as a whole is always known.
  if (value instanceof Unknown) throw new ValueError("UnknownValue", "the object as a whole is unknown");
  return value === null ? null : asObject(value);
}

/** Decodes a configuration; an absent one has no attribute set. Throws ValueError. */
export const configFrom = (message: tfplugin6.IDynamicValue | null | undefined, schema: Attributes): ValueObject =>
  objectFrom(message, objectType(schema)) ?? withAllKeys(schema, {});

export const toDynamicValue = (value: Value, type: Type): tfplugin6.IDynamicValue => ({
  msgpack: encodeMsgpack(value, type),
});
