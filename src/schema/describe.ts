import type { Value } from "../values/value.ts";

/** Facts of an attribute. Its description and the pages of the documentation state them; no text repeats them. */
export interface Facts {
  /** What applies without a setting, as Markdown, where the platform or the connection decides it: `` `20Gi` `` or "the cluster's". */
  readonly otherwise?: string;
  /** What a change does where it is more than an update in place, e.g. "replaces all nodes, one after another". */
  readonly changing?: string;
  /** The first platform version that has the setting, e.g. `1.6`. */
  readonly since?: string;
  /** Environment variables that set it, the first one set wins. */
  readonly environment?: readonly string[];
}

interface Undescribed extends Facts {
  readonly doc: string;
  readonly default?: Value;
  readonly requiresReplace?: boolean;
}

/** Returns the facts of an attribute with those that follow from how it is declared. */
export function factsOf({ otherwise, changing, since, environment, ...declared }: Undescribed): Facts {
  const own = declared.default ?? null;
  const fallback = otherwise ?? (own === null ? undefined : `\`${String(own)}\``);
  const effect = changing ?? (declared.requiresReplace === true ? "replaces the resource" : undefined);
  return {
    ...(fallback !== undefined && { otherwise: fallback }),
    ...(effect !== undefined && { changing: effect }),
    ...(since !== undefined && { since }),
    ...(environment !== undefined && { environment }),
  };
}

/** Returns the description of an attribute: its own text, then a sentence for each fact. */
export function describe(doc: string, { otherwise, changing, since, environment }: Facts): string {
  const sentences = [
    otherwise === undefined ? [] : `Default: ${otherwise}.`,
    changing === undefined ? [] : `Changing it ${changing}.`,
    since === undefined ? [] : `Platform ${since} or newer.`,
    environment === undefined ? [] : `Environment: ${environment.map((name) => `\`${name}\``).join(", ")}.`,
  ].flat();
  return [doc, ...sentences].join(" ");
}
