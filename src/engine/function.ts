import type { Kind } from "../schema/declaration.ts";
import type { KnownOf } from "../schema/shape.ts";
import type { Value } from "../values/value.ts";

/** One parameter of a function. Terraform calls a function only with known values. */
export interface Parameter<K extends Kind = Kind> {
  readonly name: string;
  readonly kind: K;
  readonly doc: string;
  /** Whether the argument may be null; otherwise Terraform refuses null itself. Not for `dynamic`: OpenTofu's result is then unknown. */
  readonly nullable?: boolean;
}

type Argument<P extends Parameter> =
  | KnownOf<P["kind"], "known">
  | (P extends { readonly nullable: true } ? null : never);

type Arguments<P extends readonly Parameter[], V extends Parameter> = [
  ...{ [I in keyof P]: Argument<P[I]> },
  ...([V] extends [never] ? [] : Argument<V>[]),
];

/** A pure function: equal arguments give equal results, and it reads nothing else. */
export interface FunctionDefinition<P extends readonly Parameter[], R extends Kind, V extends Parameter = never> {
  /** One line. */
  readonly summary: string;
  /** Markdown. */
  readonly doc: string;
  readonly parameters: P;
  /** Declares any number of further arguments, also none. */
  readonly variadic?: V;
  readonly returns: R;
  /** Throws FunctionError. A promise is for code that is loaded on first use, not for anything outside of the arguments. */
  call(...values: Arguments<P, V>): KnownOf<R, "state"> | Promise<KnownOf<R, "state">>;
}

export interface ProviderFunction {
  readonly name: string;
  readonly definition: {
    readonly summary: string;
    readonly doc: string;
    readonly parameters: readonly Parameter[];
    readonly variadic?: Parameter;
    readonly returns: Kind;
    call(...values: readonly Value[]): Value | Promise<Value>;
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
