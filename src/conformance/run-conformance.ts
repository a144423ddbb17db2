import type { Clock } from "../base/clock.ts";
import { KubeError } from "../kube/kube-error.ts";
import { createdClusters, type Leftovers } from "./clean-up.ts";
import type { ConformanceProfile } from "./profile.ts";
import { type Statement, skipped, type Verdict } from "./statement.ts";
import { createTenant } from "./tenant.ts";
import type { TenantClients } from "./tenant-requests.ts";
import { Undecided } from "./undecided.ts";

/** The result of one statement. */
export type Outcome = { readonly statement: Statement } & (
  | Verdict
  /** A step failed in a way that no statement covers. */
  | { readonly result: "undecided"; readonly why: string }
);

interface ConformanceOptions extends TenantClients {
  readonly profile: ConformanceProfile;
  readonly namespace: string;
  /** Begins the names of everything that is created: `tfc-` and a random part. */
  readonly prefix: string;
  readonly clock: Clock;
  readonly dangerous: boolean;
  /** Whether one cluster may be installed. */
  readonly cluster: boolean;
  /** Ends the statements; the clean-up still runs. */
  readonly signal: AbortSignal;
}

/** A run: the caller tries statements one after another in any order, then cleans up. */
export interface ConformanceRun {
  attempt(statement: Statement): Promise<Outcome>;
  /** Deletes what this run created, and nothing else. */
  cleanUp(signal: AbortSignal): Promise<Leftovers>;
}

export function startConformance(options: ConformanceOptions): ConformanceRun {
  const { signal } = options;
  const created = createdClusters(options);
  const tenant = createTenant({ ...options, creating: created.add });
  const judge = async (statement: Statement): Promise<Outcome> => {
    const against = reasonToSkip(statement, options);
    if (against !== undefined) return { statement, ...skipped(against) };
    try {
      return { statement, ...(await statement.run(tenant)) };
    } catch (error) {
      if (signal.aborted) return { statement, ...skipped("the run was interrupted") };
      if (error instanceof Undecided || error instanceof KubeError)
        return { statement, result: "undecided", why: error.message };
      throw error;
    }
  };
  return {
    attempt: async (statement) => {
      const outcome = await judge(statement);
      await created.removeRecent(signal);
      return outcome;
    },
    cleanUp: created.cleanUp,
  };
}

function reasonToSkip(statement: Statement, options: ConformanceOptions): string | undefined {
  if (!statement.profiles.includes(options.profile)) return `applies to platform ${statement.profiles.join(" and ")}`;
  if (statement.dangerous && !options.dangerous)
    return "can take the platform's API server down for all tenants: only with --dangerous";
  if (statement.needsCluster && !options.cluster) return "needs an installed cluster, and --no-cluster was given";
  if (options.signal.aborted) return "the run was interrupted";
  return undefined;
}
