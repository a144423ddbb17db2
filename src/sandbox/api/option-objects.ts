import type { Profile } from "../platform/profile.ts";
import type { KubeObject } from "../store/kube-object.ts";

interface Item {
  readonly value: string;
  readonly label?: string;
  readonly description?: string;
  readonly default?: boolean;
}

/**
 * The `options` resource of platform 1.5 and later: what may be chosen where (platform.md §2, §6.1).
 * @param catalogue whether instance types, GPUs and StorageClasses exist to be listed.
 */
export function optionObjects(profile: Profile, namespace: string, catalogue: boolean): KubeObject[] {
  const option = (name: string, items: readonly Item[]): KubeObject => ({
    apiVersion: "core.cozystack.io/v1alpha1",
    kind: "Option",
    metadata: { name, namespace, resourceVersion: "0" },
    spec: items.length > 0 ? { items: items.map((item) => ({ ...item })) } : {},
  });
  const sizes = Object.entries(profile.instanceTypes).sort(([a], [b]) => (a < b ? -1 : 1));
  const appkind = option(
    "appkind",
    [...profile.kinds.keys()].map((value) => ({ value })),
  );
  // The server omits a source that fails.
  if (!catalogue) return [appkind, option("image", []), option("storageclass", []), option("storagepool", [])];
  return [
    appkind,
    option(
      "gpu",
      profile.gpus.map(({ name, model }) => ({ value: name, label: model })),
    ),
    option("image", []),
    option(
      "instancetype",
      sizes.map(([value, size]) => ({ value, label: `${value} (${size.cpu} vCPU, ${size.memory})` })),
    ),
    option(
      "storageclass",
      [...profile.storageClasses]
        .sort()
        .map((value) => ({ value, ...(value === "replicated" ? { default: true } : {}) })),
    ),
    option("storagepool", []),
  ];
}
