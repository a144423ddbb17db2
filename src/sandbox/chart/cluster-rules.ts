import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { text } from "../store/kube-object.ts";

/** The refusal of the values of a cluster, node groups apart; undefined where the chart accepts them (platform.md §3.2). */
export function clusterFault(spec: JsonObject): string | undefined {
  return addonFault(spec) ?? oidcFault(spec) ?? volumeFault(spec);
}

function addonFault(spec: JsonObject): string | undefined {
  const enabled = (addon: string) => child(child(spec, "addons"), addon)["enabled"] === true;
  if (enabled("hami") && !enabled("gpuOperator")) {
    return "execution error at (kubernetes/templates/helmreleases/hami.yaml:13:4): addons.hami requires addons.gpuOperator to be enabled";
  }
  if (enabled("ouroboros") && !enabled("ingressNginx")) {
    return "execution error at (kubernetes/templates/helmreleases/ouroboros.yaml:52:4): addons.ouroboros.enabled requires addons.ingressNginx.enabled";
  }
  return undefined;
}

const at = "execution error at (kubernetes/templates/cluster.yaml:212:4):";

function oidcFault(spec: JsonObject): string | undefined {
  const oidc = child(spec, "oidc");
  const args = child(child(spec, "controlPlane"), "apiServer")["extraArgs"];
  const legacy = (Array.isArray(args) ? args : []).find((argument) => text(argument).startsWith("--oidc-"));
  if (oidc["mode"] !== "None" && legacy !== undefined) {
    return `${at} controlPlane.apiServer.extraArgs must not contain ${text(legacy)} while oidc.mode is ${text(oidc["mode"])}`;
  }
  if (oidc["mode"] === "System") return `${at} oidc.mode System requires OIDC to be enabled on the platform`;
  if (oidc["mode"] !== "CustomConfig") return undefined;
  const custom = child(oidc, "customConfig");
  const inline = text(custom["config"]) !== "";
  const secret = text(child(custom, "secretRef")["name"]) !== "";
  if (inline !== secret) return undefined;
  return `${at} oidc.mode CustomConfig requires exactly one of oidc.customConfig.config and oidc.customConfig.secretRef.name`;
}

function volumeFault(spec: JsonObject): string | undefined {
  const volumes = child(child(spec, "controlPlane"), "apiServer")["extraVolumes"];
  const seen = new Set(["talos-ca", "talos-tls-cert", "authentication-config"]);
  for (const volume of (Array.isArray(volumes) ? volumes : []).filter(isJsonObject)) {
    const name = text(volume["name"]);
    if (seen.has(name))
      return `${at} controlPlane.apiServer.extraVolumes: the name "${name}" is reserved or used twice`;
    if (volume["configMap"] === undefined && volume["secret"] === undefined) {
      return `${at} controlPlane.apiServer.extraVolumes: volume "${name}" must have a configMap or secret source`;
    }
    seen.add(name);
  }
  return undefined;
}

function child(parent: JsonObject, key: string): JsonObject {
  const value = parent[key];
  return isJsonObject(value) ? value : {};
}
