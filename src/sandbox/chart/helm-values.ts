import { isJsonObject, type JsonObject, memberOf, setMember } from "../../base/json.ts";

/**
 * Helm 3.18's merge of a release's values over the chart's own: maps are merged key by key, and a null removes a key of the
 * chart. So `md0: null` removes the group that platform 1.1 adds to every cluster (platform.md §3.4).
 */
export function coalesceValues(user: JsonObject, chart: JsonObject): JsonObject {
  const result: JsonObject = {};
  for (const [key, value] of Object.entries(user)) {
    const beneath = memberOf(chart, key);
    if (value === null) {
      if (beneath === undefined) setMember(result, key, null);
    } else if (isJsonObject(value) && isJsonObject(beneath)) setMember(result, key, coalesceTable(value, beneath));
    else setMember(result, key, structuredClone(value));
  }
  for (const [key, value] of Object.entries(chart)) {
    if (!Object.hasOwn(user, key)) setMember(result, key, structuredClone(value));
  }
  return result;
}

/** Below the top level a null is always removed where the chart has the map. */
function coalesceTable(user: JsonObject, chart: JsonObject): JsonObject {
  const result: JsonObject = {};
  for (const [key, value] of Object.entries(user)) {
    const beneath = memberOf(chart, key);
    if (value === null) continue;
    const both = isJsonObject(value) && isJsonObject(beneath);
    setMember(result, key, both ? coalesceTable(value, beneath) : structuredClone(value));
  }
  for (const [key, value] of Object.entries(chart)) {
    if (!Object.hasOwn(user, key)) setMember(result, key, structuredClone(value));
  }
  return result;
}
