import { isJsonObject } from "../../base/json.ts";
import { type KubeObject, labelsOf } from "../store/kube-object.ts";

/** The TenantSecrets that the platform shows for a tenant's secrets (platform.md §2). */
export const tenantSecrets = (secrets: readonly KubeObject[]): KubeObject[] =>
  secrets.filter((secret) => labelsOf(secret)["internal.cozystack.io/tenantresource"] === "true").map(toTenantSecret);

/** `stringData` carries base64 text as well: the server's own quirk. */
function toTenantSecret(secret: KubeObject): KubeObject {
  const { managedFields, labels, ...metadata } = secret.metadata;
  const shown = Object.entries(isJsonObject(labels) ? labels : {}).filter(([key]) => !key.startsWith("internal."));
  return {
    apiVersion: "core.cozystack.io/v1alpha1",
    kind: "TenantSecret",
    metadata: { ...metadata, ...(shown.length > 0 ? { labels: Object.fromEntries(shown) } : {}) },
    type: secret["type"] ?? "Opaque",
    data: secret["data"] ?? {},
    stringData: secret["data"] ?? {},
  };
}
