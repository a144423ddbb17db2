import type { Clock } from "../../base/clock.ts";
import type { KubeRequest } from "../kube-client.ts";
import type { KubeError } from "../kube-error.ts";

/** How long a 403 after a restart is retried, in milliseconds; kube-apiserver 1.34 was observed to return it for about five seconds. */
const repeatMs = 15_000;
/** How long a server counts as recently started after it was unreachable, in milliseconds. */
const youngMs = 30_000;

/**
 * Detects a 403 that is temporary: an API server that has just started responds before it has loaded its roles. Such a request was not
 * carried out. A permanent 403 differs in the history of this client: the server was not down before and did not allow the same
 * request.
 */
export class EarlyDenials {
  private readonly clock: Clock;
  private readonly granted = new Set<string>();
  private readonly since = new Map<string, number>();
  private downAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Records a successful request. */
  allowed(request: KubeRequest): void {
    const key = keyOf(request);
    this.granted.add(key);
    this.since.delete(key);
  }

  /** Records a failure; returns true for a 403 that may be temporary. */
  mayPass(request: KubeRequest, error: KubeError): boolean {
    const now = this.clock.now();
    // A broken connection does not prove that the server was down; a refused connection does, also one reported by a proxy.
    if (error.code === "Unavailable" || (error.code === "Network" && !error.ambiguous)) this.downAt = now;
    // An exceeded quota also results in 403, and that is permanent.
    if (error.code !== "Forbidden" || error.message.includes("exceeded quota")) return false;
    const key = keyOf(request);
    const since = this.since.get(key) ?? now;
    this.since.set(key, since);
    return now - since < repeatMs && (this.granted.has(key) || now - this.downAt < youngMs);
  }
}

const keyOf = ({ method, path }: KubeRequest): string => `${method} ${path}`;
