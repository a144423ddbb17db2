import { isJsonObject, type Json } from "../../base/json.ts";
import type { MoveSource } from "../../engine/resource/definition.ts";
import { tryHelmYaml } from "./yaml/helm-yaml.ts";

/**
 * Returns the Hikube object of a generic provider's resource, for `moved` blocks: `kubectl_manifest` (gavinbunney, alekc) and
 * `kubernetes_manifest` (hashicorp). Undefined for an object of another kind.
 */
export function movedFrom(source: MoveSource, kind: string): { name: string; namespace: string } | undefined {
  const { state } = source;
  if (!isJsonObject(state)) return undefined;
  const object = manifestOf(source.type, state);
  if (!isJsonObject(object) || object["kind"] !== kind || !isJsonObject(object["metadata"])) return undefined;
  if (typeof object["apiVersion"] !== "string" || !object["apiVersion"].startsWith("apps.cozystack.io/"))
    return undefined;
  const { name, namespace } = object["metadata"];
  return typeof name === "string" && typeof namespace === "string" ? { name, namespace } : undefined;
}

function manifestOf(type: string, state: { [key: string]: Json }): Json | undefined {
  if (type === "kubernetes_manifest") {
    const object = state["object"] ?? state["manifest"];
    return isJsonObject(object) && isJsonObject(object["value"]) ? object["value"] : object;
  }
  if (type !== "kubectl_manifest" || typeof state["yaml_body_parsed"] !== "string") return undefined;
  return tryHelmYaml(state["yaml_body_parsed"]);
}
