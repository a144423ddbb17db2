/** What a check at plan time found. `path` is in the Desired object's own key names. */
export interface Finding {
  readonly severity: "error" | "warning";
  readonly path: readonly string[];
  readonly summary: string;
  /** Why, and what to do. */
  readonly detail: string;
}

export const failure = (path: readonly string[], summary: string, detail: string): Finding => ({
  severity: "error",
  path,
  summary,
  detail,
});

export const warning = (path: readonly string[], summary: string, detail: string): Finding => ({
  severity: "warning",
  path,
  summary,
  detail,
});
