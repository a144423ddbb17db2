import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { resolveConnection } from "../../../src/kube/config/kubeconfig.ts";
import type { ConnectionSettings, Environment } from "../../../src/kube/http/connection.ts";
import { proxyFor } from "../../../src/kube/http/proxy.ts";

const proxy = "http://proxy.example:3128/";

test.each<[string, Record<string, string>, string | undefined]>([
  ["https://api.example.com:6443", {}, undefined],
  ["https://api.example.com:6443", { HTTPS_PROXY: proxy }, proxy],
  ["https://api.example.com:6443", { https_proxy: "proxy.example:3128" }, proxy],
  ["https://api.example.com:6443", { HTTPS_PROXY: "socks5h://proxy.example:1080" }, "socks5://proxy.example:1080"],
  ["https://api.example.com:6443", { HTTPS_PROXY: "SOCKS5://proxy.example" }, "socks5://proxy.example"],
  ["https://api.example.com:6443", { HTTP_PROXY: proxy }, undefined],
  ["https://api.example.com:6443", { ALL_PROXY: proxy }, undefined],
  ["http://api.example.com", { HTTP_PROXY: proxy }, proxy],
  ["https://localhost:6443", { HTTPS_PROXY: proxy }, undefined],
  ["https://127.0.0.1:6443", { HTTPS_PROXY: proxy }, undefined],
  ["https://[::1]:6443", { HTTPS_PROXY: proxy }, undefined],
  ["https://[::ffff:127.0.0.1]:6443", { HTTPS_PROXY: proxy }, undefined],
  ["https://127.example.com:6443", { HTTPS_PROXY: proxy }, proxy],
])("%s with %j goes through %j", (url, env, expected) => {
  expect(proxyFor(new URL(url), env)?.url).toBe(expected);
});

test.each<[string, string, boolean]>([
  ["*", "https://api.example.com", true],
  ["example.com", "https://api.example.com", true],
  ["example.com", "https://example.com", true],
  [".example.com", "https://example.com", false],
  [".example.com", "https://api.example.com", true],
  ["*.example.com", "https://api.example.com", true],
  ["*.example.com", "https://example.com", false],
  ["ample.com", "https://api.example.com", false],
  ["API.example.com:6443", "https://api.example.com:6443", true],
  ["api.example.com:443", "https://api.example.com:6443", false],
  ["api.example.com:443", "https://api.example.com", true],
  ["other.com, api.example.com", "https://api.example.com", true],
  ["other.com api.example.com", "https://api.example.com", false],
  ["10.0.0.0/8", "https://10.1.2.3:6443", true],
  ["10.0.0.0/8", "https://11.1.2.3:6443", false],
  ["10.0.0.0/8", "https://10.example.com", false],
  ["10.1.2.3", "https://10.1.2.3:6443", true],
  ["10.1.2.3:6443", "https://10.1.2.3:6443", true],
  ["10.1.2.3:443", "https://10.1.2.3:6443", false],
  ["1.2.3", "https://10.1.2.3:6443", true],
  ["fd00::/8", "https://[fd00::1]:6443", true],
  ["fd00:0::1", "https://[fd00::1]:6443", true],
  ["[fd00::1]", "https://[fd00::1]:6443", true],
  ["[fd00::1]:6443", "https://[fd00::1]:6443", true],
  ["[fd00::1]:443", "https://[fd00::1]:6443", false],
  ["10.0.0.0/99", "https://10.1.2.3", false],
  ["10.0.0.0/", "https://10.1.2.3", false],
  [".", "https://api.example.com", false],
  ["", "https://api.example.com", false],
])("NO_PROXY=%s excepts %s: %j", (noProxy, url, excepted) => {
  expect(proxyFor(new URL(url), { HTTPS_PROXY: proxy, NO_PROXY: noProxy })?.url).toBe(excepted ? undefined : proxy);
});

describe("an unusable proxy is refused by the name of its setting", () => {
  const folder = mkdtempSync(join(tmpdir(), "proxy-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const config = (url: string): string => {
    const path = join(folder, "config");
    const cluster = { server: "https://api.example.com", "proxy-url": url };
    const context = { name: "a", context: { cluster: "c" } };
    writeFileSync(
      path,
      JSON.stringify({ "current-context": "a", clusters: [{ name: "c", cluster }], contexts: [context] }),
    );
    return path;
  };
  const host = "https://api.example.com";
  const sources: readonly (readonly [string, (url: string) => readonly [ConnectionSettings, Environment]])[] = [
    ["`proxy_url`", (proxyUrl) => [{ host, proxyUrl }, {}]],
    ["HIKUBE_PROXY_URL", (url) => [{ host }, { HIKUBE_PROXY_URL: url }]],
    ["KUBE_PROXY_URL", (url) => [{ host }, { KUBE_PROXY_URL: url }]],
    ["HTTPS_PROXY", (url) => [{ host }, { HTTPS_PROXY: url }]],
    ["https_proxy", (url) => [{ host }, { https_proxy: url }]],
    ["`proxy-url` in the kubeconfig", (url) => [{ configPath: config(url) }, {}]],
  ];
  const unusable = [
    "http://proxy.corp:port",
    "http://[bad",
    "ftp://127.0.0.1:1",
    "socks4://127.0.0.1:1080",
    "socks://127.0.0.1:1080",
    "http://",
    "http://user:pass%zz@proxy.corp:1",
    "http://user:pass@proxy.corp:99999",
    "user:pass@proxy.corp:port",
    "http://proxy.corp:0",
  ];
  const rows = sources.flatMap(([origin, settings]) => unusable.map((url) => [origin, url, settings] as const));

  test.each(rows)("%s: %s", async (origin, url, settings) => {
    const error = await resolveConnection(...settings(url)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "Credential", summary: "Invalid proxy" });
    const { message } = error as Error;
    expect(message.startsWith(`${origin} must be`) || message.startsWith(origin)).toBe(true);
    expect(message).not.toContain("pass");
  });

  test("unless NO_PROXY excludes it", async () => {
    const env = { HTTPS_PROXY: "ftp://x", NO_PROXY: "example.com" };
    expect((await resolveConnection({ host }, env)).proxy).toBeUndefined();
  });
});

test("a proxy tells whether it was named for this connection", async () => {
  const host = "https://api.example.com";
  const named = await resolveConnection({ host, proxyUrl: "socks5h://127.0.0.1:1" }, { HTTPS_PROXY: proxy });
  expect(named.proxy).toEqual({ url: "socks5://127.0.0.1:1", origin: "`proxy_url`", explicit: true });
  const ambient = await resolveConnection({ host }, { HTTPS_PROXY: proxy });
  expect(ambient.proxy).toEqual({ url: proxy, origin: "HTTPS_PROXY", explicit: false });
});
