import { randomBytes } from "node:crypto";
import { resources } from "../objects/served-kind.ts";
import { type KubeObject, nameOf, namespaceOf, numberAt, textAt, timestamp } from "../store/kube-object.ts";
import { type ClusterWork, isDeleting, tryCreate, uidOf } from "./cluster-work.ts";

interface EventContent {
  readonly type?: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
  readonly component: string;
}

/** How many events of one cluster are kept: the oldest go first. */
const keptEvents = 500;

/** Records an event of an object; a repeated one counts up. */
export function recordEvent(work: ClusterWork, object: KubeObject, content: EventContent): void {
  const now = timestamp(work.now());
  const { type = "Normal", reason, message, component } = content;
  const known = work.store
    .list(resources.events)
    .find(
      (event) =>
        textAt(event, "involvedObject", "uid") === uidOf(object) &&
        textAt(event, "reason") === reason &&
        textAt(event, "message") === message,
    );
  if (known) {
    const count = (numberAt(known, "count") ?? 1) + 1;
    work.store.put(resources.events, { ...known, count, lastTimestamp: now });
    return;
  }
  const namespace = namespaceOf(object) || "default";
  const found = work.view.get(resources.namespaces, "", namespace);
  if (!found || isDeleting(found)) return;
  tryCreate(work, resources.events, {
    apiVersion: "v1",
    kind: "Event",
    metadata: {
      name: `${nameOf(object).slice(0, 230)}.${randomBytes(8).toString("hex")}`,
      namespace,
    },
    involvedObject: {
      apiVersion: object.apiVersion,
      kind: object.kind,
      name: nameOf(object),
      namespace: namespaceOf(object),
      uid: uidOf(object),
      resourceVersion: textAt(object, "metadata", "resourceVersion"),
    },
    type,
    reason,
    message,
    count: 1,
    source: { component },
    reportingComponent: component,
    reportingInstance: "",
    firstTimestamp: now,
    lastTimestamp: now,
  });
  const events = work.store.list(resources.events);
  const [oldest] = events;
  if (events.length > keptEvents && oldest) work.store.remove(resources.events, oldest);
}

/** The same, once for an object however often it is asked for. */
export function recordOnce(work: ClusterWork, object: KubeObject, content: EventContent): void {
  const isKnown = work.store
    .list(resources.events)
    .some(
      (event) =>
        textAt(event, "involvedObject", "uid") === uidOf(object) &&
        textAt(event, "reason") === content.reason &&
        textAt(event, "message") === content.message,
    );
  if (!isKnown) recordEvent(work, object, content);
}
