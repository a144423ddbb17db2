import { type Clock, systemClock } from "../../src/base/clock.ts";
import type { CommandIo } from "../../src/cli/command-io.ts";

/** The input and output of a command, recorded. */
export interface RecordedIo extends CommandIo {
  readonly said: { out: string; error: string };
  /** Presses Ctrl-C. */
  interrupt(): void;
}

export function recordedIo(
  env: Readonly<Record<string, string>>,
  clock: Clock = systemClock,
  terminal?: CommandIo["terminal"],
  input = "",
): RecordedIo {
  const said = { out: "", error: "" };
  const listeners = new Set<() => void>();
  return {
    said,
    out: (text) => {
      said.out += text;
    },
    error: (text) => {
      said.error += text;
    },
    ask: async () => undefined,
    input: async () => input,
    onInterrupt: (interrupted) => {
      listeners.add(interrupted);
      return () => listeners.delete(interrupted);
    },
    interrupt: () => {
      for (const listener of listeners) listener();
    },
    terminal,
    env,
    clock,
  };
}
