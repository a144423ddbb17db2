import { LineCounter, parseAllDocuments } from "yaml";
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { KubeError } from "../kube-error.ts";
import { isPath } from "./certificates.ts";

/** Texts for the YAML parser's error codes; they contain no secret. */
const MISTAKES: Readonly<Record<string, string>> = {
  BAD_INDENT: "wrong indentation",
  MISSING_CHAR: "a missing quote, bracket, comma or colon",
  TAB_AS_INDENT: "a tab as indentation",
  MULTILINE_IMPLICIT_KEY: "a missing colon or a wrong indentation",
  BLOCK_AS_IMPLICIT_KEY: "two mappings in one line",
  UNEXPECTED_TOKEN: "an unexpected character",
  DUPLICATE_KEY: "a duplicate key",
  BAD_DQ_ESCAPE: "an unknown escape sequence",
};

/**
 * Parses the text of a kubeconfig as kubectl does: the first of several documents, the last of duplicate keys. client-node rejects
 * both. Messages contain the line of an error but never quote it, because it may be a key. Throws KubeError `Credential`.
 */
export function parseKubeconfigText(content: string, source: string, isFile: boolean): JsonObject {
  const fail = (what: string, cause?: unknown) =>
    new KubeError("Credential", `${source} ${what}`, { summary: "Invalid kubeconfig", cause });
  const text = content.replace(/^\uFEFF/, "");
  if (!isFile && isPath(text)) {
    throw fail("must be the content of a kubeconfig, but looks like a path. Use `config_path` or HIKUBE_CONFIG_PATH.");
  }
  const lines = new LineCounter();
  const options = {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    merge: true,
    logLevel: "error",
  } as const;
  const documents = parseAllDocuments(text, options);
  // For an empty text the parser returns an object with `empty` instead of a list.
  const [document] = "empty" in documents ? [] : documents;
  const broken = document?.errors[0];
  if (broken !== undefined) {
    const { line, col } = lines.linePos(broken.pos[0]);
    const what = MISTAKES[broken.code] ?? broken.code;
    throw fail(`is not valid YAML: ${what} in line ${line}, column ${col}.`, broken.code);
  }
  let root: unknown;
  try {
    root = document?.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    throw fail("uses more YAML aliases than a kubeconfig has reason to, or one that is not defined.", cause);
  }
  if (!isJsonObject(root)) throw fail("is not a kubeconfig: it holds no YAML mapping.");
  return root;
}

/** Decodes a file with or without a byte order mark: PowerShell writes UTF-16, and kubectl reads it. */
export function decodeText(bytes: Buffer): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return bytes.toString("utf16le", 2);
  if (first === 0xfe && second === 0xff)
    return bytes
      .subarray(2, bytes.length & ~1)
      .swap16()
      .toString("utf16le");
  return bytes.toString("utf8");
}
