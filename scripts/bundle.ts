import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";

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

/** The whole provider as one script: a function of `require`, `module` and `exports`. */
export async function bundleProvider(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(root, "src", "main.ts")],
    bundle: true,
    write: false,
    minify: true,
    platform: "node",
    target: "node26",
    format: "cjs",
    legalComments: "none",
    logLevel: "warning",
    plugins: [grpcServerOnly],
  });
  return `(function (require, module, exports) {${outputFiles[0]?.text ?? ""}})`;
}
