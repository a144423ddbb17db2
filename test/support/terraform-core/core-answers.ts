import { containsUnknown } from "../../../src/values/equal.ts";
import { decodeMsgpack, encodeMsgpack } from "../../../src/values/msgpack/index.ts";
import type { Path, Step } from "../../../src/values/path.ts";
import { formatPath } from "../../../src/values/path.ts";
import type { Type } from "../../../src/values/type.ts";
import type { ValueObject } from "../../../src/values/value.ts";
import type { Message } from "../plugin-client/services.ts";
import { pathExists } from "./core-rules.ts";
import type { CoreSchema } from "./core-schema.ts";

// What core reads out of an answer, and what it refuses to read.

export interface CoreDiagnostic {
  readonly severity: "error" | "warning";
  readonly summary: string;
  readonly detail: string;
  readonly path: Path;
}

/** What Terraform keeps of an object between two runs. */
export interface Instance {
  readonly type: string;
  readonly state: ValueObject;
  readonly private: Uint8Array;
  readonly identity: Uint8Array | undefined;
}

/** A rule of core that an answer breaks. */
export class BrokenRule extends Error {
  override readonly name = "BrokenRule";
}

/** Throws BrokenRule with the problems, where there are any. */
export const demand = (problems: readonly string[], what: string): void => {
  if (problems.length > 0) throw new BrokenRule(`Provider produced ${what}:\n${problems.join("\n")}`);
};

export const text = (content: Uint8Array): string => Buffer.from(content).toString("utf8");

export const bytes = (content: unknown): Uint8Array => (content instanceof Uint8Array ? content : new Uint8Array());

export const dynamic = (value: ValueObject | null, type: Type): Message => ({ msgpack: encodeMsgpack(value, type) });

/** A state out of an answer; absent and empty mean null. */
export function stateFrom(message: unknown, type: Type): ValueObject | null {
  const content = bytes((message as { msgpack?: unknown } | null)?.msgpack);
  return content.length === 0 ? null : (decodeMsgpack(content, type) as ValueObject | null);
}

export function instanceOf(
  type: string,
  state: ValueObject | null,
  kept: unknown,
  identity: unknown,
): Instance | undefined {
  if (state === null) return undefined;
  return { type, state, private: bytes(kept), identity: identityBytes(identity) };
}

function identityBytes(message: unknown): Uint8Array | undefined {
  const content = bytes((message as { identity_data?: { msgpack?: unknown } } | null)?.identity_data?.msgpack);
  return content.length === 0 ? undefined : content;
}

/** Identities are wholly known, and from a read, an import or an apply on they are there (protocol.md §1.6). */
export function checkIdentity(message: unknown, type: Type, isDue: boolean): void {
  const content = identityBytes(message);
  if (content === undefined) {
    if (isDue) throw new BrokenRule("the answer has no identity");
    return;
  }
  const identity = decodeMsgpack(content, type);
  if (identity === null || containsUnknown(identity)) throw new BrokenRule("the identity is not wholly known");
}

export interface PathMessage {
  readonly steps: readonly Message[];
}

export function toPath(message: PathMessage | null): Path {
  return (message?.steps ?? []).map((step): Step => {
    if (typeof step["attribute_name"] === "string") return { attribute: step["attribute_name"] };
    if (typeof step["element_key_string"] === "string") return { key: step["element_key_string"] };
    if (step["element_key_int"] !== undefined) return { index: Number(step["element_key_int"]) };
    throw new BrokenRule("a step of a path without a selector");
  });
}

/** The diagnostics of an answer; throws where one could not be shown. */
export function diagnosticsOf(answer: Message, schema?: CoreSchema): CoreDiagnostic[] {
  return ((answer["diagnostics"] as Message[] | undefined) ?? []).map((message) => {
    const severity = ({ "1": "error", "2": "warning", ERROR: "error", WARNING: "warning" } as const)[
      String(message["severity"]) as "1"
    ];
    const path = toPath(message["attribute"] as PathMessage | null);
    const summary = String(message["summary"]);
    const detail = String(message["detail"]);
    if (severity === undefined) throw new BrokenRule(`"${summary}" is neither error nor warning`);
    if (summary.trim() === "" || detail.trim() === "") throw new BrokenRule("a diagnostic says nothing");
    if (schema !== undefined && !pathExists(schema, path)) {
      throw new BrokenRule(`"${summary}" stands at ${formatPath(path)}, which does not exist`);
    }
    return { severity, summary, detail, path };
  });
}

export const hasError = (diagnostics: readonly CoreDiagnostic[]): boolean =>
  diagnostics.some(({ severity }) => severity === "error");
