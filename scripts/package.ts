import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { differences } from "./release/differences.ts";
import { releaseFolder } from "./release/files.ts";
import { writeRelease } from "./release/release.ts";
import { hasSigningKey, signRelease } from "./release/signature.ts";

// `npm run package`: the files of a release for all platforms, in dist/release. `-- --verify` makes them twice and compares.
// It signs them where the environment has a key, as `npm run sign` does.

const root = fileURLToPath(new URL("..", import.meta.url));

await writeRelease(releaseFolder);
if (process.argv.includes("--verify")) {
  const again = mkdtempSync(join(tmpdir(), "hikube-again-"));
  try {
    await writeRelease(again);
    const different = differences(releaseFolder, again);
    if (different.length > 0) throw new Error(`the second run made other files: ${different.join(", ")}`);
  } finally {
    rmSync(again, { recursive: true, force: true });
  }
  console.log("two runs made the same bytes");
}
if (hasSigningKey()) signRelease();
else console.log("not signed: GPG_PRIVATE_KEY is not set");
console.log(relative(root, releaseFolder));
