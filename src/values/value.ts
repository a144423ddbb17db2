import type { Type } from "./type.ts";

/** What is certain of a value that is not known yet; go-cty's refinements. An absent key says nothing. */
export interface Refinement {
  readonly notNull?: true;
  /** Of a string: it begins with these characters. */
  readonly prefix?: string;
  /** Of a number: its bounds. */
  readonly lower?: Bound;
  readonly upper?: Bound;
  /** Of a list, set or map: how many elements it has at least and at most. */
  readonly leastLength?: number;
  readonly mostLength?: number;
}

export interface Bound {
  readonly value: number | Decimal;
  readonly inclusive: boolean;
}

/** A value that Terraform will only know later. */
export class Unknown {
  readonly refinement: Refinement;
  constructor(refinement: Refinement = {}) {
    this.refinement = refinement;
  }
  toString(): string {
    return "(unknown)";
  }
}
/** A value of which nothing is certain. */
export const UNKNOWN: Unknown = new Unknown();

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
