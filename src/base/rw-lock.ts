/**
 * Many at once, or one alone: a first write to an object without labels must not happen beside any other write, or the platform's
 * API server dies of it (platform.md §7). First come, first served: no caller starves.
 */
export class RwLock {
  private sharers = 0;
  private exclusive = false;
  private readonly waiting: { readonly alone: boolean; readonly go: () => void }[] = [];

  /** Runs `work` beside other shared work. */
  async shared<T>(work: () => Promise<T>): Promise<T> {
    return await this.run(false, work);
  }

  /** Runs `work` while nothing else runs. */
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
