import type { Attribute, Attributes } from "../schema/attribute.ts";
import { formatPath, type Path } from "../values/path.ts";
import { Decimal, Unknown, type Value, type ValueObject } from "../values/value.ts";
import { Diagnostics } from "./diagnostic.ts";
import { type Engine, findResource, guarded } from "./engine.ts";
import { asObject } from "./value-object.ts";

export interface ValidateRequest {
  readonly type: string;
  readonly config: ValueObject;
  /** Clients before Terraform 1.11 would store write-only values (protocol.md §1.4). */
  readonly writeOnlyAllowed: boolean;
}

export async function validateResource<Client>(engine: Engine<Client>, request: ValidateRequest): Promise<Diagnostics> {
  const diagnostics = new Diagnostics();
  await guarded(engine, diagnostics, () => {
    const { definition } = findResource(engine, request.type);
    checkAttributes(definition.schema, request.config, diagnostics);
    if (!request.writeOnlyAllowed) refuseWriteOnly(definition.schema, request.config, diagnostics);
    if (!diagnostics.failed) definition.validate?.({ config: request.config, diagnostics });
  });
  return diagnostics;
}

/** Runs each attribute's own check on every value that is known. */
export function checkAttributes(
  attributes: Attributes,
  config: ValueObject,
  diagnostics: Diagnostics,
  prefix: Path = [],
): void {
  for (const [name, attribute] of Object.entries(attributes)) {
    const value = config[name] ?? null;
    if (value === null || value instanceof Unknown) continue;
    checkValue(attribute, value, [...prefix, { attribute: name }], diagnostics);
  }
}

function checkValue(attribute: Attribute, value: Value, path: Path, diagnostics: Diagnostics): void {
  const complain = (complaint: string) =>
    diagnostics.error("Invalid value", `\`${formatPath(path)}\` ${complaint}.`, path);
  if (attribute.kind.plain) {
    if (attribute.kind.integer && value instanceof Decimal) {
      complain(`must be a whole number between -(2^53 - 1) and 2^53 - 1, not ${value.text}`);
      return;
    }
    if (attribute.check === undefined || holdsUnknown(value)) return;
    const complaint = (attribute.check as (value: Value) => string | undefined)(value);
    if (complaint !== undefined) complain(complaint);
    return;
  }
  const { nesting, attributes } = attribute.kind;
  const one = (element: Value, at: Path) => {
    if (element === null) complain("must not hold null");
    else if (!(element instanceof Unknown)) checkAttributes(attributes, asObject(element), diagnostics, at);
  };
  if (nesting === "single") one(value, path);
  else if (Array.isArray(value)) {
    // Elements of a set have no address: complaints stop at the set (protocol.md §3.3).
    value.forEach((element, index) => {
      one(element, nesting === "list" ? [...path, { index }] : path);
    });
  } else for (const [key, element] of Object.entries(asObject(value))) one(element, [...path, { key }]);
}

const holdsUnknown = (value: Value): boolean =>
  value instanceof Unknown ||
  (Array.isArray(value) && value.some(holdsUnknown)) ||
  (typeof value === "object" &&
    value !== null &&
    Object.getPrototypeOf(value) === null &&
    Object.values(value).some(holdsUnknown));

function refuseWriteOnly(attributes: Attributes, config: ValueObject, diagnostics: Diagnostics): void {
  for (const [name, attribute] of Object.entries(attributes)) {
    if (attribute.mode !== "writeOnly" || (config[name] ?? null) === null) continue;
    diagnostics.error(
      "Write-only values need a newer Terraform",
      `\`${name}\` is write-only: this version of Terraform or OpenTofu would store it in the state. ` +
        "Use Terraform 1.11 or OpenTofu 1.11, or leave the attribute out.",
      name,
    );
  }
}
