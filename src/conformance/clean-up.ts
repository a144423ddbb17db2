import type { Clock } from "../base/clock.ts";
import { clusterPath } from "../core/ids.ts";
import type { KubeClient } from "../kube/kube-client.ts";
import { KubeError } from "../kube/kube-error.ts";
import { ownClusters, ownMonitors } from "./own-objects.ts";

/** What still exists after the clean-up. */
export interface Leftovers {
  readonly clusters: readonly string[];
  /** Monitors of clusters that are gone: those were removed without being uninstalled, and still run. */
  readonly monitors: readonly string[];
  /** Why the clean-up failed. */
  readonly lastError: string | undefined;
}

interface CleanUpOptions {
  readonly client: KubeClient;
  readonly namespace: string;
  readonly prefix: string;
  readonly clock: Clock;
}

/** The clusters that a run creates, and their removal. */
interface CreatedClusters {
  add(name: string): void;
  /** Deletes the clusters that were added since the last call, except the installed one; failures are left to `cleanUp`. */
  removeRecent(signal: AbortSignal): Promise<void>;
  /** Deletes what this run created, and nothing else. */
  cleanUp(signal: AbortSignal): Promise<Leftovers>;
}

/** The platform refuses other names, so there is nothing to delete. */
const isPossible = (name: string) => /^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name) && name.length <= 42;

/** How long monitors may outlive their cluster. */
const monitorsMs = 3_000;
const cleanUpMs = 30 * 60_000;
/** After a write the finalizer is missing until Flux restores it: a cluster that is deleted then is not uninstalled (platform.md §1.11). */
const finalizerMs = 5_000;

export function createdClusters(options: CleanUpOptions): CreatedClusters {
  const { client, namespace, prefix, clock } = options;
  const created = new Set<string>();
  /** Of those, the ones whose deletion the platform accepted, or that it does not know. */
  const removed = new Set<string>();
  let recent: string[] = [];
  const isOwn = (name: string) => created.has(name) || name.startsWith(`${prefix}-`);
  const isInstalled = (name: string) => name.startsWith(`${prefix}-cluster-`);
  const remove = async (name: string, signal: AbortSignal): Promise<void> => {
    try {
      await client.request({ method: "DELETE", path: clusterPath({ namespace, name }), signal });
    } catch (error) {
      if (!(error instanceof KubeError) || error.code !== "NotFound") throw error;
    }
    removed.add(name);
  };
  const removeAll = async (signal: AbortSignal, remaining: (names: string[]) => void): Promise<void> => {
    const deadline = clock.now() + cleanUpMs;
    let installedFrom = clock.now() + finalizerMs;
    for (;;) {
      const found = await ownClusters(client, namespace, isOwn, signal);
      remaining(found.map(({ name }) => name));
      if (!found.some(({ name }) => isInstalled(name))) installedFrom = 0;
      for (const { name, deleting } of found) {
        if (!deleting && !(isInstalled(name) && clock.now() < installedFrom)) await remove(name, signal);
      }
      if (found.length === 0 || clock.now() >= deadline) return;
      await clock.sleep(1_000, signal);
    }
  };
  return {
    add: (name) => {
      created.add(name);
      recent.push(name);
    },
    removeRecent: async (signal) => {
      const leaving = recent.filter((name) => isPossible(name) && !isInstalled(name));
      recent = [];
      if (!signal.aborted) await Promise.allSettled(leaving.map((name) => remove(name, signal)));
    },
    cleanUp: async (signal) => {
      // As far as is known before the platform answers.
      let clusters = [...created].filter((name) => isPossible(name) && !removed.has(name));
      try {
        await removeAll(signal, (names) => {
          clusters = names;
        });
        return { clusters, monitors: await remainingMonitors(options, signal), lastError: undefined };
      } catch (error) {
        const lastError = error instanceof Error ? error.message : String(error);
        return { clusters, monitors: [], lastError };
      }
    },
  };
}

async function remainingMonitors(options: CleanUpOptions, signal: AbortSignal): Promise<string[]> {
  const { client, namespace, prefix, clock } = options;
  const deadline = clock.now() + monitorsMs;
  for (;;) {
    const monitors = await ownMonitors(client, namespace, prefix, signal);
    if (monitors.length === 0 || clock.now() >= deadline) return monitors;
    await clock.sleep(500, signal);
  }
}
