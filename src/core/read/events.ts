import type { Json } from "../../base/json.ts";
import { numberAt, stringAt } from "../../base/json-pointer.ts";

/** An event of the tenant's namespace. */
export interface PlatformEvent {
  /** Clock ms; NaN if the event has no time. */
  readonly at: number;
  readonly isWarning: boolean;
  /** Name of the object that the event is about. */
  readonly about: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
}

/** Returns the path of the events of a namespace. */
export const eventsPath = (namespace: string): string => `/api/v1/namespaces/${namespace}/events`;

/** Parses the items of a list of events. */
export const parseEvents = (items: readonly Json[]): PlatformEvent[] =>
  items.map((event) => ({
    at: Date.parse(
      stringAt(event, ["lastTimestamp"]) ??
        stringAt(event, ["eventTime"]) ??
        stringAt(event, ["metadata", "creationTimestamp"]) ??
        "",
    ),
    isWarning: stringAt(event, ["type"]) === "Warning",
    about: stringAt(event, ["involvedObject", "name"]) ?? stringAt(event, ["regarding", "name"]) ?? "",
    reason: stringAt(event, ["reason"]) ?? "Warning",
    message: stringAt(event, ["message"]) ?? stringAt(event, ["note"]) ?? "",
    count: numberAt(event, ["count"]) ?? 1,
  }));
