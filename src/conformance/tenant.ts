import type { Clock } from "../base/clock.ts";
import type { JsonObject } from "../base/json.ts";
import { clustersPath, monitorsPath } from "../core/ids.ts";
import { type Answer, accepted, at, describe, readyOf } from "./answer.ts";
import { type ConformanceProfile, factsOf, type PlatformFacts } from "./profile.ts";
import {
  type TenantRequests,
  type TenantRequestsOptions,
  tenantRequests,
  type WriteOptions,
} from "./tenant-requests.ts";
import { Undecided } from "./undecided.ts";

/** The tenant under test, as statements use it. All names that they create begin with the prefix of the run. */
export interface Tenant extends TenantRequests {
  readonly facts: PlatformFacts;
  readonly namespace: string;
  readonly clock: Clock;
  /** Path of the tenant's clusters. */
  readonly clusters: string;
  readonly monitors: string;
  /** Begins all names of this run. */
  readonly prefix: string;
  /** An unused name. At most 20 characters of `word` fit a cluster's name. */
  name(word: string): string;
  /** Creates a cluster that is never rendered, and answers its name. @throws Undecided where the platform refuses. */
  createInert(word: string, spec?: JsonObject, more?: WriteOptions): Promise<string>;
  /** The object, once the replica that answers knows it (platform.md §1.1). @throws Undecided */
  readCreated(name: string): Promise<JsonObject>;
  /** The object once `holds`. @throws Undecided after `withinMs`. */
  waitUntil(name: string, what: string, holds: (object: JsonObject) => boolean, withinMs?: number): Promise<JsonObject>;
  /** Repeats a write that conflicts with a controller's own. */
  retryConflicts(write: () => Promise<Answer>): Promise<Answer>;
  /** Whether the object is gone within this time. */
  isGoneWithin(name: string, withinMs: number): Promise<boolean>;
  /** Name of the one cluster that is installed, once it is ready. @throws Undecided where it does not become ready. */
  installedCluster(): Promise<string>;
}

/** Longest reaction of the platform's controllers to a write. */
export const reactionMs = 90_000;
/** Longest install of a cluster. */
const installMs = 30 * 60_000;
const pollMs = 1_000;
const replicaLagMs = 10_000;
const conflictPauseMs = 400;
const conflictAttempts = 15;

export interface TenantOptions extends TenantRequestsOptions {
  readonly profile: ConformanceProfile;
  readonly prefix: string;
  readonly clock: Clock;
}

export function createTenant(options: TenantOptions): Tenant {
  const { namespace, prefix, clock, signal } = options;
  const facts = factsOf[options.profile];
  const requests = tenantRequests(options);
  let names = 0;
  let installation: Promise<string> | undefined;
  const name = (word: string) => `${prefix}-${word}-${(names++).toString(36)}`;
  const waitUntil = waiting(requests, clock, signal);
  const install = async (): Promise<string> => {
    const installing = name("cluster");
    accepted(await requests.createWith(installing, facts.withoutMachines), `creating ${installing}`);
    await waitUntil(installing, "Ready=True", (object) => readyOf(object)?.status === "True", installMs);
    return installing;
  };
  return {
    ...requests,
    facts,
    namespace,
    clock,
    prefix,
    clusters: clustersPath(namespace),
    monitors: monitorsPath(namespace),
    name,
    createInert: async (word, spec = {}, more = {}) => {
      const inert = name(word);
      accepted(await requests.create(inert, spec, more), `creating ${inert}`);
      return inert;
    },
    readCreated: (created) => waitUntil(created, created, () => true, replicaLagMs),
    waitUntil,
    retryConflicts: async (write) => {
      for (let attempt = 1; ; attempt += 1) {
        const answer = await write();
        if (answer.ok || answer.error.code !== "Conflict" || attempt === conflictAttempts) return answer;
        await clock.sleep(conflictPauseMs, signal);
      }
    },
    isGoneWithin: async (deleted, withinMs) => {
      const deadline = clock.now() + withinMs;
      for (;;) {
        const answer = await requests.read(deleted);
        if (!answer.ok && answer.error.code === "NotFound") return true;
        if (clock.now() >= deadline) return false;
        await clock.sleep(pollMs, signal);
      }
    },
    installedCluster: () => {
      installation ??= install();
      return installation;
    },
  };
}

function waiting(requests: TenantRequests, clock: Clock, signal: AbortSignal): Tenant["waitUntil"] {
  return async (name, what, holds, withinMs = reactionMs) => {
    const deadline = clock.now() + withinMs;
    for (;;) {
      const answer = await requests.read(name);
      if (answer.ok && holds(answer.body)) return answer.body;
      if (clock.now() >= deadline) {
        const last = answer.ok ? JSON.stringify(at(answer.body, "status") ?? null).slice(0, 400) : describe(answer);
        throw new Undecided(`${what} was not observed within ${Math.round(withinMs / 1000)} s; last answer: ${last}`);
      }
      await clock.sleep(pollMs, signal);
    }
  };
}
