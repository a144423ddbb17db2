import { expect, test } from "vitest";
import { proxyFor } from "../../../src/kube/proxy.ts";

const proxy = "http://proxy.example:3128/";

test.each<[string, Record<string, string>, string | undefined]>([
  ["https://api.example.com:6443", {}, undefined],
  ["https://api.example.com:6443", { HTTPS_PROXY: proxy }, proxy],
  ["https://api.example.com:6443", { https_proxy: "proxy.example:3128" }, proxy],
  ["https://api.example.com:6443", { HTTP_PROXY: proxy }, undefined],
  ["http://api.example.com", { HTTP_PROXY: proxy }, proxy],
  ["https://localhost:6443", { HTTPS_PROXY: proxy }, undefined],
  ["https://127.0.0.1:6443", { HTTPS_PROXY: proxy }, undefined],
  ["https://[::1]:6443", { HTTPS_PROXY: proxy }, undefined],
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
  ["ample.com", "https://api.example.com", false],
  ["API.example.com:6443", "https://api.example.com:6443", true],
  ["api.example.com:443", "https://api.example.com:6443", false],
  ["other.com, api.example.com", "https://api.example.com", true],
  ["10.0.0.0/8", "https://10.1.2.3:6443", true],
  ["10.0.0.0/8", "https://11.1.2.3:6443", false],
  ["10.1.2.3", "https://10.1.2.3:6443", true],
  ["fd00::/8", "https://[fd00::1]:6443", true],
  ["10.0.0.0/99", "https://10.1.2.3", false],
  ["", "https://api.example.com", false],
])("NO_PROXY=%s excepts %s: %j", (noProxy, url, excepted) => {
  expect(proxyFor(new URL(url), { HTTPS_PROXY: proxy, NO_PROXY: noProxy })?.url).toBe(excepted ? undefined : proxy);
});
