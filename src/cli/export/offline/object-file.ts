import { isJsonObject, type Json, type JsonObject } from "../../../base/json.ts";
import { objectAt, stringAt, valueAt } from "../../../base/json-pointer.ts";
import { DiagnosticError } from "../../../engine/diagnostic.ts";
import { readHelmDocuments, YamlError } from "../../../hikube/shared/yaml/helm-yaml.ts";

export const objectKinds = ["Kubernetes", "KubernetesNodes", "WorkloadMonitor"] as const;
type ObjectKind = (typeof objectKinds)[number];

/** The objects of a file that an export reads, by kind. */
export type FileObjects = Readonly<Record<ObjectKind, readonly JsonObject[]>>;

const summary = "The objects cannot be read";

/**
 * Reads what `kubectl get -o yaml` or `-o json` prints: a list, one object, or several documents. Objects of other kinds are omitted.
 * `source` names the file in errors. Throws DiagnosticError.
 */
export function readObjects(text: string, source: string): FileObjects {
  const all = documentsOf(text, source).flatMap(itemsOf);
  const ofKind = (kind: ObjectKind): JsonObject[] =>
    all.filter((object) => object["kind"] === kind && isOfPlatform(object)).map((object) => named(object, source));
  const objects = {
    Kubernetes: ofKind("Kubernetes"),
    KubernetesNodes: ofKind("KubernetesNodes"),
    WorkloadMonitor: ofKind("WorkloadMonitor"),
  };
  if (objects.Kubernetes.length > 0) return objects;
  const kinds = [...new Set(all.map((object) => stringAt(object, ["kind"]) || "no kind"))];
  throw new DiagnosticError(
    summary,
    `There is no cluster in ${source}, that is, no object of kind Kubernetes in apps.cozystack.io. ` +
      `${kinds.length === 0 ? "There is no object at all." : `Found: ${kinds.join(", ")}.`} ` +
      "Write the file with `kubectl get kubernetes,workloadmonitors -o yaml`.",
  );
}

function documentsOf(text: string, source: string): Json[] {
  try {
    return readHelmDocuments(text);
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw new DiagnosticError(summary, `Invalid YAML or JSON in ${source}: ${error.message}.`);
  }
}

/** Returns the objects of a document, which may be a list. */
function itemsOf(document: Json): JsonObject[] {
  if (!isJsonObject(document)) return [];
  const items = valueAt(document, ["items"]);
  return Array.isArray(items) ? items.flatMap(itemsOf) : [document];
}

const isOfPlatform = (object: JsonObject): boolean =>
  /^(?:apps\.)?cozystack\.io\//.test(stringAt(object, ["apiVersion"]) ?? "");

/** Returns an object with a uid, which a manifest does not have. */
function named(object: JsonObject, source: string): JsonObject {
  const kind = stringAt(object, ["kind"]) ?? "";
  const metadata = objectAt(object, ["metadata"]);
  const { name, namespace, uid } = metadata;
  if (typeof name !== "string" || name === "") {
    throw new DiagnosticError(summary, `An object of kind ${kind} in ${source} has no \`metadata.name\`.`);
  }
  return { ...object, metadata: { ...metadata, uid: uid ?? `${kind}/${namespace ?? ""}/${name}` } };
}

/** Returns an object in a namespace; `fallback` is that of an object without one. */
export function inNamespace(object: JsonObject, fallback: string | undefined): JsonObject {
  const metadata = objectAt(object, ["metadata"]);
  if (typeof metadata["namespace"] === "string") return object;
  if (fallback !== undefined) return { ...object, metadata: { ...metadata, namespace: fallback } };
  throw new DiagnosticError(
    summary,
    `${stringAt(object, ["kind"])} ${stringAt(metadata, ["name"])} has no \`metadata.namespace\`. Set --namespace to the tenant's.`,
  );
}

export const namespaceOf = (object: Json): string => stringAt(object, ["metadata", "namespace"]) ?? "";
export const nameOf = (object: Json): string => stringAt(object, ["metadata", "name"]) ?? "";
