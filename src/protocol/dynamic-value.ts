import { asObject, withAllKeys } from "../engine/nested.ts";
import type { Attributes } from "../schema/declaration.ts";
import { objectType } from "../schema/kind.ts";
import { decodeJson } from "../values/json.ts";
import { decodeMsgpack, encodeMsgpack } from "../values/msgpack/index.ts";
import type { Type } from "../values/type.ts";
import { Unknown, type Value, type ValueObject } from "../values/value.ts";
import { ValueError } from "../values/value-error.ts";
import type { tfplugin6 } from "./generated/tfplugin6.js";

/** A value as Terraform sent it; an absent message or empty bytes mean null (protocol.md §1.5). */
export function fromDynamicValue(message: tfplugin6.IDynamicValue | null | undefined, type: Type): Value {
  const msgpack = message?.msgpack;
  if (msgpack !== null && msgpack !== undefined && msgpack.length > 0) return decodeMsgpack(msgpack, type);
  const json = message?.json;
  if (json !== null && json !== undefined && json.length > 0) return decodeJson(json, type);
  return null;
}

/** The same for what can only be an object or null: states and configurations. Throws ValueError. */
export function objectFrom(message: tfplugin6.IDynamicValue | null | undefined, type: Type): ValueObject | null {
  const value = fromDynamicValue(message, type);
  // Parts of it may be unknown; Terraform always knows that there is an object.
  if (value instanceof Unknown) throw new ValueError("UnknownValue", "the object as a whole is unknown");
  return value === null ? null : asObject(value);
}

/** A configuration; one that was not sent is one in which nothing is set. Throws ValueError. */
export const configFrom = (message: tfplugin6.IDynamicValue | null | undefined, schema: Attributes): ValueObject =>
  objectFrom(message, objectType(schema)) ?? withAllKeys(schema, {});

export const toDynamicValue = (value: Value, type: Type): tfplugin6.IDynamicValue => ({
  msgpack: encodeMsgpack(value, type),
});
