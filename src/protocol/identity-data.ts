import { DiagnosticError } from "../engine/diagnostic.ts";
import { asObject } from "../engine/nested.ts";
import type { IdentityAttributes } from "../engine/resource/definition.ts";
import { decodeJson } from "../values/json.ts";
import { objectOf, type Type } from "../values/type.ts";
import type { ValueObject } from "../values/value.ts";
import { objectFrom, toDynamicValue } from "./dynamic-value.ts";
import type { tfplugin6 } from "./generated/tfplugin6.js";

const identityType = (identity: IdentityAttributes): Type =>
  objectOf(Object.fromEntries(Object.entries(identity).map(([name, { kind }]) => [name, kind.wire])));

export function toIdentityData(
  identity: IdentityAttributes,
  values: Record<string, string>,
): tfplugin6.IResourceIdentityData {
  const whole: ValueObject = Object.create(null);
  for (const name of Object.keys(identity)) whole[name] = values[name] ?? null;
  return { identityData: toDynamicValue(whole, identityType(identity)) };
}

/** Returns the known parts of an identity; undefined if the message has none. */
export function fromIdentityData(
  identity: IdentityAttributes,
  message: tfplugin6.IResourceIdentityData | null | undefined,
): Record<string, string> | undefined {
  const data = objectFrom(message?.identityData, identityType(identity));
  return data === null ? undefined : knownParts(data);
}

/** Decodes an identity as stored in a state file. Throws ValueError or DiagnosticError if it is invalid. */
export function identityFromJson(
  identity: IdentityAttributes,
  json: Uint8Array | null | undefined,
): Record<string, string> {
  const stored = decodeJson(json ?? new Uint8Array(), identityType(identity));
  if (stored === null) {
    throw new DiagnosticError("The stored identity cannot be read", "The identity that Terraform has stored is empty.");
  }
  return knownParts(asObject(stored));
}

const knownParts = (data: ValueObject): Record<string, string> =>
  Object.fromEntries(Object.entries(data).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
