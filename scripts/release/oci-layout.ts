import { createHash } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { GoPlatform } from "../go-platform.ts";

const imageIndex = "application/vnd.oci.image.index.v1+json";
const imageManifest = "application/vnd.oci.image.manifest.v1+json";

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

const describe = (mediaType: string, content: Buffer): Descriptor => ({
  mediaType,
  digest: `sha256:${createHash("sha256").update(content).digest("hex")}`,
  size: content.length,
});

/**
 * Writes an OCI image layout (OCI Image Format 1.1) with the archives of a version, in the form that OpenTofu's `oci_mirror` reads: the
 * tag names an index of one manifest for each platform, whose only layer is the archive. Archives are linked, not copied.
 */
export function writeOciLayout(folder: string, version: string, archives: ReadonlyMap<GoPlatform, string>): void {
  const blobs = join(folder, "blobs", "sha256");
  mkdirSync(blobs, { recursive: true });
  const pathOf = ({ digest }: Descriptor) => join(blobs, digest.replace("sha256:", ""));
  const store = (mediaType: string, value: unknown): Descriptor => {
    const content = Buffer.from(JSON.stringify(value));
    const descriptor = describe(mediaType, content);
    writeFileSync(pathOf(descriptor), content);
    return descriptor;
  };
  const artifactType = "application/vnd.opentofu.provider-target";
  const config = store("application/vnd.oci.empty.v1+json", {});
  const manifests = [...archives].map(([platform, path]) => {
    const layer = describe("archive/zip", readFileSync(path));
    linkSync(path, pathOf(layer));
    const manifest = store(imageManifest, {
      schemaVersion: 2,
      mediaType: imageManifest,
      artifactType,
      config,
      layers: [{ ...layer, annotations: { "org.opencontainers.image.title": basename(path) } }],
    });
    const [os, architecture] = platform.split("_");
    return { ...manifest, artifactType, platform: { architecture, os } };
  });
  const index = store(imageIndex, {
    schemaVersion: 2,
    mediaType: imageIndex,
    artifactType: "application/vnd.opentofu.provider",
    manifests,
  });
  const tagged = { ...index, annotations: { "org.opencontainers.image.ref.name": version } };
  writeFileSync(
    join(folder, "index.json"),
    JSON.stringify({ schemaVersion: 2, mediaType: imageIndex, manifests: [tagged] }),
  );
  writeFileSync(join(folder, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
}
