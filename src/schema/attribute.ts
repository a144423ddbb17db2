import type { Value } from "../values/value.ts";
import type { Check } from "./check.ts";
import type { Attribute, Kind, Mode, PlainKind } from "./declaration.ts";
import { describe, type Facts, factsOf } from "./describe.ts";

/** The static type of the values that a check or comparison of this kind receives. */
type Seen<K extends Kind> = K extends PlainKind<infer T> ? T : never;

interface Described {
  /** Markdown: meaning, unit, allowed values. The first sentence says the meaning. Facts are added to it. */
  readonly doc: string;
  readonly sensitive?: boolean;
  readonly deprecated?: string;
}

interface Settable<K extends Kind> extends Described, Facts {
  /** Plan-time check of a known value. */
  readonly check?: Check<Seen<K>>;
  /** A change of the value replaces the resource. */
  readonly requiresReplace?: boolean;
  /** Whether two spellings are equal: the user's spelling is kept and no difference is shown. */
  readonly semanticEquals?: (a: Seen<K>, b: Seen<K>) => boolean;
  /** A setting of the provider itself: it is never sent to the platform and changes nothing there. */
  readonly providerOnly?: boolean;
}

interface Computable {
  /** The value is never null once the resource exists; the plan refines the unknown value accordingly. */
  readonly notNull?: boolean;
}

interface Fillable {
  /** The value is kept when the configuration no longer sets it, because resetting it would do harm. */
  readonly pinned?: boolean;
  /** For a block: null on the platform until set, although its attributes have defaults. */
  readonly absentUntilSet?: boolean;
}

function attribute<M extends Mode, K extends Kind>(
  mode: M,
  kind: K,
  options: Settable<K> & Computable & Fillable & { default?: Value },
): Attribute<M, K> {
  const facts = factsOf(options);
  return {
    mode,
    kind,
    doc: describe(options.doc, facts),
    facts,
    sensitive: options.sensitive ?? false,
    deprecated: options.deprecated,
    check: options.check as Check<never> | undefined,
    requiresReplace: options.requiresReplace ?? false,
    semanticEquals: options.semanticEquals as ((a: never, b: never) => boolean) | undefined,
    default: options.default ?? null,
    notNull: options.notNull ?? false,
    pinned: options.pinned ?? false,
    absentUntilSet: options.absentUntilSet ?? false,
    providerOnly: options.providerOnly ?? false,
  };
}

/** The configuration must set it. */
export const required = <K extends Kind>(kind: K, options: Settable<K>): Attribute<"required", K> =>
  attribute("required", kind, options);

/** The configuration may set it. Otherwise the provider ignores the attribute or uses its default. */
export const optional = <K extends Kind>(
  kind: K,
  options: Settable<K> & { readonly default?: Seen<K> & Value },
): Attribute<"optional", K> => attribute("optional", kind, options);

/** Only the provider sets it. */
export const computed = <K extends Kind>(kind: K, options: Described & Computable): Attribute<"computed", K> =>
  attribute("computed", kind, options);

/**
 * The configuration may set it; otherwise it has the platform's value and is never changed. An attribute removed from the configuration
 * returns to the platform's default.
 */
export const optionalComputed = <K extends Kind>(
  kind: K,
  options: Settable<K> & Computable & Fillable,
): Attribute<"optionalComputed", K> => attribute("optionalComputed", kind, options);

/** Read from the configuration during the apply and never stored. */
export const writeOnly = <K extends Kind>(
  kind: K,
  options: Described & { readonly check?: Check<Seen<K>> },
): Attribute<"writeOnly", K> => attribute("writeOnly", kind, { ...options, sensitive: true });
