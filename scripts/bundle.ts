import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin, transform } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const part = (name: string) => join(root, "scripts", "bundle", name);

/** Takes of grpc-js what a plugin needs; see bundle/grpc-server.cjs. */
const grpcServerOnly: Plugin = {
  name: "grpc-server-only",
  setup: (context) => {
    context.onResolve({ filter: /^@grpc\/grpc-js$/ }, () => ({ path: part("grpc-server.cjs") }));
    context.onResolve({ filter: /^(\.\/(make-client|orca|admin)|@grpc\/proto-loader)$/ }, ({ path, importer }) => {
      if (!importer.includes("@grpc")) return undefined;
      return { path: part(path === "./orca" ? "no-metrics.cjs" : "absent.cjs") };
    });
  },
};

/** Modules that a start which only answers Terraform's first questions never uses: they are loaded at their first use. */
const whenUsed: Plugin = {
  name: "when-used",
  setup: (context) => {
    context.onResolve({ filter: /^(yaml|zlib|dns)$/ }, ({ path, pluginData, importer }) => {
      if (pluginData === "really" || (path !== "yaml" && !importer.includes("@grpc"))) return undefined;
      return { path, namespace: "when-used" };
    });
    context.onLoad({ filter: /./, namespace: "when-used" }, async ({ path }) => {
      const names = Object.entries((await import(path)) as object).filter(([name]) => /^\w+$/.test(name));
      // A module of its own kind each: what esbuild makes of `import()` of CommonJS has no names but `default`.
      const contents = path === "yaml" ? forwardingModule(path, names) : forwardingExports(path, names);
      return { contents, resolveDir: root, pluginData: "really" };
    });
  },
};

type Named = readonly (readonly [name: string, value: unknown])[];

/** An ES module whose functions and classes (capitalised) load the real one when they are called. */
const forwardingModule = (path: string, names: Named): string =>
  names
    .filter(([, value]) => typeof value === "function")
    .map(([name]) => {
      const call = `${/^[A-Z]/.test(name) ? "new " : ""}(require("${path}").${name})(...args)`;
      return `export function ${name}(...args) { return ${call}; }`;
    })
    .join("\n");

/** A CommonJS module whose properties load the real one when they are read. */
const forwardingExports = (path: string, names: Named): string =>
  `module.exports = { ${names.map(([name]) => `get ${name}() { return require("${path}").${name}; }`).join(", ")} };`;

export interface BundlePart {
  /** How the other parts call it, behind `./`. */
  readonly name: string;
  /** A script whose value is a function of `require`, `module` and `exports`. ASCII only. */
  readonly text: string;
}

/**
 * The provider as scripts. `main.js` loads the others as they are needed: what lies behind an `import()` of the sources stays away
 * from a start that does not need it, which is most of them (design §8).
 */
export async function bundleProvider(): Promise<readonly BundlePart[]> {
  const settings = { platform: "node", target: "node26", minify: true, charset: "ascii", logLevel: "warning" } as const;
  const { outputFiles, metafile } = await build({
    ...settings,
    entryPoints: [join(root, "src", "main.ts")],
    bundle: true,
    splitting: true,
    format: "esm",
    outdir: root,
    write: false,
    metafile: true,
    legalComments: "none",
    plugins: [grpcServerOnly, whenUsed],
  });
  for (const [path, { imports }] of Object.entries(metafile.inputs)) {
    const nameless = imports.find((found) => found.kind === "dynamic-import" && found.path.includes("node_modules"));
    // It would only have the name `default`, in the executable and nowhere else.
    if (nameless !== undefined) throw new Error(`${path}: import() of the package ${nameless.path} cannot be bundled`);
  }
  // esbuild splits modules only; an executable's assets are not modules, but scripts can be made of them.
  const toScript = async ({ path, text }: { readonly path: string; readonly text: string }) => {
    const { code } = await transform(text, { ...settings, format: "cjs", supported: { "dynamic-import": false } });
    return { name: basename(path), text: `(function (require, module, exports) {${code}})` };
  };
  return await Promise.all(outputFiles.map(toScript));
}
