import type { Attribute, Attributes } from "../schema/declaration.ts";
import type { Config } from "../schema/shape.ts";
import { containsUnknown } from "../values/known.ts";
import { formatPath, type Path, type Step } from "../values/path.ts";
import type { Type } from "../values/type.ts";
import { Unknown, type Value, type ValueObject } from "../values/value.ts";
import { isMembers } from "../values/value-kind.ts";
import { Diagnostics } from "./diagnostic.ts";
import { type Engine, guarded } from "./engine.ts";
import { asObject, elementsOf } from "./nested.ts";

/** A configuration during a plan; parts of it may be unknown. */
export interface ValidateContext<A extends Attributes> {
  readonly config: Config<A>;
  readonly diagnostics: Diagnostics;
}

/** ValidateContext with its static types erased. */
interface ErasedValidateContext {
  readonly config: ValueObject;
  readonly diagnostics: Diagnostics;
}

/** A definition with its own configuration. */
export interface Configurable {
  readonly schema: Attributes;
  validate?(context: ErasedValidateContext): void;
}

/** Implements the RPCs that validate a configuration, which may contain unknown values. */
export async function validateConfig<Client>(
  engine: Engine<Client>,
  definition: Configurable,
  config: ValueObject,
  { writeOnlyAllowed = true } = {},
): Promise<Diagnostics> {
  const diagnostics = new Diagnostics();
  await guarded(engine, diagnostics, () => {
    checkAttributes(definition.schema, config, diagnostics);
    if (!writeOnlyAllowed) refuseWriteOnly(definition.schema, config, diagnostics);
    if (!diagnostics.failed) definition.validate?.({ config, diagnostics });
  });
  return diagnostics;
}

/**
 * Runs each attribute's own check on every known value. `set` is the path of the enclosing set, if any: elements of a set have no
 * address, so a diagnostic's path ends there (protocol.md §3.3).
 */
export function checkAttributes(
  attributes: Attributes,
  config: ValueObject,
  diagnostics: Diagnostics,
  prefix: Path = [],
  set?: Path,
): void {
  for (const [name, attribute] of Object.entries(attributes)) {
    const value = config[name] ?? null;
    const path: Path = [...prefix, { attribute: name }];
    if (attribute.mode === "computed") {
      if (value !== null) {
        const said = `\`${formatPath(path)}\` is set by the provider; it cannot be configured. Remove it.`;
        diagnostics.error("Read-only attribute", said, set ?? path);
      }
    } else if (value === null) {
      if (attribute.mode === "required") {
        const said = `\`${formatPath(path)}\` is required, but its value is null.`;
        diagnostics.error("Missing required value", said, set ?? path);
      }
    } else if (!(value instanceof Unknown)) checkValue(attribute, value, path, set, diagnostics);
  }
}

function checkValue(
  attribute: Attribute,
  value: Value,
  path: Path,
  set: Path | undefined,
  diagnostics: Diagnostics,
): void {
  const complain = (complaint: string) =>
    diagnostics.error("Invalid value", sentence(`\`${formatPath(path)}\` ${complaint}`), set ?? path);
  if (attribute.kind.plain) {
    if (attribute.kind.integer && !Number.isSafeInteger(value)) {
      const text = shortNumber(value);
      const range = text.includes(".") ? "" : " between -(2^53 - 1) and 2^53 - 1";
      complain(`must be a whole number${range}; got ${text}`);
      return;
    }
    const hole = nullIn(value, attribute.kind.wire, path);
    if (hole !== undefined) {
      diagnostics.error("Invalid value", `\`${formatPath(hole)}\` must not be null.`, set ?? hole);
      return;
    }
    if (attribute.check === undefined || containsUnknown(value)) return;
    const complaint = (attribute.check as (value: Value) => string | undefined)(value);
    if (complaint !== undefined) complain(complaint);
    return;
  }
  for (const [element, at] of elementsOf(attribute.kind.nesting, value, path)) {
    if (element === null) complain("must not hold null");
    else if (!(element instanceof Unknown)) {
      const inside = set ?? (attribute.kind.nesting === "set" ? path : undefined);
      checkAttributes(attribute.kind.attributes, asObject(element), diagnostics, at, inside);
    }
  }
}

/** Ends a complaint with a period unless it ends with a question mark. */
const sentence = (text: string): string => (text.endsWith("?") ? text : `${text}.`);

/** Limits a number to 40 characters; a number may have any number of digits. */
const shortNumber = (value: Value): string => {
  const text = String(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
};

/**
 * Returns the path of a null inside a collection; the platform would store it and fail on it minutes later. The path ends at a set,
 * whose elements have no address (protocol.md §3.3).
 */
function nullIn(value: Value, type: Type, path: Path): Path | undefined {
  if (value === null) return path;
  const steps: [Value, Step][] =
    (type.kind === "list" || type.kind === "set") && Array.isArray(value)
      ? value.map((element, index) => [element, { index }])
      : type.kind === "map" && isMembers(value)
        ? Object.entries(value).map(([key, element]) => [element, { key }])
        : [];
  for (const [element, step] of steps) {
    const found = nullIn(
      element,
      "element" in type ? type.element : type,
      type.kind === "set" ? path : [...path, step],
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Rejects write-only values: clients before Terraform 1.11 would store them (protocol.md §1.4). */
function refuseWriteOnly(
  attributes: Attributes,
  config: ValueObject,
  diagnostics: Diagnostics,
  prefix: Path = [],
): void {
  for (const [name, attribute] of Object.entries(attributes)) {
    const value = config[name] ?? null;
    if (value === null) continue;
    const path: Path = [...prefix, { attribute: name }];
    if (attribute.mode === "writeOnly") {
      diagnostics.error(
        "Write-only arguments are not supported by this Terraform",
        `\`${formatPath(path)}\` is write-only: this version of Terraform or OpenTofu would store it in the state. ` +
          "Use Terraform 1.11 or OpenTofu 1.11, or leave the attribute out.",
        path,
      );
    } else if (!attribute.kind.plain) {
      for (const [element, at] of elementsOf(attribute.kind.nesting, value, path)) {
        if (isMembers(element)) refuseWriteOnly(attribute.kind.attributes, element, diagnostics, at);
      }
    }
  }
}
