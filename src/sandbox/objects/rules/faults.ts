import type { Json } from "../../../base/json.ts";
import type { FieldFault } from "../../server/api-status.ts";

/** Collects what is wrong with an object, in the words of Kubernetes' field errors. */
export interface Faults {
  readonly found: FieldFault[];
  required(field: string, detail?: string): void;
  invalid(field: string, value: Json | undefined, detail: string): void;
  forbidden(field: string, detail: string): void;
  notSupported(field: string, value: string, supported: readonly string[]): void;
  duplicate(field: string, value: Json): void;
}

export function createFaults(): Faults {
  const found: FieldFault[] = [];
  const add = (reason: FieldFault["reason"], field: string, message: string) =>
    void found.push({ field, reason, message });
  return {
    found,
    required: (field, detail) =>
      add("FieldValueRequired", field, detail === undefined ? "Required value" : `Required value: ${detail}`),
    invalid: (field, value, detail) =>
      add("FieldValueInvalid", field, `Invalid value: ${JSON.stringify(value ?? null)}: ${detail}`),
    forbidden: (field, detail) => add("FieldValueForbidden", field, `Forbidden: ${detail}`),
    notSupported: (field, value, supported) =>
      add(
        "FieldValueNotSupported",
        field,
        `Unsupported value: ${JSON.stringify(value)}: supported values: ${supported.map((one) => JSON.stringify(one)).join(", ")}`,
      ),
    duplicate: (field, value) => add("FieldValueDuplicate", field, `Duplicate value: ${JSON.stringify(value)}`),
  };
}
