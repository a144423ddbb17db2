import { isAscii } from "node:buffer";
import { MAX_DEPTH } from "../depth.ts";
import { canonicalNumber, parseNumber } from "../number.ts";
import { objectLayout } from "../object-layout.ts";
import { boundType, MAX_REFINEMENT_BYTES, REFINED_UNKNOWN, refinementKey } from "../refinement.ts";
import { IN_DYNAMIC, IN_SET, type TrailStep, trailToPath } from "../trail.ts";
import { boolType, collectionKinds, numberType, type Type } from "../type.ts";
import { typeFromJson } from "../type-json.ts";
import {
  type Bound,
  Decimal,
  Dynamic,
  type Refinement,
  UNKNOWN,
  Unknown,
  type Value,
  type ValueObject,
} from "../value.ts";
import { ValueError, type ValueErrorCode } from "../value-error.ts";
import { isNumber } from "../value-kind.ts";

/**
 * Decodes a value from Terraform's MessagePack (protocol.md §3.2). Every extension is an unknown; type 12 has refinements. Lengths are
 * checked against the remaining bytes, so hostile input causes neither unbounded allocation nor unbounded recursion. Throws only
 * ValueError, for input that is not exactly one value of the type.
 */
export function decodeMsgpack(bytes: Uint8Array, type: Type): Value {
  const decoder = new Decoder(bytes);
  const value = decoder.read(type, 0);
  decoder.expectEnd();
  return value;
}

class Decoder {
  private readonly buffer: Buffer;
  private readonly trail: TrailStep[] = [];
  private position = 0;

  constructor(bytes: Uint8Array) {
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  expectEnd(): void {
    if (this.position !== this.buffer.length) this.fail("Malformed", "bytes follow the value", 0);
  }

  read(type: Type, depth: number): Value {
    if (depth > MAX_DEPTH) this.fail("TooDeep", `values nest deeper than ${MAX_DEPTH} levels`, depth);
    const code = this.buffer[this.position];
    if (code === undefined) this.fail("Malformed", "the value ends too early", depth);
    if (code === 0xc0) {
      this.position++;
      return null;
    }
    if ((code >= 0xd4 && code <= 0xd8) || (code >= 0xc7 && code <= 0xc9)) {
      return this.extension(code, type, depth);
    }
    switch (type.kind) {
      case "string":
        return this.string("a string is required", depth);
      case "number":
        return this.number(code, depth);
      case "bool":
        if (code !== 0xc2 && code !== 0xc3) this.fail("WrongType", "a bool is required", depth);
        this.position++;
        return code === 0xc3;
      case "dynamic":
        return this.dynamic(depth);
      case "list":
      case "set":
        return this.elements(type.element, type.kind, depth);
      case "tuple":
        return this.tuple(type, depth);
      case "map":
        return this.map(type.element, depth);
      case "object":
        return this.object(type, depth);
    }
  }

  private elements(type: Type, kind: "list" | "set", depth: number): Value[] {
    const length = this.length(0x90, 0xdc, 1, `a ${kind} is required`, depth);
    const elements: Value[] = [];
    for (let index = 0; index < length; index++) {
      this.trail[depth] = kind === "set" ? IN_SET : index;
      elements.push(this.read(type, depth + 1));
    }
    return elements;
  }

  private tuple(type: Extract<Type, { kind: "tuple" }>, depth: number): Value[] {
    const message = `a tuple of length ${type.elements.length} is required`;
    if (this.length(0x90, 0xdc, 1, message, depth) !== type.elements.length) this.fail("WrongType", message, depth);
    return type.elements.map((element, index) => {
      this.trail[depth] = index;
      return this.read(element, depth + 1);
    });
  }

  private map(type: Type, depth: number): ValueObject {
    const length = this.length(0x80, 0xde, 2, "a map is required", depth);
    const map: ValueObject = Object.create(null);
    for (let index = 0; index < length; index++) {
      const key = this.string("keys of a map must be strings", depth);
      this.trail[depth] = key;
      map[key] = this.read(type, depth + 1);
    }
    return map;
  }

  private object(type: Extract<Type, { kind: "object" }>, depth: number): ValueObject {
    const layout = objectLayout(type);
    const length = this.length(0x80, 0xde, 2, "an object is required", depth);
    const object: ValueObject = Object.create(null);
    let expected = 0;
    for (let index = 0; index < length; index++) {
      // Terraform sends keys in this order: comparing bytes avoids decoding a string for nearly every key.
      let attribute = layout[expected];
      if (attribute !== undefined && this.skipIfNext(attribute.encodedKey)) {
        expected++;
      } else {
        const name = this.string("keys of an object must be strings", depth);
        attribute = layout.find((candidate) => candidate.name === name);
        if (attribute === undefined || name in object) {
          this.trail[depth] = { attribute: name };
          const message = attribute === undefined ? "the object has no such attribute" : "the attribute is given twice";
          this.fail("UnsupportedAttribute", message, depth + 1);
        }
      }
      this.trail[depth] = attribute.step;
      object[attribute.name] = this.read(attribute.type, depth + 1);
    }
    if (length !== layout.length || expected !== length) this.expectAll(type, object, depth);
    return object;
  }

  private expectAll(type: Extract<Type, { kind: "object" }>, object: ValueObject, depth: number): void {
    for (const { name, step } of objectLayout(type)) {
      if (name in object) continue;
      this.trail[depth] = step;
      this.fail("MissingAttribute", "the attribute is missing", depth + 1);
    }
  }

  private dynamic(depth: number): Value {
    const message = "a dynamic value is a type and a value";
    if (this.length(0x90, 0xdc, 1, message, depth) !== 2) this.fail("WrongType", message, depth);
    let type: Type;
    try {
      type = typeFromJson(parseTypeText(this.string("the type of a dynamic value must be bytes", depth)));
    } catch (error) {
      if (error instanceof ValueError) this.fail(error.code, error.summary, depth);
      throw error;
    }
    this.trail[depth] = IN_DYNAMIC;
    const value = this.read(type, depth + 1);
    return type.kind === "dynamic" ? value : new Dynamic(type, value);
  }

  private number(code: number, depth: number): number | Decimal {
    if (code < 0x80 || code >= 0xe0) {
      this.position++;
      return code < 0x80 ? code : code - 0x100;
    }
    const { buffer } = this;
    switch (code) {
      case 0xca:
        return this.float(buffer.readFloatBE(this.take(5, depth) + 1), depth);
      case 0xcb:
        return this.float(buffer.readDoubleBE(this.take(9, depth) + 1), depth);
      case 0xcc:
        return buffer.readUInt8(this.take(2, depth) + 1);
      case 0xcd:
        return buffer.readUInt16BE(this.take(3, depth) + 1);
      case 0xce:
        return buffer.readUInt32BE(this.take(5, depth) + 1);
      case 0xcf:
        return exactInteger(buffer.readBigUInt64BE(this.take(9, depth) + 1));
      case 0xd0:
        return buffer.readInt8(this.take(2, depth) + 1);
      case 0xd1:
        return buffer.readInt16BE(this.take(3, depth) + 1);
      case 0xd2:
        return buffer.readInt32BE(this.take(5, depth) + 1);
      case 0xd3:
        return exactInteger(buffer.readBigInt64BE(this.take(9, depth) + 1));
    }
    const text = this.string("a number is required", depth);
    return this.canonical(() => parseNumber(text), depth);
  }

  private float(value: number, depth: number): number | Decimal {
    return this.canonical(() => canonicalNumber(value), depth);
  }

  private canonical(make: () => number | Decimal, depth: number): number | Decimal {
    try {
      return make();
    } catch (error) {
      if (error instanceof ValueError) this.fail(error.code, error.summary, depth);
      throw error;
    }
  }

  /** Decodes a str, or a bin, which go-cty accepts too. The result is NFC, because core compares the strings that it normalised. */
  private string(message: string, depth: number): string {
    const code = this.buffer[this.position];
    let header = 1;
    let length = 0;
    if (code === undefined) this.fail("Malformed", "the value ends too early", depth);
    if (code >= 0xa0 && code < 0xc0) length = code & 0x1f;
    else {
      header = code === 0xd9 || code === 0xc4 ? 2 : code === 0xda || code === 0xc5 ? 3 : 5;
      if (header === 5 && code !== 0xdb && code !== 0xc6) this.fail("WrongType", message, depth);
      length = this.unsigned(header - 1, depth);
    }
    const start = this.take(header + length, depth) + header;
    const end = start + length;
    if (length < 24) {
      const short = this.shortAscii(start, end);
      if (short !== undefined) return short;
    } else if (isAscii(this.buffer.subarray(start, end))) return this.buffer.toString("latin1", start, end);
    return this.buffer.toString("utf8", start, end).normalize("NFC");
  }

  private shortAscii(start: number, end: number): string | undefined {
    let bits = 0;
    for (let index = start; index < end; index++) bits |= this.buffer[index] ?? 0;
    return bits < 0x80 ? this.buffer.toString("latin1", start, end) : undefined;
  }

  /** Returns the length of an array or map. Fails if fewer bytes remain than its elements need at least. */
  private length(fix: number, wide: number, bytesEach: number, message: string, depth: number): number {
    const code = this.buffer[this.position] ?? 0;
    let length = code & 0x0f;
    if ((code & 0xf0) === fix) this.position++;
    else if (code === wide || code === wide + 1) {
      const octets = code === wide ? 2 : 4;
      length = this.unsigned(octets, depth);
      this.position += 1 + octets;
    } else this.fail("WrongType", message, depth);
    if (length * bytesEach > this.buffer.length - this.position) {
      this.fail("Malformed", "a length leads beyond the end of the value", depth);
    }
    return length;
  }

  private unsigned(octets: number, depth: number): number {
    if (this.position + 1 + octets > this.buffer.length) this.fail("Malformed", "the value ends too early", depth);
    return this.buffer.readUIntBE(this.position + 1, octets);
  }

  private extension(code: number, type: Type, depth: number): Value {
    const octets = code >= 0xd4 ? 0 : 1 << (code - 0xc7);
    const length = octets === 0 ? 1 << (code - 0xd4) : this.unsigned(octets, depth);
    const end = this.take(2 + octets + length, depth) + 2 + octets + length;
    const start = end - length;
    if (this.buffer[start - 1] !== REFINED_UNKNOWN) return UNKNOWN;
    if (length > MAX_REFINEMENT_BYTES) this.fail("Malformed", "the refinements of an unknown are too long", depth);
    // go-cty does not refine an unknown of unknown type, and ignores unsupported refinements.
    if (type.kind === "dynamic") return UNKNOWN;
    this.position = start;
    const refined = this.refined(type, depth);
    if (this.position > end) this.fail("Malformed", "the refinements of an unknown lead beyond their end", depth);
    this.position = end;
    return refined;
  }

  /** Decodes an unknown with refinements; a value refined to be null is known. */
  private refined(type: Type, depth: number): Value {
    const refinement: { -readonly [K in keyof Refinement]: Refinement[K] } = {};
    let isNull = false;
    const length = this.length(0x80, 0xde, 2, "refinements are a map", depth);
    for (let index = 0; index < length; index++) {
      const key = this.read(numberType, depth + 1);
      if (typeof key !== "number") this.fail("WrongType", "keys of refinements must be whole numbers", depth);
      // Keys ascend: every key after an unsupported one is unsupported too.
      if (key > refinementKey.mostLength) break;
      if (key === refinementKey.nullness) {
        if (this.read(boolType, depth + 1) === true) isNull = true;
        else refinement.notNull = true;
      } else if (key === refinementKey.prefix && type.kind === "string") {
        refinement.prefix = this.string("a prefix must be a string", depth);
      } else if ((key === refinementKey.lower || key === refinementKey.upper) && type.kind === "number") {
        const bound = this.bound(depth);
        if (key === refinementKey.lower) refinement.lower = bound;
        else refinement.upper = bound;
      } else if (
        (key === refinementKey.leastLength || key === refinementKey.mostLength) &&
        collectionKinds.has(type.kind)
      ) {
        const count = this.read(numberType, depth + 1);
        if (typeof count !== "number") this.fail("WrongType", "a length must be a whole number", depth);
        if (key === refinementKey.leastLength) refinement.leastLength = count;
        else refinement.mostLength = count;
      } else this.fail("Malformed", "a refinement does not fit the type of the unknown", depth);
    }
    return isNull ? null : new Unknown(refinement);
  }

  private bound(depth: number): Bound {
    const bound = this.read(boundType, depth + 1);
    const [value, inclusive] = Array.isArray(bound) ? bound : [];
    if (value === undefined || !isNumber(value) || typeof inclusive !== "boolean") {
      this.fail("WrongType", "a bound is a number and whether it is allowed", depth);
    }
    return { value, inclusive };
  }

  private skipIfNext(expected: Uint8Array): boolean {
    const { buffer, position } = this;
    for (let index = 0; index < expected.length; index++) {
      if (buffer[position + index] !== expected[index]) return false;
    }
    this.position += expected.length;
    return true;
  }

  /** Advances by `octets` bytes; returns the start position. */
  private take(octets: number, depth: number): number {
    const start = this.position;
    if (octets > this.buffer.length - start)
      this.fail("Malformed", "a length leads beyond the end of the value", depth);
    this.position = start + octets;
    return start;
  }

  private fail(code: ValueErrorCode, message: string, depth: number): never {
    throw new ValueError(code, message, trailToPath(this.trail, depth));
  }
}

function exactInteger(value: bigint): number | Decimal {
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : new Decimal(value.toString());
}

/** A type on the wire is always JSON: `"string"` is valid, bare `string` is not. */
function parseTypeText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ValueError("BadType", "the type of a dynamic value is not valid JSON");
  }
}
