import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import { executable } from "../../scripts/ensure-built.ts";
import { goPlatform } from "../../scripts/go-platform.ts";
import { zipOf } from "../support/zip.ts";

export const { version } = packageJson;

export const archiveName = (platform: string): string => `terraform-provider-hikube_${version}_${platform}.zip`;
export const checksumsName = `terraform-provider-hikube_${version}_SHA256SUMS`;

/** Writes what a release has for these platforms into a folder: zips, and their checksums. Only that of this machine can run. */
export async function writeReleaseFiles(folder: string, platforms: readonly string[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const program = await readFile(executable);
  const sums: string[] = [];
  for (const platform of platforms) {
    const archive = zipOf(basename(executable), platform === goPlatform ? program : Buffer.from(platform));
    await writeFile(join(folder, archiveName(platform)), archive);
    sums.push(`${createHash("sha256").update(archive).digest("hex")}  ${archiveName(platform)}\n`);
  }
  await writeFile(join(folder, checksumsName), sums.join(""));
}
