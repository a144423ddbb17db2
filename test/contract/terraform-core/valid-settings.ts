import type { Json } from "../../../src/base/json.ts";
import { addonSchema } from "../../../src/hikube/addon/schema.ts";
import { clusterSchema } from "../../../src/hikube/cluster/schema.ts";
import { nodegroupSchema } from "../../../src/hikube/node-group/schema.ts";
import type { Attributes } from "../../../src/schema/declaration.ts";
import { dynamicFromJson } from "../../../src/values/dynamic-json.ts";
import fc from "../../support/fast-check.ts";

export type Profile = "1.1.2" | "1.6.2";

/** Valid values of one setting, by its path. */
export interface Setting {
  readonly path: string;
  readonly values: readonly unknown[];
  /** The platform that serves it; both where there is none. */
  readonly only?: Profile;
  /** Settings that exclude this one. */
  readonly not?: readonly string[];
}

const presets = (profile: Profile) => (profile === "1.1.2" ? ["small", "2xlarge"] : ["t1.small", "c1.large"]);

const pod = (block: string, profile: Profile): Setting[] => [
  { path: `control_plane.${block}.resources_preset`, values: presets(profile) },
  { path: `control_plane.${block}.resources.cpu`, values: ["2", "1500m"] },
  { path: `control_plane.${block}.resources.memory`, values: ["2Gi", "1536Mi"] },
];

const authentication = JSON.stringify({
  apiVersion: "apiserver.config.k8s.io/v1beta1",
  kind: "AuthenticationConfiguration",
  jwt: [{ issuer: { url: "https://login.example.org", audiences: ["k"] } }],
});

/** Settings of the cluster itself that its configuration may leave out. */
export const clusterSettings = (profile: Profile): Setting[] =>
  served(profile, [
    { path: "version", values: ["1.35", "1.33", "v1.34"] },
    { path: "storage_class", values: ["replicated", "local"] },
    { path: "host", values: ["api.example.org"] },
    { path: "control_plane.replicas", values: [1, 3] },
    ...["api_server", "controller_manager", "scheduler", "konnectivity"].flatMap((block) => pod(block, profile)),
    { path: "control_plane.api_server.extra_args", values: [["--v=2"], ["--v=3", "--profiling=false"]], only: "1.6.2" },
    {
      path: "oidc",
      values: [
        { mode: "CustomConfig", custom_config: { config: authentication } },
        { mode: "CustomConfig", custom_config: { secret_ref: { name: "login" } } },
        { mode: "None" },
      ],
      only: "1.6.2",
    },
    { path: "node_health_check.max_unhealthy", values: ["30%", "2"], only: "1.6.2" },
    { path: "node_health_check.node_startup_timeout", values: ["15m", "600s"], only: "1.6.2" },
    {
      path: "control_plane.api_server.extra_volumes",
      values: [
        [
          {
            name: "audit",
            config_map: { name: "audit", items: [{ key: "policy", path: "policy.yaml" }], optional: true },
          },
        ],
        [{ name: "keys", secret: { secret_name: "keys" } }],
      ],
      only: "1.6.2",
    },
    {
      path: "control_plane.api_server.extra_volume_mounts",
      values: [
        [{ name: "theirs", mount_path: "/etc/theirs", sub_path: "a", read_only: true }],
        [{ name: "theirs", mount_path: "/etc/other" }],
      ],
      only: "1.6.2",
      not: ["control_plane.api_server.extra_volumes"],
    },
    {
      path: "talos",
      values: [{ version: "v1.13.7" }, { installer_repository: "registry.example.org/installer" }],
      only: "1.6.2",
    },
    { path: "labels", values: [{ team: "x" }, { "example.org/team": "y", other: "" }] },
    { path: "annotations", values: [{ note: "x y" }, { "example.org/note": "ä" }] },
    { path: "default_node_group", values: [true, false] },
    { path: "deletion_protection", values: [false, true] },
    { path: "allow_replace", values: [true] },
    { path: "upgrade_strategy", values: ["stepwise"] },
  ]);

/** Settings of a node group that its configuration may leave out. */
export const groupSettings = (profile: Profile): Setting[] =>
  served(profile, [
    { path: "instance_type", values: ["u1.large", "s1.medium"] },
    {
      path: "resources",
      values: [
        { cpu: "2", memory: "4Gi" },
        { cpu: "1500m", memory: "2048Mi" },
      ],
      not: ["instance_type"],
    },
    { path: "min_replicas", values: [1, 3] },
    { path: "max_replicas", values: [5, 20] },
    { path: "disk_size", values: ["30Gi", "40960Mi"] },
    { path: "storage_class", values: ["local"], only: "1.6.2" },
    { path: "roles", values: [["ingress-nginx"], ["b", "a"]] },
    {
      path: "gpus",
      values: [
        [{ name: "nvidia.com/AD102GL_L40S" }],
        [{ name: "nvidia.com/H100_94GB" }, { name: "nvidia.com/H100_94GB" }],
      ],
    },
    { path: "kubelet.eviction_hard_memory", values: ["5%", "4%"], only: "1.6.2" },
    { path: "kubelet.eviction_soft_memory", values: ["12%"], only: "1.6.2" },
    { path: "kubelet.system_reserved_memory", values: ["512Mi"], only: "1.6.2" },
    { path: "kubelet.kube_reserved_memory", values: ["512Mi"], only: "1.6.2" },
    { path: "kubelet.system_reserved_cpu", values: ["100m"], only: "1.6.2" },
    { path: "kubelet.kube_reserved_cpu", values: ["0.1"], only: "1.6.2" },
    { path: "max_unhealthy", values: ["30%", "2"], only: "1.6.2" },
    { path: "node_startup_timeout", values: ["15m"], only: "1.6.2" },
  ]);

const values = (json: Json) => dynamicFromJson(json);

/** Settings of the add-on `ingress-nginx` that its configuration may leave out. */
export const addonSettings = (): Setting[] => [
  { path: "enabled", values: [false, true] },
  { path: "values", values: [values({ "ingress-nginx": { a: 1, list: [1, "two", null, true] } }), values({ b: 0.5 })] },
  { path: "values_yaml", values: ["ingress-nginx: { a: yes, mode: 0644 }", "{}"], not: ["values"] },
  { path: "expose_method", values: ["LoadBalancer", "Proxied"] },
  { path: "hosts", values: [["www.example.org"], ["b.example.org", "*.example.org"]], not: ["expose_method"] },
  { path: "resolve_conflicts_on_create", values: ["ADOPT"] },
  { path: "on_destroy", values: ["preserve"] },
];

/** Every resource with its schema and its settings. */
export const resources = {
  hikube_cluster: { schema: clusterSchema as Attributes, settings: clusterSettings },
  hikube_nodegroup: { schema: nodegroupSchema as Attributes, settings: groupSettings },
  hikube_addon: { schema: addonSchema as Attributes, settings: addonSettings },
};

export type ResourceType = keyof typeof resources;
export const resourceTypes = Object.keys(resources) as ResourceType[];

function served(profile: Profile, settings: readonly Setting[]): Setting[] {
  return settings.filter(({ only }) => only === undefined || only === profile);
}

/** A configuration with the settings, each at its path. */
export function withSettings(
  base: Readonly<Record<string, unknown>>,
  settings: readonly (readonly [string, unknown])[],
): Record<string, unknown> {
  const config = { ...base };
  for (const [path, value] of settings) {
    const steps = path.split(".");
    const last = steps.pop() as string;
    let inside: Record<string, unknown> = config;
    for (const step of steps) {
      inside[step] = { ...(inside[step] as Record<string, unknown> | undefined) };
      inside = inside[step] as Record<string, unknown>;
    }
    inside[last] = value;
  }
  return config;
}

/** The settings that go together, the first of those that exclude each other. */
export const compatible = <Entry extends { readonly path: string; readonly not?: readonly string[] }>(
  settings: readonly Entry[],
): Entry[] => settings.filter(({ not }) => not === undefined || !settings.some(({ path }) => not.includes(path)));

/** Some of the settings that a configuration may have, each with one of its values. */
export const someSettings = (type: ResourceType, profile: Profile) => {
  const all = resources[type].settings(profile);
  return fc
    .tuple(...all.map(({ values }) => fc.option(fc.constantFrom(...values), { freq: 1, nil: undefined })))
    .map((values) =>
      compatible(all.flatMap((setting, at) => (values[at] === undefined ? [] : [{ ...setting, value: values[at] }]))),
    )
    .map((chosen) => chosen.map(({ path, value }) => [path, value] as const));
};
