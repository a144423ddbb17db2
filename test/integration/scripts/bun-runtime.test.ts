import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { adaptBun, bunRuntime } from "../../../scripts/bun-runtime.ts";
import { goPlatform } from "../../../scripts/go-platform.ts";

test("the adapted Bun knows none of its variables and has its size", () => {
  const bun = readFileSync(bunRuntime(goPlatform));
  const adapted = adaptBun(bun);
  const own = (file: Buffer) => file.toString("latin1").match(/(?<!\w)BUN_[A-Z_]+(?=\0)/g) ?? [];
  expect(own(bun).length).toBeGreaterThan(50);
  expect(own(adapted)).toEqual([]);
  expect(adapted.length).toBe(bun.length);
  expect(adapted.includes("fatal error: the provider crashed or ran out of memory ")).toBe(true);
});

test("a Bun of another form is refused", () => {
  expect(() => adaptBun(Buffer.from("\0BUN_BE_BUN\0BUN_OPTIONS\0"))).toThrow(/BUN_INSPECT, .*Bun has crashed/s);
});
