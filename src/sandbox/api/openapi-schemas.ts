import type { JsonObject } from "../../base/json.ts";
import type { Kind, Profile } from "../platform/profile.ts";

const meta = "io.k8s.apimachinery.pkg.apis.meta.v1.";
const prefix = "com.github.cozystack.cozystack.pkg.apis.apps.v1alpha1.";
export const schemaRef = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });
export const metaSchema = (name: string): string => `${meta}${name}`;
export const applicationSchema = (name: string): string => `${prefix}${name}`;

const string: JsonObject = { type: "string" };
const emptyString: JsonObject = { default: "", type: "string" };
const int32: JsonObject = { format: "int32", type: "integer" };
const int64: JsonObject = { format: "int64", type: "integer" };
const boolean: JsonObject = { type: "boolean" };
const one = (name: string): JsonObject => ({ allOf: [schemaRef(metaSchema(name))] });
const oneOrEmpty = (name: string): JsonObject => ({ ...one(name), default: {} });
const list = (items: JsonObject, kind?: string): JsonObject => ({
  items,
  type: "array",
  ...(kind === undefined ? {} : { "x-kubernetes-list-type": kind }),
});
const object = (properties: JsonObject, required?: string[]): JsonObject => ({
  ...(Object.keys(properties).length > 0 ? { properties } : {}),
  ...(required === undefined ? {} : { required }),
  type: "object",
});
const typed = { apiVersion: string, kind: string };

/** The schemas of the platform's document for `apps.cozystack.io/v1alpha1` (platform.md §1.9). */
export function openApiSchemas(profile: Profile): JsonObject {
  const { moreAggregatedGroups, atomicStatusDetails } = profile.capabilities.api;
  const groups = ["", "apps.cozystack.io", "core.cozystack.io", ...moreAggregatedGroups];
  const everywhere = (kind: string): JsonObject => ({
    "x-kubernetes-group-version-kind": groups.map((group) => ({
      group,
      kind,
      version: group === "" ? "v1" : "v1alpha1",
    })),
  });
  const schemas: JsonObject = {};
  for (const kind of [...profile.kinds.values()].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    Object.assign(schemas, applicationSchemas(kind));
  }
  Object.assign(schemas, metaSchemas(atomicStatusDetails));
  for (const kind of ["DeleteOptions", "WatchEvent"]) {
    schemas[metaSchema(kind)] = { ...(schemas[metaSchema(kind)] as JsonObject), ...everywhere(kind) };
  }
  schemas["io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON"] = {
    description: "Any JSON value.",
  };
  schemas["io.k8s.apimachinery.pkg.runtime.RawExtension"] = { description: "Any object.", type: "object" };
  return schemas;
}

function applicationSchemas(kind: Kind): JsonObject {
  const own = (suffix: string) => applicationSchema(kind.name + suffix);
  const groupVersionKind = (name: string) => [{ group: "apps.cozystack.io", kind: name, version: "v1alpha1" }];
  return {
    [own("")]: {
      description: "An application of the platform, with what is wanted and how it stands.",
      properties: {
        ...typed,
        appVersion: string,
        metadata: oneOrEmpty("ObjectMeta"),
        spec: kind.spec,
        status: { ...schemaRef(own("Status")), allOf: [schemaRef(own("Status"))], default: {} },
      },
      type: "object",
      "x-kubernetes-group-version-kind": groupVersionKind(kind.name),
    },
    [own("List")]: {
      ...object(
        {
          ...typed,
          items: list({ ...schemaRef(own("")), allOf: [schemaRef(own("List"))], default: {} }),
          metadata: oneOrEmpty("ListMeta"),
        },
        ["items"],
      ),
      "x-kubernetes-group-version-kind": groupVersionKind(`${kind.name}List`),
    },
    [own("Status")]: object({
      conditions: list(oneOrEmpty("Condition")),
      externalIPsCount: int32,
      namespace: string,
      version: string,
    }),
  };
}

function metaSchemas(atomicStatusDetails: boolean): JsonObject {
  const kindOf = (kind: string): JsonObject => ({
    "x-kubernetes-group-version-kind": [{ group: "", kind, version: "v1" }],
  });
  const schemas: Record<string, JsonObject> = {
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
      ...kindOf("APIResourceList"),
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
    Status: {
      ...object({
        ...typed,
        code: int32,
        details: { ...one("StatusDetails"), ...(atomicStatusDetails ? { "x-kubernetes-list-type": "atomic" } : {}) },
        message: string,
        metadata: oneOrEmpty("ListMeta"),
        reason: string,
        status: string,
      }),
      ...kindOf("Status"),
    },
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
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [metaSchema(name), schema]));
}
