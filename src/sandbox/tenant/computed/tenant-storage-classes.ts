import type { Profile } from "../../platform/profile.ts";
import type { ClusterState } from "../../store/cluster-state.ts";
import { byName, type KubeObject } from "../../store/kube-object.ts";
import { computedMetadata } from "./tenant-metadata.ts";

/**
 * The StorageClasses inside a tenant cluster: `kubevirt`, and where the platform propagates them every replicated class under its own name
 * (platform.md §3.8).
 */
export function tenantStorageClasses(profile: Profile, cluster: ClusterState): KubeObject[] {
  const storageClass = (name: string, infra: string, isDefault: boolean): KubeObject => ({
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: {
      ...computedMetadata(name, undefined, `${cluster.name}/storageclass`, cluster.readyAt),
      ...(isDefault ? { annotations: { "storageclass.kubernetes.io/is-default-class": "true" } } : {}),
    },
    provisioner: "csi.kubevirt.io",
    parameters: { bus: "scsi", infraStorageClassName: infra },
    reclaimPolicy: "Delete",
    volumeBindingMode: "Immediate",
    allowVolumeExpansion: true,
  });
  if (!profile.capabilities.tenant.propagatesStorageClasses) {
    return [storageClass("kubevirt", cluster.storageClass, true)];
  }
  const propagated = profile.storageClasses.filter((name) => name !== "local");
  const fallback = propagated.includes("replicated") ? "replicated" : propagated[0];
  const standard = propagated.includes(cluster.storageClass) ? cluster.storageClass : fallback;
  return [
    ...propagated.map((name) => storageClass(name, name, name === standard)),
    storageClass("kubevirt", standard ?? "replicated", false),
  ].sort(byName);
}
