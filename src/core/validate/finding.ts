import { CoreError } from "../core-error.ts";
import type { Format } from "./formats.ts";

/** A finding of a check at plan time. `path` consists of keys of the Desired object. */
export interface Finding {
  readonly severity: "error" | "warning";
  readonly path: readonly string[];
  readonly summary: string;
  /** Reason and remedy. */
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

/** Throws the first error among the findings as CoreError InvalidInput. */
export function refuse(findings: readonly Finding[]): void {
  const error = findings.find(({ severity }) => severity === "error");
  if (error === undefined) return;
  throw new CoreError("InvalidInput", error.detail, { summary: error.summary, path: error.path });
}

/** Returns the name of a setting in HCL: `["controlPlane", "apiServer"]` is `control_plane.api_server`. */
export const settingName = (path: readonly string[]): string =>
  path
    .map((step) => step.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))
    .join(".")
    .replace(/\.(\d+)(?=\.|$)/g, "[$1]");

/** Returns a finding for a text that violates its format; empty if it is absent or valid. */
export function checkFormat(
  path: readonly string[],
  summary: string,
  format: Format,
  value: string | undefined,
): Finding[] {
  const complaint = value === undefined ? undefined : format(value);
  if (complaint === undefined) return [];
  const text = `\`${settingName(path)}\` ${complaint}`;
  return [failure(path, summary, text.endsWith("?") ? text : `${text}.`)];
}

/** Returns the finding for a setting that the platform does not serve; `since` is the first version that has it. */
export const unsupported = (path: readonly string[], since: string, platform: string): Finding =>
  failure(
    path,
    `${settingName(path)} is not supported by this platform`,
    `\`${settingName(path)}\` needs platform ${since} or newer; this one runs ${platform}, which would store and ignore it. Remove it.`,
  );
