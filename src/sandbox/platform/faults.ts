import type { Json } from "../../base/json.ts";

/** Which requests a fault takes: all conditions hold. */
export interface FaultMatch {
  readonly method?: string;
  readonly path?: RegExp;
  readonly body?: RegExp;
  /** The first matching request that is hit, counted from 1; default 1. */
  readonly nth?: number;
  /** How many matching requests are hit from there on; default 1. */
  readonly times?: number;
  /** Only one in so many matching requests from `nth` on; default each. */
  readonly every?: number;
}

export type FaultAction =
  /** The connection breaks: before the request is read, or after the server carried it out. */
  | { readonly kind: "reset"; readonly when: "before" | "after" }
  /** No answer, ever. */
  | { readonly kind: "hang" }
  /** This answer, and nothing is carried out. A string body is sent as it is. */
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: Json;
    }
  /** The true answer, cut after so many bytes of its body, as if that were all. */
  | { readonly kind: "truncate"; readonly bytes: number }
  /** So many bytes of the true answer's body; then the connection breaks, or nothing more comes. */
  | { readonly kind: "break"; readonly bytes: number; readonly ends: "reset" | "hang" }
  /** The true answer, later. Real milliseconds. */
  | { readonly kind: "delay"; readonly ms: number }
  /** Waits until so many matching requests are there; then all of them go on together. */
  | { readonly kind: "meet"; readonly requests: number }
  /** The server's cache lags: a read answers the object as it was so many versions ago, and a patch is made on that. */
  | { readonly kind: "stale"; readonly versions: number };

export interface Fault {
  readonly match: FaultMatch;
  readonly action: FaultAction;
}

/** What goes wrong in the life of one cluster, until it is set to something else. */
export interface LifecycleFault {
  /** Helm fails with this text, install and upgrade alike. */
  readonly installFails?: string;
  /** Each Helm action takes so long at least, as on a platform whose machines start slowly. Lifecycle milliseconds. */
  readonly actionMs?: number;
  /** Helm waits until its time-out. */
  readonly neverFinishes?: boolean;
  /** The machines of this group never become ready. */
  readonly groupStuck?: string;
  /** New machines are refused with this text, in events. */
  readonly quota?: string;
}

export interface Faults {
  /** Adds a fault; faults added first are asked first. The answer takes it off again. */
  add(fault: Fault): () => void;
  /** Sets what goes wrong with the cluster of that name; `{}` ends it. */
  lifecycle(cluster: string, fault: LifecycleFault): void;
  clear(): void;
  /** How many requests met a fault since the start. */
  readonly hits: number;
}

export interface FaultScript extends Faults {
  /** The action for a request, if one is due; counts the request. */
  take(request: { readonly method: string; readonly path: string; readonly body: string }): FaultAction | undefined;
  of(cluster: string): LifecycleFault;
  /** Resolves at once, unless the action makes requests meet. */
  gather(action: FaultAction | undefined): Promise<void>;
}

/** @param lifecycleChanged told the name of a cluster whose faults changed. */
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
