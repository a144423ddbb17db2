import { createHash } from "node:crypto";
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { type AddonRelease, renderAddons } from "./addon-releases.ts";
import { kubeletFault } from "./kubelet-rules.ts";
import { schemaFaults } from "./helm-schema.ts";
import { coalesceValues } from "./helm-values.ts";
import { sorted, text } from "../store/kube-object.ts";
import type { Kind, Profile } from "../platform/profile.ts";
import { applyDefaults } from "../platform/schema-defaults.ts";

/** One MachineDeployment as the chart renders it. */
export interface RenderedGroup {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly instanceType: string;
  /** Quantities of one node. */
  readonly cpu: string;
  readonly memory: string;
  readonly gpus: readonly string[];
  readonly roles: readonly string[];
  /** First six hex digits of the template's hash: another one rolls the nodes (platform.md §3.6). */
  readonly template: string;
  /** Kubelet version, `v1.33.8`. */
  readonly kubelet: string;
}

/** What one Helm release of a cluster puts there. */
export interface RenderedCluster {
  readonly version: string;
  readonly host: string;
  readonly storageClass: string;
  readonly groups: readonly RenderedGroup[];
  readonly addons: readonly AddonRelease[];
}

export type Rendering<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly text: string };

/** What Flux makes of the chart's refusals: the text after `with chart …: `. */
const refusal = (message: string): { readonly ok: false; readonly text: string } => ({ ok: false, text: message });

const schemaRefusal = (chart: string, faults: readonly string[]) =>
  refusal(
    `values don't meet the specifications of the schema(s) in the following chart(s):\n${chart}:\n${faults.join("\n")}`,
  );

/** Merges the values over the chart's, as Helm does, and checks the result against the chart's schema. */
function mergedValues(kind: Kind, values: JsonObject): Rendering<JsonObject> {
  const merged = coalesceValues(values, applyDefaults({}, kind.spec));
  const faults = schemaFaults(merged, kind.spec);
  const chart = kind.chart.slice(0, kind.chart.indexOf("@"));
  return faults.length > 0 ? schemaRefusal(chart, faults) : { ok: true, value: merged };
}

/** Renders the chart of a `Kubernetes` object, or says why it refuses (platform.md §3, §7.1). */
export function renderCluster(profile: Profile, kind: Kind, values: JsonObject): Rendering<RenderedCluster> {
  const merged = mergedValues(kind, values);
  if (!merged.ok) return merged;
  const spec = merged.value;
  const modern = profile.platform !== "1.1.2";
  const declared = isJsonObject(spec["nodeGroups"]) ? spec["nodeGroups"] : {};
  // From 1.6 the implicit group is the template's, not the values': it is there only where nothing else is (§3.4).
  const implicit = profile.implicitNodeGroup;
  const groups = modern && Object.keys(declared).length === 0 ? { [implicit.name]: implicit.group } : declared;
  const version = text(spec["version"]);
  const rendered: RenderedGroup[] = [];
  for (const name of Object.keys(groups).sort()) {
    const group = groups[name];
    if (!isJsonObject(group)) continue;
    const one = renderGroup(profile, name, group, version, spec);
    if (!one.ok)
      return refusal(`execution error at (kubernetes/templates/cluster.yaml:${modern ? "532" : "279"}:8): ${one.text}`);
    rendered.push(one.value);
  }
  if (modern) {
    const fault = modernFault(spec);
    if (fault) return refusal(fault);
  }
  const addons = renderAddons(profile, spec);
  return {
    ok: true,
    value: {
      version: profile.kubernetesVersions[version] ?? version,
      host: text(spec["host"]),
      storageClass: text(spec["storageClass"]),
      groups: rendered,
      addons,
    },
  };
}

/** Renders the chart of a `KubernetesNodes` object: its group and the cluster it belongs to (platform.md §4). */
export function renderPool(
  profile: Profile,
  kind: Kind,
  name: string,
  values: JsonObject,
): Rendering<{ readonly cluster: string; readonly group: RenderedGroup }> {
  const merged = mergedValues(kind, values);
  if (!merged.ok) return merged;
  const spec = merged.value;
  const cluster = text(spec["cluster"]);
  const at = "execution error at (kubernetes-nodes/templates/nodes.yaml:1:4): kubernetes-nodes:";
  if (cluster === "") return refusal(`${at} .Values.cluster is required: the name of the parent Kubernetes object`);
  if (!name.startsWith(`${cluster}-`) || name === `${cluster}-`) {
    return refusal(
      `${at} release name "${kind.releasePrefix}${name}" must start with "${kind.releasePrefix}${cluster}-": name the KubernetesNodes object <cluster>-<pool> (cluster="${cluster}")`,
    );
  }
  const group = renderGroup(profile, name.slice(cluster.length + 1), spec, text(spec["version"]), spec);
  return group.ok ? { ok: true, value: { cluster, group: group.value } } : refusal(`${at} ${group.text}`);
}

function renderGroup(
  profile: Profile,
  name: string,
  group: JsonObject,
  version: string,
  spec: JsonObject,
): Rendering<RenderedGroup> {
  const modern = profile.platform !== "1.1.2";
  const resources = isJsonObject(group["resources"]) ? group["resources"] : {};
  const own = { cpu: quantity(resources["cpu"]), memory: quantity(resources["memory"]) };
  const instanceType = text(group["instanceType"]);
  const size = profile.instanceTypes[instanceType];
  if (modern && group["ephemeralStorage"] !== undefined) {
    return refusal(
      `nodeGroup "${name}": ephemeralStorage is no longer supported and should have been automatically migrated to diskSize`,
    );
  }
  if (modern && (own.cpu === "") !== (own.memory === "")) {
    return refusal(`nodeGroup ${name}: resources.cpu and resources.memory must be set both or neither`);
  }
  if (instanceType !== "" && size === undefined) {
    return refusal(
      modern
        ? `nodeGroup ${name}: specified instanceType "${instanceType}" not found in cluster`
        : `Specified instancetype not exists in cluster: ${instanceType}`,
    );
  }
  const cpu = own.cpu || (size ? String(size.cpu) : "1");
  const memory = own.memory || size?.memory || "1Gi";
  if (modern) {
    const fault = kubeletFault(name, group["kubelet"], cpu, memory);
    if (fault) return refusal(fault);
  }
  const gpus = (Array.isArray(group["gpus"]) ? group["gpus"] : []).map((gpu) =>
    isJsonObject(gpu) ? text(gpu["name"]) : "",
  );
  const roles = (Array.isArray(group["roles"]) ? group["roles"] : []).map((role) => text(role));
  const disk = modern ? group["diskSize"] : group["ephemeralStorage"];
  const template: Json = {
    roles,
    instanceType,
    resources,
    gpus,
    disk: disk ?? null,
    ...(modern
      ? { talos: spec["talos"] ?? null, storageClass: group["storageClass"] ?? spec["storageClass"] ?? null }
      : {}),
  };
  return {
    ok: true,
    value: {
      name,
      min: Number(group["minReplicas"] ?? 0),
      max: Number(group["maxReplicas"] ?? 10),
      instanceType,
      cpu,
      memory,
      gpus,
      roles,
      template: createHash("sha256")
        .update(JSON.stringify(sorted(template)))
        .digest("hex")
        .slice(0, 6),
      kubelet: profile.kubernetesVersions[version] ?? version,
    },
  };
}

/** The rules of the 1.6 templates outside the node groups. Texts that were not recorded follow platform.md §3.2. */
function modernFault(spec: JsonObject): string | undefined {
  const enabled = (addon: string) => child(child(spec, "addons"), addon)["enabled"] === true;
  if (enabled("hami") && !enabled("gpuOperator")) {
    return "execution error at (kubernetes/templates/helmreleases/hami.yaml:13:4): addons.hami requires addons.gpuOperator to be enabled";
  }
  if (enabled("ouroboros") && !enabled("ingressNginx")) {
    return "execution error at (kubernetes/templates/helmreleases/ouroboros.yaml:52:4): addons.ouroboros.enabled requires addons.ingressNginx.enabled";
  }
  const apiServer = child(child(spec, "controlPlane"), "apiServer");
  const oidc = child(spec, "oidc");
  const at = "execution error at (kubernetes/templates/cluster.yaml:212:4):";
  const args = Array.isArray(apiServer["extraArgs"]) ? apiServer["extraArgs"] : [];
  const legacy = args.find((argument) => text(argument).startsWith("--oidc-"));
  if (oidc["mode"] !== "None" && legacy !== undefined) {
    return `${at} controlPlane.apiServer.extraArgs must not contain ${text(legacy)} while oidc.mode is ${text(oidc["mode"])}`;
  }
  if (oidc["mode"] === "System") return `${at} oidc.mode System requires OIDC to be enabled on the platform`;
  if (oidc["mode"] === "CustomConfig") {
    const custom = child(oidc, "customConfig");
    const inline = text(custom["config"]) !== "";
    const secret = text(child(custom, "secretRef")["name"]) !== "";
    if (inline === secret) {
      return `${at} oidc.mode CustomConfig requires exactly one of oidc.customConfig.config and oidc.customConfig.secretRef.name`;
    }
  }
  const volumes = (Array.isArray(apiServer["extraVolumes"]) ? apiServer["extraVolumes"] : []).filter(isJsonObject);
  const seen = new Set(["talos-ca", "talos-tls-cert", "authentication-config"]);
  for (const volume of volumes) {
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

function quantity(value: Json | undefined): string {
  return typeof value === "number" ? String(value) : text(value);
}
