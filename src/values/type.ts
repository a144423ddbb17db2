/** Terraform's type constraints (cty). Objects and tuples are structural; a value of type `dynamic` has its own type. */
export type Type =
  | { readonly kind: "string" | "number" | "bool" | "dynamic" }
  | { readonly kind: "list" | "set" | "map"; readonly element: Type }
  | { readonly kind: "tuple"; readonly elements: readonly Type[] }
  | { readonly kind: "object"; readonly attributes: Readonly<Record<string, Type>> };

export const stringType: Type = { kind: "string" };
export const numberType: Type = { kind: "number" };
export const boolType: Type = { kind: "bool" };
export const dynamicType: Type = { kind: "dynamic" };
export const listOf = (element: Type): Type => ({ kind: "list", element });
export const setOf = (element: Type): Type => ({ kind: "set", element });
export const mapOf = (element: Type): Type => ({ kind: "map", element });
export const objectOf = (attributes: Readonly<Record<string, Type>>): Type => ({ kind: "object", attributes });

/** The kinds with any number of elements of one type. */
export const collectionKinds: ReadonlySet<Type["kind"]> = new Set(["list", "set", "map"]);
