import type { Json } from "../../src/base/json.ts";
import { objectAt } from "../../src/base/json-pointer.ts";
import { noLog } from "../../src/base/log.ts";
import { CoreError } from "../../src/core/core-error.ts";
import type { Notice } from "../../src/core/desired/state.ts";
import { createHikube, type Hikube, type HikubeOptions } from "../../src/core/hikube.ts";
import { clusterPath } from "../../src/core/ids.ts";
import type { ConvergeOptions } from "../../src/core/options.ts";
import type { ConnectionSettings } from "../../src/kube/http/connection.ts";
import type { KubeClient } from "../../src/kube/kube-client.ts";
import { KubeError } from "../../src/kube/kube-error.ts";
// Loaded here because the clock leaps while a module is loaded in the middle of a test.
import "../../src/kube/config/endpoint.ts";
import "../../src/kube/typed-clients.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox/sandbox.ts";
import { type IdleClock, idleClock } from "./clock/idle-clock.ts";
import { openClient } from "./kube-client.ts";

/** A sandbox and a core that talks to it, by one clock that leaps over waits: no test depends on how fast the machine is. */
export interface Tenancy {
  readonly clock: IdleClock;
  readonly sandbox: Sandbox;
  readonly hikube: Hikube;
  /** Another core on the same tenant, as a second process would be. */
  another(options?: Partial<HikubeOptions>): Promise<Hikube>;
  /** A client for the tenant; with settings of its own, e.g. one that repeats nothing. */
  client(settings?: ConnectionSettings): Promise<KubeClient>;
  /** A merge patch of another client on a cluster, repeated after conflicts with the platform's status writes. */
  edit(cluster: string, patch: Json): Promise<void>;
  /** A client for any kubeconfig, closed with the rest. */
  open(kubeconfig: string): Promise<KubeClient>;
  readonly id: (name: string) => { namespace: string; name: string };
  readonly group: (cluster: string, name: string) => { namespace: string; cluster: string; name: string };
  stop(): Promise<void>;
}

export async function startTenancy(
  profile: SandboxOptions["profile"],
  options: Partial<HikubeOptions> = {},
  sandboxOptions: Partial<SandboxOptions> = {},
): Promise<Tenancy> {
  const clock = idleClock();
  const sandbox = await startSandbox({ profile, speed: 25, clock, ...sandboxOptions });
  const clients: KubeClient[] = [];
  const open = async (kubeconfig: string, settings: ConnectionSettings = {}): Promise<KubeClient> => {
    const client = await clock.during(() => openClient({ ...settings, kubeconfig }, clock.within));
    clients.push(client);
    return clock.tracking(client);
  };
  const cores: Hikube[] = [];
  const another = async (more: Partial<HikubeOptions> = {}): Promise<Hikube> => {
    const core = createHikube({
      client: await open(sandbox.kubeconfig),
      namespace: sandbox.namespace,
      clock,
      log: noLog,
      connectTenant: (kubeconfig) => open(kubeconfig),
      pollIntervalMs: { first: 20, most: 150 },
      ...options,
      ...more,
      timings: {
        coalesceMs: 30,
        coalesceUnheldMs: 30,
        forceReconcileAfterMs: 700,
        readCacheMs: 200,
        quietMs: 500,
        reachMs: 400,
        readBackMs: 200,
        ...options.timings,
        ...more.timings,
      },
    });
    cores.push(core);
    return core;
  };
  const hikube = await another();
  return {
    clock,
    sandbox,
    hikube,
    another,
    client: (settings) => open(sandbox.kubeconfig, settings),
    edit: async (cluster, body) => {
      const client = await open(sandbox.kubeconfig);
      const path = clusterPath({ namespace: sandbox.namespace, name: cluster });
      for (;;) {
        try {
          await client.request({ method: "PATCH", path, contentType: "application/merge-patch+json", body });
          return;
        } catch (error) {
          if (!(error instanceof KubeError) || error.code !== "Conflict") throw error;
        }
      }
    },
    open,
    id: (name) => ({ namespace: sandbox.namespace, name }),
    group: (cluster, name) => ({ namespace: sandbox.namespace, cluster, name }),
    stop: async () => {
      await Promise.all(cores.map((core) => core.close()));
      // Some of them the cores have closed already.
      await Promise.allSettled(clients.map((client) => client.close()));
      await sandbox.stop();
      clock.stop();
    },
  };
}

/** Converge options with a deadline that no test comes near, by a tenancy's clock. */
export function wish<D, S>(options: Partial<ConvergeOptions<D, S>> = {}): ConvergeOptions<D, S> {
  return {
    signal: new AbortController().signal,
    deadline: Date.now() + 24 * 3_600_000,
    waitFor: "ready",
    create: false,
    ...options,
  };
}

export const plainCluster = { version: "1.34", defaultNodeGroup: false, upgradeStrategy: "single" } as const;

/** What warnings say, one a line. */
export const textOf = (warnings: readonly Notice[]): string =>
  warnings.map(({ summary, detail }) => `${summary}: ${detail}`).join("\n");

/** The CoreError that a promise rejects with; throws where it does anything else. */
export const failed = async (promise: Promise<unknown>): Promise<CoreError> => {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof CoreError)) throw new Error(`expected a CoreError, got ${String(error)}`);
  return error;
};

/** From now on, reads of a cluster show that it is being deleted. */
export async function showDeletion(tenancy: Tenancy, cluster: string): Promise<void> {
  const path = clusterPath(tenancy.id(cluster));
  const object = await (await tenancy.client()).request({ method: "GET", path });
  const metadata = { ...objectAt(object, ["metadata"]), deletionTimestamp: "2026-01-01T00:00:00Z" };
  tenancy.sandbox.faults.add({
    match: { method: "GET", path: new RegExp(`${path}$`), times: Number.POSITIVE_INFINITY },
    action: { kind: "answer", status: 200, body: { ...objectAt(object, []), metadata } },
  });
}
