import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { adaptBun, bunRuntime } from "../../../scripts/bun-runtime.ts";
import { goPlatform } from "../../../scripts/go-platform.ts";

test("the adapted Bun knows none of its variables, and on Linux it is shorter by its languages", () => {
  const bun = readFileSync(bunRuntime(goPlatform));
  const adapted = adaptBun(bun);
  const own = (file: Buffer) => file.toString("latin1").match(/(?<!\w)BUN_[A-Z_]+(?=\0)/g) ?? [];
  expect(own(bun).length).toBeGreaterThan(50);
  expect(own(adapted)).toEqual([]);
  expect(Math.floor((bun.length - adapted.length) / 1e6)).toBe(process.platform === "linux" ? 8 : 0);
  expect(adapted.includes("fatal error: the provider crashed or ran out of memory ")).toBe(true);
});

test("a Bun of another form is refused", () => {
  expect(() => adaptBun(Buffer.from("\0BUN_BE_BUN\0BUN_OPTIONS\0"))).toThrow(/BUN_INSPECT, .*Bun has crashed/s);
});

// Bun for macOS uses the ICU of the system.
test.skipIf(process.platform === "darwin")("the adapted Bun speaks English, whatever language is asked for", () => {
  const bun = readFileSync(bunRuntime(goPlatform));
  const folder = mkdtempSync(join(tmpdir(), "hikube-bun-"));
  try {
    const spoken = (file: Buffer) => {
      const program = join(folder, "bun");
      rmSync(program, { force: true });
      writeFileSync(program, file, { mode: 0o755 });
      const script = `JSON.stringify([
        new Date(0).toLocaleString("de-DE", { timeZone: "Europe/Zurich", timeZoneName: "long" }),
        (1234.5).toLocaleString("de-DE"),
        new Intl.DisplayNames("fr", { type: "region" }).of("CH"),
        [...new Intl.Segmenter("en", { granularity: "grapheme" }).segment("e\u0301\u{1f469}\u200d\u{1f467}")].length,
        "\ufb01".normalize("NFKC"),
        new URL("https://b\u00fccher.example").host,
        new Date(0).toString(),
      ])`;
      const env = { LANG: "de_DE.UTF-8", TZ: "Europe/Zurich" };
      return JSON.parse(execFileSync(program, ["-p", script], { encoding: "utf8", env })) as unknown[];
    };
    const [date, number, country, ...others] = spoken(bun);
    expect([date, number, country]).toEqual(["1.1.1970, 1:00:00 Mitteleuropäische Normalzeit", "1.234,5", "Suisse"]);
    expect(spoken(adaptBun(bun))).toEqual([
      "1/1/1970, 1:00:00 AM Central European Standard Time",
      "1,234.5",
      "Switzerland",
      ...others,
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
