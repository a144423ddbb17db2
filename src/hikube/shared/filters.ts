import { withoutPeriod } from "../../base/sentence.ts";
import { optional } from "../../schema/attribute.ts";
import type { Check } from "../../schema/check.ts";
import { bool, map, string } from "../../schema/kind.ts";

// Arguments of the data sources that return lists.

/** Returns a pattern, which may begin with flags as in Go: `(?i)prod`. Throws SyntaxError. */
function patternOf(text: string): RegExp {
  const [, flags = "", pattern = text] = /^\(\?([ims]+)\)(.*)$/s.exec(text) ?? [];
  return new RegExp(pattern, [...new Set(flags)].join(""));
}

const regularExpression: Check<string> = (text) => {
  try {
    patternOf(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^.*: /s, "") : "";
    return `must be a regular expression; ${JSON.stringify(text)} is not one: ${withoutPeriod(reason)}`;
  }
  return undefined;
};

/** `what`: plural of the objects. */
export const nameRegex = (what: string) =>
  optional(string, {
    check: regularExpression,
    doc: `Only ${what} with a name that matches this regular expression, e.g. \`^prod-\`. A name matches if a part of it does.`,
  });

export const readyFilter = (what: string) =>
  optional(bool, { doc: `Only ${what} that are ready (true), or that are not (false).` });

export const labelsFilter = (what: string) => optional(map(string), { doc: `Only ${what} with all of these labels.` });

interface Filters {
  readonly name_regex?: string | null;
  readonly ready?: boolean | null;
  readonly labels?: Readonly<Record<string, string>> | null;
}

interface Filtered {
  readonly name: string;
  readonly ready?: boolean | null;
  readonly labels?: Readonly<Record<string, string>> | null;
}

/** Returns the objects that match all filters that are set. */
export function filtered<T extends Filtered>(objects: readonly T[], filters: Filters): T[] {
  const pattern = typeof filters.name_regex === "string" ? patternOf(filters.name_regex) : undefined;
  const labels = Object.entries(filters.labels ?? {});
  return objects.filter(
    ({ name, ready, labels: own }) =>
      (pattern === undefined || pattern.test(name)) &&
      (typeof filters.ready !== "boolean" || filters.ready === ready) &&
      labels.every(
        ([key, value]) => own !== null && own !== undefined && Object.hasOwn(own, key) && own[key] === value,
      ),
  );
}

/** Returns the objects in the order of their keys, compared one after another. */
export const sortedBy = <T>(objects: readonly T[], keysOf: (object: T) => readonly string[]): T[] =>
  objects
    .map((object) => ({ object, keys: keysOf(object) }))
    .sort((a, b) => compareKeys(a.keys, b.keys))
    .map(({ object }) => object);

function compareKeys(a: readonly string[], b: readonly string[]): number {
  const index = a.findIndex((key, at) => key !== b[at]);
  return index < 0 ? 0 : (a[index] ?? "") < (b[index] ?? "") ? -1 : 1;
}
