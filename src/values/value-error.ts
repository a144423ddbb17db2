import { formatPath, type Path } from "./path.ts";

/** The error codes that callers distinguish. */
export type ValueErrorCode =
  | "Malformed" // bytes or text that are no MessagePack or JSON
  | "WrongType" // a value that does not conform to its type
  | "MissingAttribute" // an object without one of its attributes
  | "UnsupportedAttribute" // an object with a key that its type does not have
  | "BadType" // a type constraint that is none
  | "BadNumber" // not a number, or one too large to write out
  | "UnknownValue" // an unknown where only known values can be expressed
  | "Inexact" // a number that the target cannot hold without losing digits
  | "TooDeep"; // nested beyond any value Terraform makes

/** The only error class of the values layer. The message contains types and paths, never the value, which may be a secret. */
export class ValueError extends Error {
  override readonly name = "ValueError";
  readonly code: ValueErrorCode;
  /** The path in the value; empty for its root. A path ends at a set. */
  readonly path: Path;
  /** The message without the path, for diagnostics that have a path of their own. */
  readonly summary: string;

  constructor(code: ValueErrorCode, message: string, path: Path = []) {
    super(path.length === 0 ? message : `${formatPath(path)}: ${message}`);
    this.code = code;
    this.path = path;
    this.summary = message;
  }
}
