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
export const expired = (version: number): ApiStatus =>
  new ApiStatus(410, "Expired", `too old resource version: ${version}`);
export const badRequest = (message: string): ApiStatus => new ApiStatus(400, "BadRequest", message);
export const unauthorized = (): ApiStatus => new ApiStatus(401, "Unauthorized", "Unauthorized");
export const noSuchResource = (): ApiStatus =>
  new ApiStatus(404, "NotFound", "the server could not find the requested resource", {});
export const methodNotAllowed = (): ApiStatus =>
  new ApiStatus(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", {});
export const unprocessable = (): ApiStatus =>
  new ApiStatus(422, "Invalid", "the server rejected our request due to an error in our request", {});

export function notFound(group: string, resource: string, name: string): ApiStatus {
  return new ApiStatus(404, "NotFound", `${qualified(group, resource)} "${name}" not found`, {
    name,
    ...(group === "" ? {} : { group }),
    kind: resource,
  });
}

export interface FieldFault {
  readonly field: string;
  readonly reason:
    | "FieldValueDuplicate"
    | "FieldValueForbidden"
    | "FieldValueInvalid"
    | "FieldValueNotSupported"
    | "FieldValueRequired"
    | "FieldValueTooLong"
    | "FieldValueTypeInvalid";
  readonly message: string;
}

const qualified = (group: string, name: string): string => (group === "" ? name : `${name}.${group}`);

export function invalid(group: string, kind: string, name: string, ...faults: readonly FieldFault[]): ApiStatus {
  const texts = faults.map((fault) => `${fault.field}: ${fault.message}`);
  const list = texts.length === 1 ? texts[0] : `[${texts.join(", ")}]`;
  return new ApiStatus(422, "Invalid", `${qualified(group, kind)} "${name}" is invalid: ${list}`, {
    ...(name === "" ? {} : { name }),
    ...(group === "" ? {} : { group }),
    kind,
    causes: faults.map(({ reason, message, field }) => ({ reason, message, field })),
  });
}

interface Named {
  readonly group: string;
  /** The plural of its kind. */
  readonly resource: string;
  readonly name: string;
}

const details = ({ group, resource, name }: Named): JsonObject => ({
  name,
  ...(group === "" ? {} : { group }),
  kind: resource,
});

export const alreadyExists = (object: Named): ApiStatus =>
  new ApiStatus(
    409,
    "AlreadyExists",
    `${qualified(object.group, object.resource)} "${object.name}" already exists`,
    details(object),
  );

export const conflict = (object: Named, why: string): ApiStatus =>
  new ApiStatus(
    409,
    "Conflict",
    `Operation cannot be fulfilled on ${qualified(object.group, object.resource)} "${object.name}": ${why}`,
    details(object),
  );

export const forbiddenWrite = (object: Named, why: string, causes: readonly JsonObject[] = []): ApiStatus =>
  new ApiStatus(403, "Forbidden", `${qualified(object.group, object.resource)} "${object.name}" is forbidden: ${why}`, {
    ...details(object),
    ...(causes.length > 0 ? { causes: [...causes] } : {}),
  });
