import { isJsonObject, type Json, type JsonObject, jsonEqual, memberOf } from "../../base/json.ts";
import { valueAt } from "../../base/json-pointer.ts";

/** One value somewhere in a tree: a scalar, a list, or an empty object. */
interface Leaf {
  readonly path: readonly string[];
  readonly value: Json;
}

/** The leaves of a tree. Lists are leaves: Helm replaces them whole. */
export function leavesOf(tree: JsonObject, path: readonly string[] = []): Leaf[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    isJsonObject(value) && Object.keys(value).length > 0
      ? leavesOf(value, [...path, key])
      : [{ path: [...path, key], value }],
  );
}

/** A copy of `tree` without the value at `path`, and without the objects that this leaves empty. */
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

/** A copy of `tree` with `value` at `path`; what stands in the way and is no object gives way. */
export function withLeaf(tree: JsonObject, path: readonly string[], value: Json): JsonObject {
  const [first, ...rest] = path;
  if (first === undefined) return tree;
  if (rest.length === 0) {
    // An empty object asks for a place, not for the loss of what others keep there.
    if (isJsonObject(value) && isJsonObject(memberOf(tree, first))) return tree;
    return { ...tree, [first]: value };
  }
  const child = memberOf(tree, first);
  return { ...tree, [first]: withLeaf(isJsonObject(child) ? child : {}, rest, value) };
}

/** `over` laid over `base`, leaf by leaf. */
export function overlay(base: JsonObject, over: JsonObject): JsonObject {
  return leavesOf(over).reduce((tree, { path, value }) => withLeaf(tree, path, value), base);
}

/**
 * The tree after its owner's wish changed: leaves of `previous` that are no longer desired go, desired ones come, others' stay.
 * `keep` answers a live value that means the same as the desired one, so that its spelling stays.
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
