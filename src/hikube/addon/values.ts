import { isJsonObject, type JsonObject, jsonEqual } from "../../base/json.ts";
import { valueAt } from "../../base/json-pointer.ts";
import { leavesOf, withLeaf } from "../../core/desired/leaves.ts";
import { dynamicFromJson, jsonFromValue } from "../../values/dynamic-json.ts";
import { Dynamic, type Value } from "../../values/value.ts";
import { ValueError } from "../../values/value-error.ts";
import { tryHelmYaml, writeHelmYaml } from "../shared/yaml/helm-yaml.ts";

/** Returns an HCL object as Helm values; undefined for null and for anything that is not an object. */
export function valuesFromHcl(value: Value): JsonObject | undefined {
  if (!(value instanceof Dynamic)) return undefined;
  const json = jsonFromValue(value);
  return isJsonObject(json) ? json : undefined;
}

/** As `valuesFromHcl`, but also undefined if a part is unknown or invalid. */
export function knownValues(value: Value): JsonObject | undefined {
  try {
    return valuesFromHcl(value);
  } catch (error) {
    if (error instanceof ValueError) return undefined;
    throw error;
  }
}

/** Whether two HCL objects are the same Helm values; list and tuple, and map and object, are equal there. */
export function sameValues(a: Dynamic, b: Dynamic): boolean {
  const values = knownValues(a);
  return values !== undefined && jsonEqual(values, knownValues(b));
}

/** Returns why a known HCL object cannot be Helm values: a number that the platform would store inexactly. */
export function inexactNumber(value: Value): string | undefined {
  try {
    valuesFromHcl(value);
  } catch (error) {
    if (error instanceof ValueError && error.code === "Inexact") return error.message;
    if (!(error instanceof ValueError)) throw error;
  }
  return undefined;
}

/** Returns a YAML text as Helm values; undefined for null. */
export function valuesFromYaml(text: string | null): JsonObject | undefined {
  if (text === null) return undefined;
  const json = tryHelmYaml(text);
  return isJsonObject(json) ? json : {};
}

/** Returns the live values of the leaves of `own` as Terraform holds them, in Unicode NFC; a leaf that no longer exists is omitted. */
function ownValues(own: JsonObject, stored: JsonObject): JsonObject {
  const live = valuesFromHcl(dynamicFromJson(stored)) ?? {};
  let seen: JsonObject = {};
  for (const { path, value } of leavesOf(own)) {
    const now = valueAt(live, path);
    if (now === undefined) continue;
    // An empty object manages only its own existence, not the values that others set in it.
    const emptyPlace = isJsonObject(value) && Object.keys(value).length === 0 && isJsonObject(now);
    seen = withLeaf(seen, path, emptyPlace ? {} : now);
  }
  return seen;
}

/** Returns `values` for the state: the stored value if the live leaves equal it, otherwise the live leaves. */
export function hclValues(stored: Dynamic | null, live: JsonObject, imported: boolean): Dynamic | null {
  if (stored === null) return imported && Object.keys(live).length > 0 ? dynamicFromJson(live) : null;
  const own = valuesFromHcl(stored) ?? {};
  const seen = ownValues(own, live);
  return jsonEqual(seen, own) ? stored : dynamicFromJson(seen);
}

/** Returns `values_yaml` for the state by the same rule. */
export function yamlValues(stored: string | null, live: JsonObject, imported: boolean): string | null {
  if (stored === null) return imported && Object.keys(live).length > 0 ? writeHelmYaml(live) : null;
  const own = valuesFromYaml(stored) ?? {};
  const seen = ownValues(own, live);
  return jsonEqual(seen, own) ? stored : writeHelmYaml(seen);
}
