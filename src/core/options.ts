/** Options of the library's methods. */

/** Options of every call that waits. */
export interface WaitOptions {
  readonly signal: AbortSignal;
  /** Clock ms. */
  readonly deadline: number;
  readonly progress?: (message: string) => void;
}

export interface ConvergeOptions<Desired, State> extends WaitOptions {
  readonly waitFor: "accepted" | "ready";
  /** Desired settings of the owner's previous write: settings equal in `desired` are not written, settings missing there are reset. */
  readonly previous?: Partial<Desired>;
  /** Expected uid of the cluster. */
  readonly expectUid?: string;
  /** Whether the owner expects that the object does not exist yet. */
  readonly create: boolean;
  /** Called as soon as the API has accepted the write, before the wait. */
  readonly accepted?: (state: State) => void;
}

export interface ObserveOptions {
  readonly signal: AbortSignal;
  /** Sends a request instead of using a recent result. */
  readonly fresh?: boolean;
}

/** Tenant information from an earlier read, and the `tenantKey` of the cluster at that time. */
export interface KnownTenantInfo {
  readonly key: string;
  readonly endpoint: string | undefined;
  readonly caCertificate: string | undefined;
  readonly kubernetesVersion: string | undefined;
}

export interface ObserveOnceOptions extends ObserveOptions {
  /** A single read, without a second one after a 404: for a cluster that is expected to be absent. */
  readonly once?: boolean;
}

export interface ObserveClusterOptions extends ObserveOnceOptions {
  /** `skip`: no tenant information is read. Known information is used until its `tenantKey` changes. */
  readonly tenantInfo?: "skip" | KnownTenantInfo;
}

export interface RemoveOptions extends WaitOptions {
  readonly expectUid?: string;
}

/** Options for removing a node group or add-on. */
export interface MemberRemoveOptions extends RemoveOptions {
  /** `accepted`: removed from the cluster's settings; the machines drain in the background. Default `ready`: the machines are gone. */
  readonly waitFor?: "accepted" | "ready";
}
