import { describe, expect, test } from "vitest";
import { parseAnswer } from "../../../src/kube/http/parse-status.ts";
import { KubeError } from "../../../src/kube/kube-error.ts";

const status = (code: number, message: string, reason?: string, details?: object) =>
  JSON.stringify({
    kind: "Status",
    apiVersion: "v1",
    status: "Failure",
    message,
    ...(reason && { reason }),
    ...(details && { details }),
    code,
  });
function thrown(code: number, text: string, method: "GET" | "PUT" = "PUT"): KubeError {
  try {
    parseAnswer({ status: code, text }, method);
  } catch (error) {
    if (error instanceof KubeError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("the platform's answers mean", () => {
  test.each<[number, string, string | undefined, string]>([
    [
      500,
      'failed to create HelmRelease: helmreleases.helm.toolkit.fluxcd.io "kubernetes-x" already exists',
      undefined,
      "AlreadyExists",
    ],
    [
      500,
      'failed to update HelmRelease: Operation cannot be fulfilled on helmreleases.helm.toolkit.fluxcd.io "kubernetes-x": the object has been modified; please apply your changes to the latest version and try again',
      undefined,
      "Conflict",
    ],
    [
      500,
      'failed to update HelmRelease: Operation cannot be fulfilled on helmreleases.helm.toolkit.fluxcd.io "kubernetes-x": StorageError: invalid object, Code: 4, Key: /x, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: a, UID in object meta: b',
      undefined,
      "UidMismatch",
    ],
    [
      500,
      'failed to fetch current HelmRelease: helmreleases.helm.toolkit.fluxcd.io "kubernetes-x" not found',
      undefined,
      "NotFound",
    ],
    [500, "etcdserver: request timed out", undefined, "Unavailable"],
    [409, "x already exists", "AlreadyExists", "AlreadyExists"],
    [409, "the object has been modified", "Conflict", "Conflict"],
    [404, 'kuberneteses.apps.cozystack.io "x" not found', "NotFound", "NotFound"],
    [400, 'values key "_x" is reserved', "BadRequest", "BadRequest"],
    [401, "Unauthorized", "Unauthorized", "Unauthorized"],
    [403, "forbidden", "Forbidden", "Forbidden"],
    [405, "not allowed", "MethodNotAllowed", "Unsupported"],
    [415, "media type", "UnsupportedMediaType", "Unsupported"],
    [422, "invalid", "Invalid", "Invalid"],
    [429, "slow down", "TooManyRequests", "TooManyRequests"],
    [503, "unavailable", "ServiceUnavailable", "Unavailable"],
    [504, "timeout", "Timeout", "Unavailable"],
  ])("%d %s", (code, message, reason, expected) => {
    const error = thrown(code, status(code, message, reason));
    expect(error).toMatchObject({
      code: expected,
      status: code,
      reason,
      message,
      ambiguous: expected === "Unavailable",
    });
  });

  test("fields of the causes", () => {
    const details = { causes: [{ reason: "FieldValueInvalid", field: "metadata.name" }, { reason: "x" }] };
    expect(thrown(422, status(422, "bad", "Invalid", details)).fields).toEqual(["metadata.name"]);
  });

  test("no secrets, even if the server repeats one", () => {
    expect(thrown(400, status(400, "bad header Bearer abcdefghij")).message).toBe("bad header Bearer [redacted]");
  });
});

describe("what is no answer of a Kubernetes API", () => {
  test.each<[number, string, string]>([
    [404, "404 page not found\n", "NotFound"],
    [404, "<html>nginx</html>", "Malformed"],
    [404, "default backend - 404", "Malformed"],
    [404, '{"error":"no such route"}', "Malformed"],
    // Cut off on the way: the whole answer may say anything.
    [404, '{"kind":"Status","apiVersion":"v1","metadata":{},"sta', "Network"],
    [409, "{", "Network"],
    [403, '{"kind":"Sta', "Forbidden"],
    [500, '{"kind":"Sta', "Unavailable"],
    [302, "", "Malformed"],
    [401, "", "Unauthorized"],
    [403, "<html>", "Forbidden"],
    [502, "<html>", "Unavailable"],
    [200, "<html>login</html>", "Malformed"],
    [200, "", "Malformed"],
    [200, "[1]", "Malformed"],
    [200, '{"kind":', "Malformed"],
  ])("%d %j", (code, text, expected) => {
    const error = thrown(code, text, "GET");
    expect(error.code).toBe(expected);
    expect(error.message).not.toMatch(/nginx|login|route/);
  });
});

test("a 2xx answer is its JSON object", () => {
  expect(parseAnswer({ status: 201, text: '{"kind":"Kubernetes"}' }, "POST")).toEqual({ kind: "Kubernetes" });
});

test("an answer that nests too deep is refused, one of sensible depth is not", () => {
  const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;
  expect(() => parseAnswer({ status: 200, text: nested(20_000) }, "GET")).toThrow(/nests too deep/);
  expect(() => parseAnswer({ status: 200, text: `{"a":${"[".repeat(20_000)}${"]".repeat(20_000)}}` }, "GET")).toThrow(
    KubeError,
  );
  expect(parseAnswer({ status: 200, text: nested(200) }, "GET")).toHaveProperty("a");
});
