import { createInterface } from "node:readline/promises";
import { text } from "node:stream/consumers";
import { type Clock, systemClock } from "../base/clock.ts";
import type { Environment } from "../kube/http/connection.ts";

/** The input and output of the command, its environment and its clock. */
export interface CommandIo {
  out(text: string): void;
  error(text: string): void;
  /** Asks a question; returns undefined without a terminal. */
  ask(question: string): Promise<string | undefined>;
  /** Returns all of the input, e.g. from a pipe. */
  input(): Promise<string>;
  /** Calls `interrupted` on each Ctrl-C. Returns a function that removes the listener. */
  onInterrupt(interrupted: () => void): () => void;
  /** The size of the terminal of the output; undefined if the output is not a terminal. */
  readonly terminal: { readonly columns: number; readonly rows: number } | undefined;
  readonly env: Environment;
  readonly clock: Clock;
}

export const processIo: CommandIo = {
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
  ask: async (question) => {
    if (!process.stdin.isTTY) return undefined;
    const terminal = createInterface({ input: process.stdin, output: process.stdout });
    try {
      return await terminal.question(question);
    } finally {
      terminal.close();
    }
  },
  input: () => text(process.stdin),
  onInterrupt: (interrupted) => {
    let known = false;
    const always = () => {
      known = true;
      interrupted();
    };
    // A closed terminal or pipe causes a signal, failing writes or both; it counts once.
    const once = () => {
      if (!known) always();
    };
    const signals = ["SIGINT", "SIGTERM"] as const;
    for (const signal of signals) process.on(signal, always);
    process.on("SIGHUP", once);
    // These listeners are not removed: a write can fail after the last output.
    for (const stream of [process.stdout, process.stderr]) stream.on("error", once);
    return () => {
      for (const signal of signals) process.off(signal, always);
      process.off("SIGHUP", once);
    };
  },
  get terminal() {
    const { isTTY, columns, rows } = process.stdout;
    return isTTY ? { columns, rows } : undefined;
  },
  env: process.env,
  clock: systemClock,
};
