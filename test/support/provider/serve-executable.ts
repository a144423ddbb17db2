import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { testProvider } from "../../../scripts/ensure-built.ts";
import type { Log } from "../../../src/base/log.ts";
import type { Timing } from "../../../src/provider.ts";
import type { JumpClock } from "../clock/jump-clock.ts";
import type { Told } from "./executable.ts";
import type { ServedProvider } from "./serve.ts";

/** Serves the provider in a process of its own, compiled as the release is. Its clock is a second one of the same pace. */
export async function serveExecutable(
  clock: JumpClock,
  timing: Omit<Timing, "clock">,
  log: Log,
): Promise<ServedProvider> {
  const child = spawn(testProvider, [JSON.stringify(timing)], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "close");
  // The sandbox's clock moves only while something sleeps by it: in one process, the provider does.
  const moving = new AbortController();
  clock.sleep(365 * 24 * 3_600_000, moving.signal).catch(() => {});
  const reattach = await new Promise<string>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => reject(new Error(`${testProvider} ended with ${code}`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      const told = JSON.parse(line) as Told;
      if ("reattach" in told) resolve(told.reattach);
      else log(told.level, told.message, told.fields);
    });
  });
  return {
    clock: {
      ...clock,
      jump: (ms) => {
        clock.jump(ms);
        child.stdin.write(`${JSON.stringify({ jump: ms })}\n`);
      },
    },
    reattach,
    stop: async () => {
      moving.abort();
      child.stdin.end();
      await ended;
    },
  };
}
