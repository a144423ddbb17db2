import { formatPath, type Path } from "./path.ts";

/** The error codes that callers distinguish. */
export type ValueErrorCode =
  | "Malformed" // bytes or text that are not MessagePack or JSON
  | "WrongType" // a value that does not conform to its type
  | "MissingAttribute" // an object without one of its attributes
  | "UnsupportedAttribute" // an object with a key that its type does not have
  | "BadType" // an invalid type constraint
  | "BadNumber" // not a number, or a number too large to write as text
  | "UnknownValue" // an unknown in a format that has only known values
  | "Inexact" // a number that the target format would round
  | "TooDeep"; // nested deeper than `MAX_DEPTH`

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
