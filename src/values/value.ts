import type { Type } from "./type.ts";

/** A value that Terraform will only know later. One instance, compared by identity; refinements are dropped on decode. */
export class Unknown {
  private constructor() {}
  static readonly instance: Unknown = new Unknown();
  toString(): string {
    return "(unknown)";
  }
}
export const UNKNOWN: Unknown = Unknown.instance;

/**
 * A number that a JS double does not hold exactly, as canonical decimal text (`-?digits[.digits]`, no exponent, no superfluous
 * zero). Safe integers are plain JS numbers; everything else is a Decimal, so no digit is ever lost.
 */
export class Decimal {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toString(): string {
    return this.text;
  }
}

/** A value of type `dynamic` together with the type it has. A null or unknown of unknown type is plain `null` or `UNKNOWN`. */
export class Dynamic {
  readonly type: Type;
  readonly value: Value;
  constructor(type: Type, value: Value) {
    this.type = type;
    this.value = value;
  }
}

/**
 * Terraform's value space. Lists, sets and tuples are arrays; maps and objects are objects without prototype. Strings are NFC.
 */
export type Value = null | Unknown | boolean | number | Decimal | string | Dynamic | Value[] | ValueObject;

export interface ValueObject {
  [key: string]: Value;
}
