import { dynamicType, type Type } from "./type.ts";

/** Returns the type of the element at an index of a list, set or tuple; `dynamic` if the type has none. */
export function elementType(type: Type, index: number): Type {
  if (type.kind === "tuple") return type.elements[index] ?? dynamicType;
  return type.kind === "list" || type.kind === "set" ? type.element : dynamicType;
}

/** Returns the type of the value of a key in a map or object; `dynamic` if the type has none. */
export function memberType(type: Type, key: string): Type {
  if (type.kind === "map") return type.element;
  return (
    (type.kind === "object" && Object.hasOwn(type.attributes, key) ? type.attributes[key] : undefined) ?? dynamicType
  );
}
