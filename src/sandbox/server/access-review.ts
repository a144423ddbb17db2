import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { badRequest } from "./api-status.ts";
import type { HttpRequest } from "./http-server.ts";
import { kubernetesMessage, protobufFields } from "./protobuf-fields.ts";

/**
 * The `spec` of a SelfSubjectAccessReview. kubectl sends this object in Kubernetes' protobuf encoding, so both encodings are read.
 * @throws ApiStatus 400 for any other body.
 */
export function readAccessReview(request: Pick<HttpRequest, "body" | "bytes" | "contentType">): JsonObject {
  const refuse = () => badRequest("the object provided is unrecognized (must be of type SelfSubjectAccessReview)");
  try {
    if (request.contentType === "application/vnd.kubernetes.protobuf") return fromProtobuf(request.bytes);
    const body = JSON.parse(request.body) as Json;
    return isJsonObject(body) && isJsonObject(body["spec"]) ? body["spec"] : {};
  } catch {
    throw refuse();
  }
}

const resourceAttributes = ["namespace", "verb", "group", "version", "resource", "subresource", "name"];
const nonResourceAttributes = ["path", "verb"];

/** The spec is field 2 of the review. */
function fromProtobuf(bytes: Buffer): JsonObject {
  const spec = fields(kubernetesMessage(bytes).message).get(2);
  if (!spec) return {};
  const parts = fields(spec);
  const named = (content: Buffer, names: readonly string[]): JsonObject => {
    const found = fields(content);
    return Object.fromEntries(
      names.flatMap((name, index) => {
        const value = found.get(index + 1)?.toString("utf8") ?? "";
        return value === "" ? [] : [[name, value]];
      }),
    );
  };
  const resource = parts.get(1);
  const path = parts.get(2);
  return {
    ...(resource ? { resourceAttributes: named(resource, resourceAttributes) } : {}),
    ...(path ? { nonResourceAttributes: named(path, nonResourceAttributes) } : {}),
  };
}

/** The strings and messages of a message by number. */
const fields = (message: Buffer): Map<number, Buffer> =>
  new Map(protobufFields(message).flatMap(({ number, value }) => (Buffer.isBuffer(value) ? [[number, value]] : [])));
