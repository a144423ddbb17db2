import { parse } from "yaml";
import { isJsonObject, type Json, type JsonObject } from "../../../base/json.ts";
import type { Kind, Profile } from "../../platform/profile.ts";
import { badRequest } from "../../server/api-status.ts";
import { text } from "../../store/kube-object.ts";
import { goJsonError } from "./go-json-error.ts";

/**
 * Reads a body like the API server's decoder: JSON, or YAML without a leading brace. Kind and version are optional, the namespace
 * must be that of the URL.
 *
 * @throws ApiStatus 400 in the server's words.
 */
export function decodeObject(profile: Profile, kind: Kind, namespace: string, body: string): JsonObject {
  const object = parseBody(kind, body);
  const named = text(object["kind"]) || kind.name;
  const version = text(object["apiVersion"]) || "apps.cozystack.io/v1alpha1";
  if (named !== kind.name || version !== "apps.cozystack.io/v1alpha1") {
    const short = version.slice(version.indexOf("/") + 1);
    throw badRequest(
      `${named} in version "${short}" cannot be handled as a ${kind.name}: no kind "${named}" is registered for version "${version}" in scheme "${profile.capabilities.api.schemeSource}"`,
    );
  }
  const metadata = isJsonObject(object["metadata"]) ? object["metadata"] : {};
  const own = text(metadata["namespace"]);
  if (own !== "" && own !== namespace) {
    throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
  }
  const spec = object["spec"];
  if (spec !== undefined && spec !== null && !isJsonObject(spec)) {
    throw badRequest(`json: cannot unmarshal ${goTypeOf(spec)} into Go value of type map[string]interface {}`);
  }
  return object;
}

function parseBody(kind: Kind, body: string): JsonObject {
  const refuse = (why: string) =>
    badRequest(`the object provided is unrecognized (must be of type ${kind.name}): ${why} (${summary(body)})`);
  let value: Json;
  if (body.trimStart().startsWith("{") || body.trim() === "") {
    try {
      value = JSON.parse(body) as Json;
    } catch {
      throw refuse(`couldn't get version/kind; json parse error: ${goJsonError(body)}`);
    }
  } else {
    try {
      value = parse(body) as Json;
    } catch {
      throw refuse("couldn't get version/kind; json parse error: yaml: the document is not valid");
    }
  }
  if (!isJsonObject(value)) {
    throw refuse(
      `couldn't get version/kind; json parse error: json: cannot unmarshal ${goTypeOf(value)} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
    );
  }
  return value;
}

function goTypeOf(value: Json): string {
  if (Array.isArray(value)) return "array";
  return typeof value === "boolean" ? "bool" : typeof value;
}

/** The first characters of a body, or its bytes where it is not an object. */
function summary(body: string): string {
  const limit = 30;
  if (body === "") return "<empty>";
  const cut = (shown: string) => (shown.length > limit ? `${shown.slice(0, limit)} ...` : shown);
  return body.startsWith("{") ? cut(body) : cut(Buffer.from(body).toString("hex"));
}
