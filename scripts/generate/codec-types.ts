import protobuf from "protobufjs";

/**
 * Type declarations of what pbjs generates. Our own, because pbts writes `import =` and needs jsdoc; and shaped for how handlers use
 * messages: `IName` is what may be written (every field optional), `Name` what was read (scalars present, messages or null).
 */
export function emitTypes(root: protobuf.Root): string {
  const lines = [
    'import type { MethodDefinition } from "../../base/rpc.ts";',
    'import type { Reader, Writer } from "protobufjs/minimal.js";',
    "",
  ];
  for (const nested of root.nestedArray) lines.push(...emitObject(nested, "export "));
  lines.push(
    "/** The methods of each service, by its full name. */",
    `export const services: {\n${servicesOf(root)
      .map((service) => `  readonly "${fullName(service)}": {\n${methodTypes(service)}\n  };`)
      .join("\n")}\n};`,
  );
  return `${lines.join("\n")}\n`;
}

/** JavaScript that defines `services`: for each service its methods with their static codecs. */
export function emitServices(root: protobuf.Root): string {
  const lines = [
    "",
    "const $method = (path, name, request, response, requestStream, responseStream) => ({",
    "    path, originalName: name, requestStream, responseStream,",
    "    requestSerialize: (message) => request().encode(message).finish(),",
    "    requestDeserialize: (bytes) => request().decode(bytes),",
    "    responseSerialize: (message) => response().encode(message).finish(),",
    "    responseDeserialize: (bytes) => response().decode(bytes),",
    "});",
    "",
    "export const services = {",
  ];
  for (const service of servicesOf(root)) {
    lines.push(`    "${fullName(service)}": {`);
    for (const method of service.methodsArray) {
      const path = `/${fullName(service)}/${method.name}`;
      const original = method.name.charAt(0).toLowerCase() + method.name.slice(1);
      const [request, response] = messagesOf(method);
      lines.push(
        `        ${method.name}: $method("${path}", "${original}", () => ${request}, () => ${response}, ${method.requestStream === true}, ${method.responseStream === true}),`,
      );
    }
    lines.push("    },");
  }
  return `${lines.join("\n")}\n};\n`;
}

function emitObject(object: protobuf.ReflectionObject, prefix: string): string[] {
  if (object instanceof protobuf.Type) return emitMessage(object, prefix);
  if (object instanceof protobuf.Enum) return emitEnum(object, prefix);
  if (object instanceof protobuf.Namespace && !(object instanceof protobuf.Service)) {
    const inner = object.nestedArray.flatMap((nested) => emitObject(nested, ""));
    return [`${prefix}${prefix === "" ? "" : "declare "}namespace ${object.name} {`, ...indent(inner), "}"];
  }
  return [];
}

function emitMessage(type: protobuf.Type, prefix: string): string[] {
  const writable = type.fieldsArray.map((field) => `${field.name}?: ${fieldType(field, "I")} | null | undefined;`);
  const readable = type.fieldsArray.map(
    (field) => `${field.name}: ${fieldType(field, "")}${isNullable(field) ? " | null" : ""};`,
  );
  const lines = [
    `${prefix}interface I${type.name} {`,
    ...indent(writable),
    "}",
    `${prefix}${prefix === "" ? "" : "declare "}class ${type.name} {`,
    ...indent([
      `constructor(properties?: I${type.name});`,
      ...readable,
      `static encode(message: I${type.name}, writer?: Writer): Writer;`,
      `static decode(reader: Reader | Uint8Array, length?: number): ${type.name};`,
    ]),
    "}",
  ];
  if (type.nestedArray.length > 0) {
    const inner = type.nestedArray.flatMap((nested) => emitObject(nested, ""));
    lines.push(`${prefix}namespace ${type.name} {`, ...indent(inner), "}");
  }
  return lines;
}

/** Enums are numbers: a newer client may send one that this file does not know. */
function emitEnum(type: protobuf.Enum, prefix: string): string[] {
  const values = Object.entries(type.values).map(([name, value]) => `readonly ${name}: ${value};`);
  return [`${prefix}const ${type.name}: {`, ...indent(values), "};"];
}

function fieldType(field: protobuf.Field, interfacePrefix: string): string {
  const single = singleType(field, interfacePrefix);
  if (field instanceof protobuf.MapField) return `{ [key: string]: ${single} }`;
  return field.repeated ? `${single}[]` : single;
}

function singleType(field: protobuf.Field, interfacePrefix: string): string {
  const resolved = field.resolvedType;
  if (resolved instanceof protobuf.Type) {
    const names = fullName(resolved).split(".");
    return [...names.slice(0, -1), interfacePrefix + names.at(-1)].join(".");
  }
  if (resolved instanceof protobuf.Enum) return "number";
  if (field.type === "string") return "string";
  if (field.type === "bool") return "boolean";
  return field.type === "bytes" ? "Uint8Array" : "number";
}

/** Messages, proto3 optional fields and members of a oneof have presence: absent is null. */
function isNullable(field: protobuf.Field): boolean {
  if (field.repeated || field instanceof protobuf.MapField) return false;
  return field.resolvedType instanceof protobuf.Type || field.partOf !== null;
}

function methodTypes(service: protobuf.Service): string {
  return service.methodsArray
    .map((method) => {
      const [request, response] = messagesOf(method);
      const names = (name: string) => name.replace(/([^.]+)$/, "I$1");
      return `    readonly ${method.name}: MethodDefinition<${names(request)}, ${names(response)}, ${request}, ${response}>;`;
    })
    .join("\n");
}

function messagesOf(method: protobuf.Method): [request: string, response: string] {
  method.resolve();
  const { resolvedRequestType: request, resolvedResponseType: response } = method;
  if (request === null || response === null) throw new Error(`${method.fullName} lacks a message`);
  return [fullName(request), fullName(response)];
}

function servicesOf(namespace: protobuf.NamespaceBase): protobuf.Service[] {
  return namespace.nestedArray.flatMap((nested) => {
    if (nested instanceof protobuf.Service) return [nested];
    return nested instanceof protobuf.Namespace ? servicesOf(nested) : [];
  });
}

const fullName = (object: protobuf.ReflectionObject): string => object.fullName.replace(/^\./, "");

const indent = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);
