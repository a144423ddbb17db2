import { showDuration } from "../../base/duration.ts";
import type { Connection, ProxyServer } from "../../kube/http/connection.ts";
import { type Finding, ok, problem, skipped, warning } from "./finding.ts";
import type { Reach, ServerCertificate } from "./reach.ts";

const dayMs = 24 * 3_600_000;
/** A certificate that expires sooner should be renewed now. */
const renewMs = 14 * dayMs;
/** Differences of clocks: what is normal, and from where on logins and certificates are judged wrongly. */
const clockMs = { normal: 30_000, harmful: 5 * 60_000 };

/** Returns the findings about proxy, connection, certificate and clock. @param now ms since the epoch. */
export function reachFindings(connection: Connection, found: Reach, now: number): Finding[] {
  const proxy = proxyFinding(connection.proxy);
  if (found.error !== undefined) {
    const { message, hint, unresolved } = found.error;
    const advice = hint ?? adviceFor(connection, unresolved);
    return [proxy, problem("connection", message, { advice })];
  }
  return [proxy, connectionFinding(connection, found), certificateFinding(connection, found, now), clockFinding(found)];
}

function proxyFinding(proxy: ProxyServer | undefined): Finding {
  if (proxy === undefined) return ok("proxy", "none: the connection is direct");
  const { protocol, host } = new URL(proxy.url);
  return ok("proxy", `${protocol}//${host}, from ${proxy.origin}`);
}

function adviceFor({ proxy, origins }: Connection, unresolved: boolean): string {
  if (proxy !== undefined) return `Check the proxy in ${proxy.origin}, or except the API from it with NO_PROXY.`;
  return unresolved
    ? `Check the address in ${origins.server}, and whether this machine needs a VPN or another DNS server for it.`
    : `Check the address and the port in ${origins.server}, and whether a firewall, a VPN or a proxy is between.`;
}

function connectionFinding({ server }: Connection, { addresses, protocol }: Reach): Finding {
  const { host } = new URL(server);
  const resolved = addresses === undefined ? "" : ` resolves to ${addresses.join(", ")} and`;
  return ok("connection", `${host}${resolved} answers (${protocol})`);
}

function certificateFinding(connection: Connection, { chain = [], distrust }: Reach, now: number): Finding {
  const details = chain.map(({ subject, issuer, validTo }) => `${subject}, issued by ${issuer}, until ${day(validTo)}`);
  if (connection.insecure) {
    const advice = "Remove `insecure` and set `cluster_ca_certificate`.";
    return warning("certificate", "is not checked, so the connection can be read and changed on the network", {
      details,
      advice,
    });
  }
  if (distrust !== undefined) return problem("certificate", distrust.message, { details, advice: distrust.hint });
  const [first] = [...chain].sort((a, b) => a.validTo - b.validTo);
  const left = first === undefined ? Number.POSITIVE_INFINITY : first.validTo - now;
  if (first !== undefined && left < renewMs) {
    const text = `is trusted, but ${first.subject} expires on ${day(first.validTo)}, in ${daysOf(left)}`;
    return warning("certificate", text, { advice: "Tell the platform's operators: they must renew it." });
  }
  return ok("certificate", `is trusted, ${validity(first)}`, { details });
}

const validity = (first: ServerCertificate | undefined): string =>
  first === undefined ? "with an unknown end" : `valid until ${day(first.validTo)}`;

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

const daysOf = (ms: number): string => {
  const days = Math.max(0, Math.floor(ms / dayMs));
  return days === 1 ? "1 day" : `${days} days`;
};

function clockFinding({ date }: Reach): Finding {
  if (date === undefined) return skipped("clock", "not compared: the server tells no time");
  const ahead = date.local - date.server;
  const difference = Math.abs(ahead);
  if (difference < clockMs.normal) return ok("clock", "agrees with the server's");
  const text = `is ${showDuration(Math.round(difference / 1000) * 1000)} ${ahead > 0 ? "ahead of" : "behind"} the server's`;
  const advice = "Set the clock of this machine, e.g. with NTP: certificates and tokens are judged by it.";
  return difference < clockMs.harmful ? warning("clock", text, { advice }) : problem("clock", text, { advice });
}
