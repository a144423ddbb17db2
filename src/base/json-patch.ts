import { isJsonObject, type Json, jsonEqual, setMember } from "./json.ts";

/** A JSON Patch that cannot be applied: malformed, a failed `test`, an unknown path. */
export class JsonPatchError extends Error {
  override readonly name = "JsonPatchError";
}

/**
 * Applies an RFC 6902 JSON Patch to a copy of `document`.
 *
 * @throws JsonPatchError with the index of the failed operation; nothing is applied.
 */
export function applyJsonPatch(document: Json, operations: Json): Json {
  if (!Array.isArray(operations)) throw new JsonPatchError("A JSON Patch is an array of operations.");
  let root = structuredClone(document);
  operations.forEach((operation, index) => {
    try {
      root = applyOperation(root, operation);
    } catch (error) {
      if (error instanceof JsonPatchError) throw new JsonPatchError(`operation ${index}: ${error.message}`);
      throw error;
    }
  });
  return root;
}

function applyOperation(root: Json, operation: Json): Json {
  if (!isJsonObject(operation)) throw new JsonPatchError("not an object");
  const { op, path, from, value } = operation;
  if (typeof path !== "string") throw new JsonPatchError("no path");
  switch (op) {
    case "add":
      return add(root, path, required(value));
    case "remove":
      return remove(root, path);
    case "replace":
      read(root, path);
      return path === "" ? required(value) : add(remove(root, path), path, required(value));
    case "test":
      if (!jsonEqual(read(root, path), required(value))) throw new JsonPatchError(`the test of ${path} failed`);
      return root;
    case "copy":
      return add(root, path, structuredClone(read(root, pointer(from))));
    case "move": {
      const source = pointer(from);
      const moved = read(root, source);
      if (path.startsWith(`${source}/`)) throw new JsonPatchError(`${path} is inside of ${source}`);
      return add(remove(root, source), path, moved);
    }
    default:
      throw new JsonPatchError(`unknown operation ${JSON.stringify(op)}`);
  }
}

function required(value: Json | undefined): Json {
  if (value === undefined) throw new JsonPatchError("a member is missing");
  return value;
}

function pointer(value: Json | undefined): string {
  if (typeof value !== "string") throw new JsonPatchError("a pointer is missing");
  return value;
}

function segments(pointer: string): string[] {
  if (pointer === "") return [];
  if (!pointer.startsWith("/")) throw new JsonPatchError("not a JSON pointer");
  return pointer
    .slice(1)
    .split("/")
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function read(root: Json, pointer: string): Json {
  let current = root;
  for (const key of segments(pointer)) current = child(current, key);
  return current;
}

function child(parent: Json, key: string): Json {
  if (Array.isArray(parent)) {
    const item = parent[index(key, parent.length - 1)];
    if (item !== undefined) return item;
  } else if (isJsonObject(parent) && Object.hasOwn(parent, key)) {
    const item = parent[key];
    if (item !== undefined) return item;
  }
  throw new JsonPatchError(`there is no ${key}`);
}

function index(key: string, last: number): number {
  if (!/^(0|[1-9][0-9]*)$/.test(key) || Number(key) > last) throw new JsonPatchError(`no such index ${key}`);
  return Number(key);
}

function add(root: Json, pointer: string, value: Json): Json {
  const path = segments(pointer);
  const key = path.pop();
  if (key === undefined) return value;
  let parent = root;
  for (const step of path) parent = child(parent, step);
  if (Array.isArray(parent)) parent.splice(key === "-" ? parent.length : index(key, parent.length), 0, value);
  else if (isJsonObject(parent)) setMember(parent, key, value);
  else throw new JsonPatchError(`nothing can be added at ${pointer}`);
  return root;
}

function remove(root: Json, pointer: string): Json {
  const path = segments(pointer);
  const key = path.pop();
  if (key === undefined) throw new JsonPatchError("the whole document cannot be removed");
  let parent = root;
  for (const step of path) parent = child(parent, step);
  child(parent, key);
  if (Array.isArray(parent)) parent.splice(index(key, parent.length - 1), 1);
  else if (isJsonObject(parent)) delete parent[key];
  return root;
}
