import { abortable } from "./abort.ts";

/** An answer that is asked for once and shared by all who need it. A failure is not kept: the next one asks again. */
export class SharedAnswer<T> {
  private readonly ask: () => Promise<T>;
  private pending: Promise<T> | undefined;

  constructor(ask: () => Promise<T>) {
    this.ask = ask;
  }

  /** Throws the failure, or the signal's reason as soon as it aborts; the question goes on for the others. */
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

  /** The answer that is kept or awaited; undefined where the next one asks. */
  get current(): Promise<T> | undefined {
    return this.pending;
  }

  /** Drops an answer, so that the next one asks again. */
  forget(answer: Promise<T>): void {
    if (this.pending === answer) this.pending = undefined;
  }
}
