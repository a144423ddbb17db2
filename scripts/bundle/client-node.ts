import { readFile } from "node:fs/promises";
import * as clientNodeModule from "@kubernetes/client-node";
import type { Plugin } from "esbuild";
import { READ_KINDS } from "../../src/kube/typed-clients.ts";

interface Model {
  getAttributeTypeMap(): readonly { readonly type: string }[];
}

const isModel = (value: unknown): value is Model => typeof value === "function" && "getAttributeTypeMap" in value;

/** The kinds and the models that they are made of. */
function modelsOf(kinds: readonly string[]): ReadonlySet<string> {
  const exports: Readonly<Record<string, unknown>> = clientNodeModule;
  const found = new Set<string>();
  const visit = (type: string): void => {
    for (const name of type.match(/\w+/g) ?? []) {
      const model = exports[name];
      if (found.has(name) || !isModel(model)) continue;
      found.add(name);
      for (const attribute of model.getAttributeTypeMap()) visit(attribute.type);
    }
  };
  kinds.forEach(visit);
  return found;
}

/**
 * Leaves out of the bundle what it does not use of client-node: nearly all of its seven hundred models, whose evaluation takes longer than
 * a whole start may. Two things keep esbuild from seeing it: the package does not say that its modules have no side effects, and one table
 * names all models, to find them by their names.
 */
export const clientNode: Plugin = {
  name: "client-node",
  setup: (context) => {
    context.onResolve({ filter: /./ }, async ({ path, pluginData, ...place }) => {
      if (pluginData === "resolved" || !/client-node/.test(`${path} ${place.importer}`)) return undefined;
      const found = await context.resolve(path, { ...place, pluginData: "resolved" });
      return found.errors.length > 0 ? found : { ...found, sideEffects: false };
    });
    context.onLoad({ filter: /client-node\/dist\/gen\/models\/ObjectSerializer\.js$/ }, async ({ path }) => {
      const kept = modelsOf(READ_KINDS);
      const text = await readFile(path, "utf8");
      const table = /let typeMap = \{([^}]*)\}/.exec(text);
      const lines = table?.[1]?.split("\n").filter((line) => kept.has(/"(\w+)"/.exec(line)?.[1] ?? "")) ?? [];
      if (table === null || lines.length !== kept.size)
        throw new Error(`${path}: the table of models has another form`);
      return { contents: text.replace(table[0], `let typeMap = {${lines.join("\n")}}`), loader: "js" };
    });
  },
};
