import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin, transform } from "esbuild";
import { clientNode } from "./bundle/client-node.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

const part = (name: string) => join(root, "scripts", "bundle", name);

/** Modules of grpc-js, as its sources import them, and what takes their place. test/integration/scripts/bundle.test.ts checks the rest. */
const grpcParts: Readonly<Record<string, string>> = {
  "@grpc/grpc-js": part("grpc-server.cjs"),
  "./channelz": part("grpc-no-channelz.cjs"),
  "./orca": part("grpc-no-metrics.cjs"),
};

/** Takes of grpc-js the server half only (docs/decisions/grpc-server.md). */
const grpcServerOnly: Plugin = {
  name: "grpc-server-only",
  setup: (context) => {
    context.onResolve({ filter: /^(@grpc\/grpc-js|\.\/channelz|\.\/orca)$/ }, ({ path, importer }) =>
      path.startsWith(".") && !isOfGrpc(importer) ? undefined : { path: grpcParts[path] ?? path },
    );
  },
};

const isOfGrpc = (file: string): boolean => /[\\/]@grpc[\\/]grpc-js[\\/]/.test(file);

/** What a start that only answers Terraform's first requests never uses: it is loaded at its first use. */
const whenUsed: Plugin = {
  name: "when-used",
  setup: (context) => {
    context.onResolve({ filter: /^(yaml|zlib)$/ }, ({ path, pluginData, importer }) =>
      pluginData === "really" || (path === "zlib" && !isOfGrpc(importer))
        ? undefined
        : { path, namespace: "when-used" },
    );
    context.onLoad({ filter: /./, namespace: "when-used" }, async ({ path }) => {
      const names = Object.entries((await import(path)) as object).filter(([name]) => /^\w+$/.test(name));
      return { contents: forwardingModule(path, names), resolveDir: root, pluginData: "really" };
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

export interface Bundle {
  readonly parts: readonly BundlePart[];
  /** The files that it contains something of. */
  readonly sources: readonly string[];
}

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
export async function bundleProvider(): Promise<Bundle> {
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
    plugins: [grpcServerOnly, whenUsed, clientNode],
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
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
  const sources = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path);
  return { parts: await Promise.all(outputFiles.map(toScript)), sources: [...new Set(sources)] };
}
