import type { JsonObject } from "../../../base/json.ts";

import {
  boolean,
  emptyString,
  int32,
  int64,
  list,
  metaSchema,
  object,
  one,
  oneOrEmpty,
  schemaRef,
  string,
  typed,
} from "./openapi-parts.ts";

const versioned = (kind: string): JsonObject => ({
  "x-kubernetes-group-version-kind": [{ group: "", kind, version: "v1" }],
});

/** The types of `k8s.io/apimachinery` that are the same on every platform, by their short names. */
const schemas: Readonly<Record<string, JsonObject>> = {
  APIResource: object(
    {
      categories: list(emptyString, "atomic"),
      group: string,
      kind: emptyString,
      name: emptyString,
      namespaced: { default: false, type: "boolean" },
      shortNames: list(emptyString, "atomic"),
      singularName: emptyString,
      storageVersionHash: string,
      verbs: list(emptyString),
      version: string,
    },
    ["name", "singularName", "namespaced", "kind", "verbs"],
  ),
  APIResourceList: {
    ...object({ ...typed, groupVersion: emptyString, resources: list(oneOrEmpty("APIResource"), "atomic") }, [
      "groupVersion",
      "resources",
    ]),
    ...versioned("APIResourceList"),
  },
  Condition: object(
    {
      lastTransitionTime: one("Time"),
      message: emptyString,
      observedGeneration: int64,
      reason: emptyString,
      status: emptyString,
      type: emptyString,
    },
    ["type", "status", "lastTransitionTime", "reason", "message"],
  ),
  DeleteOptions: object({
    ...typed,
    dryRun: list(emptyString, "atomic"),
    gracePeriodSeconds: int64,
    ignoreStoreReadErrorWithClusterBreakingPotential: boolean,
    orphanDependents: boolean,
    preconditions: one("Preconditions"),
    propagationPolicy: string,
  }),
  FieldsV1: object({}),
  ListMeta: object({ continue: string, remainingItemCount: int64, resourceVersion: string, selfLink: string }),
  ManagedFieldsEntry: object({
    apiVersion: string,
    fieldsType: string,
    fieldsV1: one("FieldsV1"),
    manager: string,
    operation: string,
    subresource: string,
    time: one("Time"),
  }),
  ObjectMeta: object({
    annotations: { additionalProperties: emptyString, type: "object" },
    creationTimestamp: one("Time"),
    deletionGracePeriodSeconds: int64,
    deletionTimestamp: one("Time"),
    finalizers: { ...list(emptyString, "set"), "x-kubernetes-patch-strategy": "merge" },
    generateName: string,
    generation: int64,
    labels: { additionalProperties: emptyString, type: "object" },
    managedFields: list(oneOrEmpty("ManagedFieldsEntry"), "atomic"),
    name: string,
    namespace: string,
    ownerReferences: {
      ...list(oneOrEmpty("OwnerReference"), "map"),
      "x-kubernetes-list-map-keys": ["uid"],
      "x-kubernetes-patch-merge-key": "uid",
      "x-kubernetes-patch-strategy": "merge",
    },
    resourceVersion: string,
    selfLink: string,
    uid: string,
  }),
  OwnerReference: {
    ...object(
      {
        apiVersion: emptyString,
        blockOwnerDeletion: boolean,
        controller: boolean,
        kind: emptyString,
        name: emptyString,
        uid: emptyString,
      },
      ["apiVersion", "kind", "name", "uid"],
    ),
    "x-kubernetes-map-type": "atomic",
  },
  Patch: object({}),
  Preconditions: object({ resourceVersion: string, uid: string }),
  StatusCause: object({ field: string, message: string, reason: string }),
  StatusDetails: object({
    causes: list(oneOrEmpty("StatusCause"), "atomic"),
    group: string,
    kind: string,
    name: string,
    retryAfterSeconds: int32,
    uid: string,
  }),
  Time: { format: "date-time", type: "string" },
  WatchEvent: object(
    { object: { allOf: [schemaRef("io.k8s.apimachinery.pkg.runtime.RawExtension")] }, type: emptyString },
    ["type", "object"],
  ),
};

function statusSchema(atomicDetails: boolean): JsonObject {
  return {
    ...object({
      ...typed,
      code: int32,
      details: { ...one("StatusDetails"), ...(atomicDetails ? { "x-kubernetes-list-type": "atomic" } : {}) },
      message: string,
      metadata: oneOrEmpty("ListMeta"),
      reason: string,
      status: string,
    }),
    ...versioned("Status"),
  };
}

/** The schemas of `k8s.io/apimachinery` in the platform's document, by their full names. */
export function metaSchemas(atomicStatusDetails: boolean): JsonObject {
  const all = { ...schemas, Status: statusSchema(atomicStatusDetails) };
  return Object.fromEntries(Object.entries(all).map(([name, schema]) => [metaSchema(name), schema]));
}
