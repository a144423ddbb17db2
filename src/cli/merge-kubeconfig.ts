import { mkdir, open, realpath, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { type Document, isMap, isSeq, parseDocument, type YAMLMap } from "yaml";
import { DiagnosticError } from "../engine/diagnostic.ts";
import { type KubeconfigDraft, kubeconfigDocument } from "../kube/config/write-kubeconfig.ts";
import { codeOf, readIfThere, replaceFile } from "./files.ts";

/**
 * Adds a kubeconfig to a file and makes it the current context; entries of the same names are replaced, everything else is kept, with
 * its comments. The former file is kept as `FILE.backup`. The file is readable by its owner only. Returns a message. Throws
 * DiagnosticError; the file is then unchanged.
 */
export async function mergeIntoFile(file: string, draft: KubeconfigDraft): Promise<string> {
  if (file === "") throw new DiagnosticError("The kubeconfig cannot be changed", "The path of the file is empty.");
  await mkdir(dirname(file), { recursive: true });
  const target = await realpath(file).catch(() => file);
  const found = await stat(target).catch(() => undefined);
  if (found !== undefined && !found.isFile())
    throw new DiagnosticError("The kubeconfig cannot be changed", `${file} is not a file that can be replaced.`);
  return await withLock(target, async () => {
    const before = await readIfThere(target, "The kubeconfig cannot be read");
    const after = merged(before ?? "", draft, file);
    if (after === before) return `${file} has the context ${draft.context} already.\n`;
    if (before !== undefined) await replaceFile(`${target}.backup`, before);
    await replaceFile(target, after);
    const kept = before === undefined ? "" : ` The former file is ${file}.backup.`;
    return `${file}: the current context is ${draft.context} now.${kept}\n`;
  });
}

/** Holds the lock file that kubectl honours. */
async function withLock<T>(target: string, work: () => Promise<T>): Promise<T> {
  const lock = `${target}.lock`;
  try {
    await (await open(lock, "wx")).close();
  } catch (error) {
    throw new DiagnosticError(
      "The kubeconfig cannot be changed",
      `The lock file ${lock} cannot be created (${codeOf(error)}). If no other program changes the kubeconfig, delete it.`,
    );
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

function merged(before: string, draft: KubeconfigDraft, file: string): string {
  const document = parseDocument(before, { uniqueKeys: false, logLevel: "error" });
  const isEmpty = document.contents === null;
  if (document.errors.length > 0 || !(isEmpty || isMap(document.contents))) {
    throw new DiagnosticError("Invalid kubeconfig", `${file} is not a kubeconfig. It is unchanged.`);
  }
  const added = kubeconfigDocument(draft);
  if (isEmpty) document.contents = document.createNode(added) as unknown as typeof document.contents;
  for (const list of ["clusters", "contexts", "users"] as const) {
    for (const entry of added[list]) putEntry(document, list, entry, file);
  }
  document.set("current-context", added["current-context"]);
  return document.toString({ lineWidth: 0 });
}

function putEntry(document: Document, list: string, entry: { readonly name: string }, file: string): void {
  const entries = document.get(list);
  if (entries === undefined || entries === null) {
    document.set(list, document.createNode([entry]));
    return;
  }
  if (!isSeq(entries)) {
    throw new DiagnosticError("Invalid kubeconfig", `\`${list}\` of ${file} is not a list. The file is unchanged.`);
  }
  const at = entries.items.findIndex((item) => isMap(item) && (item as YAMLMap).get("name") === entry.name);
  const node = document.createNode(entry);
  if (at < 0) entries.add(node);
  else entries.items[at] = node;
}
