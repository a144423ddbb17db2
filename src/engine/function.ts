import type { Kind } from "../schema/declaration.ts";
import type { KnownOf } from "../schema/shape.ts";
import type { Value } from "../values/value.ts";

/** One parameter of a function. Terraform calls a function only with known values that are not null. */
export interface Parameter<K extends Kind = Kind> {
  readonly name: string;
  readonly kind: K;
  readonly doc: string;
}

type Arguments<P extends readonly Parameter[]> = { [I in keyof P]: KnownOf<P[I]["kind"], "known"> };

/** A pure function: equal arguments give equal results, and it reads nothing else. */
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

/** The reason why a function has no result for its arguments. */
export class FunctionError extends Error {
  override readonly name = "FunctionError";
  /** Index of the invalid argument; undefined if the error concerns no particular argument. */
  readonly argument: number | undefined;

  constructor(message: string, argument?: number) {
    super(message);
    this.argument = argument;
  }
}
