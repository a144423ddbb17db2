import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import packageJson from "../../package.json" with { type: "json" };
import { registryHosts } from "../../src/base/registry-hosts.ts";
import { bundleProgram } from "../bundle.ts";
import { makeExecutable } from "../executable.ts";
import { type GoPlatform, goPlatforms } from "../go-platform.ts";
import { writeArchive } from "./archive.ts";
import { billOfMaterials } from "./bill-of-materials.ts";
import { copyCLibrary } from "./c-library.ts";
import { fileNames } from "./files.ts";
import { bundledPackages } from "./inventory.ts";
import { launcher } from "./launcher.ts";
import { signMachO } from "./mach-o-signature.ts";
import { writeOciLayout } from "./oci-layout.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { version } = packageJson;
const provider = "terraform-provider-hikube";

/**
 * Writes all files of a release but the signature into a folder. The same sources give the same bytes.
 *
 * Beside the files that are published: `mirror`, a filesystem mirror, and `oci`, an OCI image layout.
 */
export async function writeRelease(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const bundle = await bundleProgram();
  const archives = new Map(goPlatforms.map((platform) => [platform, join(folder, fileNames.archive(platform))]));
  await Promise.all([...archives].map(([platform, path]) => packPlatform(bundle.text, platform, path)));
  // https://developer.hashicorp.com/terraform/registry/providers/publishing
  writeJson(join(folder, fileNames.manifest), { version: 1, metadata: { protocol_versions: ["6.0"] } });
  const packages = bundledPackages(root, bundle.sources);
  writeFileSync(join(folder, fileNames.billOfMaterials), billOfMaterials(version, packages));
  const published = [...archives.values()].map((path) => basename(path));
  writeChecksums(folder, [...published, fileNames.manifest, fileNames.billOfMaterials].sort());
  for (const host of registryHosts) {
    const mirrored = join(folder, "mirror", host, "hikube", "hikube");
    mkdirSync(mirrored, { recursive: true });
    for (const path of archives.values()) linkSync(path, join(mirrored, basename(path)));
  }
  writeOciLayout(join(folder, "oci"), version, archives);
}

const writeJson = (path: string, value: unknown): void => writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);

/** As `sha256sum` writes them. */
function writeChecksums(folder: string, names: readonly string[]): void {
  const lines = names.map((name) => {
    const digest = createHash("sha256").update(readFileSync(join(folder, name)));
    return `${digest.digest("hex")}  ${name}\n`;
  });
  writeFileSync(join(folder, fileNames.checksums), lines.join(""));
}

async function packPlatform(script: string, platform: GoPlatform, archive: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "hikube-release-"));
  try {
    layOutPlatform(script, platform, folder);
    for (const name of ["LICENSE", "THIRD-PARTY-LICENSES.md"]) copyFileSync(join(root, name), join(folder, name));
    await writeArchive(folder, archive);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Puts what runs on a platform into a folder, as Terraform unpacks it. */
function layOutPlatform(script: string, platform: GoPlatform, folder: string): void {
  const program = join(folder, `${provider}_v${version}`);
  switch (platform) {
    case "windows_amd64":
      makeExecutable(script, platform, `${program}.exe`);
      break;
    case "darwin_amd64":
    case "darwin_arm64":
      makeExecutable(script, platform, program);
      writeFileSync(program, signMachO(readFileSync(program), provider));
      break;
    case "linux_amd64":
    case "linux_arm64":
      copyCLibrary(platform, join(folder, "lib"));
      makeExecutable(script, platform, join(folder, "lib", "hikube"));
      writeFileSync(program, launcher(platform));
      chmodSync(program, 0o755);
  }
}
