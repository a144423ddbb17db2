import { readFile } from "node:fs/promises";
import * as clientNodeModule from "@kubernetes/client-node";
import type { Plugin } from "esbuild";
import { READ_KINDS, READ_METHODS } from "../../src/kube/typed-clients.ts";
import { directRequire } from "./builtins.ts";

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

const isRead = (method: string): boolean =>
  READ_METHODS.some((name) => method === name || method === `${name}WithHttpInfo`);

/** Replaces a part of a module of client-node; throws where the module has another form than expected. */
async function rewrite(path: string, part: RegExp, by: (match: string) => string | undefined) {
  const text = await readFile(path, "utf8");
  const [found] = part.exec(text) ?? [];
  const replacement = found === undefined ? undefined : by(found);
  if (found === undefined || replacement === undefined) throw new Error(`${path} has another form than expected`);
  return { contents: text.replace(found, replacement), loader: "js" } as const;
}

/** What `KubeConfig` needs to parse YAML, to log in and to connect by itself, which the provider leaves to its own code (src/kube). */
const UNUSED = /^(?:js-yaml|openid-client|jsonpath-plus|socks|socks-proxy-agent|hpagent)$/;

/** A module whose functions and classes throw. */
async function withoutPackage(name: string): Promise<string> {
  const names = Object.keys((await import(name)) as object).filter((key) => /^\w+$/.test(key) && key !== "default");
  return names
    .map((key) => `export function ${key}() { throw new Error("${name} is not in this executable"); }`)
    .join("\n");
}

/**
 * Leaves out of the bundle what it does not use of client-node: six packages, and nearly all of its 750 models, whose evaluation
 * takes longer than a whole start may. What keeps esbuild from seeing it: the package does not say that its modules have no side effects, `KubeConfig`
 * imports two functions from the index of everything generated, and one table names all models, to find them by their names.
 */
export const clientNode: Plugin = {
  name: "client-node",
  setup: (context) => {
    context.onResolve({ filter: UNUSED }, ({ path }) => ({ path, namespace: "unused" }));
    context.onLoad({ filter: /./, namespace: "unused" }, async ({ path }) => ({
      contents: await withoutPackage(path),
    }));
    // As default imports they would be copied, property by property, when the script starts.
    context.onResolve({ filter: /^node:/ }, ({ path, importer }) =>
      /client-node\/dist\/(?:config|config_types|[a-z]+_auth)\.js$/.test(importer)
        ? { path, namespace: "builtin" }
        : undefined,
    );
    context.onLoad({ filter: /./, namespace: "builtin" }, ({ path }) => ({
      contents: `export default ${directRequire}("${path}");`,
    }));
    context.onResolve({ filter: /./ }, async ({ path, pluginData, ...place }) => {
      if (pluginData === "resolved" || !/client-node/.test(`${path} ${place.importer}`)) return undefined;
      const found = await context.resolve(path, { ...place, pluginData: "resolved" });
      return found.errors.length > 0 ? found : { ...found, sideEffects: false };
    });
    context.onLoad({ filter: /client-node\/dist\/config\.js$/ }, ({ path }) =>
      rewrite(
        path,
        /^import \{ createConfiguration, ServerConfiguration,? \} from '\.\/gen\/index\.js';$/m,
        () =>
          'import { createConfiguration } from "./gen/configuration.js"; import { ServerConfiguration } from "./gen/servers.js";',
      ),
    );
    context.onLoad(
      { filter: /client-node\/dist\/gen\/(?:apis\/CoreV1Api|types\/(?:ObservableAPI|ObjectParamAPI))\.js$/ },
      ({ path }) =>
        rewrite(path, /^.*$/s, (text) => {
          let kept = 0;
          const methods = /^ {4}(?:async )?(\w+)\([^\n]*\) \{\n.*?^ {4}\}\n/gms;
          const rest = text.replaceAll(methods, (method, name: string) => {
            if (name !== "constructor" && !isRead(name)) return "";
            kept++;
            return method;
          });
          return kept > READ_METHODS.length ? rest : undefined;
        }),
    );
    context.onLoad({ filter: /client-node\/dist\/gen\/models\/ObjectSerializer\.js$/ }, ({ path }) =>
      rewrite(path, /let typeMap = \{[^}]*\}/, (table) => {
        const kept = modelsOf(READ_KINDS);
        const lines = table.split("\n").filter((line) => kept.has(/"(\w+)"/.exec(line)?.[1] ?? ""));
        return lines.length === kept.size ? `let typeMap = {${lines.join("\n")}}` : undefined;
      }),
    );
  },
};
