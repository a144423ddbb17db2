import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, linkSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import packageJson from "../package.json" with { type: "json" };

// `npm run build`: one file with the pinned Node inside, for the machine it runs on, and a filesystem mirror that
// `terraform init` and `tofu init` accept.

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");
const { version } = packageJson;
const windows = process.platform === "win32";
const name = `terraform-provider-hikube_v${version}${windows ? ".exe" : ""}`;

/** Operating system and architecture as Go, and so Terraform, calls them. */
const platform = `${windows ? "windows" : process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });

const bundle = join(dist, "provider.cjs");
await build({
  entryPoints: [join(root, "src", "main.ts")],
  outfile: bundle,
  bundle: true,
  minify: true,
  keepNames: false,
  platform: "node",
  target: "node26",
  format: "cjs",
  legalComments: "none",
  logLevel: "warning",
  // Only ever asked for at run time, by libraries that can do without.
  external: ["bufferutil", "utf-8-validate"],
});

const config = join(dist, "sea.json");
writeFileSync(
  config,
  JSON.stringify({
    main: bundle,
    mainFormat: "commonjs",
    output: join(dist, name),
    disableExperimentalSEAWarning: true,
    // The compiled form of the bundle is stored beside it: a plan starts the provider three times (design §8).
    useCodeCache: true,
    useSnapshot: false,
    execArgv: ["--no-warnings"],
  }),
);
execFileSync(process.execPath, ["--build-sea", config], { stdio: ["ignore", "ignore", "inherit"] });
chmodSync(join(dist, name), 0o755);
rmSync(config);
rmSync(bundle);

for (const host of ["registry.terraform.io", "registry.opentofu.org"]) {
  const folder = join(dist, "mirror", host, "hikube", "hikube", version, platform);
  mkdirSync(folder, { recursive: true });
  try {
    linkSync(join(dist, name), join(folder, name));
  } catch {
    cpSync(join(dist, name), join(folder, name));
  }
}
console.log(relative(root, join(dist, name)));
