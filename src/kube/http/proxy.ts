import { BlockList, isIP } from "node:net";
import { KubeError, NO_SETTING } from "../kube-error.ts";
import type { Environment, ProxyServer } from "./connection.ts";

const SCHEMES = ["http:", "https:", "socks5:"];

/**
 * Returns why the URL of a proxy is invalid, to be appended to its name; undefined if it is valid. The text never contains the URL's
 * user and password.
 */
export function proxyComplaint(text: string): string | undefined {
  const url = parseProxy(text);
  if (url !== undefined) return undefined;
  return `must be the URL of an HTTP or SOCKS5 proxy, such as "http://proxy.example.org:3128" or "socks5://127.0.0.1:1080"; got ${JSON.stringify(withoutUser(text))}`;
}

/** Returns the proxy of a setting. Throws KubeError `Credential` if it is invalid. */
export function explicitProxy(text: string, origin: string, setting?: string): ProxyServer {
  return { url: usable(text, origin, setting), origin, explicit: true };
}

/**
 * Returns the environment's proxy for a URL, as in Go: HTTPS_PROXY or HTTP_PROXY by scheme, in upper or lower case, unless NO_PROXY
 * matches the host; loopback addresses never use a proxy. Throws KubeError `Credential` if it is invalid.
 */
export function proxyFor(url: URL, env: Environment): ProxyServer | undefined {
  const scheme = url.protocol === "https:" ? "https" : "http";
  const proxy = read(env, `${scheme}_proxy`);
  if (proxy === undefined) return undefined;
  const host = bare(url.hostname).toLowerCase();
  if (host === "localhost" || isLoopback(host)) return undefined;
  const port = url.port === "" ? (scheme === "https" ? "443" : "80") : url.port;
  const exceptions = (read(env, "no_proxy")?.value ?? "").split(",").map((entry) => entry.trim().toLowerCase());
  if (exceptions.some((entry) => entry !== "" && excepts(entry, host, port))) return undefined;
  return { url: usable(proxy.value, proxy.name, NO_SETTING), origin: proxy.name, explicit: false };
}

function usable(text: string, origin: string, setting?: string): string {
  const url = parseProxy(text);
  if (url !== undefined) return url.href;
  throw new KubeError("Credential", `${origin} ${proxyComplaint(text) ?? "is not usable"}.`, {
    summary: "Invalid proxy",
    ...(setting !== undefined && { setting }),
  });
}

/** As in Go: a text without a scheme is the host of an HTTP proxy. The proxy resolves names with `socks5` as with `socks5h`. */
function parseProxy(text: string): URL | undefined {
  const trimmed = text.trim();
  const full = trimmed.includes("://") ? trimmed : `http://${trimmed}`;
  const address = full.replace(/^socks5h:\/\//i, "socks5://");
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (!SCHEMES.includes(url.protocol) || url.hostname === "" || url.port === "0") return undefined;
  try {
    decodeURIComponent(url.username);
    decodeURIComponent(url.password);
  } catch {
    return undefined;
  }
  return url;
}

const withoutUser = (text: string): string => text.replace(/^([a-z0-9+.-]*:\/\/)?.*@/is, "$1[redacted]@");

function read(env: Environment, name: string): { readonly name: string; readonly value: string } | undefined {
  for (const spelling of [name.toUpperCase(), name]) {
    const value = env[spelling];
    if (value) return { name: spelling, value };
  }
  return undefined;
}

const bare = (host: string): string => host.replace(/^\[|\]$/g, "");

const isLoopback = (host: string): boolean => inSubnet("127.0.0.0/8", host) || inSubnet("::1/128", host);

/** Whether an entry of NO_PROXY matches: `*`, a subnet, or an address or a name, both optionally with a port. */
function excepts(entry: string, host: string, port: string): boolean {
  if (entry === "*") return true;
  if (entry.includes("/")) return inSubnet(entry, host);
  // An IPv6 address contains colons; with a port it is in brackets.
  const [, withPort, onlyPort] = isIP(entry) === 6 ? [] : (/^(.*):(\d+)$/.exec(entry) ?? []);
  if (onlyPort !== undefined && onlyPort !== port) return false;
  const name = bare(withPort ?? entry);
  const family = isIP(name);
  if (family !== 0) return inSubnet(`${name}/${family === 4 ? 32 : 128}`, host);
  const domain = name.replace(/^\*?\./, "");
  if (domain === "") return false;
  // ".example.com" matches only subdomains, "example.com" also the domain itself.
  return host.endsWith(`.${domain}`) || (name === domain && host === domain);
}

/** Whether an address is in a subnet; false if either is invalid. An IPv4-mapped IPv6 address counts as the IPv4 address. */
function inSubnet(subnet: string, host: string): boolean {
  const [network = "", bits] = subnet.split("/");
  const family = isIP(network);
  const address = /^::ffff:[0-9a-f.:]+$/.test(host) && isIP(host) === 6 ? (mappedIPv4(host) ?? host) : host;
  if (family === 0 || isIP(address) !== family) return false;
  const type = family === 4 ? "ipv4" : "ipv6";
  const prefix = /^\d+$/.test(bits ?? "") ? Number(bits) : Number.NaN;
  if (!(prefix <= (family === 4 ? 32 : 128))) return false;
  const list = new BlockList();
  list.addSubnet(network, prefix, type);
  return list.check(address, type);
}

/** Returns the IPv4 address of `::ffff:7f00:1`, the URL form of `::ffff:127.0.0.1`. */
function mappedIPv4(host: string): string | undefined {
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(host) ?? [];
  if (high === undefined || low === undefined) return undefined;
  const number = Number.parseInt(high, 16) * 65_536 + Number.parseInt(low, 16);
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join(".");
}
