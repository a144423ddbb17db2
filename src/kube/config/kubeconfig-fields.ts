import { readFile } from "node:fs/promises";
import { KubeError } from "../kube-error.ts";

/**
 * Returns the text of a field; undefined if absent or empty. `field` is its name in a file. Throws KubeError `Credential` for other
 * types.
 */
export function textOf(value: unknown, field: string, name: string): string | undefined {
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value === "string") return value;
  throw new KubeError("Credential", `\`${field}\` of "${name}" in the kubeconfig must be text.`);
}

/** Returns PEM from the data of `field` (base64) or from the file at its path. */
export async function pemOf(data: unknown, file: unknown, field: string, name: string): Promise<string | undefined> {
  const encoded = textOf(data, `${field}-data`, name);
  if (encoded !== undefined) return Buffer.from(encoded, "base64").toString("utf8");
  const path = textOf(file, field, name);
  if (path === undefined) return undefined;
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new KubeError("Credential", `\`${field}\` of "${name}" names the file ${path}, which cannot be read.`, {
      cause,
    });
  }
}
