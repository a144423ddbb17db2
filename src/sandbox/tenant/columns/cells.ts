import type { Json } from "../../../base/json.ts";
import type { Column } from "../../server/api-resource.ts";
import { at, type KubeObject, numberAt, objectAt } from "../../store/kube-object.ts";

/** A column of text; an absent value is empty. */
export const textColumn = (name: string, cell: (object: KubeObject) => Json | undefined): Column => ({
  name,
  type: "string",
  cell: (object) => cell(object) ?? "",
});

/** The same with `-o wide` only. */
export const wideColumn = (name: string, cell: (object: KubeObject) => Json | undefined): Column => ({
  ...textColumn(name, cell),
  wide: true,
});

export const pathColumn = (name: string, ...path: string[]): Column =>
  textColumn(name, (object) => at(object, ...path));

/** A column of a number; an absent one is 0. */
export const countColumn = (name: string, ...path: string[]): Column => ({
  name,
  type: "integer",
  cell: (object) => numberAt(object, ...path) ?? 0,
});

export const orNone = (text: string): string => (text === "" ? "<none>" : text);

/** Labels as kubectl shows them: `a=b,c=d`. */
export const labelsText = (labels: Json | undefined): string =>
  orNone(
    Object.entries(objectAt(labels))
      .map(([key, value]) => `${key}=${String(value)}`)
      .join(","),
  );
