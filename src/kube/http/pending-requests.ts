import type { Clock } from "../../base/clock.ts";
import { stillRunning } from "../credentials/plugin-failure.ts";
import type { KubeRequest } from "../kube-client.ts";
import type { KubeError } from "../kube-error.ts";
import type { Connection } from "./connection.ts";

/** A credential plugin that takes longer than this, in milliseconds, is reported as the cause of a wait. */
const slowCredentialMs = 500;

/** The reasons why pending requests have not succeeded yet. */
export class PendingRequests {
  private readonly connection: Connection;
  private readonly clock: Clock;
  private readonly errors = new Map<KubeRequest, KubeError>();
  /** Requests that wait for a credential, and their start times. */
  private readonly logins = new Map<KubeRequest, number>();

  constructor(connection: Connection, clock: Clock) {
    this.connection = connection;
    this.clock = clock;
  }

  /** Records a failed attempt that will be retried. */
  failed(request: KubeRequest, error: KubeError): void {
    this.errors.set(request, error);
  }

  /** Records that a request waits for a credential. */
  async duringLogin<T>(request: KubeRequest, login: Promise<T>): Promise<T> {
    this.logins.set(request, this.clock.now());
    try {
      return await login;
    } finally {
      this.logins.delete(request);
    }
  }

  /** Removes a request that has ended. */
  ended(request: KubeRequest): void {
    this.errors.delete(request);
  }

  /** Returns a login in progress, which blocks every request, otherwise the last failure. */
  lastError(): KubeError | undefined {
    return this.slowLogin() ?? [...this.errors.values()].at(-1);
  }

  private slowLogin(): KubeError | undefined {
    const { credential } = this.connection;
    const waited = this.clock.now() - Math.min(...this.logins.values());
    if (credential.kind !== "exec" || waited < slowCredentialMs) return undefined;
    return stillRunning(credential.plugin, waited);
  }
}
