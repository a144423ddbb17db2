import type { JsonObject } from "../../../base/json.ts";
import { fixedUid, timestamp } from "../../store/kube-object.ts";

/** Metadata of an object inside a tenant cluster that is computed rather than stored: the same at every read. */
export function computedMetadata(
  name: string,
  namespace: string | undefined,
  kind: string,
  createdAt: number,
  labels: JsonObject = {},
): JsonObject {
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    uid: fixedUid(kind, `${namespace ?? ""}/${name}`),
    resourceVersion: String(100 + Math.floor(createdAt % 1_000_000_000)),
    creationTimestamp: timestamp(createdAt),
    labels,
  };
}
