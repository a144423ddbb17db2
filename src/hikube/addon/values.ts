import { isJsonObject, type JsonObject, jsonEqual } from "../../base/json.ts";
import { valueAt } from "../../base/json-pointer.ts";
import { leavesOf, withLeaf } from "../../core/desired/leaves.ts";
import { dynamicFromJson, jsonFromValue } from "../../values/dynamic-json.ts";
import { Dynamic, type Value } from "../../values/value.ts";
import { ValueError } from "../../values/value-error.ts";
import { tryHelmYaml, writeHelmYaml } from "../shared/helm-yaml.ts";

/** An HCL object as Helm values; undefined for null and for anything that is no object. */
export function valuesFromHcl(value: Value): JsonObject | undefined {
  if (!(value instanceof Dynamic)) return undefined;
  const json = jsonFromValue(value);
  return isJsonObject(json) ? json : undefined;
}

/** The same; undefined also where a part is not known yet, or is refused for another reason. */
export function knownValues(value: Value): JsonObject | undefined {
  try {
    return valuesFromHcl(value);
  } catch (error) {
    if (error instanceof ValueError) return undefined;
    throw error;
  }
}

/** Whether two HCL objects are the same Helm values: a list and a tuple, a map and an object make no difference there. */
export function sameValues(a: Dynamic, b: Dynamic): boolean {
  const values = knownValues(a);
  return values !== undefined && jsonEqual(values, knownValues(b));
}

/** Why an HCL object cannot be Helm values although it is known: a number that the platform would store as another one. */
export function inexactNumber(value: Value): string | undefined {
  try {
    valuesFromHcl(value);
  } catch (error) {
    if (error instanceof ValueError && error.code === "Inexact") return error.message;
    if (!(error instanceof ValueError)) throw error;
  }
  return undefined;
}

/** A YAML text as Helm values; undefined for null. */
export function valuesFromYaml(text: string | null): JsonObject | undefined {
  if (text === null) return undefined;
  const json = tryHelmYaml(text);
  return isJsonObject(json) ? json : {};
}

/** Of the live values only what the owner had set: the leaves of `own` as they are now; what is gone is left out. */
function ownValues(own: JsonObject, live: JsonObject): JsonObject {
  let seen: JsonObject = {};
  for (const { path, value } of leavesOf(own)) {
    const now = valueAt(live, path);
    if (now === undefined) continue;
    // An empty object asks for a place only; what others keep there is theirs.
    const emptyPlace = isJsonObject(value) && Object.keys(value).length === 0 && isJsonObject(now);
    seen = withLeaf(seen, path, emptyPlace ? {} : now);
  }
  return seen;
}

/** `values` of the state: as written while the live leaves still hold, else what is there now. */
export function hclValues(stored: Dynamic | null, live: JsonObject, imported: boolean): Dynamic | null {
  if (stored === null) return imported && Object.keys(live).length > 0 ? dynamicFromJson(live) : null;
  const own = valuesFromHcl(stored) ?? {};
  const seen = ownValues(own, live);
  return jsonEqual(seen, own) ? stored : dynamicFromJson(seen);
}

/** `values_yaml` of the state, likewise. */
export function yamlValues(stored: string | null, live: JsonObject, imported: boolean): string | null {
  if (stored === null) return imported && Object.keys(live).length > 0 ? writeHelmYaml(live) : null;
  const own = valuesFromYaml(stored) ?? {};
  const seen = ownValues(own, live);
  return jsonEqual(seen, own) ? stored : writeHelmYaml(seen);
}
