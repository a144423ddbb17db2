import { namespaceFormat } from "../../core/validate/formats.ts";
import { DiagnosticError } from "../../engine/diagnostic.ts";
import type { Check } from "../../schema/check.ts";

/** The name parts of a resource below its namespace, parent first, each with its check. */
type PartChecks = Readonly<Record<string, Check<string>>>;

type Parts<C extends PartChecks> = Record<(keyof C & string) | "namespace", string>;

/**
 * Returns the name parts of an import: an id `namespace/cluster/name`, whose namespace defaults to the provider's, or an identity with
 * these attributes. Throws DiagnosticError for an invalid part.
 */
export function importParts<const C extends PartChecks>(
  source: { readonly id: string } | { readonly identity: Readonly<Record<string, string>> },
  checks: C,
  namespace: string,
): Parts<C> {
  const names = Object.keys(checks);
  const form = `\`${["namespace", ...names].join("/")}\`, or \`${names.join("/")}\` for the provider's own namespace (${namespace})`;
  if ("identity" in source) {
    const { identity } = source;
    const parts = ["namespace", ...names].map((name) => [
      name,
      identity[name] ?? (name === "namespace" ? namespace : ""),
    ]);
    return checked(Object.fromEntries(parts), checks, "Invalid import identity", "");
  }
  const { id } = source;
  const given = id.split("/");
  const parts = given.length === names.length ? [namespace, ...given] : given;
  if (parts.length !== names.length + 1 || parts.some((part) => part.trim() === "")) {
    throw new DiagnosticError("Invalid import id", `The id must be ${form}; got ${JSON.stringify(id)}.`);
  }
  const named = Object.fromEntries(["namespace", ...names].map((name, index) => [name, parts[index] ?? ""]));
  return checked(named, checks, "Invalid import id", ` The id must be ${form}; got ${JSON.stringify(id)}.`);
}

function checked<C extends PartChecks>(
  parts: Readonly<Record<string, string>>,
  checks: C,
  summary: string,
  form: string,
): Parts<C> {
  for (const [name, check] of Object.entries({ namespace: namespaceFormat, ...checks })) {
    const complaint = check(parts[name] ?? "");
    if (complaint === undefined) continue;
    const text = `\`${name}\` ${complaint}`;
    throw new DiagnosticError(summary, `${text.endsWith("?") ? text : `${text}.`}${form}`);
  }
  return parts as Parts<C>;
}
