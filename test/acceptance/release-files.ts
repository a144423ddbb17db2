import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { zipSync } from "fflate";
import packageJson from "../../package.json" with { type: "json" };
import { executable } from "../../scripts/ensure-built.ts";
import { type GoPlatform, goPlatform } from "../../scripts/go-platform.ts";
import { fileNames } from "../../scripts/release/files.ts";
import { registryHosts } from "../../src/base/registry-hosts.ts";

export const { version } = packageJson;

/** A page has a placeholder for the platform. */
export const archiveName = (platform: string): string => fileNames.archive(platform as GoPlatform);
export const { checksums: checksumsName } = fileNames;
export const mirrorName = `terraform-provider-hikube_${version}_mirror.tar`;

/** The system whose file modes a zip holds. */
const unix = 3;

/** Writes what a release has for these platforms into a folder: zips, their checksums and a mirror. Only one zip can run here. */
export async function writeReleaseFiles(folder: string, platforms: readonly string[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const program = await readFile(executable);
  const sums: string[] = [];
  const mirrors = registryHosts.map((host) => `mirror/${host}/hikube/hikube`);
  for (const mirror of mirrors) await mkdir(join(folder, mirror), { recursive: true });
  for (const platform of platforms) {
    const content = platform === goPlatform ? program : Buffer.from(platform);
    const archive = zipSync({ [basename(executable)]: [content, { level: 0, os: unix, attrs: 0o100755 * 0x10000 }] });
    for (const path of [".", ...mirrors]) await writeFile(join(folder, path, archiveName(platform)), archive);
    sums.push(`${createHash("sha256").update(archive).digest("hex")}  ${archiveName(platform)}\n`);
  }
  await writeFile(join(folder, checksumsName), sums.join(""));
  execFileSync("tar", ["--create", `--file=${mirrorName}`, "--directory=mirror", "."], { cwd: folder });
}
