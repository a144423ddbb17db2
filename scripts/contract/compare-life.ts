import { isJsonObject, type JsonObject } from "../../src/base/json.ts";
import type { Stood } from "./life-states.ts";

export type Side = "sandbox" | "recorded";

export interface Missing {
  /** The side that showed a state the other did not. */
  readonly side: Side;
  readonly state: Stood;
  /** Why that is no difference; undefined where it is one. */
  readonly reason: string | undefined;
}

export interface Comparison {
  readonly equal: number;
  readonly missing: readonly Missing[];
}

/** States that one side alone may show, and why. */
export const lifeExceptions: readonly {
  readonly side: Side;
  readonly reason: string;
  readonly applies: (state: Stood) => boolean;
}[] = [
  {
    side: "sandbox",
    reason:
      "a worker monitor counts one machine more while a change rolls the group: the recording's machines were a simulation that never rolls (platform.md §7.1), the platform's do (§3.6)",
    applies: ({ object, now }) => {
      if (!object.startsWith("WorkloadMonitor/") || now === null) return false;
      const status: JsonObject = isJsonObject(now["status"]) ? now["status"] : {};
      return Number(status["observedReplicas"]) > Number(status["availableReplicas"]);
    },
  },
  {
    side: "sandbox",
    reason:
      "the admin kubeconfig goes with its control plane: the recording's control plane was a simulation that left the secret behind",
    applies: ({ object, now }) => object.startsWith("TenantSecret/") && now === null,
  },
];

export const fleetingReason = "stood too short to be polled by both";
const returnReason = "the return from such a state to the one before it";

/**
 * Lays the two sequences of one object side by side, so that as many states as possible stand beside an equal one.
 *
 * A state may be missing on a side where it was **fleeting** on the other (it stood there no longer than `fleeting` seconds, which is
 * what a poll can miss), or where an exception names it; and then also the state after it, if that is the one before it again.
 */
export function compareStates(ours: readonly Stood[], theirs: readonly Stood[], fleeting: number): Comparison {
  interface Cell {
    readonly cost: number;
    readonly missing: readonly Missing[];
    readonly equal: number;
    readonly previous: Cell | undefined;
  }
  const table: Cell[][] = Array.from({ length: ours.length + 1 }, () => []);
  const cell = (i: number, j: number): Cell | undefined => table[i]?.[j];
  for (let i = 0; i <= ours.length; i += 1) {
    for (let j = 0; j <= theirs.length; j += 1) {
      let best: Cell | undefined;
      const offer = (previous: Cell | undefined, missing: readonly Missing[], equal: number) => {
        if (previous === undefined) return;
        const cost = previous.cost + missing.reduce((sum, { reason }) => sum + (reason === undefined ? 1000 : 1), 0);
        if (best === undefined || cost < best.cost) best = { cost, missing, equal, previous };
      };
      const a = ours[i - 1];
      const b = theirs[j - 1];
      if (a !== undefined && b !== undefined && a.key === b.key) offer(cell(i - 1, j - 1), [], 1);
      if (a !== undefined)
        for (const skip of skips("sandbox", ours, i, fleeting)) offer(cell(i - skip.length, j), skip, 0);
      if (b !== undefined)
        for (const skip of skips("recorded", theirs, j, fleeting)) offer(cell(i, j - skip.length), skip, 0);
      (table[i] ?? [])[j] = best ?? { cost: 0, missing: [], equal: 0, previous: undefined };
    }
  }
  const missing: Missing[] = [];
  let equal = 0;
  for (let at = cell(ours.length, theirs.length); at !== undefined; at = at.previous) {
    missing.unshift(...at.missing);
    equal += at.equal;
  }
  return { equal, missing };
}

/** Ways to leave out what ends before position `end`: the last state, or the last two where the second is a return. */
function skips(side: Side, states: readonly Stood[], end: number, fleeting: number): Missing[][] {
  const last = states[end - 1];
  if (last === undefined) return [];
  const ways: Missing[][] = [[{ side, state: last, reason: reasonFor(side, last, fleeting) }]];
  const middle = states[end - 2];
  const before = states[end - 3];
  if (middle !== undefined && before?.key === last.key) {
    const reason = reasonFor(side, middle, fleeting);
    if (reason !== undefined) {
      ways.push([
        { side, state: middle, reason },
        { side, state: last, reason: returnReason },
      ]);
    }
  }
  return ways;
}

function reasonFor(side: Side, state: Stood, fleeting: number): string | undefined {
  const named = lifeExceptions.find((exception) => exception.side === side && exception.applies(state));
  return named?.reason ?? (state.stood <= fleeting ? fleetingReason : undefined);
}
