import type { Clock } from "../base/clock.ts";

/** What a resource wants with an id in this run. */
export type Claim = "create" | "keep" | "destroy";

/** What the resources of a cluster are going to bring along, for checks of prerequisites. */
export interface Intentions {
  readonly addons: ReadonlySet<string>;
  readonly roles: ReadonlySet<string>;
}

/**
 * Who wants which id in this run. Several resources live in one API object, so two of them with one id would write over each
 * other; and an id that is created and destroyed in one run would end up destroyed.
 */
export interface Claims {
  /** Notes a claim; answers the claim it collides with, if any. A replacement (`create` of what is kept) does not collide. */
  claim(id: string, claim: Claim, replacing: boolean): Claim | undefined;
  /** Whether this run plans to create the id. */
  creates(id: string): boolean;
  /** Notes that this run has created or taken over the id. */
  made(id: string): void;
  wasMade(id: string): boolean;
  /** Notes that the id is in the state: planned as new all the same, it is a tainted resource that shall be replaced. */
  stored(id: string): void;
  isStored(id: string): boolean;
  intend(clusterId: string, what: { readonly addon?: string; readonly roles?: readonly string[] }): void;
  intentions(clusterId: string): Intentions;
  /** Whether this run intends something, waiting a moment for resources that are planned beside the one that asks. */
  intends(clusterId: string, what: (intentions: Intentions) => boolean): Promise<boolean>;
}

/** Resources without a dependency between them are planned within milliseconds of each other. */
const patience = { tries: 5, everyMs: 50 };

export function createClaims(clock: Clock): Claims {
  const claimed = new Map<string, Claim>();
  const made = new Set<string>();
  const inState = new Set<string>();
  const intended = new Map<string, { addons: Set<string>; roles: Set<string> }>();
  const intentions = (clusterId: string) => {
    let found = intended.get(clusterId);
    if (found === undefined) {
      found = { addons: new Set(), roles: new Set() };
      intended.set(clusterId, found);
    }
    return found;
  };
  return {
    claim(id, claim, replacing) {
      const before = claimed.get(id);
      if (before === undefined || claim === "create") claimed.set(id, claim);
      if (before === undefined || replacing) return undefined;
      return before === "create" || claim === "create" ? before : undefined;
    },
    creates: (id) => claimed.get(id) === "create",
    made: (id) => {
      made.add(id);
    },
    wasMade: (id) => made.has(id),
    stored: (id) => {
      inState.add(id);
    },
    isStored: (id) => inState.has(id),
    intend(clusterId, { addon, roles }) {
      const found = intentions(clusterId);
      if (addon !== undefined) found.addons.add(addon);
      for (const role of roles ?? []) found.roles.add(role);
    },
    intentions,
    async intends(clusterId, what) {
      for (let tries = 0; tries < patience.tries; tries++) {
        if (what(intentions(clusterId))) return true;
        await clock.sleep(patience.everyMs);
      }
      return what(intentions(clusterId));
    },
  };
}
