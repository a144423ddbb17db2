import type { JsonObject } from "../../base/json.ts";

let loading: Promise<JsonObject> | undefined;
let loaded: JsonObject = {};

/** Kubernetes' own types by name, `io.k8s.api.core.v1.Pod` (schemas/kubernetes). They are read at the first use. */
export function loadDefinitions(): Promise<JsonObject> {
  loading ??= import("../../../schemas/kubernetes/definitions.json", { with: { type: "json" } }).then((module) => {
    loaded = module.default as unknown as JsonObject;
    return loaded;
  });
  return loading;
}

/** The same types where they have been read; otherwise none. */
export const loadedDefinitions = (): JsonObject => loaded;
