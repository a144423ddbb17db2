import { createInterface } from "node:readline";
import type { LogFields, LogLevel } from "../../../src/base/log.ts";
import type { Timing } from "../../../src/provider.ts";
import { jumpClock } from "../clock/jump-clock.ts";
import { turnClock } from "../clock/turn-clock.ts";
import { serveHere } from "./serve.ts";

/** What it writes to stdout, one in a line. */
export type Told =
  | { readonly reattach: string }
  | { readonly level: LogLevel; readonly message: string; readonly fields?: LogFields | undefined };

/** What it reads from stdin, one in a line. */
export interface Order {
  /** Milliseconds by which its clock goes forward. */
  readonly jump: number;
}

/** The program of HIKUBE_TEST_PROVIDER=executable: the provider with the timing of its first argument (JSON), until its stdin ends. */
async function main(): Promise<void> {
  const say = (told: Told) => process.stdout.write(`${JSON.stringify(told)}\n`);
  const clock = jumpClock(turnClock());
  const timing = JSON.parse(process.argv[2] ?? "{}") as Omit<Timing, "clock">;
  const served = await serveHere(clock, timing, (level, message, fields) => say({ level, message, fields }));
  say({ reattach: served.reattach });
  for await (const line of createInterface({ input: process.stdin })) clock.jump((JSON.parse(line) as Order).jump);
  await served.stop();
  process.exit();
}

void main();
