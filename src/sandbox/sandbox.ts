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
import { createAuthority, issueClient, issueServer, type KeyPair } from "./server/authority.ts";
import { startHttpServer } from "./server/http-server.ts";
import { writeKubeconfig } from "./server/kubeconfig.ts";
import { openState, type SandboxState, type StateFile } from "./state-file.ts";
import { type StoredRelease, storedView } from "./store/helm-release.ts";
import type { KubeObject } from "./store/kube-object.ts";
import { createPlatformState, emptySnapshot, type PlatformState } from "./store/platform-state.ts";
import type { ReleaseChange } from "./store/release-store.ts";
import { isUpgrade, upgradeState } from "./upgrade/upgrade-state.ts";

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
  /**
   * Upgrades the platform in place, as Hikube does: its migrations patch every cluster on the old API server, then the API, the charts and
   * the controllers of the new version serve. Faults and requests under way end. @throws Error for an older or the same version.
   */
  migrate(to: PlatformVersion): Promise<void>;
  /** Answers 503 to all clients for so many real milliseconds, as when cozystack-api restarts. */
  restartApiServer(downMs: number): void;
  stop(): Promise<void>;
}

/** Starts an embedded Hikube on loopback ports: the platform's API for one tenant, and the clusters of that tenant. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const stateFile = openState(options);
  const { clock = systemClock, log = noLog } = options;
  const saved = restoredState(options, stateFile, clock);
  const tokens = createTokens(saved?.tokens ?? [], clock.now, stateFile.changed);
  const authority = saved?.authority ?? createAuthority("hikube-sandbox", clock.now());
  let platform = createPlatform({ ...options, clock, log }, tokens, stateFile, saved);
  const { namespace } = platform;
  const requests = createRequestHandler({
    serving: () => ({ api: platform.api, faults: platform.controllers.faults }),
    now: clock.now,
    log,
    save: stateFile.save,
  });
  const server = await startHttpServer({
    ...issueServer(authority, ["hikube-sandbox", "kubernetes", "kubernetes.default"], clock.now()),
    clientAuthority: authority.certificate,
    port: options.port ?? saved?.port ?? 0,
    handle: requests.handle,
    failed: requests.failed,
  });
  const stateOf = ({ profile, state }: Platform): SandboxState => ({
    profile: profile.platform,
    namespace,
    port: server.port,
    authority,
    tokens: tokens.dump(),
    world: state.snapshot(),
  });
  stateFile.start(() => stateOf(platform));
  const run = () => {
    platform.state.onChange(stateFile.changed);
    if (options.controllers !== "none") platform.controllers.resume();
  };
  run();
  return {
    namespace,
    ...access(server.port, namespace, authority, tokens, clock),
    requests: requests.requests,
    get writes() {
      return requests.writes;
    },
    get faults() {
      return platform.controllers.faults;
    },
    ...operatorAccess(() => platform),
    issueToken: tokens.issue,
    revokeToken: tokens.revoke,
    migrate: async (to) => {
      const { profile } = platform;
      if (!isUpgrade(profile.platform, to)) {
        throw new Error(`Platform ${profile.platform} cannot be changed to ${to}.`);
      }
      await platform.stop();
      const upgraded = upgradedState(stateOf(platform), to, clock);
      platform = createPlatform({ ...options, profile: to, clock, log }, tokens, stateFile, upgraded);
      stateFile.changed();
      run();
    },
    stop: async () => {
      stateFile.save();
      await Promise.all([server.stop(), platform.stop()]);
    },
  };
}

/** How clients reach the API and log in. */
function access(port: number, namespace: string, authority: KeyPair, tokens: Tokens, clock: Clock) {
  const url = `https://127.0.0.1:${port}`;
  const token = tokens.tenant();
  const context = { name: "hikube-sandbox", server: url, authority: authority.certificate, namespace };
  const certificate = issueClient(authority, tenantUser, [namespace], clock.now());
  return {
    url,
    token,
    caCertificate: authority.certificate,
    kubeconfig: writeKubeconfig({ ...context, user: { token } }),
    clientCertificateKubeconfig: writeKubeconfig({ ...context, user: certificate }),
  };
}

/** The state of the last run, upgraded to the platform version that is asked for. */
function restoredState(
  { profile }: SandboxOptions,
  { restored, changed }: StateFile,
  clock: Clock,
): SandboxState | undefined {
  if (restored === undefined || restored.profile === profile) return restored;
  changed();
  return upgradedState(restored, profile, clock);
}

const upgradedState = (state: SandboxState, to: PlatformVersion, clock: Clock): SandboxState => ({
  ...state,
  profile: to,
  world: upgradeState(state.world, { from: state.profile, to, namespace: state.namespace }, clock.now),
});

/** One platform version with its state and its controllers. */
interface Platform {
  readonly profile: Profile;
  readonly namespace: string;
  readonly state: PlatformState;
  readonly controllers: Controllers;
  readonly process: ServerProcess;
  readonly api: PlatformApi;
  stop(): Promise<void>;
}

type PlatformOptions = SandboxOptions & { readonly clock: Clock; readonly log: Log };

function createPlatform(
  options: PlatformOptions,
  tokens: Tokens,
  { save }: StateFile,
  saved: SandboxState | undefined,
): Platform {
  const { log, clock } = options;
  const profile = loadProfile(options.profile);
  const scheduler = createScheduler(options.speed ?? 1, clock);
  const namespace = options.namespace ?? saved?.namespace ?? "tenant-demo";
  const state = createPlatformState(saved?.world ?? structuredClone(emptySnapshot), scheduler.now);
  const quota = createQuota(options.quota);
  const all = (options.controllers ?? "all") === "all";
  const controllers = createControllers({ profile, namespace, state, scheduler, quota, all, log, save });
  const process = createServerProcess(scheduler.now);
  const parts = { profile, namespace, state, tokens, controllers, process, log };
  return {
    ...parts,
    api: createApi(options, scheduler, quota, parts),
    stop: async () => {
      scheduler.stop();
      process.kill(0);
      await controllers.stop();
    },
  };
}

interface Parts extends Omit<Platform, "api" | "stop"> {
  readonly tokens: Tokens;
  readonly log: Log;
}

function createApi(
  options: SandboxOptions,
  scheduler: Scheduler,
  quota: Quota,
  { profile, namespace, state, tokens, controllers, process, log }: Parts,
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
function operatorAccess(platform: () => Platform) {
  return {
    stored: (kind: KindName, name: string) => {
      const release = platform().state.releases.get(kind, name);
      return release && storedView(release);
    },
    control: (kind: KindName, name: string, change: ReleaseChange) => {
      const { releases } = platform().state;
      const release = releases.get(kind, name);
      if (!release) throw new Error(`${kind} ${name} not found.`);
      releases.write(release, change);
    },
    put: (resource: string, object: KubeObject) => {
      platform().state.objects.put(resource, object);
    },
    restartApiServer: (downMs: number) => platform().process.restart(downMs),
  };
}
