import { randomBytes } from "node:crypto";
import { type Clock, systemClock } from "../../../src/base/clock.ts";
import { noLog } from "../../../src/base/log.ts";
import type { ConformanceProfile } from "../../../src/conformance/profile.ts";
import { type ConformanceRun, startConformance } from "../../../src/conformance/run-conformance.ts";
import { resolveConnection } from "../../../src/kube/config/kubeconfig.ts";
import { connect } from "../../../src/kube/http/connect.ts";
import type { Connection } from "../../../src/kube/http/connection.ts";
import type { KubeClient } from "../../../src/kube/kube-client.ts";
import { type Sandbox, startSandbox } from "../../../src/sandbox/sandbox.ts";

/** Seconds of the platform pass this many times faster, for the sandbox and for its clients. */
export const speed = 15;

/** A clock that only waiting advances: the time that requests take on a busy machine counts towards no deadline. */
export function waitingClock(): Clock {
  let now = Date.now();
  return {
    now: () => now,
    sleep: async (ms, signal) => {
      await systemClock.sleep(ms / speed, signal);
      now += ms;
    },
  };
}

/** Makes the paired writes of statements overlap inside the server; without this they may not. */
export function makePairsMeet({ faults }: Sandbox): void {
  const pairs = [
    { method: "PUT", path: /-racing-/ },
    { method: "PATCH", path: /-merging-/ },
    { method: "POST", body: /"name":"[^"]*-bare-[^}]*"labels":\{\}/ },
  ];
  for (const match of pairs) {
    faults.add({ match: { ...match, times: Number.POSITIVE_INFINITY }, action: { kind: "meet", requests: 2 } });
  }
}

/** A run of the statements against a sandbox of its own. */
export interface Tried {
  readonly sandbox: Sandbox;
  readonly client: KubeClient;
  readonly prefix: string;
  readonly run: ConformanceRun;
  close(): Promise<void>;
}

/** @param judgedAs the platform whose behaviour is expected; default: the sandbox's own. */
export async function tryAgainst(profile: ConformanceProfile, judgedAs = profile): Promise<Tried> {
  const sandbox = await startSandbox({ profile, namespace: "tenant-contract", speed, restartMs: 200 });
  makePairsMeet(sandbox);
  const connection = await resolveConnection({ kubeconfig: sandbox.kubeconfig }, {});
  const clients: KubeClient[] = [];
  const open = (change: Partial<Connection> = {}) => {
    const client = connect({ ...connection, ...change }, { log: noLog, clock: systemClock, random: Math.random });
    clients.push(client);
    return client;
  };
  const client = open();
  const prefix = `tfc-${randomBytes(3).toString("hex")}`;
  const run = startConformance({
    profile: judgedAs,
    namespace: sandbox.namespace,
    prefix,
    client,
    withoutRetries: open({ maxRetries: 0 }),
    wrongToken: open({ credential: { kind: "token", token: "not-a-token" } }),
    anonymous: open({ credential: { kind: "none" } }),
    clock: waitingClock(),
    dangerous: true,
    cluster: true,
    signal: new AbortController().signal,
  });
  return {
    sandbox,
    client,
    prefix,
    run,
    close: async () => {
      await Promise.all(clients.map((one) => one.close()));
      await sandbox.stop();
    },
  };
}
