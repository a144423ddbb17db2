/** Failures of the connection that this run has reported. Each fails the whole run, so that no other resource repeats it. */
export class ToldFailures {
  private readonly told = new Set<string>();

  /** Whether nothing can be asked of the API in this run. */
  get isCutOff(): boolean {
    return this.told.has(everything);
  }

  /** Records a failure; false where it was recorded before. */
  tell(failure: string): boolean {
    if (this.told.has(failure)) return false;
    this.told.add(failure);
    return true;
  }
}

/** The failure of everything that asks the API. */
export const everything = "connection";
