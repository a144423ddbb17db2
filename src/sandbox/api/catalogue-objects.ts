import type { JsonObject } from "../../base/json.ts";
import type { Profile } from "../platform/profile.ts";
import { fixedUid, type KubeObject } from "../store/kube-object.ts";

export function tenantNamespace(namespace: string, created: string): KubeObject {
  return {
    apiVersion: "core.cozystack.io/v1alpha1",
    kind: "TenantNamespace",
    metadata: {
      name: namespace,
      uid: fixedUid("namespace", namespace),
      resourceVersion: "1",
      creationTimestamp: created,
    },
  };
}

export function instanceTypeObjects(profile: Profile, created: string): KubeObject[] {
  return Object.entries(profile.instanceTypes)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([name, size]): KubeObject => ({
        apiVersion: "instancetype.kubevirt.io/v1beta1",
        kind: "VirtualMachineClusterInstancetype",
        metadata: {
          name,
          uid: fixedUid("instancetype", name),
          resourceVersion: "1",
          generation: 1,
          creationTimestamp: created,
          labels: {
            "instancetype.kubevirt.io/cpu": String(size.cpu),
            "instancetype.kubevirt.io/memory": size.memory,
          },
        },
        spec: { cpu: { guest: size.cpu }, memory: { guest: size.memory } },
      }),
    );
}

export function storageClassObjects(profile: Profile, created: string): KubeObject[] {
  return [...profile.storageClasses].sort().map((name): KubeObject => {
    const annotations: JsonObject =
      name === "replicated" ? { "storageclass.kubernetes.io/is-default-class": "true" } : {};
    return {
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: {
        name,
        uid: fixedUid("storageclass", name),
        resourceVersion: "1",
        creationTimestamp: created,
        annotations,
      },
      provisioner: "linstor.csi.linbit.com",
      parameters: { "property.linstor.csi.linbit.com/DrbdOptions/auto-quorum": "suspend-io" },
      reclaimPolicy: "Delete",
      volumeBindingMode: "Immediate",
      allowVolumeExpansion: true,
    };
  });
}
