import type { Kind } from "../schema/declaration.ts";
import type { KnownOf } from "../schema/shape.ts";
import type { Value } from "../values/value.ts";

/** One argument of a function. Terraform calls a function only with known values that are not null. */
export interface Parameter<K extends Kind = Kind> {
  readonly name: string;
  readonly kind: K;
  readonly doc: string;
}

type Arguments<P extends readonly Parameter[]> = { [I in keyof P]: KnownOf<P[I]["kind"], "known"> };

/** A pure function: the same arguments have the same result, and nothing else is read. */
export interface FunctionDefinition<P extends readonly Parameter[], R extends Kind> {
  /** One line. */
  readonly summary: string;
  /** Markdown. */
  readonly doc: string;
  readonly parameters: P;
  readonly returns: R;
  /** Throws FunctionError. */
  call(...values: Arguments<P>): KnownOf<R, "state">;
}

export interface ProviderFunction {
  readonly name: string;
  readonly definition: {
    readonly summary: string;
    readonly doc: string;
    readonly parameters: readonly Parameter[];
    readonly returns: Kind;
    call(...values: readonly Value[]): Value;
  };
}

/** Why a function has no result for its arguments. */
export class FunctionError extends Error {
  override readonly name = "FunctionError";
  /** Index of the argument at fault; undefined where it is none in particular. */
  readonly argument: number | undefined;

  constructor(message: string, argument?: number) {
    super(message);
    this.argument = argument;
  }
}
