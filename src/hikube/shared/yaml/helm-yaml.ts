import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  stringify,
} from "yaml";
import { type Json, type JsonObject, jsonEqual } from "../../../base/json.ts";
import { MAX_DEPTH } from "../../../values/depth.ts";
import { formatPath, type Path } from "../../../values/path.ts";
import { type ResolvedScalar, resolveScalar } from "./yaml-scalars.ts";

/** The reason and position of YAML that Helm cannot read. The reason quotes no value, because values may be secrets. */
export class YamlError extends Error {
  override readonly name = "YamlError";
}

/** Maximum number of values that aliases and merge keys may add to a document; protects against excessive memory use. */
const maxExpanded = 100_000;

/** Texts for the parser's error codes. The parser's own messages quote the document. */
const reasons: Readonly<Record<string, string>> = {
  ALIAS_PROPS: "an alias has a tag or an anchor",
  BAD_ALIAS: "invalid alias",
  BAD_DIRECTIVE: "invalid directive",
  BAD_DQ_ESCAPE: "unknown escape in a double-quoted string",
  BAD_INDENT: "wrong indentation",
  BAD_PROP_ORDER: "anchor or tag in the wrong place",
  BAD_SCALAR_START: "a plain string cannot start with this character; quote it",
  BLOCK_AS_IMPLICIT_KEY: "a mapping is not allowed here; quote a value that contains `: `",
  BLOCK_IN_FLOW: "a block is not allowed inside `[ ]` or `{ }`",
  KEY_OVER_1024_CHARS: "a key has more than 1024 characters",
  MISSING_CHAR: "missing character, such as a closing quote, bracket, or `:`",
  MULTILINE_IMPLICIT_KEY: "a key spans several lines, or `:` is missing",
  MULTIPLE_ANCHORS: "a node has several anchors",
  MULTIPLE_TAGS: "a node has several tags",
  TAB_AS_INDENT: "a tab is used for indentation; use spaces",
  UNEXPECTED_TOKEN: "unexpected token",
};

/**
 * Reads a YAML document as Helm and kubectl do: both use sigs.k8s.io/yaml, that is go-yaml v2 with the scalars of YAML 1.1 (`yes` is
 * true, `0644` is 420) and merge keys. Stricter in two respects: duplicate keys and numbers that JSON cannot represent exactly are
 * errors. Throws YamlError.
 */
export function readHelmYaml(text: string): Json {
  const lines = new LineCounter();
  const documents = parse(text, lines);
  const [document, ...others] = documents;
  const second = others.find(({ contents }) => contents !== null && !(isScalar(contents) && contents.source === ""));
  if (second !== undefined) throw new YamlError(`several documents${place(lines, second.range?.[0])}`);
  if (document === undefined) return null;
  return new Composer(lines).read(document.contents, []);
}

/** Reads all documents of a YAML or JSON text in the same way; empty ones are omitted. Throws YamlError. */
export function readHelmDocuments(text: string): Json[] {
  const lines = new LineCounter();
  return parse(text, lines)
    .map(({ contents }) => new Composer(lines).read(contents, []))
    .filter((json) => json !== null);
}

function parse(text: string, lineCounter: LineCounter): Document[] {
  // Characters that YAML forbids; go-yaml rejects them, this parser does not.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern matches control characters.
  const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]/.exec(text);
  let documents: Document[];
  try {
    documents = parseAllDocuments(text.replace(/^\ufeff/, ""), {
      version: "1.1",
      schema: "failsafe",
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: "silent",
      lineCounter,
    }) as Document[];
  } catch {
    // The parser throws only if nesting exhausts the stack.
    throw new YamlError("nested too deeply");
  }
  if (control !== null) throw new YamlError(`a control character${place(lineCounter, control.index)}`);
  for (const { errors } of documents) {
    for (const { code, pos } of errors)
      throw new YamlError(`${reasons[code] ?? "syntax error"}${place(lineCounter, pos[0])}`);
  }
  return documents;
}

function place(lines: LineCounter, offset: number | undefined): string {
  if (offset === undefined) return "";
  const { line, col } = lines.linePos(offset);
  return ` in line ${Math.max(line, 1)}, column ${Math.max(col, 1)}`;
}

/**
 * Whether a scalar is plain (unquoted, not a block). The style name is a literal because the bundle loads the parser at its first call
 * and only its functions exist before (`scripts/bundle.ts`).
 */
const isPlain = (type: string | undefined): boolean => type === undefined || type === "PLAIN";

/** A value and the number of values in it, itself included. */
interface Read {
  readonly json: Json;
  readonly size: number;
}

class Composer {
  readonly #lines: LineCounter;
  /** The values of the anchors so far; "open" while the anchor's own value is being read. */
  readonly #anchors = new Map<string, Read | "open">();
  #expanded = 0;

  constructor(lines: LineCounter) {
    this.#lines = lines;
  }

  read(node: unknown, path: Path): Json {
    return this.#node(node, path).json;
  }

  #fail(reason: string, node: unknown, path: Path = []): never {
    const at = path.length === 0 ? "" : `${formatPath(path)}: `;
    throw new YamlError(`${at}${reason}${place(this.#lines, (node as Node | null)?.range?.[0])}`);
  }

  #node(node: unknown, path: Path): Read {
    if (path.length > MAX_DEPTH) this.#fail("nested too deeply", node);
    if (isAlias(node)) return this.#alias(node.source, node);
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
    if (anchor !== undefined) this.#anchors.set(anchor, "open");
    const read = this.#content(node, path);
    if (anchor !== undefined) this.#anchors.set(anchor, read);
    return read;
  }

  #alias(name: string, node: unknown): Read {
    const target = this.#anchors.get(name);
    if (target === undefined) this.#fail("unknown anchor", node);
    if (target === "open") this.#fail("an anchor contains itself", node);
    this.#expand(target.size, node);
    return target;
  }

  #expand(size: number, node: unknown): void {
    this.#expanded += size;
    if (this.#expanded > maxExpanded) this.#fail("too many values through aliases", node);
  }

  #content(node: unknown, path: Path): Read {
    if (isMap(node)) return this.#mapping(node.items, path);
    if (isSeq(node)) {
      const items = node.items.map((item, index) => this.#node(item, [...path, { index }]));
      return { json: items.map(({ json }) => json), size: sum(items) };
    }
    if (node === null || node === undefined) return { json: null, size: 1 };
    return { json: this.#number(this.#scalar(node), node, path), size: 1 };
  }

  #scalar(node: unknown): ResolvedScalar {
    if (!isScalar(node)) this.#fail("unexpected token", node);
    const resolved = resolveScalar(String(node.value ?? ""), isPlain(node.type), node.tag);
    return "error" in resolved ? this.#fail(resolved.error, node) : resolved;
  }

  #number(scalar: ResolvedScalar, node: unknown, path: Path): Json {
    if (scalar.kind !== "number") return scalar.kind === "null" ? null : scalar.value;
    if (scalar.exact === undefined) {
      this.#fail("the number cannot be stored exactly as JSON; write it as a string", node, path);
    }
    return scalar.exact;
  }

  /** As go-yaml v2: keys in document order, a merge key at its position; of several merged mappings the first takes precedence. */
  #mapping(items: readonly { readonly key: unknown; readonly value: unknown }[], path: Path): Read {
    const members = new Map<string, Json>();
    const written = new Set<string>();
    let size = 1;
    for (const { key, value } of items) {
      if (isMergeKey(key)) {
        const merged = this.#merged(value, path);
        size += merged.size;
        for (const [name, json] of Object.entries(merged.json)) members.set(name, json);
        continue;
      }
      const name = this.#key(key);
      if (written.has(name)) this.#fail(`duplicate key ${shown(name)}`, key);
      written.add(name);
      const read = this.#node(value, [...path, path.length === 0 ? { attribute: name } : step(name)]);
      members.set(name, read.json);
      size += read.size;
    }
    // fromEntries defines properties instead of assigning them: a key `__proto__` stays a key.
    return { json: Object.fromEntries(members), size };
  }

  #merged(value: unknown, path: Path): { readonly json: Readonly<Record<string, Json>>; readonly size: number } {
    const list = isSeq(value) ? value.items : [value];
    const merged = new Map<string, Json>();
    let size = 0;
    // The first of a list takes precedence; all are read in order because of their anchors.
    for (const { json, size: more } of list.map((item) => this.#node(item, path)).reverse()) {
      if (typeof json !== "object" || json === null || Array.isArray(json)) {
        this.#fail("a merge key `<<` needs a mapping or a list of mappings", value);
      }
      size += more;
      for (const [name, member] of Object.entries(json)) merged.set(name, member);
    }
    return { json: Object.fromEntries(merged), size };
  }

  /** Returns a key in JSON spelling: `yes` is "true", `0x10` is "16". */
  #key(node: unknown): string {
    if (isMap(node) || isSeq(node)) this.#fail("a mapping or list cannot be a key", node);
    if (isAlias(node)) {
      const { json } = this.#alias(node.source, node);
      if (typeof json === "string" || typeof json === "number" || typeof json === "boolean") return String(json);
      this.#fail("null, a mapping, or a list cannot be a key", node);
    }
    if (node === null || node === undefined) this.#fail("null cannot be a key; quote it", node);
    const scalar = this.#scalar(node);
    if (isScalar(node) && node.anchor !== undefined) {
      this.#anchors.set(node.anchor, { json: this.#number(scalar, node, []), size: 1 });
    }
    if (scalar.kind === "null") this.#fail("null cannot be a key; quote it", node);
    if (scalar.kind !== "number") return String(scalar.value);
    if (scalar.key === undefined) this.#fail("this number cannot be a key; quote it", node);
    return scalar.key;
  }
}

const sum = (items: readonly Read[]): number => items.reduce((total, { size }) => total + size, 1);

const step = (name: string) => (/^[A-Za-z_][\w-]*$/.test(name) ? { attribute: name } : { key: name });

const shown = (name: string): string => (name.length > 60 ? `"${name.slice(0, 60)}…"` : JSON.stringify(name));

/** A plain `<<`, or any scalar `<<` with the tag of merge keys. */
const isMergeKey = (key: unknown): boolean =>
  isScalar(key) &&
  key.value === "<<" &&
  (key.tag === "tag:yaml.org,2002:merge" || (isPlain(key.type) && (key.tag === undefined || key.tag === "!")));

/** Whether two texts have equal values; false if either cannot be read. */
export function sameYaml(a: string, b: string): boolean {
  if (a === b) return true;
  const left = tryHelmYaml(a);
  return left !== undefined && jsonEqual(left, tryHelmYaml(b));
}

/** Returns the text as JSON; undefined if it cannot be read. */
export function tryHelmYaml(text: string): Json | undefined {
  try {
    return readHelmYaml(text);
  } catch (error) {
    if (error instanceof YamlError) return undefined;
    throw error;
  }
}

/** Returns YAML that Helm reads as these values. */
export function writeHelmYaml(json: JsonObject): string {
  const text = stringify(json, { version: "1.1", lineWidth: 0 });
  if (jsonEqual(json, tryHelmYaml(text) ?? null)) return text;
  // YAML 1.1 and 1.2 read some plain strings differently, such as `0o17`.
  return stringify(json, { lineWidth: 0, defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "QUOTE_DOUBLE" });
}
