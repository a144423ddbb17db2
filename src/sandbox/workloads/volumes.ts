import type { JsonObject } from "../../base/json.ts";
import { resources } from "../objects/served-kind.ts";
import { earliest, type Next } from "../platform/controller.ts";
import { at, type KubeObject, listAt, nameOf, namespaceOf, objectAt, textAt } from "../store/kube-object.ts";
import { bytesOf } from "../store/quantity.ts";
import {
  type ClusterWork,
  dueOf,
  hasFinalizer,
  isDeleting,
  removeFinalizer,
  setStatus,
  tryCreate,
  uidOf,
  type WorkloadStep,
} from "./cluster-work.ts";
import { isActive } from "./pods.ts";
import { recordOnce } from "./record-event.ts";

/** What the class of the platform is provisioned by. */
const provisioner = "csi.kubevirt.io";
const controller = "persistentvolume-controller";
const claimProtection = "kubernetes.io/pvc-protection";
const volumeProtection = "kubernetes.io/pv-protection";

/** Binds claims to volumes, provisions and reclaims volumes. */
export const reconcileVolumes: WorkloadStep = (work) =>
  earliest(
    ...work.store
      .list(resources.claims)
      .map((claim) => (isDeleting(claim) ? release(work, claim) : bindClaim(work, claim))),
    ...work.store.list(resources.volumes).map((volume) => reclaim(work, volume)),
  );

const users = (work: ClusterWork, claim: KubeObject): KubeObject[] =>
  work.store
    .list(resources.pods)
    .filter((pod) => namespaceOf(pod) === namespaceOf(claim))
    .filter((pod) =>
      listAt(pod, "spec", "volumes").some(
        (volume) => textAt(volume, "persistentVolumeClaim", "claimName") === nameOf(claim),
      ),
    );

/** A claim in use stays until the pods that use it are gone. */
function release(work: ClusterWork, claim: KubeObject): Next {
  const isUsed = users(work, claim).some((pod) => isActive(pod) || isDeleting(pod));
  if (!isUsed && hasFinalizer(claim, claimProtection)) removeFinalizer(work, resources.claims, claim, claimProtection);
  return undefined;
}

function bindClaim(work: ClusterWork, claim: KubeObject): Next {
  if (textAt(claim, "status", "phase") === "Bound") return expand(work, claim);
  const known = work.store.list(resources.volumes).find((volume) => suits(volume, claim));
  if (known) {
    bind(work, claim, known);
    return undefined;
  }
  const className = textAt(claim, "spec", "storageClassName");
  if (className === "") {
    const message = "no persistent volumes available for this claim and no storage class is set";
    recordOnce(work, claim, { reason: "FailedBinding", message, component: controller });
    return undefined;
  }
  const storageClass = work.view.get(resources.storageClasses, "", className);
  if (!storageClass) {
    const message = `storageclass.storage.k8s.io "${className}" not found`;
    recordOnce(work, claim, { type: "Warning", reason: "ProvisioningFailed", message, component: controller });
    return undefined;
  }
  return provision(work, claim, storageClass);
}

function provision(work: ClusterWork, claim: KubeObject, storageClass: KubeObject): Next {
  const waits = textAt(storageClass, "volumeBindingMode") === "WaitForFirstConsumer";
  if (waits && !users(work, claim).some((pod) => textAt(pod, "spec", "nodeName") !== "")) {
    const message = "waiting for first consumer to be created before binding";
    recordOnce(work, claim, { reason: "WaitForFirstConsumer", message, component: controller });
    return undefined;
  }
  const own = textAt(storageClass, "provisioner");
  const message = `Waiting for a volume to be created either by the external provisioner '${own}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`;
  recordOnce(work, claim, { reason: "ExternalProvisioning", message, component: controller });
  if (own !== provisioner) return undefined;
  const due = dueOf(work, claim, "provision", work.pace.volume);
  if (due > work.now()) return due;
  const volume = createVolume(work, claim, storageClass);
  if (!volume) return undefined;
  recordOnce(work, claim, {
    reason: "ProvisioningSucceeded",
    message: `Successfully provisioned volume ${nameOf(volume)}`,
    component: provisioner,
  });
  bind(work, claim, volume);
  return undefined;
}

function createVolume(work: ClusterWork, claim: KubeObject, storageClass: KubeObject): KubeObject | undefined {
  const name = `pvc-${uidOf(claim)}`;
  return tryCreate(work, resources.volumes, {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name, annotations: { "pv.kubernetes.io/provisioned-by": provisioner } },
    spec: {
      accessModes: [...listAt(claim, "spec", "accessModes")],
      capacity: { storage: textAt(claim, "spec", "resources", "requests", "storage") },
      claimRef: claimReference(claim),
      csi: { driver: provisioner, fsType: "ext4", volumeHandle: name },
      persistentVolumeReclaimPolicy: textAt(storageClass, "reclaimPolicy") || "Delete",
      storageClassName: nameOf(storageClass),
      volumeMode: textAt(claim, "spec", "volumeMode"),
    },
  });
}

const claimReference = (claim: KubeObject): JsonObject => ({
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  name: nameOf(claim),
  namespace: namespaceOf(claim),
  uid: uidOf(claim),
});

/** Whether a volume that exists can be bound to a claim. */
function suits(volume: KubeObject, claim: KubeObject): boolean {
  const reference = objectAt(volume, "spec", "claimRef");
  const named = textAt(claim, "spec", "volumeName");
  if (named !== "" && named !== nameOf(volume)) return false;
  if (textAt(reference, "name") !== "") {
    const isSame = textAt(reference, "name") === nameOf(claim) && textAt(reference, "namespace") === namespaceOf(claim);
    return (
      isSame &&
      [undefined, uidOf(claim)].includes(at(reference, "uid") === undefined ? undefined : textAt(reference, "uid"))
    );
  }
  const modes = listAt(volume, "spec", "accessModes");
  return (
    textAt(volume, "status", "phase") === "Available" &&
    textAt(volume, "spec", "storageClassName") === textAt(claim, "spec", "storageClassName") &&
    listAt(claim, "spec", "accessModes").every((mode) => modes.includes(mode)) &&
    bytesOf(textAt(volume, "spec", "capacity", "storage")) >=
      bytesOf(textAt(claim, "spec", "resources", "requests", "storage"))
  );
}

function bind(work: ClusterWork, claim: KubeObject, volume: KubeObject): void {
  const claimRef = claimReference(claim);
  work.store.put(resources.volumes, {
    ...volume,
    spec: { ...objectAt(volume, "spec"), claimRef },
    status: { phase: "Bound" },
  });
  work.store.put(resources.claims, {
    ...claim,
    metadata: {
      ...claim.metadata,
      annotations: {
        ...objectAt(claim, "metadata", "annotations"),
        "pv.kubernetes.io/bind-completed": "yes",
        "pv.kubernetes.io/bound-by-controller": "yes",
      },
    },
    spec: { ...objectAt(claim, "spec"), volumeName: nameOf(volume) },
    status: {
      phase: "Bound",
      accessModes: [...listAt(volume, "spec", "accessModes")],
      capacity: objectAt(volume, "spec", "capacity"),
    },
  });
}

/** A larger request of a bound claim makes its volume larger. */
function expand(work: ClusterWork, claim: KubeObject): Next {
  const wanted = textAt(claim, "spec", "resources", "requests", "storage");
  if (bytesOf(wanted) <= bytesOf(textAt(claim, "status", "capacity", "storage"))) return undefined;
  const volume = work.store.get(resources.volumes, "", textAt(claim, "spec", "volumeName"));
  const storageClass = work.view.get(resources.storageClasses, "", textAt(claim, "spec", "storageClassName"));
  if (!volume || at(storageClass, "allowVolumeExpansion") !== true) return undefined;
  const due = dueOf(work, claim, `expand/${wanted}`, work.pace.volume);
  if (due > work.now()) return due;
  const capacity = { storage: wanted };
  work.store.put(resources.volumes, { ...volume, spec: { ...objectAt(volume, "spec"), capacity } });
  setStatus(work, resources.claims, claim, { ...objectAt(claim, "status"), capacity });
  return undefined;
}

/** A volume whose claim is gone is deleted or released, as its policy says. */
function reclaim(work: ClusterWork, volume: KubeObject): Next {
  const reference = objectAt(volume, "spec", "claimRef");
  const uid = textAt(reference, "uid");
  const claim = work.store.get(resources.claims, textAt(reference, "namespace"), textAt(reference, "name"));
  const isBound = uid !== "" && claim !== undefined && uidOf(claim) === uid;
  if (isDeleting(volume)) {
    if (!isBound && hasFinalizer(volume, volumeProtection)) {
      removeFinalizer(work, resources.volumes, volume, volumeProtection);
    }
    return undefined;
  }
  if (uid === "" || isBound) return undefined;
  if (textAt(volume, "spec", "persistentVolumeReclaimPolicy") === "Delete")
    work.store.remove(resources.volumes, volume);
  else setStatus(work, resources.volumes, volume, { phase: "Released" });
  return undefined;
}
