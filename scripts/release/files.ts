import { join } from "node:path";
import { fileURLToPath } from "node:url";
import packageJson from "../../package.json" with { type: "json" };
import type { GoPlatform } from "../go-platform.ts";

const prefix = `terraform-provider-hikube_${packageJson.version}`;

/** Where `npm run package` puts the files of a release. */
export const releaseFolder = fileURLToPath(new URL("../../dist/release", import.meta.url));

/** Their names, as the registries want them. */
export const fileNames = {
  archive: (platform: GoPlatform) => `${prefix}_${platform}.zip`,
  manifest: `${prefix}_manifest.json`,
  billOfMaterials: `${prefix}_sbom.cdx.json`,
  checksums: `${prefix}_SHA256SUMS`,
} as const;

export const checksumsFile = join(releaseFolder, fileNames.checksums);
