import { spawnSync } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";
import { bunRuntime } from "./bun-runtime.ts";
import { undiciClientOnly } from "./bundle.ts";
import { goPlatform } from "./go-platform.ts";

// `npm run test:bun`: the tests of the modules that meet the runtime (values, connections, credentials) on Bun, which
// runs the executable, as `npm test` runs them on Node. `npm run test:bun -- <word>` runs those whose path contains the word. Bun has a
// module `undici` of its own and takes it for the package, so the tests are bundled, as the executable is.

const root = fileURLToPath(new URL("..", import.meta.url));

const words = process.argv.slice(2);
const files = globSync("test/{unit,integration}/{base,kube,values}/**/*.test.ts", { cwd: root })
  .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
  .sort();
if (files.length === 0) throw new Error(`No test has ${words.join(" or ")} in its path.`);

/** What these tests use of Vitest: Bun's own test runner has all but `expect.poll` and the name `runIf`. */
const vitest = `
import { expect as bunExpect, test as bunTest } from "bun:test";
export { afterAll, afterEach, beforeAll, beforeEach, describe, expectTypeOf, vi } from "bun:test";
export const test = Object.assign(bunTest, { runIf: bunTest.if });
const poll = (read) => new Proxy({}, {
  get: (_, matcher) => async (...expected) => {
    for (;;) {
      try {
        return bunExpect(await read())[matcher](...expected);
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  },
});
export const expect = Object.assign(bunExpect, { poll });
`;

const onBun: Plugin = {
  name: "on-bun",
  setup: (context) => {
    context.onResolve({ filter: /^vitest$/ }, () => ({ path: "vitest", namespace: "on-bun" }));
    context.onLoad({ filter: /./, namespace: "on-bun" }, () => ({ contents: vitest }));
    // A bundle is in another folder than the files that it is made of.
    context.onLoad({ filter: /\.ts$/ }, ({ path }) => ({
      loader: "ts",
      contents: readFileSync(path, "utf8")
        .replaceAll("import.meta.dirname", JSON.stringify(dirname(path)))
        .replaceAll("import.meta.filename", JSON.stringify(path))
        .replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href)),
    }));
  },
};

mkdirSync(join(root, ".cache"), { recursive: true });
const folder = mkdtempSync(join(root, ".cache", "test-bun-"));
try {
  await build({
    entryPoints: files.map((file) => join(root, file)),
    outdir: folder,
    outbase: join(root, "test"),
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    external: ["bun:test"],
    logLevel: "warning",
    plugins: [onBun, undiciClientOnly],
  });
  // These only end what hangs.
  const { status } = spawnSync(bunRuntime(goPlatform), ["test", "--timeout=600000", "--only-failures"], {
    cwd: folder,
    stdio: "inherit",
  });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
