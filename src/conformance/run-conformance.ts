import type { Clock } from "../base/clock.ts";
import { clusterPath } from "../core/ids.ts";
import type { KubeClient } from "../kube/kube-client.ts";
import { KubeError } from "../kube/kube-error.ts";
import type { ConformanceProfile } from "./profile.ts";
import { type Statement, skipped, type Verdict } from "./statement.ts";
import { Undecided } from "./undecided.ts";
import { createTenant, ownClusters, ownMonitors } from "./tenant.ts";

/** What became of one statement. */
export type Outcome = { readonly statement: Statement } & (
  | Verdict
  /** The answers on the way there were not ones to judge by. */
  | { readonly result: "undecided"; readonly why: string }
);

/** What is still there although it was to be cleaned up. */
export interface Leftovers {
  readonly clusters: readonly string[];
  /** Monitors of clusters that are gone: they went without being uninstalled, and run on. */
  readonly monitors: readonly string[];
  /** Why it could not be cleaned up or looked at. */
  readonly trouble: string | undefined;
}

export interface ConformanceOptions {
  readonly profile: ConformanceProfile;
  readonly namespace: string;
  /** Begins the names of everything that is made: `tfc-` and a random part. */
  readonly prefix: string;
  readonly client: KubeClient;
  /** The same without repetitions. */
  readonly blunt: KubeClient;
  /** With a wrong token, and without credentials. */
  readonly stranger: KubeClient;
  readonly nobody: KubeClient;
  readonly clock: Clock;
  readonly dangerous: boolean;
  /** Whether one cluster may really be installed. */
  readonly cluster: boolean;
  /** Ends the statements; what was made is cleaned up all the same. */
  readonly signal: AbortSignal;
}

/** A run: statements are tried one after another, in whatever order the caller likes, and then everything is cleaned up. */
export interface ConformanceRun {
  attempt(statement: Statement): Promise<Outcome>;
  /** Deletes what this run made, and nothing else. */
  cleanUp(signal: AbortSignal): Promise<Leftovers>;
}

/** Names that the platform refuses are no path segments to delete either. */
const isPossible = (name: string) => /^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name) && name.length <= 42;

/** How long monitors may outlive their cluster. */
const sweepMs = 3_000;
const cleanUpMs = 30 * 60_000;
/** A write that just went out has its finalizer dropped until Flux puts it back (platform.md §1.11). */
const finalizerMs = 5_000;

export function startConformance(options: ConformanceOptions): ConformanceRun {
  const { client, namespace, prefix, clock, signal } = options;
  const made = new Set<string>();
  /** Of those, the ones whose deletion the platform has accepted, or that it does not know. */
  const removed = new Set<string>();
  /** Of the statement under way: gone again with it, all but the installed cluster. */
  let fresh: string[] = [];
  const tenant = createTenant({
    ...options,
    made: (name) => {
      made.add(name);
      fresh.push(name);
    },
  });
  const isOwn = (name: string) => made.has(name) || name.startsWith(`${prefix}-`);
  const isInstalled = (name: string) => name.startsWith(`${prefix}-cluster-`);
  const remove = async (name: string, until: AbortSignal): Promise<void> => {
    try {
      await client.request({ method: "DELETE", path: clusterPath({ namespace, name }), signal: until });
    } catch (error) {
      if (!(error instanceof KubeError) || error.code !== "NotFound") throw error;
    }
    removed.add(name);
  };

  const reasonAgainst = (statement: Statement): string | undefined => {
    if (!statement.profiles.includes(options.profile))
      return `it is about platform ${statement.profiles.join(" and ")}`;
    if (statement.dangerous && !options.dangerous)
      return "it may take the platform's API server down for everybody: only with --dangerous";
    if (statement.needsCluster && !options.cluster) return "it needs an installed cluster, and --no-cluster was given";
    if (signal.aborted) return "the run was interrupted";
    return undefined;
  };

  const judge = async (statement: Statement): Promise<Outcome> => {
    const against = reasonAgainst(statement);
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
      fresh = [];
      const outcome = await judge(statement);
      const leaving = fresh.filter((name) => isPossible(name) && !isInstalled(name));
      if (!signal.aborted) await Promise.allSettled(leaving.map((name) => remove(name, signal)));
      return outcome;
    },
    cleanUp: async (until) => {
      // As far as is known until the platform has been asked.
      let left = [...made].filter((name) => isPossible(name) && !removed.has(name));
      try {
        const deadline = clock.now() + cleanUpMs;
        let installedMayGo = clock.now() + finalizerMs;
        for (;;) {
          const found = await ownClusters(client, namespace, isOwn, until);
          left = found.map(({ name }) => name);
          if (!left.some(isInstalled)) installedMayGo = 0;
          for (const { name, deleting } of found) {
            if (!deleting && !(isInstalled(name) && clock.now() < installedMayGo)) await remove(name, until);
          }
          if (left.length === 0 || clock.now() >= deadline) break;
          await clock.sleep(1_000, until);
        }
        return { clusters: left, monitors: await orphans(), trouble: undefined };
      } catch (error) {
        const trouble = error instanceof Error ? error.message : String(error);
        return { clusters: left, monitors: [], trouble };
      }

      /** A monitor may outlive its cluster by a moment. */
      async function orphans(): Promise<string[]> {
        const deadline = clock.now() + sweepMs;
        for (;;) {
          const monitors = await ownMonitors(client, namespace, prefix, until);
          if (monitors.length === 0 || clock.now() >= deadline) return monitors;
          await clock.sleep(500, until);
        }
      }
    },
  };
}
