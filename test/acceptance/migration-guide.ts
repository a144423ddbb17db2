import { readFileSync } from "node:fs";

const page = readFileSync(new URL("../../docs/guides/migrate-from-manifests.md", import.meta.url), "utf8");

/** The block of HCL in docs/guides/migrate-from-manifests.md that begins with these words. Throws Error where there is none. */
export function guideBlock(start: string): string {
  const blocks = [...page.matchAll(/^```hcl\n(.*?)^```$/gms)].map(([, block = ""]) => block);
  const found = blocks.find((block) => block.startsWith(start));
  if (found === undefined) throw new Error(`docs/guides/migrate-from-manifests.md has no block ${start}`);
  return found;
}
