import { DiagnosticError } from "../engine/diagnostic.ts";

/**
 * The parts of an import id, parent first. The namespace may be left out when the provider has one: `prod/web` for
 * `tenant-acme/prod/web`. Throws DiagnosticError with the form that is wanted.
 */
function idParts<const N extends readonly string[]>(
  id: string,
  names: N,
  namespace: string,
): Record<N[number] | "namespace", string> {
  const parts = id.split("/");
  const full = ["namespace", ...names];
  const given = parts.length === names.length ? [namespace, ...parts] : parts;
  if (given.length !== full.length || given.some((part) => part.trim() === "")) {
    const form = full.join("/");
    throw new DiagnosticError(
      "Invalid import id",
      `The id must be \`${form}\`, or \`${names.join("/")}\` for the provider's own namespace (${namespace}), not ${JSON.stringify(id)}.`,
    );
  }
  return Object.fromEntries(full.map((name, index) => [name, given[index] ?? ""])) as Record<
    N[number] | "namespace",
    string
  >;
}

/** The same from whatever an import names the resource by: an id, or an identity with these attributes. */
export function importParts<const N extends readonly string[]>(
  source: { readonly id: string } | { readonly identity: Readonly<Record<string, string>> },
  names: N,
  namespace: string,
): Record<N[number] | "namespace", string> {
  if ("id" in source) return idParts(source.id, names, namespace);
  const { identity } = source;
  return Object.fromEntries([
    ["namespace", identity["namespace"] ?? namespace],
    ...names.map((name) => [name, identity[name] ?? ""]),
  ]) as Record<N[number] | "namespace", string>;
}
