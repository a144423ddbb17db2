import { isJsonObject, type Json, type JsonObject, jsonEqual, memberOf, setMember } from "../../base/json.ts";
import { fieldType, itemType, patchStrategyOf, type SchemaType } from "../schema/schema-type.ts";

const order = "$setElementOrder/";
const deleted = "$deleteFromPrimitiveList/";

/** A strategic merge patch that cannot be applied. */
export class StrategicMergeError extends Error {
  override readonly name = "StrategicMergeError";
}

/**
 * Applies a strategic merge patch to a copy of an object. Lists merge where the type says so, by its merge key.
 *
 * @throws StrategicMergeError for an item without its merge key.
 */
export function strategicMerge(target: JsonObject, patch: JsonObject, type: SchemaType | undefined): JsonObject {
  const directive = patch["$patch"];
  if (directive === "delete") return {};
  if (directive === "replace") return plain(patch);
  const result: JsonObject = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith("$")) continue;
    if (value === null) delete result[key];
    else setMember(result, key, mergeMember(memberOf(result, key), value, fieldType(type, key), key));
  }
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith(deleted)) removePrimitives(result, key.slice(deleted.length), value);
    if (key.startsWith(order)) arrange(result, key.slice(order.length), value, target, type);
  }
  const retained = patch["$retainKeys"];
  if (Array.isArray(retained)) for (const key of Object.keys(result)) if (!retained.includes(key)) delete result[key];
  return result;
}

function mergeMember(below: Json | undefined, above: Json, type: SchemaType | undefined, key: string): Json {
  const { strategies, mergeKey } = patchStrategyOf(type);
  if (isJsonObject(above)) {
    if (strategies.includes("replace")) return plain(above);
    return strategicMerge(isJsonObject(below) ? below : {}, above, type);
  }
  if (!Array.isArray(above) || !strategies.includes("merge")) return above;
  const known = Array.isArray(below) ? below : [];
  if (mergeKey === undefined) return [...known, ...above.filter((item) => !known.some((one) => jsonEqual(one, item)))];
  return mergeItems(known, above, mergeKey, itemType(type), key);
}

function mergeItems(
  below: readonly Json[],
  above: readonly Json[],
  mergeKey: string,
  type: SchemaType | undefined,
  field: string,
): Json[] {
  const replaces = above.some((item) => isJsonObject(item) && item["$patch"] === "replace" && !(mergeKey in item));
  let result: Json[] = replaces ? [] : [...below];
  for (const item of above) {
    if (!isJsonObject(item) || (replaces && !(mergeKey in item))) continue;
    const id = item[mergeKey];
    if (id === undefined)
      throw new StrategicMergeError(
        `map: ${JSON.stringify(item)} does not contain declared merge key: ${mergeKey} (${field})`,
      );
    const index = result.findIndex((one) => isJsonObject(one) && jsonEqual(one[mergeKey], id));
    const known = result[index];
    if (item["$patch"] === "delete")
      result = result.filter((one) => !isJsonObject(one) || !jsonEqual(one[mergeKey], id));
    else if (isJsonObject(known)) result[index] = strategicMerge(known, item, type);
    else result.push(strategicMerge({}, item, type));
  }
  return result;
}

/** A value of a patch as a value: without directives and without null. */
function plain(patch: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(patch).filter(([key, value]) => !key.startsWith("$") && value !== null));
}

function removePrimitives(result: JsonObject, key: string, values: Json): void {
  const known = result[key];
  if (Array.isArray(known) && Array.isArray(values)) {
    result[key] = known.filter((item) => !values.some((value) => jsonEqual(item, value)));
  }
}

/** Sorts a merged list as the patch says; items that the patch does not name stay behind the item that they followed. */
function arrange(
  result: JsonObject,
  key: string,
  wanted: Json,
  before: JsonObject,
  type: SchemaType | undefined,
): void {
  const items = result[key];
  if (!Array.isArray(items) || !Array.isArray(wanted)) return;
  const { mergeKey } = patchStrategyOf(fieldType(type, key));
  const idOf = (item: Json): Json => (mergeKey !== undefined && isJsonObject(item) ? (item[mergeKey] ?? null) : item);
  const find = (id: Json) => items.find((item) => jsonEqual(idOf(item), id));
  const sorted: Json[] = [];
  for (const one of wanted) {
    const item = find(idOf(one));
    if (item !== undefined) sorted.push(item);
  }
  const former = before[key];
  let previous = -1;
  for (const item of Array.isArray(former) ? former : []) {
    const place = sorted.findIndex((one) => jsonEqual(idOf(one), idOf(item)));
    const kept = find(idOf(item));
    if (place < 0 && kept !== undefined) sorted.splice(previous + 1, 0, kept);
    if (kept !== undefined) previous = place < 0 ? previous + 1 : place;
  }
  const rest = items.filter((item) => !sorted.some((one) => jsonEqual(idOf(one), idOf(item))));
  result[key] = [...sorted, ...rest];
}
