import type { Type } from "../../../src/values/type.ts";

export const tupleOf = (elements: readonly Type[]): Type => ({ kind: "tuple", elements });
