import { isJsonObject, type Json, type JsonObject, jsonEqual, memberOf } from "../../base/json.ts";
import { valueAt } from "../../base/json-pointer.ts";

/** One value in a tree: a scalar, a list, or an empty object. */
interface Leaf {
  readonly path: readonly string[];
  readonly value: Json;
}

/** Returns the leaves of a tree. Lists are leaves: Helm replaces them as a whole. */
export function leavesOf(tree: JsonObject, path: readonly string[] = []): Leaf[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    isJsonObject(value) && Object.keys(value).length > 0
      ? leavesOf(value, [...path, key])
      : [{ path: [...path, key], value }],
  );
}

/** Returns a copy of `tree` without the value at `path`, and without parents that become empty. */
export function withoutLeaf(tree: JsonObject, path: readonly string[]): JsonObject {
  const [first, ...rest] = path;
  if (first === undefined || !Object.hasOwn(tree, first)) return tree;
  const { [first]: child, ...others } = tree;
  if (rest.length === 0) return others;
  if (!isJsonObject(child)) return tree;
  const pruned = withoutLeaf(child, rest);
  if (pruned === child) return tree;
  return Object.keys(pruned).length === 0 ? others : { ...others, [first]: pruned };
}

/** Returns a copy of `tree` with `value` at `path`; a parent that is not an object is replaced. */
export function withLeaf(tree: JsonObject, path: readonly string[], value: Json): JsonObject {
  const [first, ...rest] = path;
  if (first === undefined) return tree;
  if (rest.length === 0) {
    // An empty object only ensures that the path exists; existing values below it are kept.
    if (isJsonObject(value) && isJsonObject(memberOf(tree, first))) return tree;
    return { ...tree, [first]: value };
  }
  const child = memberOf(tree, first);
  return { ...tree, [first]: withLeaf(isJsonObject(child) ? child : {}, rest, value) };
}

/** Merges `over` into `base`, leaf by leaf. */
export function overlay(base: JsonObject, over: JsonObject): JsonObject {
  return leavesOf(over).reduce((tree, { path, value }) => withLeaf(tree, path, value), base);
}

/**
 * Returns the tree after a change of its owner's desired values: leaves of `previous` that are no longer desired are removed, desired
 * ones are set, those of other writers are kept. `keep` returns a live value that means the same as the desired one, so that its
 * spelling is kept.
 */
export function ownLeaves(live: JsonObject, previous: readonly (readonly string[])[], desired: JsonObject): JsonObject {
  const wanted = leavesOf(desired);
  const kept = (path: readonly string[]) =>
    wanted.some((leaf) => path.every((step, depth) => leaf.path[depth] === step || depth >= leaf.path.length));
  let tree = live;
  for (const path of previous) if (!kept(path)) tree = withoutLeaf(tree, path);
  for (const { path, value } of wanted) {
    if (!jsonEqual(valueAt(tree, path), value)) tree = withLeaf(tree, path, value);
  }
  return tree;
}
