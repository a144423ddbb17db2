import { BlockList, isIP } from "node:net";
import type { Environment, ProxyServer } from "./connection.ts";
import { KubeError, NO_SETTING } from "../kube-error.ts";

const SCHEMES = ["http:", "https:", "socks5:"];

/**
 * What is wrong with the URL of a proxy; undefined where nothing is. The text completes a sentence that begins with its name, and never
 * holds the user and password of the URL.
 */
export function proxyComplaint(text: string): string | undefined {
  const url = parseProxy(text);
  if (url !== undefined) return undefined;
  return `must be the URL of an HTTP or SOCKS5 proxy, such as "http://proxy.example.org:3128" or "socks5://127.0.0.1:1080"; got ${JSON.stringify(withoutUser(text))}`;
}

/** The proxy that a setting of this connection names. Throws KubeError `Credential` for one that cannot be used. */
export function explicitProxy(text: string, origin: string, setting?: string): ProxyServer {
  return { url: usable(text, origin, setting), origin, explicit: true };
}

/**
 * The proxy of the environment for a URL, as Go programs read it: HTTPS_PROXY or HTTP_PROXY by scheme, in capitals or not, unless
 * NO_PROXY names the host; loopback addresses are never proxied. Throws KubeError `Credential` for one that cannot be used.
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

/** As Go reads it: a text without a scheme is the host of an HTTP proxy. Names are resolved by the proxy with `socks5` as with `socks5h`. */
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

/** One entry of NO_PROXY: `*`, a subnet, an address or a name, each of the latter two perhaps with a port. */
function excepts(entry: string, host: string, port: string): boolean {
  if (entry === "*") return true;
  if (entry.includes("/")) return inSubnet(entry, host);
  // An IPv6 address has colons of its own: with a port it stands in brackets.
  const [, withPort, onlyPort] = isIP(entry) === 6 ? [] : (/^(.*):(\d+)$/.exec(entry) ?? []);
  if (onlyPort !== undefined && onlyPort !== port) return false;
  const name = bare(withPort ?? entry);
  const family = isIP(name);
  if (family !== 0) return inSubnet(`${name}/${family === 4 ? 32 : 128}`, host);
  const domain = name.replace(/^\*?\./, "");
  if (domain === "") return false;
  // ".example.com" is for what is below it, "example.com" for itself as well.
  return host.endsWith(`.${domain}`) || (name === domain && host === domain);
}

/** Whether an address is in a subnet; false where either is none. An IPv4 address mapped into IPv6 counts as the former. */
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

/** The IPv4 address in `::ffff:7f00:1`, as URLs write `::ffff:127.0.0.1`. */
function mappedIPv4(host: string): string | undefined {
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(host) ?? [];
  if (high === undefined || low === undefined) return undefined;
  const number = Number.parseInt(high, 16) * 65_536 + Number.parseInt(low, 16);
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join(".");
}
