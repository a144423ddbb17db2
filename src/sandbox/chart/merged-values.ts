import type { JsonObject } from "../../base/json.ts";
import type { Kind } from "../platform/profile.ts";
import { applyDefaults } from "../platform/schema-defaults.ts";
import { schemaFaults } from "./helm-schema.ts";
import { coalesceValues } from "./helm-values.ts";

/** What a chart renders, or the text of its refusal: what Flux reports after `with chart …: `. */
export type Rendering<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly text: string };

export const refusal = (message: string): { readonly ok: false; readonly text: string } => ({
  ok: false,
  text: message,
});

/** Merges the values over the chart's, as Helm does, and checks the result against the chart's schema. */
export function mergedValues(kind: Kind, values: JsonObject): Rendering<JsonObject> {
  const merged = coalesceValues(values, applyDefaults({}, kind.spec));
  const faults = schemaFaults(merged, kind.spec);
  if (faults.length === 0) return { ok: true, value: merged };
  const chart = kind.chart.slice(0, kind.chart.indexOf("@"));
  return refusal(
    `values don't meet the specifications of the schema(s) in the following chart(s):\n${chart}:\n${faults.join("\n")}`,
  );
}
