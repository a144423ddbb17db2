import type { Clock } from "./clock.ts";

/** Bounds of the delays between attempts, clock ms: each delay is twice the previous one. */
interface BackoffLimits {
  readonly firstMs: number;
  readonly mostMs: number;
}

const usual: BackoffLimits = { firstMs: 200, mostMs: 5_000 };

/** Exponential back-off with jitter: each delay is between half and one and a half of its nominal length. */
export class Backoff {
  private readonly clock: Clock;
  private readonly random: () => number;
  private readonly limits: BackoffLimits;
  private next: number;

  /** @param random random numbers in [0, 1). */
  constructor(clock: Clock, random: () => number, limits: BackoffLimits = usual) {
    this.clock = clock;
    this.random = random;
    this.limits = limits;
    this.next = limits.firstMs;
  }

  /** Whether the next delay ends before the deadline, clock ms. */
  fitsBefore(deadline: number): boolean {
    return this.clock.now() + this.next <= deadline;
  }

  /** Waits for the next delay; rejects with the signal's reason as soon as it aborts. */
  async pause(signal?: AbortSignal): Promise<void> {
    const nominal = this.next;
    this.next = Math.min(nominal * 2, this.limits.mostMs);
    await this.clock.sleep(nominal * (0.5 + this.random()), signal);
  }

  /** Resets the delay after a successful attempt. */
  reset(): void {
    this.next = this.limits.firstMs;
  }
}

interface RetryOptions {
  readonly clock: Clock;
  /** Random numbers in [0, 1). */
  readonly random: () => number;
  /** Clock ms; no attempt begins after it. */
  readonly deadline: number;
  /** Interrupts the delays between attempts. */
  readonly signal?: AbortSignal;
  /** Whether another attempt can succeed. */
  readonly isTransient: (error: unknown) => boolean;
  /** Called before each delay with the error that caused it. */
  readonly onRetry?: (error: unknown) => void;
  readonly limits?: BackoffLimits;
}

/** Returns the result of the first successful attempt. Throws the last error if no further attempt is made. */
export async function retry<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { clock, random, deadline, signal, isTransient, onRetry, limits } = options;
  const backoff = new Backoff(clock, random, limits);
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (signal?.aborted === true || !isTransient(error) || !backoff.fitsBefore(deadline)) throw error;
      onRetry?.(error);
      await backoff.pause(signal);
    }
  }
}
