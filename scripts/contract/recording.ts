import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Json, JsonObject } from "../../src/base/json.ts";

/** Platform versions that have a recording and a profile of the sandbox. */
export const recordedVersions = ["1.1.2", "1.6.2"] as const;
export type RecordedVersion = (typeof recordedVersions)[number];

/** One line of `script.jsonl`: a request to the real API server, its answer, and what lay in the HelmRelease afterwards. */
export interface ScriptStep {
  readonly title: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly contentType?: string;
    readonly body?: Json;
  };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Json;
  };
  /** Absent where it was not looked at; null where nothing was stored. */
  readonly stored?: Json;
}

/** One line of `life.jsonl`; `t` in seconds. */
export type LifeLine =
  | {
      readonly kind: "request";
      readonly t: number;
      readonly scenario: string;
      readonly method: string;
      readonly path: string;
      readonly contentType?: string;
      readonly body?: Json;
      readonly status: number;
    }
  | {
      readonly kind: "seen";
      readonly t: number;
      readonly scenario: string;
      readonly object: string;
      readonly now: JsonObject | null;
    }
  | { readonly kind: "gave up waiting"; readonly t: number };

export interface Recording {
  readonly version: RecordedVersion;
  readonly script: readonly ScriptStep[];
  readonly life: readonly LifeLine[];
  readonly openApi: Json;
}

/** Reads the recording of one version. @throws Error that names the file that is missing, or the line that is no JSON. */
export function readRecording(folder: string, version: RecordedVersion): Recording {
  const file = (name: string): string => {
    const path = join(folder, version, name);
    if (!existsSync(path)) throw new Error(`There is no recording ${path}.`);
    return readFileSync(path, "utf8");
  };
  return {
    version,
    script: lines(file("script.jsonl"), "script.jsonl") as ScriptStep[],
    life: lines(file("life.jsonl"), "life.jsonl") as LifeLine[],
    openApi: JSON.parse(file("openapi-v3.json")) as Json,
  };
}

function lines(text: string, name: string): unknown[] {
  const found = text.split("\n").filter((line) => line.trim() !== "");
  if (found.length === 0) throw new Error(`${name} is empty.`);
  return found.map((line, index) => {
    try {
      return JSON.parse(line) as unknown;
    } catch (cause) {
      throw new Error(`${name}, line ${index + 1}: not JSON.`, { cause });
    }
  });
}
