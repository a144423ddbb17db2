import { createHash } from "node:crypto";
import type { JsonObject } from "../../../base/json.ts";
import type { Profile } from "../../platform/profile.ts";
import { openApiPaths } from "./openapi-paths.ts";
import { openApiSchemas } from "./openapi-schemas.ts";

export interface OpenApi {
  /** The document under `/openapi/v3…`, or undefined for other paths. */
  document(path: string): JsonObject | undefined;
}

/** The documents that the kube-apiserver lists. The sandbox has the full one of the platform's own group only. */
const indexed = (profile: Profile): string[] => [
  ".well-known/openid-configuration",
  "api",
  "api/v1",
  "apis",
  ...[
    "admissionregistration.k8s.io/v1",
    "apiextensions.k8s.io/v1",
    "apiregistration.k8s.io/v1",
    "apps/v1",
    "apps.cozystack.io/v1alpha1",
    "authentication.k8s.io/v1",
    "authorization.k8s.io/v1",
    "autoscaling/v1",
    "batch/v1",
    "certificates.k8s.io/v1",
    "coordination.k8s.io/v1",
    "core.cozystack.io/v1alpha1",
    "discovery.k8s.io/v1",
    "events.k8s.io/v1",
    "flowcontrol.apiserver.k8s.io/v1",
    "networking.k8s.io/v1",
    "node.k8s.io/v1",
    "policy/v1",
    "rbac.authorization.k8s.io/v1",
    "resource.k8s.io/v1",
    "scheduling.k8s.io/v1",
    "storage.k8s.io/v1",
  ].flatMap((version) => [`apis/${version.slice(0, version.indexOf("/"))}`, `apis/${version}`]),
  "apis/autoscaling/v2",
  // Custom resources have a document for their version only, not for their group.
  "apis/cozystack.io/v1alpha1",
  "apis/helm.toolkit.fluxcd.io/v2",
  ...profile.capabilities.api.moreOpenApiDocuments,
  "openid/v1/jwks",
  "version",
];

export function createOpenApi(profile: Profile): OpenApi {
  const full: JsonObject = {
    openapi: "3.0.0",
    info: {
      title: "Cozy",
      version: `0.1-${digest(JSON.stringify([...profile.kinds.values()]))
        .slice(0, 16)
        .toLowerCase()}`,
    },
    paths: openApiPaths(profile),
    components: { schemas: openApiSchemas(profile) },
  };
  const names = indexed(profile).sort();
  const documentOf = (name: string): JsonObject =>
    name === "apis/apps.cozystack.io/v1alpha1"
      ? full
      : {
          openapi: "3.0.0",
          info: { title: "Kubernetes", version: "unversioned" },
          paths: {},
          components: { schemas: {} },
        };
  const index: JsonObject = {
    paths: Object.fromEntries(
      names.map((name) => [
        name,
        { serverRelativeURL: `/openapi/v3/${name}?hash=${digest(JSON.stringify(documentOf(name)))}` },
      ]),
    ),
  };
  return {
    document: (path) => {
      const name = path.replace(/^\/openapi\/v3\/?/, "").replace(/\/$/, "");
      if (!path.startsWith("/openapi/v3")) return undefined;
      if (name === "") return index;
      return names.includes(name) ? documentOf(name) : undefined;
    },
  };
}

function digest(text: string): string {
  return createHash("sha512").update(text).digest("hex").toUpperCase();
}
