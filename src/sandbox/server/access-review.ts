import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { badRequest } from "./api-status.ts";
import type { HttpRequest } from "./http-server.ts";

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

/** `k8s\0`, then runtime.Unknown whose field 2 is the object, whose field 2 is the spec. */
function fromProtobuf(bytes: Buffer): JsonObject {
  if (bytes.subarray(0, 4).toString("latin1") !== "k8s\0") throw new Error("not Kubernetes protobuf");
  const object = fields(bytes.subarray(4)).get(2);
  const spec = object && fields(object).get(2);
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

/** The length-delimited fields of a message by number: strings and messages. Other types do not occur here. */
function fields(message: Buffer): Map<number, Buffer> {
  const found = new Map<number, Buffer>();
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = message[at];
      if (byte === undefined || shift > 28) throw new Error("unterminated varint");
      at += 1;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const length = varint();
    if ((tag & 7) === 0) continue;
    if ((tag & 7) !== 2 || length < 0 || at + length > message.length) throw new Error("an unexpected field");
    found.set(tag >> 3, message.subarray(at, at + length));
    at += length;
  }
  return found;
}
