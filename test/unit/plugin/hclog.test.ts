import { describe, expect, test } from "vitest";
import { hclog, logLevel } from "../../../src/plugin/hclog.ts";

function collect(level: Parameters<typeof hclog>[0]["level"]) {
  const lines: string[] = [];
  const log = hclog({
    stream: { write: (line) => lines.push(line) },
    level,
    name: "provider.core",
    now: () => new Date("2026-01-02T03:04:05.678Z"),
  });
  return { lines, log };
}

describe("hclog", () => {
  test("writes one JSON line with string @ keys and a time of six fractional digits", () => {
    const { lines, log } = collect("info");
    log("info", "wrote\ntwo lines", { attempt: 2, done: true, none: null, gone: undefined });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.endsWith("}\n")).toBe(true);
    expect(JSON.parse(lines[0] ?? "")).toEqual({
      "@level": "info",
      "@message": "wrote\ntwo lines",
      "@module": "provider.core",
      "@timestamp": "2026-01-02T03:04:05.678000Z",
      attempt: 2,
      done: true,
      none: null,
    });
  });

  test("writes nothing below its level, and nothing when off", () => {
    const { lines, log } = collect("warn");
    log("info", "quiet");
    log("warn", "loud");
    expect(lines).toHaveLength(1);
    const off = collect("off");
    off.log("error", "nobody hears");
    expect(off.lines).toEqual([]);
  });

  test("lets no field overwrite the @ keys", () => {
    const { lines, log } = collect("info");
    log("info", "x", { "@level": 30, "@message": 5, "@module": "a" });
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ "@level": "info", "@message": "x", "@module": "provider.core" });
  });

  test("redacts secrets and keeps lines below the limit of hosts", () => {
    const { lines, log } = collect("trace");
    log("trace", "Authorization: Bearer abcdef123456", { body: "y".repeat(200_000), header: "password=hunter2" });
    expect(lines[0]).not.toMatch(/abcdef123456|hunter2/);
    log("trace", "x", Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`f${index}`, "z".repeat(9_000)])));
    for (const line of lines) expect(line.length).toBeLessThan(64 * 1024);
    expect(JSON.parse(lines[1] ?? "")).toMatchObject({ "@message": "x", truncated: true });
  });
});

test.each([
  [{}, "off"],
  [{ TF_LOG: "info" }, "info"],
  [{ TF_LOG: "OFF" }, "off"],
  [{ TF_LOG: "JSON" }, "trace"],
  [{ TF_LOG: "loud" }, "trace"],
  [{ TF_LOG: "ERROR", TF_LOG_PROVIDER: "WARN" }, "warn"],
  [{ TF_LOG: "ERROR", TF_LOG_PROVIDER: "WARN", TF_LOG_PROVIDER_HIKUBE: "DEBUG" }, "debug"],
  [{ TF_LOG: "ERROR", TF_LOG_PROVIDER_HIKUBE: "" }, "error"],
])("the level of %j is %s", (env, level) => {
  expect(logLevel(env, "hikube")).toBe(level);
});
