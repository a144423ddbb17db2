import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import { builtins, directRequire } from "./bundle/builtins.ts";
import { clientNode } from "./bundle/client-node.ts";
import { schemaAnswer } from "./bundle/schema-answer.ts";

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

/** Takes of undici the client half only. */
export const undiciClientOnly: Plugin = {
  name: "undici-client-only",
  setup: (context) => {
    context.onResolve({ filter: /^undici$/ }, () => ({ path: part("undici-client.cjs") }));
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
  /** A CommonJS script, ASCII only. What lies behind an `import()` of the sources is evaluated at its first use (design §8). */
  readonly text: string;
  /** The files that it contains something of. */
  readonly sources: readonly string[];
}

/**
 * Puts a program and all that it needs into one script. The default is the provider.
 *
 * esbuild removes unused parts of what lies behind an `import()` only where it splits the program into modules, and only a single
 * script can be compiled, so a second run joins the modules of the first one.
 */
export async function bundleProgram(entryPoint = join(root, "src", "main.ts")): Promise<Bundle> {
  const settings = {
    bundle: true,
    platform: "node",
    target: "node26",
    minify: true,
    charset: "ascii",
    logLevel: "warning",
    write: false,
    legalComments: "none",
  } as const;
  const split = await build({
    ...settings,
    entryPoints: [entryPoint],
    splitting: true,
    format: "esm",
    outdir: root,
    metafile: true,
    // The switch of undici's authors against their second parser, which is an experiment.
    define: { esbuildDetection: "true", SCHEMA_ANSWER: JSON.stringify(schemaAnswer()) },
    plugins: [grpcServerOnly, undiciClientOnly, whenUsed, clientNode, builtins],
  });
  for (const [path, { imports }] of Object.entries(split.metafile.inputs)) {
    const nameless = imports.find((found) => found.kind === "dynamic-import" && found.path.includes("node_modules"));
    // It would only have the name `default`, in the executable and nowhere else.
    if (nameless !== undefined) throw new Error(`${path}: import() of the package ${nameless.path} cannot be bundled`);
  }
  const modules = new Map(
    split.outputFiles.map(({ path, text }) => [basename(path), text.replaceAll(directRequire, "require")]),
  );
  const joined = await build({
    ...settings,
    entryPoints: [basename(entryPoint).replace(/\.ts$/, ".js")],
    format: "cjs",
    plugins: [fromMemory(modules)],
  });
  const inputs = Object.values(split.metafile.outputs).flatMap((output) => Object.entries(output.inputs));
  const sources = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path);
  return { text: joined.outputFiles.map(({ text }) => text).join(""), sources: [...new Set(sources)] };
}

/** Modules that are in no folder, by their names. */
const fromMemory = (modules: ReadonlyMap<string, string>): Plugin => ({
  name: "from-memory",
  setup: (context) => {
    context.onResolve({ filter: /./ }, ({ path }) =>
      modules.has(basename(path)) ? { path: basename(path), namespace: "memory" } : undefined,
    );
    context.onLoad({ filter: /./, namespace: "memory" }, ({ path }) => ({ contents: modules.get(path) ?? "" }));
  },
});
