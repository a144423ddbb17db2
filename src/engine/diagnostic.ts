import { attributePath, type Path } from "../values/path.ts";

/** A message for the user and the configuration path it refers to. */
export interface Diagnostic {
  readonly severity: "error" | "warning";
  readonly summary: string;
  readonly detail: string;
  readonly path: Path | undefined;
}

/** A path, or the name of a top-level attribute. */
export type Where = Path | string | undefined;

const toPath = (where: Where): Path | undefined => (typeof where === "string" ? attributePath(where) : where);

/** Collects diagnostics in the order in which they are added; a duplicate is dropped. */
export class Diagnostics {
  readonly list: Diagnostic[] = [];

  error(summary: string, detail: string, where?: Where): void {
    this.add({ severity: "error", summary, detail, path: toPath(where) });
  }

  warning(summary: string, detail: string, where?: Where): void {
    this.add({ severity: "warning", summary, detail, path: toPath(where) });
  }

  add(diagnostic: Diagnostic): void {
    const key = JSON.stringify(diagnostic);
    if (!this.list.some((other) => JSON.stringify(other) === key)) this.list.push(diagnostic);
  }

  /** Appends a paragraph to every error that does not contain the same advice already. */
  addToErrors(paragraph: string): void {
    for (const [index, diagnostic] of this.list.entries()) {
      const { severity, detail } = diagnostic;
      if (severity !== "error" || detail.includes("destroy -refresh=false")) continue;
      this.list[index] = { ...diagnostic, detail: `${detail}\n\n${paragraph}` };
    }
  }

  get failed(): boolean {
    return this.list.some((diagnostic) => diagnostic.severity === "error");
  }
}

/** An expected failure in the engine or a resource, as a diagnostic. */
export class DiagnosticError extends Error {
  override readonly name = "DiagnosticError";
  readonly diagnostic: Diagnostic;

  constructor(summary: string, detail: string, where?: Where, options?: { cause?: unknown }) {
    super(`${summary}: ${detail}`, options);
    this.diagnostic = { severity: "error", summary, detail, path: toPath(where) };
  }
}
