import type { IdentityAttributes } from "../engine/resource.ts";
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

/** The known parts of an identity; undefined where none was sent. */
export function fromIdentityData(
  identity: IdentityAttributes,
  message: tfplugin6.IResourceIdentityData | null | undefined,
): Record<string, string> | undefined {
  const data = objectFrom(message?.identityData, identityType(identity));
  if (data === null) return undefined;
  return Object.fromEntries(
    Object.entries(data).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}
