import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseAst } from "vitest/node";

// The first lines of the provider's errors and warnings, read from its source. A summary is what a property `summary` or a parameter
// `summary` is given: texts, with `…` for each placeholder, through conditions, constants, tables and functions that return one.

const source = fileURLToPath(new URL("../../src", import.meta.url));

/** Folders whose errors and warnings a user of Terraform sees. */
const folders = ["core", "engine", "hikube", "kube", "provider.ts"];

/** Summaries that are none of a diagnostic: what an add-on is for, what a function does. */
const others = /^hikube\/functions\/|^core\/platform\/addon-catalogue\.ts$|^hikube\/addon\/addons\.data-source\.ts$/;

type Node = Readonly<Record<string, unknown>> & { readonly type: string };

interface File {
  readonly name: string;
  readonly nodes: readonly Node[];
  /** What a constant or a function of the file is: its value, or what it returns. */
  readonly named: ReadonlyMap<string, readonly Node[]>;
  /** The position of the parameter `summary`: of `failure`, of a method `.error`, of a class `DiagnosticError`. */
  readonly places: ReadonlyMap<string, number>;
}

export interface Summaries {
  readonly texts: ReadonlySet<string>;
  /** Places whose summary the reader of the source does not understand. */
  readonly unread: readonly string[];
}

/** Returns the summaries of all diagnostics of the provider. */
export function summaries(): Summaries {
  const files = folders.flatMap(filesOf).filter(({ name }) => !others.test(name));
  const places = new Map(files.flatMap(({ places }) => [...places]));
  const texts = new Set<string>();
  const unread: string[] = [];
  for (const file of files) {
    for (const given of file.nodes.flatMap((node) => givenAt(node, file, places))) {
      const found = textsOf(given, file, files, new Set());
      for (const text of found ?? []) texts.add(text.replaceAll("…/…", "…"));
      if (found === undefined) unread.push(`${file.name}: ${JSON.stringify(given).slice(0, 200)}`);
    }
  }
  return { texts, unread };
}

function filesOf(folder: string): File[] {
  const names = folder.endsWith(".ts")
    ? [folder]
    : readdirSync(join(source, folder), { recursive: true, encoding: "utf8" }).map((name) => `${folder}/${name}`);
  return names
    .filter((name) => name.endsWith(".ts"))
    .map((name) => {
      const nodes = below(parseAst(readFileSync(join(source, name), "utf8"), { lang: "ts" }));
      return { name, nodes, named: new Map(nodes.flatMap(definitionOf)), places: new Map(nodes.flatMap(placeOf)) };
    });
}

/** A node and everything below it. */
function below(value: unknown, found: Node[] = []): readonly Node[] {
  if (Array.isArray(value)) for (const item of value) below(item, found);
  else if (isNode(value)) {
    found.push(value);
    for (const child of Object.values(value)) if (typeof child === "object") below(child, found);
  }
  return found;
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && typeof (value as Partial<Node>).type === "string";

const nodesIn = (value: unknown): readonly Node[] => (Array.isArray(value) ? value.filter(isNode) : []);

const nameOf = (node: unknown): string | undefined =>
  isNode(node) && node.type === "Identifier" ? (node["name"] as string) : undefined;

const isFunction = ({ type }: Node): boolean => /^(?:Arrow)?Function(?:Declaration|Expression)?/.test(type);

/** The name and the values of a constant or of a function. */
function definitionOf(node: Node): (readonly [string, readonly Node[]])[] {
  const name = nameOf(node["id"]);
  if (name === undefined) return [];
  if (node.type === "FunctionDeclaration") return [[name, returnsOf(node)]];
  const value = node["init"];
  if (node.type !== "VariableDeclarator" || !isNode(value)) return [];
  return [[name, isFunction(value) ? returnsOf(value) : [value]]];
}

function returnsOf({ body }: Node): readonly Node[] {
  if (!isNode(body)) return [];
  if (body.type !== "BlockStatement") return [body];
  return below(body)
    .filter(({ type }) => type === "ReturnStatement")
    .flatMap(({ argument }) => nodesIn([argument]));
}

function placeOf(node: Node): (readonly [string, number])[] {
  const owned = (name: string | undefined, callee: unknown): (readonly [string, number])[] => {
    const position = isNode(callee) ? nodesIn(callee["params"]).findIndex((one) => nameOf(one) === "summary") : -1;
    return name === undefined || position < 0 ? [] : [[name, position]];
  };
  if (node.type === "FunctionDeclaration") return owned(nameOf(node["id"]), node);
  if (node.type === "VariableDeclarator") return owned(nameOf(node["id"]), node["init"]);
  if (node.type === "MethodDefinition") return owned(`.${nameOf(node["key"])}`, node["value"]);
  if (!node.type.startsWith("Class") || !isNode(node["body"])) return [];
  const constructors = nodesIn(node["body"]["body"]).filter(({ kind }) => kind === "constructor");
  return constructors.flatMap(({ value }) => owned(nameOf(node["id"]), value));
}

/** What is given as a summary in an object, in a call, or in a table of tuples that have one. */
function givenAt(node: Node, file: File, places: ReadonlyMap<string, number>): readonly Node[] {
  if (node.type === "Property" && nameOf(node["key"]) === "summary")
    return nodesIn([node["value"]]).filter(({ type }) => type !== "AssignmentPattern");
  if (node.type === "AssignmentPattern" && nameOf(node["left"]) === "summary") return nodesIn([node["right"]]);
  if (node.type === "CallExpression" || node.type === "NewExpression") {
    const position = positionOf(node["callee"] as Node, file, places);
    return position === undefined ? [] : nodesIn([(node["arguments"] as unknown[])[position]]);
  }
  const isTable =
    (node.type === "VariableDeclarator" && hasSummaryTuple(node["id"])) ||
    (isFunction(node) && hasSummaryTuple(node["returnType"]));
  if (!isTable) return [];
  return below(node["init"] ?? node["body"])
    .filter(({ type }) => type === "ArrayExpression")
    .flatMap(({ elements }) => nodesIn(elements).slice(0, 1));
}

/** The position of the summary among the arguments of a call, also of a constant that is one of two functions. */
function positionOf(callee: Node, file: File, places: ReadonlyMap<string, number>): number | undefined {
  const name = nameOf(callee) ?? `.${nameOf(callee["property"])}`;
  const [value] = file.named.get(name) ?? [];
  if (value?.type === "ConditionalExpression") return positionOf(value["consequent"] as Node, file, places);
  return (value === undefined ? places : file.places).get(name);
}

const hasSummaryTuple = (type: unknown): boolean =>
  below(type).some((node) => node.type === "TSNamedTupleMember" && nameOf(node["label"]) === "summary");

/** The texts of an expression; none where it is a summary from elsewhere, undefined where it is not understood. */
function textsOf(
  node: Node,
  file: File,
  files: readonly File[],
  seen: ReadonlySet<Node>,
): readonly string[] | undefined {
  if (seen.has(node)) return [];
  const inside = new Set([...seen, node]);
  const all = (nodes: readonly unknown[]): readonly string[] | undefined => {
    const found = nodesIn(nodes).map((one) => textsOf(one, file, files, inside));
    return found.includes(undefined) ? undefined : found.flatMap((texts) => texts ?? []);
  };
  const { type } = node;
  if (type === "Literal") return typeof node["value"] === "string" ? [node["value"]] : undefined;
  if (type === "TemplateLiteral") {
    const parts = nodesIn(node["quasis"]).map(({ value }) => (value as { readonly cooked: string }).cooked);
    const words = nodesIn(node["expressions"]).map((placeholder) => {
      const [value = placeholder] = file.named.get(nameOf(placeholder) ?? "") ?? [];
      return (value.type === "ConditionalExpression" && all([value])) || ["…"];
    });
    return parts.reduce<readonly string[]>(
      (starts, part, index) => starts.flatMap((start) => (words[index - 1] ?? [""]).map((word) => start + word + part)),
      [""],
    );
  }
  if (type === "ConditionalExpression") return all([node["consequent"], node["alternate"]]);
  if (type === "LogicalExpression") return all([node["left"], node["right"]]);
  if (type === "ObjectExpression") return all(nodesIn(node["properties"]).map(({ value }) => value));
  if (type === "TSAsExpression" || type === "TSNonNullExpression") return all([node["expression"]]);
  if (type === "MemberExpression") {
    if (nameOf(node["property"]) === "summary" && node["computed"] !== true) return [];
    return all([node["object"]]);
  }
  const called = nameOf(type === "CallExpression" ? node["callee"] : node);
  if (called === undefined) return undefined;
  if (called === "summary" && !file.named.has(called)) return [];
  const [where = file] = file.named.has(called) ? [file] : files.filter(({ named }) => named.has(called));
  const values = where.named.get(called);
  if (values === undefined) return undefined;
  const found = values.map((value) => textsOf(value, where, files, inside));
  return found.includes(undefined) ? undefined : found.flatMap((texts) => texts ?? []);
}
