/**
 * A readers-writer lock: a first write to an object without labels must not run concurrently with any other write, because it
 * crashes the platform's API server (platform.md §7). Callers enter in order of arrival, so no caller starves.
 */
export class RwLock {
  private sharers = 0;
  private exclusive = false;
  private readonly waiting: { readonly alone: boolean; readonly go: () => void }[] = [];

  /** Runs `work` concurrently with other shared work. */
  async shared<T>(work: () => Promise<T>): Promise<T> {
    return await this.run(false, work);
  }

  /** Runs `work` exclusively. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    return await this.run(true, work);
  }

  private async run<T>(alone: boolean, work: () => Promise<T>): Promise<T> {
    if (this.waiting.length > 0 || this.exclusive || (alone && this.sharers > 0)) {
      await new Promise<void>((go) => this.waiting.push({ alone, go }));
    } else this.enter(alone);
    try {
      return await work();
    } finally {
      if (alone) this.exclusive = false;
      else this.sharers--;
      this.wake();
    }
  }

  private enter(alone: boolean): void {
    if (alone) this.exclusive = true;
    else this.sharers++;
  }

  private wake(): void {
    for (let next = this.waiting[0]; next !== undefined; next = this.waiting[0]) {
      if (this.exclusive || (next.alone && this.sharers > 0)) return;
      this.waiting.shift();
      this.enter(next.alone);
      next.go();
    }
  }
}
