import { isBuiltin } from "node:module";
import type { Plugin } from "esbuild";

/** Stands for `require` in modules that esbuild makes: it would put a function in place of `require` itself. */
export const directRequire = "$directRequire";

/**
 * Keeps `require("net")` of CommonJS modules in a program of ECMAScript modules. esbuild calls a function instead, so that the executable
 * does not know what is loaded: its first such call takes 20 ms.
 */
export const builtins: Plugin = {
  name: "builtins",
  setup: (context) => {
    context.onResolve({ filter: /./ }, ({ path, kind }) =>
      kind === "require-call" && isBuiltin(path) ? { path, namespace: "builtins" } : undefined,
    );
    context.onLoad({ filter: /./, namespace: "builtins" }, ({ path }) => ({
      contents: `module.exports = ${directRequire}("${path}");`,
    }));
  },
};
