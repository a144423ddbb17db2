import { abortable } from "./abort.ts";

/** The result of one request, shared by all callers. A failure is not kept: the next call sends the request again. */
export class SharedAnswer<T> {
  private readonly ask: () => Promise<T>;
  private pending: Promise<T> | undefined;

  constructor(ask: () => Promise<T>) {
    this.ask = ask;
  }

  /** Throws the failure, or the signal's reason as soon as it aborts; the request continues for other callers. */
  async get(signal: AbortSignal): Promise<T> {
    if (this.pending === undefined) {
      const mine = this.ask();
      this.pending = mine;
      mine.catch(() => {
        if (this.pending === mine) this.pending = undefined;
      });
    }
    return await abortable(this.pending, signal);
  }

  /** The stored or pending result; undefined if the next call sends a request. */
  get current(): Promise<T> | undefined {
    return this.pending;
  }

  /** Drops a result, so that the next call sends a request. */
  forget(answer: Promise<T>): void {
    if (this.pending === answer) this.pending = undefined;
  }
}
