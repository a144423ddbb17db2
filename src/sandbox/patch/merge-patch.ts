import { isJsonObject, type Json, type JsonObject, memberOf, setMember } from "../../base/json.ts";

/** RFC 7386: objects merge, null removes, everything else replaces. The target is not changed. */
export function mergePatch(target: Json, patch: Json): Json {
  if (!isJsonObject(patch)) return structuredClone(patch);
  const result: JsonObject = isJsonObject(target) ? structuredClone(target) : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else setMember(result, key, mergePatch(memberOf(result, key) ?? null, value));
  }
  return result;
}
