import type { Clock } from "../../base/clock.ts";
import type { KubeRequest } from "../kube-client.ts";
import type { KubeError } from "../kube-error.ts";

/** How long a refusal that a restart explains is repeated; kube-apiserver 1.34 was observed to refuse for about five seconds. */
const repeatMs = 15_000;
/** How long after it was out of reach a server counts as one that has just started. */
const youngMs = 30_000;

/**
 * An API server that has just started answers before it has loaded its roles: 403 for what it allows. Such a request was certainly not
 * carried out, and the refusal passes. A lasting refusal differs in what this client saw before: a server that was down, or that allowed
 * the same request.
 */
export class EarlyDenials {
  private readonly clock: Clock;
  private readonly granted = new Set<string>();
  private readonly since = new Map<string, number>();
  private downAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** A request was answered as it should be. */
  allowed(request: KubeRequest): void {
    const key = keyOf(request);
    this.granted.add(key);
    this.since.delete(key);
  }

  /** Notes a failure; true where it is a refusal that may pass. */
  mayPass(request: KubeRequest, error: KubeError): boolean {
    const now = this.clock.now();
    // A connection that breaks does not show that the server was down; a refused connection does, also one that a proxy reports.
    if (error.code === "Unavailable" || (error.code === "Network" && !error.ambiguous)) this.downAt = now;
    // A quota refuses with 403 as well, and that refusal lasts.
    if (error.code !== "Forbidden" || error.message.includes("exceeded quota")) return false;
    const key = keyOf(request);
    const since = this.since.get(key) ?? now;
    this.since.set(key, since);
    return now - since < repeatMs && (this.granted.has(key) || now - this.downAt < youngMs);
  }
}

const keyOf = ({ method, path }: KubeRequest): string => `${method} ${path}`;
