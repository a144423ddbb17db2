import type { Json } from "../../base/json.ts";
import type { KubeObject } from "../store/kube-object.ts";

export interface Column {
  readonly name: string;
  readonly type: "string" | "integer" | "date";
  readonly format?: string;
  /** Shown only with `-o wide`. */
  readonly wide?: boolean;
  readonly cell: (object: KubeObject) => Json;
}

/** A part of an object with a path of its own, `deployments/scale`. */
export interface Subresource {
  readonly name: string;
  readonly verbs: readonly string[];
  /** The kind that it reads and writes, where that is not the object's own. */
  readonly kind?: { readonly group: string; readonly version: string; readonly kind: string };
}

/** A resource for discovery, reads and tables. */
export interface ApiResource {
  readonly group: string;
  readonly version: string;
  readonly name: string;
  readonly singular: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly subresources?: readonly Subresource[];
  readonly columns: readonly Column[];
  /** All objects in the order of a list. Undefined for resources that can only be created. */
  readonly list?: () => KubeObject[];
  /** One object, where it is readable although the list does not contain it. */
  readonly get?: (name: string) => KubeObject | undefined;
  /** The format of a list's items and version, which differs between servers. */
  readonly listStyle: "aggregated" | "custom" | "core";
  readonly fieldLabels?: readonly string[];
  /** The aggregated server delivers watch events to tables only (platform.md §7). */
  readonly watch: "all" | "tables";
  /** Whether `limit` and `continue` divide a list into pages. */
  readonly paged?: boolean;
  /** For a watch: the version at which an object was created. Absent: an object that is newer than the watch counts as added. */
  readonly createdAt?: (object: KubeObject) => number;
  /** For a watch: what was removed after a version; undefined where that is no longer known. Absent: never reported (platform.md §1.8). */
  readonly removedSince?: (version: number) => readonly KubeObject[] | undefined;
}

export const groupVersionOf = (resource: { readonly group: string; readonly version: string }): string =>
  resource.group === "" ? resource.version : `${resource.group}/${resource.version}`;

export const nameColumn: Column = {
  name: "Name",
  type: "string",
  format: "name",
  cell: (object) => object.metadata["name"] ?? "",
};

export const ageColumn: Column = {
  name: "Age",
  type: "date",
  cell: (object) => object.metadata["creationTimestamp"] ?? null,
};

/** A kind whose objects are answered, not stored. */
export const reviewResource = (group: string, kind: string): ApiResource => ({
  group,
  version: "v1",
  name: `${kind.toLowerCase()}s`,
  singular: kind.toLowerCase(),
  kind,
  namespaced: false,
  verbs: ["create"],
  columns: [],
  listStyle: "core",
  watch: "all",
});
