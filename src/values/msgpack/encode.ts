import { MAX_DEPTH } from "../depth.ts";
import { canonicalNumber } from "../number.ts";
import { objectLayout } from "../object-layout.ts";
import { PLAIN_UNKNOWN, REFINED_UNKNOWN, refinementEntries } from "../refinement.ts";
import { normalizeSet } from "../set.ts";
import { IN_DYNAMIC, IN_SET, type TrailStep, trailToPath } from "../trail.ts";
import type { Type } from "../type.ts";
import { typeToJson } from "../type-json.ts";
import { type Decimal, Dynamic, type Refinement, Unknown, type Value, type ValueObject } from "../value.ts";
import { ValueError, type ValueErrorCode } from "../value-error.ts";
import { isMembers, isNumber } from "../value-kind.ts";

/**
 * Encodes a value as Terraform's MessagePack (protocol.md §3.2): integers exact, other numbers as decimal text, unknown as `d4 00 00`
 * or with its refinements, objects with exactly their attributes in byte order, sets without duplicates in canonical order, strings in
 * NFC. Throws ValueError if the value does not conform to the type.
 */
export function encodeMsgpack(value: Value, type: Type): Uint8Array {
  const encoder = new Encoder();
  encoder.write(value, type, 0);
  return encoder.finish();
}

/** The buffer of the next encoder: allocating one per value would dominate the cost of encoding. Undefined while an encoder uses it. */
let spareRoom: Buffer<ArrayBuffer> | undefined;
const mostSpareBytes = 64 * 1024;

const plainUnknown = Buffer.of(0xd4, PLAIN_UNKNOWN, 0);

const INT64_MIN = -(2n ** 63n);
const UINT64_MAX = 2n ** 64n - 1n;

class Encoder {
  private buffer: Buffer<ArrayBuffer>;
  private position = 0;
  private readonly trail: TrailStep[] = [];

  constructor() {
    this.buffer = spareRoom ?? Buffer.allocUnsafeSlow(4096);
    spareRoom = undefined;
  }

  finish(): Uint8Array {
    const encoded = this.buffer.subarray(0, this.position);
    // A large value keeps its buffer, which avoids a copy.
    if (this.buffer.length > mostSpareBytes) return encoded;
    spareRoom = this.buffer;
    return Buffer.from(encoded);
  }

  write(value: Value, type: Type, depth: number): void {
    if (depth > MAX_DEPTH) this.fail("TooDeep", `values nest deeper than ${MAX_DEPTH} levels`, depth);
    if (value === null) {
      this.byte(0xc0);
    } else if (value instanceof Unknown) {
      this.unknown(value.refinement, type);
    } else {
      this.writeKnown(value, type, depth);
    }
  }

  private writeKnown(value: Exclude<Value, null>, type: Type, depth: number): void {
    switch (type.kind) {
      case "string":
        if (typeof value !== "string") this.fail("WrongType", "a string is required", depth);
        this.string(value);
        return;
      case "number":
        if (!isNumber(value)) this.fail("WrongType", "a number is required", depth);
        this.number(value, depth);
        return;
      case "bool":
        if (typeof value !== "boolean") this.fail("WrongType", "a bool is required", depth);
        this.byte(value ? 0xc3 : 0xc2);
        return;
      case "dynamic":
        if (!(value instanceof Dynamic)) this.fail("WrongType", "a dynamic value must come with its type", depth);
        this.dynamic(value, depth);
        return;
      case "list":
      case "set":
        if (!Array.isArray(value)) this.fail("WrongType", `a ${type.kind} is required`, depth);
        if (type.kind === "set") this.elements(normalizeSet(value, type.element), type.element, true, depth);
        else this.elements(value, type.element, false, depth);
        return;
      case "tuple":
        if (!Array.isArray(value) || value.length !== type.elements.length) {
          this.fail("WrongType", `a tuple of length ${type.elements.length} is required`, depth);
        }
        this.header(0x90, 0xdc, value.length);
        for (const [index, element] of type.elements.entries()) {
          this.trail[depth] = index;
          this.write(value[index] ?? null, element, depth + 1);
        }
        return;
      case "map": {
        const map = this.members(value, "a map", depth);
        const keys = Object.keys(map);
        this.header(0x80, 0xde, keys.length);
        for (const key of keys) {
          this.trail[depth] = key;
          this.string(key);
          this.write(map[key] ?? null, type.element, depth + 1);
        }
        return;
      }
      case "object": {
        const object = this.members(value, "an object", depth);
        const layout = objectLayout(type);
        this.header(0x80, 0xde, layout.length);
        for (const attribute of layout) {
          this.trail[depth] = attribute.step;
          const member = Object.hasOwn(object, attribute.name) ? object[attribute.name] : undefined;
          if (member === undefined) this.fail("MissingAttribute", "the attribute is missing", depth + 1);
          this.bytes(attribute.encodedKey);
          this.write(member, attribute.type, depth + 1);
        }
        const given = Object.keys(object);
        if (given.length !== layout.length) {
          const extra = given.find((key) => !Object.hasOwn(type.attributes, key)) ?? "";
          this.trail[depth] = { attribute: extra };
          this.fail("UnsupportedAttribute", "the object has no such attribute", depth + 1);
        }
      }
    }
  }

  private members(value: Exclude<Value, null>, kind: string, depth: number): ValueObject {
    if (isMembers(value)) return value;
    return this.fail("WrongType", `${kind} is required`, depth);
  }

  private elements(elements: readonly Value[], type: Type, inSet: boolean, depth: number): void {
    this.header(0x90, 0xdc, elements.length);
    for (const [index, element] of elements.entries()) {
      this.trail[depth] = inSet ? IN_SET : index;
      this.write(element, type, depth + 1);
    }
  }

  private dynamic(value: Dynamic, depth: number): void {
    this.trail[depth] = IN_DYNAMIC;
    // A value of unknown type has no wrapper; its type could only be `dynamic`.
    if (value.type.kind === "dynamic") {
      this.write(value.value, value.type, depth + 1);
      return;
    }
    const type = Buffer.from(typeToJson(value.type), "utf8");
    this.byte(0x92);
    if (type.length < 0x100) this.sized(0xc4, 1, type.length);
    else if (type.length < 0x10000) this.sized(0xc5, 2, type.length);
    else this.sized(0xc6, 4, type.length);
    this.bytes(type);
    this.write(value.value, value.type, depth + 1);
  }

  private number(given: number | Decimal, depth: number): void {
    let value: number | Decimal;
    try {
      value = canonicalNumber(given);
    } catch (error) {
      if (error instanceof ValueError) this.fail(error.code, error.summary, depth);
      throw error;
    }
    if (typeof value === "number") {
      if (Number.isFinite(value)) this.integer(value);
      else {
        this.byte(0xcb);
        this.reserve(8);
        this.position = this.buffer.writeDoubleBE(value, this.position);
      }
      return;
    }
    if (value.text.length <= 20 && !value.text.includes(".")) {
      const exact = BigInt(value.text);
      if (exact >= INT64_MIN && exact <= UINT64_MAX) {
        this.byte(exact < 0n ? 0xd3 : 0xcf);
        this.reserve(8);
        this.position =
          exact < 0n
            ? this.buffer.writeBigInt64BE(exact, this.position)
            : this.buffer.writeBigUInt64BE(exact, this.position);
        return;
      }
    }
    this.string(value.text);
  }

  private integer(value: number): void {
    if (value >= 0) {
      if (value < 0x80) this.byte(value);
      else if (value < 0x100) this.sized(0xcc, 1, value);
      else if (value < 0x10000) this.sized(0xcd, 2, value);
      else if (value < 0x1_0000_0000) this.sized(0xce, 4, value);
      else {
        this.byte(0xcf);
        this.reserve(8);
        this.position = this.buffer.writeBigUInt64BE(BigInt(value), this.position);
      }
    } else if (value >= -0x20) this.byte(value & 0xff);
    else if (value >= -0x80) this.sized(0xd0, 1, value & 0xff);
    else if (value >= -0x8000) this.sized(0xd1, 2, value & 0xffff);
    else if (value >= -0x8000_0000) this.sized(0xd2, 4, value >>> 0);
    else {
      this.byte(0xd3);
      this.reserve(8);
      this.position = this.buffer.writeBigInt64BE(BigInt(value), this.position);
    }
  }

  private string(text: string): void {
    let content = text;
    let length = Buffer.byteLength(content, "utf8");
    const isAscii = length === content.length;
    if (!isAscii) {
      content = content.normalize("NFC");
      length = Buffer.byteLength(content, "utf8");
    }
    if (length < 32) this.byte(0xa0 | length);
    else if (length < 0x100) this.sized(0xd9, 1, length);
    else if (length < 0x10000) this.sized(0xda, 2, length);
    else this.sized(0xdb, 4, length);
    this.reserve(length);
    this.position += isAscii
      ? this.buffer.write(content, this.position, length, "latin1")
      : this.buffer.write(content, this.position, length, "utf8");
  }

  private header(fix: number, wide: number, length: number): void {
    if (length < 16) this.byte(fix | length);
    else if (length < 0x10000) this.sized(wide, 2, length);
    else this.sized(wide + 1, 4, length);
  }

  private sized(code: number, octets: 1 | 2 | 4, value: number): void {
    this.reserve(1 + octets);
    this.buffer[this.position] = code;
    this.position = this.buffer.writeUIntBE(value, this.position + 1, octets);
  }

  private unknown(refinement: Refinement, type: Type): void {
    const entries = refinementEntries(refinement, type);
    if (entries.length === 0) {
      this.bytes(plainUnknown);
      return;
    }
    const body = Buffer.concat([
      Buffer.of(0x80 | entries.length),
      ...entries.flatMap(([key, of, value]) => [Buffer.of(key), encodeMsgpack(value, of)]),
    ]);
    if (body.length < 0x100) this.sized(0xc7, 1, body.length);
    else this.sized(0xc8, 2, body.length);
    this.byte(REFINED_UNKNOWN);
    this.bytes(body);
  }

  private byte(value: number): void {
    this.reserve(1);
    this.buffer[this.position++] = value;
  }

  private bytes(content: Uint8Array): void {
    this.reserve(content.length);
    this.buffer.set(content, this.position);
    this.position += content.length;
  }

  private reserve(octets: number): void {
    if (this.position + octets <= this.buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.buffer.length * 2, this.position + octets));
    larger.set(this.buffer.subarray(0, this.position));
    this.buffer = larger;
  }

  private fail(code: ValueErrorCode, message: string, depth: number): never {
    throw new ValueError(code, message, trailToPath(this.trail, depth));
  }
}
