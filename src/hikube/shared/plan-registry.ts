import type { Clock } from "../../base/clock.ts";
import type { Walks } from "../../engine/provider.ts";

/** The planned operation on an id in this run. */
type Claim = "create" | "keep" | "destroy";

/** What the resources of a cluster add in this run; used by checks of prerequisites. */
interface Intentions {
  readonly addons: ReadonlySet<string>;
  readonly roles: ReadonlySet<string>;
  /** Whether the cluster resource enables the platform's own node group; undefined if the resource is not in this run. */
  readonly defaultGroup: boolean | undefined;
  /** Whether the cluster's apply removes that group. */
  readonly dropsDefaultGroup: boolean;
}

/** What one resource adds. */
interface Intention {
  readonly addon?: string;
  readonly roles?: readonly string[];
  readonly defaultGroup?: boolean;
  readonly dropsDefaultGroup?: boolean;
}

/**
 * The claims of the resources on ids in this run. Several resources are stored in one API object, so two with the same id would
 * overwrite each other, and an id that is both created and destroyed in one run could end up destroyed.
 */
export interface PlanRegistry {
  /**
   * Records a claim; returns the conflicting claim, if any, in whichever order they were made. A replacement (`create` of a kept id)
   * does not conflict.
   */
  claim(id: string, claim: Claim, replacing: boolean): Claim | undefined;
  /** Whether this run plans to create the id. */
  creates(id: string): boolean;
  /** Whether this run plans to destroy the id. */
  destroys(id: string): boolean;
  /** Ids in a cluster that this run keeps or creates. */
  keptIn(clusterId: string): string[];
  /** Whether another resource of this run manages the id, so that its destroy must skip it. */
  isOwned(id: string): boolean;
  /** Runs the removal of an id; a create of the same id waits until it has ended. */
  removing<T>(id: string, remove: () => Promise<T>): Promise<T>;
  /** Resolves when no removal of the id is in progress. */
  removed(id: string): Promise<void>;
  /** Records that this run has created or adopted the id. */
  made(id: string): void;
  /** Records that the id is in the state. If its creation is also planned, it is a tainted resource to be replaced. */
  stored(id: string): void;
  isStored(id: string): boolean;
  intend(clusterId: string, what: Intention): void;
  intentions(clusterId: string): Intentions;
  /** Whether this run intends something; waits briefly for resources that are planned concurrently. */
  intends(clusterId: string, what: (intentions: Intentions) => boolean): Promise<boolean>;
}

/** Independent resources are planned within milliseconds of each other. */
const patience = { tries: 5, everyMs: 50 };

/**
 * Creates the registry of a session. Where the session serves several walks, a claim can be of an earlier walk, or repeat the claim of the
 * plan in the apply. Claims then conflict with nothing, and only an object made since its destroy was planned is exempt from that destroy.
 */
export function createPlanRegistry(clock: Clock, walks: Walks): PlanRegistry {
  const claimed = new Map<string, Claim>();
  const made = new Set<string>();
  const inState = new Set<string>();
  const removals = new Map<string, Promise<void>>();
  const intended = new Map<
    string,
    { addons: Set<string>; roles: Set<string>; defaultGroup: boolean | undefined; dropsDefaultGroup: boolean }
  >();
  const intentions = (clusterId: string) => {
    let found = intended.get(clusterId);
    if (found === undefined) {
      found = { addons: new Set(), roles: new Set(), defaultGroup: undefined, dropsDefaultGroup: false };
      intended.set(clusterId, found);
    }
    return found;
  };
  const single = walks === "one";
  return {
    claim(id, claim, replacing) {
      if (!single) {
        claimed.set(id, claim);
        if (claim === "destroy") for (const noted of [made, inState]) noted.delete(id);
        return undefined;
      }
      const before = claimed.get(id);
      if (before === undefined || claim === "create" || before === "destroy") claimed.set(id, claim);
      const isSame = before === claim && claim !== "create";
      return before === undefined || replacing || isSame ? undefined : before;
    },
    creates: (id) => claimed.get(id) === "create",
    destroys: (id) => single && claimed.get(id) === "destroy",
    keptIn: (clusterId) =>
      [...claimed]
        .filter(([id, claim]) => single && id.startsWith(`${clusterId}/`) && claim !== "destroy")
        .map(([id]) => id),
    isOwned: (id) => made.has(id) || (single && (claimed.get(id) === "create" || claimed.get(id) === "keep")),
    removing: async (id, remove) => {
      const removal = remove();
      const over = removal.then(
        () => {},
        () => {},
      );
      removals.set(id, over);
      try {
        return await removal;
      } finally {
        if (removals.get(id) === over) removals.delete(id);
      }
    },
    removed: async (id) => await removals.get(id),
    made: (id) => {
      made.add(id);
    },
    stored: (id) => {
      inState.add(id);
    },
    isStored: (id) => inState.has(id),
    intend(clusterId, { addon, roles, defaultGroup, dropsDefaultGroup }) {
      const found = intentions(clusterId);
      found.defaultGroup = defaultGroup ?? found.defaultGroup;
      found.dropsDefaultGroup ||= dropsDefaultGroup ?? false;
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
