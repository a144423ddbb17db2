import type { Clock } from "../../base/clock.ts";

/**
 * How long things take at speed 1, in milliseconds: what platform.md §7.1 and the recordings behind it show of Flux and Helm on
 * an idle machine, and shorter stand-ins for machines, whose real minutes teach a test nothing.
 */
export interface Pace {
  /** From an accepted write to Flux putting its finalizer back. */
  readonly finalizer: number;
  /** From an accepted write to `Progressing`: the old status stays until then. */
  readonly react: number;
  /** From `Progressing` to a refusal of the chart. */
  readonly refuse: number;
  /** From `Progressing` to the rendered objects being there. */
  readonly apply: number;
  /** From the rendered objects to `Ready=True`, on install counted from the control plane's readiness. */
  readonly settleInstall: number;
  readonly settleUpgrade: number;
  /** First retry after a failure; 1.1 doubles it every time, 1.6 repeats it. */
  readonly retry: number;
  readonly retryGrows: boolean;
  /** Whether a failed action is undone before the retry. */
  readonly remediates: boolean;
  /** Longest a Helm action may take. */
  readonly actionTimeout: number;
  readonly actionTimeoutText: string;
  /** From DELETE to the monitors being gone, and from there to 404. */
  readonly uninstall: number;
  readonly uninstallEnd: number;
  /** A control plane or a machine becoming ready; a Kamaji upgrade. */
  readonly controlPlane: number;
  readonly machine: number;
  /** The cluster-autoscaler's look at group bounds, and how long a node idles before it goes. */
  readonly autoscaler: number;
  readonly idle: number;
  /** An add-on's release and its workload inside the tenant cluster. */
  readonly addon: number;
}

export const paceOf: Readonly<Record<"1.1.2" | "1.6.2", Pace>> = {
  "1.1.2": {
    finalizer: 100,
    react: 800,
    refuse: 90,
    apply: 560,
    settleInstall: 360,
    settleUpgrade: 150,
    retry: 1_500,
    retryGrows: true,
    remediates: true,
    actionTimeout: 300_000,
    actionTimeoutText: "5m0s",
    uninstall: 1_850,
    uninstallEnd: 80,
    controlPlane: 1_700,
    machine: 1_500,
    autoscaler: 5_000,
    idle: 600_000,
    addon: 1_500,
  },
  "1.6.2": {
    finalizer: 100,
    react: 800,
    refuse: 250,
    apply: 900,
    settleInstall: 2_200,
    settleUpgrade: 3_800,
    retry: 30_000,
    retryGrows: false,
    remediates: false,
    actionTimeout: 1_200_000,
    actionTimeoutText: "20m0s",
    uninstall: 2_150,
    uninstallEnd: 180,
    controlPlane: 1_600,
    machine: 1_500,
    autoscaler: 5_000,
    idle: 600_000,
    addon: 1_500,
  },
};

/** Time as the simulated controllers know it: every wait is `speed` times shorter, and all of them end together. */
export interface Timing {
  /** Milliseconds since the epoch, by the sandbox's clock. */
  now(): number;
  /** The moment of that clock `ms` lifecycle milliseconds from now. */
  due(ms: number): number;
  /** Calls `task` after `ms` lifecycle milliseconds, unless everything has stopped by then. */
  after(ms: number, task: () => void): () => void;
  /** Calls `task` at a moment of that clock. */
  at(moment: number, task: () => void): () => void;
  /** Resolves after `ms` lifecycle milliseconds; rejects when everything stops. */
  sleep(ms: number): Promise<void>;
  stop(): void;
}

export class Stopped extends Error {
  override readonly name = "Stopped";
}

export function createTiming(speed: number, clock: Clock): Timing {
  const running = new Map<AbortController, (() => void) | undefined>();
  let stopped = false;
  const start = (ms: number, task: () => void, onStop?: () => void): (() => void) => {
    if (stopped) {
      onStop?.();
      return () => {};
    }
    const timer = new AbortController();
    running.set(timer, onStop);
    clock.sleep(Math.max(0, ms), timer.signal).then(
      () => {
        if (running.delete(timer)) task();
      },
      () => {},
    );
    return () => {
      running.delete(timer);
      timer.abort();
    };
  };
  return {
    now: () => clock.now(),
    due: (ms) => clock.now() + ms / speed,
    after: (ms, task) => start(ms / speed, task),
    at: (moment, task) => start(moment - clock.now(), task),
    sleep: (ms) =>
      new Promise((resolve, reject) => {
        start(ms / speed, resolve, () => reject(new Stopped("The sandbox has stopped.")));
      }),
    stop: () => {
      stopped = true;
      for (const [timer, onStop] of running) {
        timer.abort();
        onStop?.();
      }
      running.clear();
    },
  };
}
