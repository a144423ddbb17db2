/** Options of the library's verbs. */

/** What every waiting call takes. */
export interface WaitOptions {
  readonly signal: AbortSignal;
  /** Clock ms. */
  readonly deadline: number;
  readonly progress?: (message: string) => void;
}

export interface ConvergeOptions<Desired, State> extends WaitOptions {
  readonly waitFor: "accepted" | "ready";
  /** What the owner wanted at the last write: what is equal in `desired` is not written, what is missing there is given back. */
  readonly previous?: Partial<Desired>;
  /** The cluster must still be this one. */
  readonly expectUid?: string;
  /** Whether the owner believes that it does not exist yet. */
  readonly create: boolean;
  /** Called as soon as the API accepted the write, before anything is waited for. */
  readonly accepted?: (state: State) => void;
}

export interface ObserveOptions {
  readonly signal: AbortSignal;
  /** Read now instead of sharing a recent answer. */
  readonly fresh?: boolean;
}

/** What was read inside a cluster earlier, and the state of the cluster at that time (`tenantKey`). */
export interface KnownTenantInfo {
  readonly key: string;
  readonly endpoint: string | undefined;
  readonly caCertificate: string | undefined;
  readonly kubernetesVersion: string | undefined;
}

export interface ObserveClusterOptions extends ObserveOptions {
  /** A single read, without a second one after a 404: for a cluster that is expected not to exist. */
  readonly once?: boolean;
  /** `skip`: nothing is read inside the cluster. What is known is used as long as nothing about the cluster could change it. */
  readonly tenantInfo?: "skip" | KnownTenantInfo;
}

export interface RemoveOptions extends WaitOptions {
  readonly expectUid?: string;
}

/** What the removal of a part of a cluster takes. */
export interface MemberRemoveOptions extends RemoveOptions {
  /** `accepted`: gone from the cluster's settings; the machines drain in the background. Default `ready`: they are gone as well. */
  readonly waitFor?: "accepted" | "ready";
}
