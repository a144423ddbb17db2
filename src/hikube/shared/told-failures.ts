/** Connection failures already reported in this run. Each fails the whole run, so other resources do not repeat it. */
export class ToldFailures {
  private readonly told = new Set<string>();

  /** Whether the API is known to be unavailable in this run. */
  get isCutOff(): boolean {
    return this.told.has(everything);
  }

  /** Records a failure; returns false if it was already recorded. */
  tell(failure: string): boolean {
    if (this.told.has(failure)) return false;
    this.told.add(failure);
    return true;
  }
}

/** The failure that affects every request to the API. */
export const everything = "connection";
