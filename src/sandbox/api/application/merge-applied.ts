import { isJsonObject, type Json, type JsonObject, jsonEqual, memberOf, setMember } from "../../../base/json.ts";

/**
 * Server-side apply on this platform (platform.md §1.7): managed fields are never stored, so every existing field belongs to
 * `before-first-apply`, and changing one without force is a conflict.
 */
export function mergeApplied(
  current: JsonObject,
  applied: JsonObject,
  force: boolean,
): { readonly ok: true; readonly object: JsonObject } | { readonly ok: false; readonly fields: readonly string[] } {
  const conflicts: string[] = [];
  const merge = (below: Json | undefined, above: Json, path: string): Json => {
    if (isJsonObject(above) && isJsonObject(below)) {
      const result: JsonObject = { ...below };
      for (const [key, value] of Object.entries(above)) {
        setMember(result, key, merge(memberOf(below, key), value, `${path}.${key}`));
      }
      return result;
    }
    if (below !== undefined && !jsonEqual(below, above)) conflicts.push(path);
    return above;
  };
  const { apiVersion, kind, metadata, ...rest } = applied;
  const result = { ...current };
  for (const [key, value] of Object.entries(rest)) result[key] = merge(current[key], value, `.${key}`);
  const own = isJsonObject(metadata) ? metadata : {};
  const named: JsonObject = isJsonObject(current["metadata"]) ? { ...current["metadata"] } : {};
  for (const key of ["labels", "annotations"]) {
    if (own[key] !== undefined) named[key] = merge(named[key], own[key], `.metadata.${key}`);
  }
  for (const key of ["uid", "resourceVersion"]) if (own[key] !== undefined) named[key] = own[key];
  result["metadata"] = named;
  return conflicts.length > 0 && !force ? { ok: false, fields: conflicts } : { ok: true, object: result };
}
