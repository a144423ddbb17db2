import { type Json, type JsonObject, setMember } from "../../base/json.ts";
import { kubernetesMessage, type ProtobufField, protobufFields } from "../server/protobuf-fields.ts";

/** Message → its fields as `<number> <JSON name> <type>`; a field without a name is a part of the message that it is in. */
type Messages = Readonly<Record<string, readonly string[]>>;

let loading: Promise<Messages> | undefined;

const loadMessages = (): Promise<Messages> => {
  loading ??= import("../../../schemas/kubernetes/protobuf.json", { with: { type: "json" } }).then(
    (module) => module.default,
  );
  return loading;
};

const folders: Readonly<Record<string, string>> = {
  "": "core",
  "authentication.k8s.io": "authentication",
  "authorization.k8s.io": "authorization",
  "coordination.k8s.io": "coordination",
  "discovery.k8s.io": "discovery",
  "networking.k8s.io": "networking",
  "rbac.authorization.k8s.io": "rbac",
  "storage.k8s.io": "storage",
};

function messageName(apiVersion: string, kind: string): string {
  if (kind === "DeleteOptions") return "meta.v1.DeleteOptions";
  const [group = "", version] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
  return `${folders[group] ?? group}.${version}.${kind}`;
}

/**
 * An object in Kubernetes' binary encoding as JSON. Fields that Go would leave out of JSON are left out.
 *
 * @throws Error for anything that is not one of the known messages.
 */
export async function decodeProtobuf(bytes: Buffer): Promise<JsonObject> {
  const messages = await loadMessages();
  const { apiVersion, kind, message } = kubernetesMessage(bytes);
  const name = messageName(apiVersion, kind);
  if (messages[name] === undefined) throw new Error(`no message of the type ${name}`);
  return { apiVersion, kind, ...readMessage(messages, name, message) };
}

function readMessage(messages: Messages, name: string, message: Buffer): JsonObject {
  const types = new Map(
    (messages[name] ?? []).map((line) => {
      const [number = "", json = "", type = ""] = line.split(" ");
      return [Number(number), { json, type }];
    }),
  );
  const result: JsonObject = {};
  for (const field of protobufFields(message)) {
    const found = types.get(field.number);
    if (!found) continue;
    const { json, type } = found;
    if (json === "") Object.assign(result, readMessage(messages, type.replace("*", ""), bytesOf(field)));
    else readField(messages, result, json, type, field);
  }
  return result;
}

function readField(messages: Messages, result: JsonObject, json: string, type: string, field: ProtobufField): void {
  if (type.startsWith("[]")) {
    const list = result[json];
    result[json] = [...(Array.isArray(list) ? list : []), readValue(messages, type.slice(2), field)];
    return;
  }
  if (type.startsWith("{}")) {
    const [key, value] = mapEntry(messages, type.slice(2), field);
    const map = result[json];
    const entries: JsonObject = typeof map === "object" && map !== null && !Array.isArray(map) ? map : {};
    setMember(entries, key, value);
    result[json] = entries;
    return;
  }
  const isPointer = type.startsWith("*");
  const value = readValue(messages, isPointer ? type.slice(1) : type, field);
  if (isPointer || !isZero(value)) result[json] = value;
}

/** Go encodes a field without a pointer even where it has its zero value, and leaves that out of JSON. */
const isZero = (value: Json): boolean =>
  value === "" ||
  value === 0 ||
  value === false ||
  value === null ||
  (typeof value === "object" && !Array.isArray(value) && Object.keys(value).length === 0);

function mapEntry(messages: Messages, type: string, field: ProtobufField): [string, Json] {
  const parts = protobufFields(bytesOf(field));
  const key = parts.find((part) => part.number === 1);
  const value = parts.find((part) => part.number === 2) ?? { number: 2, value: Buffer.alloc(0) };
  return [key ? bytesOf(key).toString("utf8") : "", readValue(messages, type, value)];
}

const bytesOf = ({ value }: ProtobufField): Buffer => (Buffer.isBuffer(value) ? value : Buffer.alloc(0));
const numberOf = ({ value }: ProtobufField): number => (typeof value === "number" ? value : 0);

function readValue(messages: Messages, type: string, field: ProtobufField): Json {
  const inner = (number: number): ProtobufField =>
    protobufFields(bytesOf(field)).find((one) => one.number === number) ?? { number, value: 0 };
  switch (type) {
    case "s":
      return bytesOf(field).toString("utf8");
    case "b":
      return numberOf(field) !== 0;
    case "i":
      return numberOf(field);
    case "d":
      return bytesOf(field).readDoubleLE();
    case "y":
      return bytesOf(field).toString("base64");
    case "T":
      return bytesOf(field).length === 0 ? null : `${new Date(numberOf(inner(1)) * 1000).toISOString().slice(0, 19)}Z`;
    case "Q":
      return bytesOf(inner(1)).toString("utf8");
    case "I":
      return numberOf(inner(1)) === 0 ? numberOf(inner(2)) : bytesOf(inner(3)).toString("utf8");
    case "F":
      return JSON.parse(bytesOf(inner(1)).toString("utf8") || "null") as Json;
    default:
      return readMessage(messages, type.replace("*", ""), bytesOf(field));
  }
}
