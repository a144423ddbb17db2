import { compareByteOrder } from "./byte-order.ts";
import type { Type } from "./type.ts";

type ObjectType = Extract<Type, { kind: "object" }>;

interface AttributeLayout {
  readonly name: string;
  readonly type: Type;
  /** The MessagePack string of the name, header included. */
  readonly encodedKey: Uint8Array;
  readonly step: { readonly attribute: string };
}

const layouts = new WeakMap<ObjectType, readonly AttributeLayout[]>();

/** Returns the attributes of an object type in wire order (bytes of their names). Cached per type, because this is on the hot path. */
export function objectLayout(type: ObjectType): readonly AttributeLayout[] {
  let layout = layouts.get(type);
  if (layout === undefined) {
    layout = Object.entries(type.attributes)
      .sort(([a], [b]) => compareByteOrder(a, b))
      .map(([name, attribute]) => ({ name, type: attribute, encodedKey: encodeKey(name), step: { attribute: name } }));
    layouts.set(type, layout);
  }
  return layout;
}

function encodeKey(name: string): Uint8Array {
  const bytes = Buffer.from(name, "utf8");
  const { length } = bytes;
  if (length < 32) return Buffer.concat([Buffer.of(0xa0 | length), bytes]);
  if (length < 0x100) return Buffer.concat([Buffer.of(0xd9, length), bytes]);
  return Buffer.concat([Buffer.of(0xda, length >> 8, length & 0xff), bytes]);
}
