import { isJsonObject } from "../../base/json.ts";
import { structuralType } from "../schema/custom-schema.ts";
import { loadedDefinitions } from "../schema/definitions.ts";
import { definitionType, type SchemaType } from "../schema/schema-type.ts";
import { at, type KubeObject, listAt, nameOf, objectAt, text, textAt } from "../store/kube-object.ts";
import { ownKinds, resourceKey, type ServedKind } from "./served-kind.ts";

/** The kinds that a tenant cluster serves at the moment. */
export interface KindRegistry {
  all(): readonly ServedKind[];
  /** By the names of a URL. */
  find(group: string, version: string, plural: string): ServedKind | undefined;
  /** By its name in the store; of a custom resource in any of its versions. */
  byResource(resource: string): ServedKind | undefined;
  typeOf(kind: ServedKind): SchemaType | undefined;
}

const ownByResource = new Map(ownKinds.map((kind) => [resourceKey(kind), kind]));

/** @param customDefinitions the CustomResourceDefinitions; they are asked for at each use. */
export function createKindRegistry(customDefinitions: () => readonly KubeObject[]): KindRegistry {
  // A definition is read once for each of its versions in the store.
  const known = new Map<string, { readonly object: KubeObject; readonly kinds: readonly ServedKind[] }>();
  const custom = (): ServedKind[] =>
    customDefinitions().flatMap((object) => {
      const before = known.get(nameOf(object));
      if (before?.object === object) return before.kinds;
      const kinds = isEstablished(object) ? customKinds(object) : [];
      known.set(nameOf(object), { object, kinds });
      return kinds;
    });
  const matches = (group: string, version: string, plural: string) => (kind: ServedKind) =>
    kind.group === group && kind.version === version && kind.plural === plural;
  return {
    all: () => [...ownKinds, ...custom()],
    find: (...names) => ownKinds.find(matches(...names)) ?? custom().find(matches(...names)),
    byResource: (resource) => ownByResource.get(resource) ?? custom().find((kind) => resourceKey(kind) === resource),
    typeOf: (kind) => kind.custom?.type ?? definitionType(loadedDefinitions, kind.definition),
  };
}

const isEstablished = (object: KubeObject): boolean =>
  listAt(object, "status", "conditions").some(
    (condition) => textAt(condition, "type") === "Established" && textAt(condition, "status") === "True",
  );

function customKinds(object: KubeObject): ServedKind[] {
  const names = objectAt(object, "spec", "names");
  const group = textAt(object, "spec", "group");
  const served = listAt(object, "spec", "versions").filter((version) => at(version, "served") === true);
  const storage = served.filter((version) => at(version, "storage") === true);
  const versions = [...storage, ...served.filter((version) => !storage.includes(version))].map((one) =>
    textAt(one, "name"),
  );
  return served.filter(isJsonObject).map((version) => {
    const subresources = objectAt(version, "subresources");
    const kind = text(names["kind"]);
    return {
      group,
      version: textAt(version, "name"),
      kind,
      plural: text(names["plural"]),
      singular: text(names["singular"]) || kind.toLowerCase(),
      namespaced: textAt(object, "spec", "scope") === "Namespaced",
      shortNames: listAt(names, "shortNames").map((name) => text(name)),
      categories: listAt(names, "categories").map((name) => text(name)),
      subresources: (["scale", "status"] as const).filter((name) => subresources[name] !== undefined),
      generation: true,
      definition: `${group.split(".").reverse().join(".")}.${textAt(version, "name")}.${kind}`,
      custom: {
        name: nameOf(object),
        type: structuralType(objectAt(version, "schema", "openAPIV3Schema"), loadedDefinitions),
        versions,
        columns: listAt(version, "additionalPrinterColumns").filter(isJsonObject),
        scale: isJsonObject(subresources["scale"]) ? subresources["scale"] : undefined,
      },
    };
  });
}
