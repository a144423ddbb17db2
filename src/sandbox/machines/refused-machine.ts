import type { JsonObject } from "../../base/json.ts";
import type { Scheduler } from "../platform/scheduler.ts";
import { timestamp } from "../store/kube-object.ts";
import type { PlatformState } from "../store/platform-state.ts";

interface Place {
  readonly namespace: string;
  readonly state: PlatformState;
  readonly scheduler: Scheduler;
}

/** Records in an event that the quota refused a machine of a group; the same refusal once only (platform.md §6.2). */
export function recordRefusedMachine({ namespace, state, scheduler }: Place, object: string, message: string): void {
  const isSame = (event: JsonObject) =>
    event["message"] === message && (event["involvedObject"] as JsonObject | undefined)?.["name"] === object;
  if (state.objects.list("events").some(isSame)) return;
  const time = timestamp(scheduler.now());
  state.objects.put("events", {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: `${object}.${scheduler.now().toString(16)}`, namespace },
    involvedObject: { apiVersion: "kubevirt.io/v1", kind: "VirtualMachineInstance", name: object, namespace },
    reason: "FailedCreate",
    message,
    type: "Warning",
    count: 1,
    source: { component: "virtualmachine-controller" },
    firstTimestamp: time,
    lastTimestamp: time,
  });
}
