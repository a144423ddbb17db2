import type { JsonObject } from "../../base/json.ts";

/** A refusal of the API server: a `metav1.Status` with its HTTP code. Handlers throw it, the server answers it. */
export class ApiStatus extends Error {
  override readonly name = "ApiStatus";
  readonly code: number;
  readonly body: JsonObject;

  constructor(code: number, reason: string | undefined, message: string, details?: JsonObject) {
    super(message);
    this.code = code;
    this.body = {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message,
      ...(reason === undefined ? {} : { reason }),
      ...(details === undefined ? {} : { details }),
      code,
    };
  }
}

/** `fmt.Errorf` in the platform's handlers removes the type of an error: code 500 without a reason (platform.md §1.5). */
export const internalError = (message: string): ApiStatus => new ApiStatus(500, undefined, message);
export const badRequest = (message: string): ApiStatus => new ApiStatus(400, "BadRequest", message);
export const unauthorized = (): ApiStatus => new ApiStatus(401, "Unauthorized", "Unauthorized");
export const noSuchResource = (): ApiStatus =>
  new ApiStatus(404, "NotFound", "the server could not find the requested resource", {});
export const methodNotAllowed = (): ApiStatus =>
  new ApiStatus(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", {});
export const unprocessable = (): ApiStatus =>
  new ApiStatus(422, "Invalid", "the server rejected our request due to an error in our request", {});

export function notFound(group: string, resource: string, name: string): ApiStatus {
  const qualified = group === "" ? resource : `${resource}.${group}`;
  return new ApiStatus(404, "NotFound", `${qualified} "${name}" not found`, {
    name,
    ...(group === "" ? {} : { group }),
    kind: resource,
  });
}

export interface FieldFault {
  readonly field: string;
  readonly reason: "FieldValueInvalid" | "FieldValueRequired";
  readonly message: string;
}

export function invalid(group: string, kind: string, name: string, fault: FieldFault): ApiStatus {
  return new ApiStatus(422, "Invalid", `${kind}.${group} "${name}" is invalid: ${fault.field}: ${fault.message}`, {
    ...(name === "" ? {} : { name }),
    group,
    kind,
    causes: [{ reason: fault.reason, message: fault.message, field: fault.field }],
  });
}
