import { isJsonObject } from "../../../base/json.ts";
import type { Kind, Profile } from "../../platform/profile.ts";
import type { ApiResource } from "../../server/api-resource.ts";
import { ApiStatus, methodNotAllowed } from "../../server/api-status.ts";
import type { HttpAnswer, HttpRequest } from "../../server/http-server.ts";
import { tableVersion, toTable } from "../../server/table.ts";
import type { KubeObject } from "../../store/kube-object.ts";
import type { ApplicationWrites } from "./application-writes.ts";

export interface ApplicationRequestOptions {
  readonly profile: Profile;
  readonly writes: ApplicationWrites;
}

/**
 * POST, PUT, PATCH and DELETE of an application.
 *
 * @param stale how many versions back the base of a patch is.
 * @throws ApiStatus
 */
export async function writeApplication(
  { writes, profile }: ApplicationRequestOptions,
  request: HttpRequest,
  name: string | undefined,
  kind: Kind,
  resource: ApiResource,
  stale: number,
): Promise<HttpAnswer> {
  const { method, body, contentType, query } = request;
  const { ignoredKeys } = profile.capabilities.api;
  const shown = (status: number, object: KubeObject) => ({
    status,
    headers: kind.name === "Kubernetes" ? warnings(ignoredKeys, object) : {},
    body: asRequested(request, resource, object),
  });
  if (["POST", "PUT"].includes(method) && !bodyTypes.has(contentType)) throw unknownFormat(bodyTypes);
  if (method === "POST" && name === undefined) return shown(201, await writes.create(kind, body));
  if (name === undefined) throw methodNotAllowed();
  if (method === "PUT") return shown(200, await writes.replace(kind, name, body));
  if (method === "DELETE") return { status: 200, body: writes.remove(kind, name) };
  if (method !== "PATCH") throw methodNotAllowed();
  if (!patchTypes.has(contentType)) throw unknownFormat(patchTypes);
  const { created, object } = await writes.patch(kind, name, contentType, body, query, stale);
  return shown(created ? 201 : 200, object);
}

/** The header that warns of settings without effect. */
function warnings(ignoredKeys: readonly string[], { spec }: KubeObject): Readonly<Record<string, string>> {
  const present = ignoredKeys.filter((key) => isJsonObject(spec) && Object.hasOwn(spec, key));
  const texts = present.map(
    (key) =>
      `299 - "spec.${key} is ignored on the Kubernetes resource since Phase 2: worker pools are managed as separate KubernetesNodes resources (see the kubernetes-nodes chart). The field is stored but has no effect."`,
  );
  return texts.length === 0 ? {} : { warning: texts.join(", ") };
}

/** The object, or the table that the client asks for. */
function asRequested(
  request: HttpRequest,
  resource: ApiResource,
  object: KubeObject,
): KubeObject | ReturnType<typeof toTable> {
  const table = tableVersion(request.headers["accept"] ?? "");
  if (table === undefined) return object;
  const metadata = { resourceVersion: object.metadata["resourceVersion"] ?? "" };
  return toTable(resource, [object], table, metadata, request.query.get("includeObject"));
}

const patchTypes = new Set([
  "application/json-patch+json",
  "application/merge-patch+json",
  "application/apply-patch+yaml",
  "application/strategic-merge-patch+json",
]);

const bodyTypes = new Set(["application/json", "application/yaml", ""]);

function unknownFormat(accepted: ReadonlySet<string>): ApiStatus {
  const types = [...accepted].filter((type) => type !== "").join(", ");
  const message = `the body of the request was in an unknown format - accepted media types include: ${types}`;
  return new ApiStatus(415, "UnsupportedMediaType", message, {});
}
