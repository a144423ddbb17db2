import { isJsonObject, type JsonObject } from "../../base/json.ts";
import type { Kind, Profile } from "../platform/profile.ts";
import { text } from "../store/kube-object.ts";
import type { Exposure, RenderedCluster, RenderedGroup } from "../store/rendered-cluster.ts";
import { renderAddons } from "./addon-releases.ts";
import { clusterFault } from "./cluster-rules.ts";
import { mergedValues, type Rendering, refusal } from "./merged-values.ts";
import { renderGroup } from "./node-group.ts";

/** Renders the chart of a `Kubernetes` object, or answers the text of its refusal (platform.md §3, §7.1). */
export function renderCluster(profile: Profile, kind: Kind, values: JsonObject): Rendering<RenderedCluster> {
  const merged = mergedValues(kind, values);
  if (!merged.ok) return merged;
  const spec = merged.value;
  const { chart } = profile.capabilities;
  const shared = { version: text(spec["version"]), storageClass: spec["storageClass"], talos: spec["talos"] };
  const groups: RenderedGroup[] = [];
  for (const [name, values] of groupsOf(profile, kind, spec)) {
    const group = renderGroup(profile, name, values, shared);
    if (!group.ok) {
      const at = `execution error at (kubernetes/templates/cluster.yaml:${chart.clusterTemplateLine}:8):`;
      return refusal(`${at} ${group.text}`);
    }
    groups.push(group.value);
  }
  const fault = chart.checksClusterValues ? clusterFault(spec) : undefined;
  if (fault !== undefined) return refusal(fault);
  return {
    ok: true,
    value: {
      version: profile.kubernetesVersions[shared.version] ?? shared.version,
      storageClass: text(spec["storageClass"]),
      groups,
      addons: renderAddons(profile, spec),
      exposure: exposureOf(spec),
    },
  };
}

/** The groups that the template renders, sorted by name. A version whose schema has no `nodeGroups` renders none from the values. */
function groupsOf(profile: Profile, kind: Kind, spec: JsonObject): [string, JsonObject][] {
  const properties = kind.spec["properties"];
  const declared = isJsonObject(properties) && Object.hasOwn(properties, "nodeGroups") ? spec["nodeGroups"] : {};
  const groups = isJsonObject(declared) ? declared : {};
  const implicit = profile.implicitNodeGroup;
  // From 1.6 the template renders the implicit group, where no other is declared (platform.md §3.4).
  if (implicit?.when === "no groups" && Object.keys(groups).length === 0) return [[implicit.name, implicit.group]];
  return Object.keys(groups)
    .sort()
    .flatMap((name): [string, JsonObject][] => {
      const group = groups[name];
      return isJsonObject(group) ? [[name, group]] : [];
    });
}

/** The Ingress of `ingress-nginx` is rendered even where the add-on is off (platform.md §3.9). */
function exposureOf(spec: JsonObject): Exposure {
  const addons = isJsonObject(spec["addons"]) ? spec["addons"] : {};
  const ingress = isJsonObject(addons["ingressNginx"]) ? addons["ingressNginx"] : {};
  const isProxied = ingress["exposeMethod"] === "Proxied";
  const hosts = Array.isArray(ingress["hosts"]) ? ingress["hosts"].map(text) : [];
  return { host: text(spec["host"]), balanced: !isProxied, hosts: isProxied ? hosts : [] };
}
