import { type Clock, systemClock } from "../base/clock.ts";
import { type Log, noLog } from "../base/log.ts";
import { createApplicationWrites } from "./api/application/application-writes.ts";
import { viewApplication } from "./api/application/applications.ts";
import { createOpenApi } from "./api/openapi/openapi.ts";
import { createPlatformApi, type PlatformApi } from "./api/platform-api.ts";
import { platformResources } from "./api/platform-resources.ts";
import { createServerProcess, type ServerProcess } from "./api/server-process.ts";
import { createTokens, type TokenOptions, type Tokens, tenantUser } from "./api/tokens.ts";
import { type Controllers, createControllers } from "./controllers.ts";
import { createQuota, type Quota, type QuotaOptions } from "./machines/quota.ts";
import type { Faults } from "./platform/faults.ts";
import { type KindName, loadProfile, type PlatformVersion, type Profile } from "./platform/profile.ts";
import { createScheduler, type Scheduler } from "./platform/scheduler.ts";
import { createRequestHandler, type SandboxRequest } from "./request-handler.ts";
import { createAuthority, issueClient, issueServer } from "./server/authority.ts";
import { startHttpServer } from "./server/http-server.ts";
import { writeKubeconfig } from "./server/kubeconfig.ts";
import { openState, type StateFile } from "./state-file.ts";
import { type StoredRelease, storedView } from "./store/helm-release.ts";
import type { KubeObject } from "./store/kube-object.ts";
import { createPlatformState, emptySnapshot, type PlatformState } from "./store/platform-state.ts";
import type { ReleaseChange } from "./store/release-store.ts";

export type { TokenOptions } from "./api/tokens.ts";
export type { FaultAction, FaultMatch, Faults, LifecycleFault } from "./platform/faults.ts";
export type { StoredRelease } from "./store/helm-release.ts";

export interface SandboxOptions {
  readonly profile: PlatformVersion;
  /** 1 is the recorded pace, 100 a hundred times faster. Applies to the lifecycle only, never to TLS or HTTP. */
  readonly speed?: number;
  /** The clock of the platform and of all its timestamps; default: the machine's. The API's own delays stay real. */
  readonly clock?: Clock;
  /** Default `tenant-demo`. */
  readonly namespace?: string;
  /** What the machines of all clusters may use together. Default: 1,000 CPUs and 4 TiB. */
  readonly quota?: QuotaOptions;
  /** Default 0: any. */
  readonly port?: number;
  /** Directory of the state that survives a restart; default: the state is in memory. */
  readonly stateDir?: string;
  readonly log?: Log;
  /**
   * What runs beside the API server. `all` (default); `flux`: Flux and the machines without the platform's own controllers, as
   * where `life.jsonl` was recorded; `none`: the API server alone, as where `script.jsonl` was recorded.
   */
  readonly controllers?: "all" | "flux" | "none";
  /** Downtime of the API server after a crash by writes to unlabelled objects. Real milliseconds; default 1000. */
  readonly restartMs?: number;
}

export interface Sandbox {
  readonly url: string;
  readonly namespace: string;
  /** A tenant's token. */
  readonly token: string;
  /** PEM. */
  readonly caCertificate: string;
  /** YAML: the context names the namespace, the user has the token. */
  readonly kubeconfig: string;
  readonly clientCertificateKubeconfig: string;
  /** Requests to the platform's API, in order. */
  readonly requests: readonly SandboxRequest[];
  /** Accepted POST, PUT, PATCH and DELETE on applications. */
  readonly writes: number;
  readonly faults: Faults;
  stored(kind: KindName, name: string): StoredRelease | undefined;
  /** Writes with the rights of a controller: status, finalizers. */
  control(kind: KindName, name: string, change: Pick<ReleaseChange, "status" | "finalizers">): void;
  /** Stores an object that is not an application: a secret, an event, a monitor. */
  put(resource: "secrets" | "events" | "workloadmonitors" | "resourcequotas", object: KubeObject): void;
  issueToken(options?: TokenOptions): string;
  revokeToken(token: string): void;
  /** Answers 503 to all clients for so many real milliseconds, as when cozystack-api restarts. */
  restartApiServer(downMs: number): void;
  stop(): Promise<void>;
}

/** Starts an embedded Hikube on loopback ports: the platform's API for one tenant, and the clusters of that tenant. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const stateFile = openState(options);
  const saved = stateFile.restored;
  const scheduler = createScheduler(options.speed ?? 1, options.clock ?? systemClock);
  const parts = createParts(options, scheduler, stateFile);
  const { namespace, state, tokens, controllers, api, log } = parts;
  const authority = saved?.authority ?? createAuthority("hikube-sandbox", scheduler.now());
  const { faults } = controllers;
  const requests = createRequestHandler({ api, faults, now: scheduler.now, log, save: stateFile.save });
  const server = await startHttpServer({
    ...issueServer(authority, ["hikube-sandbox", "kubernetes", "kubernetes.default"], scheduler.now()),
    clientAuthority: authority.certificate,
    port: options.port ?? saved?.port ?? 0,
    handle: requests.handle,
    failed: requests.failed,
  });
  stateFile.start(() => ({
    profile: options.profile,
    namespace,
    port: server.port,
    authority,
    tokens: tokens.dump(),
    world: state.snapshot(),
  }));
  state.onChange(stateFile.changed);
  const token = tokens.tenant();
  const url = `https://127.0.0.1:${server.port}`;
  if (options.controllers !== "none") controllers.resume();
  const context = { name: "hikube-sandbox", server: url, authority: authority.certificate, namespace };
  const certificate = () => issueClient(authority, tenantUser, [namespace], scheduler.now());
  return {
    url,
    namespace,
    token,
    caCertificate: authority.certificate,
    kubeconfig: writeKubeconfig({ ...context, user: { token } }),
    clientCertificateKubeconfig: writeKubeconfig({ ...context, user: certificate() }),
    requests: requests.requests,
    get writes() {
      return requests.writes;
    },
    faults,
    ...operatorAccess(parts),
    stop: async () => {
      scheduler.stop();
      stateFile.save();
      await Promise.all([server.stop(), controllers.stop()]);
    },
  };
}

interface Parts {
  readonly profile: Profile;
  readonly namespace: string;
  readonly state: PlatformState;
  readonly tokens: Tokens;
  readonly controllers: Controllers;
  readonly process: ServerProcess;
  readonly api: PlatformApi;
  readonly log: Log;
}

function createParts(
  options: SandboxOptions,
  scheduler: Scheduler,
  { restored: saved, changed, save }: StateFile,
): Parts {
  const profile = loadProfile(options.profile);
  const log = options.log ?? noLog;
  const namespace = options.namespace ?? saved?.namespace ?? "tenant-demo";
  const state = createPlatformState(saved?.world ?? structuredClone(emptySnapshot), scheduler.now);
  const tokens = createTokens(saved?.tokens ?? [], scheduler.now, changed);
  const quota = createQuota(options.quota);
  const all = (options.controllers ?? "all") === "all";
  const controllers = createControllers({ profile, namespace, state, scheduler, quota, all, log, save });
  const process = createServerProcess(scheduler.now);
  const parts = { profile, namespace, state, tokens, controllers, process, log };
  return { ...parts, api: createApi(options, scheduler, quota, parts) };
}

function createApi(
  options: SandboxOptions,
  scheduler: Scheduler,
  quota: Quota,
  { profile, namespace, state, tokens, controllers, process, log }: Omit<Parts, "api">,
): PlatformApi {
  const all = (options.controllers ?? "all") === "all";
  const place = { profile, namespace, state };
  const served = { ...place, startedAt: scheduler.now(), now: scheduler.now, catalogue: all, quota };
  const current = platformResources({ ...served, stale: 0 });
  return createPlatformApi({
    profile,
    resources: (stale) => (stale === 0 ? current : platformResources({ ...served, stale })),
    writes: createApplicationWrites({
      ...place,
      view: (release, kind) => viewApplication(place, release, kind),
      pause: process.pause,
      crash: () => {
        log("warn", "two concurrent writes to objects without labels crashed the API server");
        throw process.kill(options.restartMs ?? 1000);
      },
      accepted: (release) => {
        if (options.controllers !== "none") controllers.releaseChanged(release);
      },
    }),
    openApi: createOpenApi(profile),
    rules: {
      namespace,
      storageClasses: profile.capabilities.api.storageClassesReadable,
      secret: (name) => !all || isKubeconfigOfCluster(state, name),
    },
    context: state,
    now: scheduler.now,
    identify: tokens.identify,
    identifyCertificate: (commonName) => ({ user: commonName, role: commonName === tenantUser ? "tenant" : "none" }),
    down: process.isDown,
  });
}

function isKubeconfigOfCluster(state: PlatformState, secret: string): boolean {
  const cluster = /^kubernetes-(.*)-admin-kubeconfig$/.exec(secret)?.[1];
  return cluster !== undefined && state.clusters.has(cluster);
}

/** What an operator of the platform can do and a tenant cannot. */
function operatorAccess({ state, tokens, process }: Parts) {
  return {
    stored: (kind: KindName, name: string) => {
      const release = state.releases.get(kind, name);
      return release && storedView(release);
    },
    control: (kind: KindName, name: string, change: ReleaseChange) => {
      const release = state.releases.get(kind, name);
      if (!release) throw new Error(`${kind} ${name} not found.`);
      state.releases.write(release, change);
    },
    put: (resource: string, object: KubeObject) => {
      state.objects.put(resource, object);
    },
    issueToken: tokens.issue,
    revokeToken: tokens.revoke,
    restartApiServer: process.restart,
  };
}
