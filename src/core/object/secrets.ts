import { isJsonObject, type Json } from "../../base/json.ts";
import { objectAt, valueAt } from "../../base/json-pointer.ts";
import { redact } from "../../base/redact.ts";
import { secretValuesAnnotation } from "./annotations.ts";

/** Shorter values are words like `true` or `admin`; redacting them would make texts unreadable. */
const shortest = 6;

/** Redacts secrets in a text; `from` is the object that contains it. */
export type Conceal = (text: string, from?: Json) => string;

/** Returns the paths of the secret Helm values that an object's annotations record. */
export function markedSecrets(object: Json | undefined): { readonly apiName: string; readonly path: string[] }[] {
  return Object.entries(objectAt(object, ["metadata", "annotations"])).flatMap(([key, value]) => {
    if (!key.startsWith(secretValuesAnnotation) || typeof value !== "string") return [];
    const apiName = key.slice(secretValuesAnnotation.length);
    return pathsOf(value).map((path) => ({ apiName, path }));
  });
}

/** Any client can write an annotation, so one that is not a list of paths is ignored. */
function pathsOf(text: string): string[][] {
  let paths: unknown;
  try {
    paths = JSON.parse(text);
  } catch {
    return [];
  }
  const isPath = (path: unknown): path is string[] =>
    Array.isArray(path) && path.length > 0 && path.every((step) => typeof step === "string");
  return Array.isArray(paths) ? paths.filter(isPath) : [];
}

/** Secret values passed to this process, redacted in every text of the platform (design rule 10). */
export class Secrets {
  private readonly values = new Set<string>();

  /** Adds every string in a tree. */
  add(tree: Json | undefined): void {
    if (typeof tree === "string") {
      if (tree.length >= shortest) this.values.add(tree);
    } else if (Array.isArray(tree)) for (const item of tree) this.add(item);
    else if (isJsonObject(tree)) for (const value of Object.values(tree)) this.add(value);
  }

  /**
   * Returns the text without these values and without texts in the form of a credential. The recorded secret Helm values of `from` are
   * added first, because another process may have written them.
   */
  conceal: Conceal = (text, from) => {
    for (const { apiName, path } of markedSecrets(from)) {
      this.add(valueAt(from, ["spec", "addons", apiName, "valuesOverride", ...path]));
    }
    let clean = text;
    for (const value of [...this.values].sort((a, b) => b.length - a.length)) {
      clean = clean.replaceAll(value, "(sensitive value)");
    }
    return redact(clean);
  };
}
