import type { Type } from "./type.ts";

/** The known properties of an unknown value; go-cty's refinements. An absent key means no constraint. */
export interface Refinement {
  readonly notNull?: true;
  /** For a string: its first characters. */
  readonly prefix?: string;
  /** For a number: its bounds. */
  readonly lower?: Bound;
  readonly upper?: Bound;
  /** For a list, set or map: its minimum and maximum number of elements. */
  readonly leastLength?: number;
  readonly mostLength?: number;
}

export interface Bound {
  readonly value: number | Decimal;
  readonly inclusive: boolean;
}

/** A value that is not known yet. */
export class Unknown {
  readonly refinement: Refinement;
  constructor(refinement: Refinement = {}) {
    this.refinement = refinement;
  }
  toString(): string {
    return "(unknown)";
  }
}
/** An unknown value without refinements. */
export const UNKNOWN: Unknown = new Unknown();

/**
 * A number that a JS double cannot represent exactly, as canonical decimal text (`-?digits[.digits]`, no exponent, no superfluous
 * zero). Safe integers are plain JS numbers; every other number is a Decimal, so that no digit is lost.
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

/** A value of type `dynamic` with its actual type. A null or unknown of unknown type is plain `null` or `UNKNOWN`. */
export class Dynamic {
  readonly type: Type;
  readonly value: Value;
  constructor(type: Type, value: Value) {
    this.type = type;
    this.value = value;
  }
}

/** A Terraform value. Lists, sets and tuples are arrays; maps and objects are objects without prototype. Strings are NFC. */
export type Value = null | Unknown | boolean | number | Decimal | string | Dynamic | Value[] | ValueObject;

export interface ValueObject {
  [key: string]: Value;
}
