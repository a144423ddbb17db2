import type { JsonObject } from "../../../base/json.ts";
import type { Kind, Profile } from "../../platform/profile.ts";
import { metaSchemas } from "./openapi-meta-schemas.ts";
import {
  applicationSchema,
  int32,
  list,
  metaSchema,
  object,
  oneOrEmpty,
  schemaRef,
  string,
  typed,
} from "./openapi-parts.ts";

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
