import { parse } from "yaml";
import { isJsonObject, type Json, type JsonObject, memberOf } from "../../base/json.ts";
import { decode } from "../schema/decode.ts";
import { preservesUnknown, type SchemaType } from "../schema/schema-type.ts";
import { ApiStatus, badRequest } from "../server/api-status.ts";
import { type KubeObject, objectAt, text } from "../store/kube-object.ts";
import type { KindRegistry } from "./kind-registry.ts";
import { apiVersionOf, type ServedKind } from "./served-kind.ts";
import type { ObjectRequest } from "./write-context.ts";

/** A body as JSON or YAML. @throws ApiStatus 400, 415. */
export function parseBody({ body, contentType }: Pick<ObjectRequest, "body" | "contentType">): Json {
  if (!/^$|json|yaml/.test(contentType)) {
    throw new ApiStatus(
      415,
      "UnsupportedMediaType",
      "the body of the request was in an unknown format - accepted media types include: application/json, application/yaml",
    );
  }
  try {
    return contentType.includes("yaml") ? (parse(body) as Json) : (JSON.parse(body) as Json);
  } catch (error) {
    throw badRequest(`error decoding: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The object of a body, with the kind of the URL. @throws ApiStatus 400. */
export function objectOfBody(request: ObjectRequest, kind: ServedKind, body: Json): KubeObject {
  if (!isJsonObject(body)) throw badRequest(`the object provided is unrecognized (must be of type ${kind.kind})`);
  const wanted = apiVersionOf(kind);
  const apiVersion = text(body["apiVersion"]) || wanted;
  const named = text(body["kind"]) || kind.kind;
  if (apiVersion !== wanted) {
    throw badRequest(`the API version in the data (${apiVersion}) does not match the expected API version (${wanted})`);
  }
  if (named !== kind.kind) {
    throw badRequest(
      `${named} in version "${kind.version}" cannot be handled as a ${kind.kind}: the kind of the data does not match`,
    );
  }
  const metadata = objectAt(body, "metadata");
  const namespace = text(metadata["namespace"]);
  if (kind.namespaced && namespace !== "" && namespace !== request.namespace) {
    throw badRequest(`the namespace of the provided object does not match the namespace sent on the request`);
  }
  const { namespace: _, ...rest } = metadata;
  return {
    ...body,
    apiVersion: wanted,
    kind: kind.kind,
    metadata: kind.namespaced ? { ...rest, namespace: request.namespace } : rest,
  };
}

/**
 * The object without the fields that its type does not have; what is done about those follows `fieldValidation`.
 *
 * @param warn gets a warning for each of them.
 * @throws ApiStatus 400 for a wrong type, and for unknown fields with `Strict`.
 */
export function decodeTyped(
  object: KubeObject,
  kind: ServedKind,
  kinds: KindRegistry,
  validation: string,
  warn: (text: string) => void,
): KubeObject {
  const type = kinds.typeOf(kind);
  if (!type) return object;
  const { value, unknown, fault } = decode(object, type);
  if (fault !== undefined && kind.custom === undefined) {
    throw badRequest(`${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: ${fault}`);
  }
  const faults = unknown.map((path) => `unknown field "${path}"`);
  if (faults.length > 0 && validation === "Strict") {
    throw badRequest(
      kind.custom === undefined
        ? `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: strict decoding error: ${faults.join(", ")}`
        : `strict decoding error: ${faults.join(", ")}`,
    );
  }
  if (validation !== "Ignore") faults.forEach(warn);
  return asObject(value, object, type);
}

function asObject(value: Json, object: KubeObject, type: SchemaType): KubeObject {
  const content: JsonObject = isJsonObject(value) ? value : {};
  const metadata = objectAt(content, "metadata");
  const all = preservesUnknown(type) ? { ...object, ...content } : content;
  return { ...all, apiVersion: object.apiVersion, kind: object.kind, metadata };
}

/** The value of a key of an object; undefined for anything else. */
export const member = (value: Json | undefined, key: string): Json | undefined =>
  isJsonObject(value) ? memberOf(value, key) : undefined;
