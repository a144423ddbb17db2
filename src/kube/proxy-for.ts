import { BlockList, isIP } from "node:net";
import type { Environment } from "./connection.ts";

/**
 * The proxy that the environment wants for a URL, as Go programs read it: HTTPS_PROXY or HTTP_PROXY by scheme, in capitals or not, unless
 * NO_PROXY names the host; loopback addresses are never proxied.
 */
export function proxyFor(url: URL, env: Environment): string | undefined {
  const scheme = url.protocol === "https:" ? "https" : "http";
  const proxy = read(env, `${scheme}_proxy`);
  if (proxy === undefined) return undefined;
  const host = url.hostname.replace(/^\[|\]$/g, "").toLowerCase();
  if (host === "localhost" || host === "::1" || /^127\./.test(host)) return undefined;
  const port = url.port === "" ? (scheme === "https" ? "443" : "80") : url.port;
  const exceptions = (read(env, "no_proxy") ?? "").split(",").map((entry) => entry.trim().toLowerCase());
  if (exceptions.some((entry) => entry !== "" && excepts(entry, host, port))) return undefined;
  return proxy.includes("://") ? proxy : `http://${proxy}`;
}

function read(env: Environment, name: string): string | undefined {
  const value = env[name.toUpperCase()] || env[name];
  return value === "" ? undefined : value;
}

function excepts(entry: string, host: string, port: string): boolean {
  if (entry === "*") return true;
  if (entry.includes("/")) return inSubnet(entry, host);
  if (isIP(entry) === 6) return entry === host;
  const [, name = entry, onlyPort] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
  if (onlyPort !== undefined && onlyPort !== port) return false;
  const domain = name.replace(/^\*?\./, "");
  // ".example.com" is for what is below it, "example.com" for itself as well.
  return name === domain ? host === domain || host.endsWith(`.${domain}`) : host.endsWith(`.${domain}`);
}

function inSubnet(entry: string, host: string): boolean {
  const [network = "", bits] = entry.split("/");
  const family = isIP(network);
  if (family === 0 || isIP(host) !== family) return false;
  const type = family === 4 ? "ipv4" : "ipv6";
  const prefix = Number(bits);
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  list.addSubnet(network, prefix, type);
  return list.check(host, type);
}
