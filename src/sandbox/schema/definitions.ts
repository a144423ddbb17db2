import type { JsonObject } from "../../base/json.ts";

let loading: Promise<JsonObject> | undefined;
/** The types of `loadDefinitions`; none until they have been read. */
export const loadedDefinitions: JsonObject = {};

/** Kubernetes' own types by name, `io.k8s.api.core.v1.Pod` (schemas/kubernetes). They are read at the first use. */
export function loadDefinitions(): Promise<JsonObject> {
  loading ??= import("../../../schemas/kubernetes/definitions.json", { with: { type: "json" } }).then((module) => {
    Object.assign(loadedDefinitions, module.default);
    return loadedDefinitions;
  });
  return loading;
}
