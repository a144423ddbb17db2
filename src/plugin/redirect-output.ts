import { format } from "node:util";
import type { Log } from "../base/log.ts";

/**
 * Redirects all output of libraries to the log: the host reads the first line of stdout as the handshake, drops the rest, and panics on
 * unexpected JSON on stderr (protocol.md §0). Returns the original `write` of stdout, for the handshake only.
 */
export function redirectOutput(stdout: NodeJS.WriteStream, log: Log): (text: string) => void {
  const write = stdout.write.bind(stdout);
  const print = (text: string) => {
    for (const line of text.split("\n")) if (line.trim() !== "") log("debug", line, { stream: "stdout" });
  };
  stdout.write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    print(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8"));
    const done = rest.find((argument) => typeof argument === "function");
    if (done !== undefined) queueMicrotask(() => done());
    return true;
  };
  console.log = console.info = console.debug = (...parts: unknown[]) => log("debug", format(...parts));
  console.warn = (...parts: unknown[]) => log("warn", format(...parts));
  console.error = (...parts: unknown[]) => log("error", format(...parts));
  return (text) => {
    write(text);
  };
}
