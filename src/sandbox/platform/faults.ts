import type { Json } from "../../base/json.ts";

/** The requests that a fault applies to: all conditions must hold. */
export interface FaultMatch {
  readonly method?: string;
  readonly path?: RegExp;
  readonly body?: RegExp;
  /** The first matching request that is affected, counted from 1; default 1. */
  readonly nth?: number;
  /** How many matching requests are affected from there on; default 1. */
  readonly times?: number;
  /** Only every so many matching requests from `nth` on; default each. */
  readonly every?: number;
}

export type FaultAction =
  /** The connection is reset: before the request is handled, or after. */
  | { readonly kind: "reset"; readonly when: "before" | "after" }
  /** The request is never answered. */
  | { readonly kind: "hang" }
  /** This answer, without handling the request. A string body is sent as it is. */
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: Json;
    }
  /** The real answer, truncated after so many bytes of its body, with a matching length. */
  | { readonly kind: "truncate"; readonly bytes: number }
  /** So many bytes of the real answer's body; then the connection is reset, or stays silent. */
  | { readonly kind: "break"; readonly bytes: number; readonly ends: "reset" | "hang" }
  /** The real answer after a delay. Real milliseconds. */
  | { readonly kind: "delay"; readonly ms: number }
  /** Waits until so many matching requests have arrived; then handles all of them concurrently. */
  | { readonly kind: "meet"; readonly requests: number }
  /** The server's cache is stale: a read answers the object as it was so many versions ago, and a patch applies to that. */
  | { readonly kind: "stale"; readonly versions: number };

export interface Fault {
  readonly match: FaultMatch;
  readonly action: FaultAction;
}

/** Faults in the lifecycle of one cluster, until they are replaced. */
export interface LifecycleFault {
  /** Installs and upgrades fail with this text. */
  readonly installFails?: string;
  /** Minimum duration of a Helm action, as on a platform with slow machines. Lifecycle milliseconds. */
  readonly actionMs?: number;
  /** Helm actions run until their time-out. */
  readonly neverFinishes?: boolean;
  /** The machines of this group never become ready. */
  readonly groupStuck?: string;
  /** New machines are refused with this text in events. */
  readonly quota?: string;
}

export interface Faults {
  /** Adds a fault; earlier faults take precedence. The result removes it. */
  add(fault: Fault): () => void;
  /** Sets the lifecycle faults of a cluster; `{}` removes them. */
  lifecycle(cluster: string, fault: LifecycleFault): void;
  clear(): void;
  /** How many requests a fault affected since the start. */
  readonly hits: number;
}

export interface FaultScript extends Faults {
  /** The action for a request, if any; counts the request. */
  take(request: { readonly method: string; readonly path: string; readonly body: string }): FaultAction | undefined;
  of(cluster: string): LifecycleFault;
  /** Resolves at once, except for the action `meet`. */
  gather(action: FaultAction | undefined): Promise<void>;
}

/** @param lifecycleChanged called with the name of a cluster whose faults changed. */
export function createFaults(lifecycleChanged: (cluster: string) => void): FaultScript {
  let script: { fault: Fault; seen: number }[] = [];
  const lifecycle = new Map<string, LifecycleFault>();
  let hits = 0;
  const gathered = new Map<FaultAction, (() => void)[]>();
  return {
    get hits() {
      return hits;
    },
    add: (fault) => {
      const entry = { fault, seen: 0 };
      script.push(entry);
      return () => {
        script = script.filter((other) => other !== entry);
      };
    },
    lifecycle: (cluster, fault) => {
      lifecycle.set(cluster, fault);
      lifecycleChanged(cluster);
    },
    clear: () => {
      script = [];
      const names = [...lifecycle.keys()];
      lifecycle.clear();
      for (const name of names) lifecycleChanged(name);
    },
    take: ({ method, path, body }) => {
      let action: FaultAction | undefined;
      for (const entry of script) {
        const { match } = entry.fault;
        if (match.method !== undefined && match.method !== method) continue;
        if (match.path !== undefined && !match.path.test(path)) continue;
        if (match.body !== undefined && !match.body.test(body)) continue;
        entry.seen += 1;
        const since = entry.seen - (match.nth ?? 1);
        const every = match.every ?? 1;
        const isDue = since >= 0 && since % every === 0 && since / every < (match.times ?? 1);
        if (isDue) action ??= entry.fault.action;
      }
      if (action !== undefined) hits += 1;
      return action;
    },
    of: (cluster) => lifecycle.get(cluster) ?? {},
    gather: async (action) => {
      if (action?.kind !== "meet") return;
      const waiting = gathered.get(action) ?? [];
      gathered.set(action, waiting);
      await new Promise<void>((go) => {
        waiting.push(go);
        if (waiting.length === action.requests) for (const each of waiting.splice(0)) each();
      });
    },
  };
}
