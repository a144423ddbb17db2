import { isJsonObject, type Json } from "../base/json.ts";
import { redact } from "../base/redact.ts";

/** Shorter values are words like `true` or `admin`: hiding them would only make texts unreadable. */
const shortest = 6;

/** The secret values this process has been given, so that no text of the platform that quotes one gets any further (design rule 10). */
export class Secrets {
  private readonly values = new Set<string>();

  /** Remembers every string in a tree. */
  add(tree: Json | undefined): void {
    if (typeof tree === "string") {
      if (tree.length >= shortest) this.values.add(tree);
    } else if (Array.isArray(tree)) for (const item of tree) this.add(item);
    else if (isJsonObject(tree)) for (const value of Object.values(tree)) this.add(value);
  }

  /** The text without any of them, and without what has the shape of a credential. */
  conceal = (text: string): string => {
    let clean = text;
    for (const value of [...this.values].sort((a, b) => b.length - a.length)) {
      clean = clean.replaceAll(value, "(sensitive value)");
    }
    return redact(clean);
  };
}
