import { createHash } from "node:crypto";
import { isJsonObject, type Json, type JsonObject, setMember } from "../../base/json.ts";

/** A Kubernetes object as clients receive it. */
export interface KubeObject extends JsonObject {
  apiVersion: string;
  kind: string;
  metadata: JsonObject;
}

/** A time in the format of Kubernetes: whole seconds, UTC. */
export function timestamp(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

export function nameOf(object: KubeObject): string {
  return text(object.metadata["name"]);
}

export function namespaceOf(object: KubeObject): string {
  return text(object.metadata["namespace"]);
}

/** Sorts objects by their names. */
export const byName = (a: KubeObject, b: KubeObject): number => (nameOf(a) < nameOf(b) ? -1 : 1);

export function labelsOf(object: KubeObject): JsonObject {
  const labels = object.metadata["labels"];
  return isJsonObject(labels) ? labels : {};
}

export function versionOf(object: KubeObject): number {
  return Number(text(object.metadata["resourceVersion"]) || "0");
}

export function text(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

/** The value with the keys of every object sorted, as Go prints maps. */
export function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  const result: JsonObject = {};
  for (const key of Object.keys(value).sort()) {
    const item = value[key];
    if (item !== undefined) setMember(result, key, sorted(item));
  }
  return result;
}

/** A uid computed from kind and name: the same one after every start. */
export function fixedUid(kind: string, name: string): string {
  const hex = createHash("sha256").update(`${kind}/${name}`).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The value at a path of keys and indices; undefined where a step is absent. */
export function at(value: Json | undefined, ...path: readonly (string | number)[]): Json | undefined {
  let found = value;
  for (const step of path) {
    if (typeof step === "number") found = Array.isArray(found) ? found[step] : undefined;
    else found = isJsonObject(found) ? found[step] : undefined;
  }
  return found;
}

export const objectAt = (value: Json | undefined, ...path: readonly (string | number)[]): JsonObject => {
  const found = at(value, ...path);
  return isJsonObject(found) ? found : {};
};

export const listAt = (value: Json | undefined, ...path: readonly (string | number)[]): readonly Json[] => {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
};

export const textAt = (value: Json | undefined, ...path: readonly (string | number)[]): string =>
  text(at(value, ...path));

export const numberAt = (value: Json | undefined, ...path: readonly (string | number)[]): number | undefined => {
  const found = at(value, ...path);
  return typeof found === "number" ? found : undefined;
};
