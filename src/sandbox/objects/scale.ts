import { type Json, type JsonObject, setMember } from "../../base/json.ts";
import { applyJsonPatch } from "../../base/json-patch.ts";
import { mergePatch } from "../patch/merge-patch.ts";
import { at, type KubeObject, nameOf, namespaceOf, numberAt, objectAt, textAt } from "../store/kube-object.ts";
import type { ServedKind } from "./served-kind.ts";

/** `autoscaling/v1` Scale of an object. */
export function scaleOf(kind: ServedKind, object: KubeObject): JsonObject {
  const { metadata } = object;
  const kept = ["name", "namespace", "uid", "resourceVersion", "creationTimestamp"];
  const labels = objectAt(object, "spec", "selector", "matchLabels");
  const paths = pathsOf(kind);
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: Object.fromEntries(Object.entries(metadata).filter(([key]) => kept.includes(key))),
    spec: { replicas: numberAt(object, ...paths.spec) ?? 0 },
    status: {
      replicas: numberAt(object, ...paths.status) ?? 0,
      selector: kind.custom
        ? textAt(object, ...paths.selector)
        : Object.entries(labels)
            .map(([key, value]) => `${key}=${String(value)}`)
            .join(","),
    },
  };
}

const steps = (path: Json | undefined): string[] =>
  (typeof path === "string" ? path : "").split(".").filter((step) => step !== "");

function pathsOf(kind: ServedKind): Readonly<Record<"spec" | "status" | "selector", readonly string[]>> {
  const scale = kind.custom?.scale;
  if (!scale) return { spec: ["spec", "replicas"], status: ["status", "replicas"], selector: [] };
  return {
    spec: steps(scale["specReplicasPath"]),
    status: steps(scale["statusReplicasPath"]),
    selector: steps(scale["labelSelectorPath"]),
  };
}

/** A scale after a request to change it: PUT sends a whole one, PATCH a merge patch or a JSON Patch. */
export function changedScale(method: string, contentType: string, current: JsonObject, body: Json): Json {
  if (method === "PUT") return body;
  return contentType === "application/json-patch+json" ? applyJsonPatch(current, body) : mergePatch(current, body);
}

/** The object with the replicas of a scale, and the version that it was read at. */
export function withScale(kind: ServedKind, object: KubeObject, scale: Json): KubeObject {
  const replicas = numberAt(scale, "spec", "replicas") ?? 0;
  const version = at(scale, "metadata", "resourceVersion");
  const own = setAt(object, pathsOf(kind).spec, replicas);
  const identity = { name: nameOf(object), ...(namespaceOf(object) === "" ? {} : { namespace: namespaceOf(object) }) };
  return {
    ...own,
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: { ...object.metadata, ...identity, ...(version === undefined ? {} : { resourceVersion: version }) },
  };
}

function setAt(object: JsonObject, path: readonly string[], value: Json): JsonObject {
  const [step, ...rest] = path;
  if (step === undefined) return object;
  const result = { ...object };
  setMember(result, step, rest.length === 0 ? value : setAt(objectAt(object, step), rest, value));
  return result;
}
