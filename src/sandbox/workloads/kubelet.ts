import { createHash } from "node:crypto";
import { resources } from "../objects/served-kind.ts";
import { earliest, type Next } from "../platform/controller.ts";
import { type KubeObject, listAt, nameOf, textAt } from "../store/kube-object.ts";
import { type ClusterWork, dueOf, isDeleting, setStatus, uidOf, type WorkloadStep } from "./cluster-work.ts";
import { phaseOf, runningStatus, succeededStatus } from "./pods.ts";
import { recordEvent } from "./record-event.ts";

/** Runs the pods on their nodes; those of a node that is gone are gone with it. */
export const reconcilePods: WorkloadStep = (work) => {
  const nodes = new Map(work.view.list(resources.nodes).map((node) => [nameOf(node), node]));
  const pods = work.store.list(resources.pods).filter((pod) => textAt(pod, "spec", "nodeName") !== "");
  return earliest(
    ...pods.map((pod) => {
      const node = nodes.get(textAt(pod, "spec", "nodeName"));
      if (node) return isDeleting(pod) ? stop(work, pod) : run(work, pod, node);
      work.store.remove(resources.pods, pod);
      return undefined;
    }),
  );
};

function stop(work: ClusterWork, pod: KubeObject): Next {
  const due = dueOf(work, pod, "stop", work.pace.podStop);
  if (due > work.now()) return due;
  if (listAt(pod, "metadata", "finalizers").length === 0) work.store.remove(resources.pods, pod);
  else {
    // The finalizers are what it still waits for.
    const { deletionGracePeriodSeconds, ...metadata } = pod.metadata;
    if (deletionGracePeriodSeconds !== 0) {
      work.store.put(resources.pods, { ...pod, metadata: { ...metadata, deletionGracePeriodSeconds: 0 } });
    }
  }
  return undefined;
}

function run(work: ClusterWork, pod: KubeObject, node: KubeObject): Next {
  const phase = phaseOf(pod);
  if (phase === "Pending") {
    const due = dueOf(work, pod, "start", work.pace.podStart);
    if (due > work.now()) return due;
    recordStart(work, pod);
    const address = textAt(node, "status", "addresses", 0, "address");
    setStatus(work, resources.pods, pod, runningStatus(pod, freeAddress(work, pod), address, work.now()));
    return undefined;
  }
  if (phase !== "Running" || textAt(pod, "spec", "restartPolicy") === "Always") return undefined;
  const due = dueOf(work, pod, "end", work.pace.podRun);
  if (due > work.now()) return due;
  setStatus(work, resources.pods, pod, succeededStatus(pod, work.now()));
  return undefined;
}

function recordStart(work: ClusterWork, pod: KubeObject): void {
  const component = "kubelet";
  for (const container of listAt(pod, "spec", "containers")) {
    const [name, image] = [textAt(container, "name"), textAt(container, "image")];
    recordEvent(work, pod, {
      reason: "Pulled",
      message: `Container image "${image}" already present on machine`,
      component,
    });
    recordEvent(work, pod, { reason: "Created", message: `Created container: ${name}`, component });
    recordEvent(work, pod, { reason: "Started", message: `Started container ${name}`, component });
  }
}

/** An address of the pod network `10.243.0.0/16`: the same pod has the same one. */
function freeAddress(work: ClusterWork, pod: KubeObject): string {
  const taken = new Set(work.store.list(resources.pods).map((one) => textAt(one, "status", "podIP")));
  const digest = createHash("sha256").update(uidOf(pod)).digest();
  for (let index = digest.readUInt16BE(0); ; index = (index + 1) % 65_536) {
    const address = `10.243.${index >> 8}.${index & 255}`;
    if (!taken.has(address) && (index & 255) > 1) return address;
  }
}
