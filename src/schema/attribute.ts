import type { Value } from "../values/value.ts";
import type { Check } from "./check.ts";
import type { Attribute, Kind, Mode, PlainKind } from "./declaration.ts";

/** The static type of the values a check or comparison of this kind sees. */
type Seen<K extends Kind> = K extends PlainKind<infer T> ? T : never;

interface Described {
  /** One sentence of Markdown: what it is, its unit, its default. */
  readonly doc: string;
  readonly sensitive?: boolean;
  readonly deprecated?: string;
}

interface Settable<K extends Kind> extends Described {
  /** Plan-time check of a known value. */
  readonly check?: Check<Seen<K>>;
  /** A changed value replaces the resource. */
  readonly requiresReplace?: boolean;
  /** Two spellings of one meaning: the user's spelling is kept and no difference is shown. */
  readonly semanticEquals?: (a: Seen<K>, b: Seen<K>) => boolean;
  /** A setting of the provider itself: the platform never hears of it, and nothing there changes with it. */
  readonly providerOnly?: boolean;
}

interface Computable {
  /** Once the resource exists it has a value: a plan says so of the unknown one. */
  readonly notNull?: boolean;
}

interface Fillable {
  /** The value stays when the configuration no longer sets it: giving it back would do harm. */
  readonly pinned?: boolean;
  /** Of a block: the platform has none until one is set, although the attributes in it have defaults. */
  readonly absentUntilSet?: boolean;
}

function attribute<M extends Mode, K extends Kind>(
  mode: M,
  kind: K,
  options: Settable<K> & Computable & Fillable & { default?: Value },
): Attribute<M, K> {
  return {
    mode,
    kind,
    doc: options.doc,
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

/** The configuration may set it. While it does not, the provider ignores the attribute, or uses its default. */
export const optional = <K extends Kind>(
  kind: K,
  options: Settable<K> & { readonly default?: Seen<K> & Value },
): Attribute<"optional", K> => attribute("optional", kind, options);

/** Only the provider sets it. */
export const computed = <K extends Kind>(kind: K, options: Described & Computable): Attribute<"computed", K> =>
  attribute("computed", kind, options);

/**
 * The configuration may set it; otherwise it shows what the platform has, and is never changed. What the configuration had set
 * and sets no longer goes back to the platform's default.
 */
export const optionalComputed = <K extends Kind>(
  kind: K,
  options: Settable<K> & Computable & Fillable,
): Attribute<"optionalComputed", K> => attribute("optionalComputed", kind, options);

/** Read from the configuration at apply, kept nowhere. */
export const writeOnly = <K extends Kind>(
  kind: K,
  options: Described & { readonly check?: Check<Seen<K>> },
): Attribute<"writeOnly", K> => attribute("writeOnly", kind, { ...options, sensitive: true });
