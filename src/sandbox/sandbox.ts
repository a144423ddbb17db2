import { type Clock, systemClock } from "../base/clock.ts";
import { type Log, noLog } from "../base/log.ts";
import type { Identity } from "./api/access.ts";
import { ApiStatus } from "./server/api-status.ts";
import { createApplicationWrites } from "./api/application-writes.ts";
import { createAuthority, issueClient, issueServer } from "./server/authority.ts";
import { refuseDeepBody } from "./server/body-depth.ts";
import { afterAnswer, beforeAnswer } from "./server/fault-answers.ts";
import { createFaults, type FaultAction, type Faults } from "./platform/faults.ts";
import { createFlux } from "./flux/flux.ts";
import { type ReleaseChange, type StoredRelease, storedView } from "./store/helm-release.ts";
import { type HttpAnswer, type HttpRequest, startHttpServer } from "./server/http-server.ts";
import type { KubeObject } from "./store/kube-object.ts";
import { writeKubeconfig } from "./server/kubeconfig.ts";
import { createMachines } from "./machines/machines.ts";
import { createMonitors } from "./machines/monitors.ts";
import { createOpenApi } from "./api/openapi.ts";
import { createTiming, paceOf } from "./platform/pace.ts";
import { createPlatformApi, unavailable } from "./api/platform-api.ts";
import { platformResources, viewApplication } from "./api/platform-resources.ts";
import { type KindName, loadProfile, type PlatformVersion } from "./platform/profile.ts";
import { createQuota, type QuotaOptions } from "./machines/quota.ts";
import { createServerProcess, Killed } from "./api/server-process.ts";
import { loadState, saveState } from "./state-file.ts";
import { createTenantClusters } from "./tenant/tenant-clusters.ts";
import { createTokens, type TokenOptions, tenantUser } from "./api/tokens.ts";
import { createWorld, emptyWorld } from "./store/world.ts";

export type { FaultAction, FaultMatch, Faults, LifecycleFault } from "./platform/faults.ts";
export type { StoredRelease } from "./store/helm-release.ts";
export type { TokenOptions } from "./api/tokens.ts";

export interface SandboxOptions {
  readonly profile: PlatformVersion;
  /** 1 is the recorded pace, 100 a hundred times faster. Moves the lifecycle only, never TLS or HTTP. */
  readonly speed?: number;
  /** The clock of the platform and of all that it stamps; default: the machine's. The API's own delays stay real. */
  readonly clock?: Clock;
  /** Default `tenant-demo`. */
  readonly namespace?: string;
  /** What the machines of all clusters may use together. Default: 1,000 CPUs and 4 TiB. */
  readonly quota?: QuotaOptions;
  /** Default 0: any. */
  readonly port?: number;
  /** Where state is kept that survives a kill; omitted: in memory. */
  readonly stateDir?: string;
  readonly log?: Log;
  /**
   * What runs beside the API server: everything (default); `flux`: Flux and the machines but none of the platform's own
   * controllers, as where `life.jsonl` was recorded; `none`: the API server alone, as where `script.jsonl` was.
   */
  readonly controllers?: "all" | "flux" | "none";
  /** How long the API server is away after it was killed by writes to unlabelled objects. Real milliseconds; default 1000. */
  readonly restartMs?: number;
}

export interface SandboxRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly contentType: string;
  /** What was answered, or would have been where a fault kept the answer back; 0 until then, and for ever where there was none. */
  readonly status: number;
  readonly user: string;
  /** When it came, and when it was answered; milliseconds since the epoch. */
  readonly at: number;
  readonly answeredAt?: number;
  readonly body?: string;
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
  /** Writes as a controller with rights of its own would: status, finalizers. */
  control(kind: KindName, name: string, change: Pick<ReleaseChange, "status" | "finalizers">): void;
  /** Puts an object beside the applications: a secret, an event, a monitor. */
  put(resource: "secrets" | "events" | "workloadmonitors" | "resourcequotas", object: KubeObject): void;
  issueToken(options?: TokenOptions): string;
  revokeToken(token: string): void;
  /** 503 for everybody meanwhile, as when cozystack-api restarts. Real milliseconds. */
  restartApiServer(downMs: number): void;
  stop(): Promise<void>;
}

/** How many requests are remembered. */
const requestLimit = 50_000;

/** Starts an embedded Hikube: the platform's API for one tenant, and the clusters it makes, on loopback ports. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const profile = loadProfile(options.profile);
  const log = options.log ?? noLog;
  const controllers = options.controllers ?? "all";
  const saved = options.stateDir === undefined ? undefined : loadState(options.stateDir);
  if (saved && saved.profile !== options.profile) {
    throw new Error(`The state in ${options.stateDir} is of platform ${saved.profile}, not ${options.profile}.`);
  }
  if (saved && options.namespace !== undefined && options.namespace !== saved.namespace) {
    throw new Error(`The state in ${options.stateDir} is of namespace ${saved.namespace}, not ${options.namespace}.`);
  }
  const namespace = options.namespace ?? saved?.namespace ?? "tenant-demo";
  const timing = createTiming(options.speed ?? 1, options.clock ?? systemClock);
  const pace = paceOf[options.profile];
  const world = createWorld(saved?.world ?? structuredClone(emptyWorld), timing);
  const authority = saved?.authority ?? createAuthority("hikube-sandbox", timing.now());
  const tokens = createTokens(saved?.tokens ?? [], timing.now, () => touched());

  const faults = createFaults(() => machines.resume());
  const monitors = createMonitors({ profile, namespace, world, timing, pace, faults, lineage: controllers === "all" });
  const clusters = createTenantClusters({
    profile,
    namespace,
    world,
    timing,
    faults,
    lineage: controllers === "all",
    log,
  });
  const quota = createQuota(options.quota);
  const machines = createMachines({
    platform: profile.platform,
    quota: controllers === "all" ? quota : undefined,
    world,
    timing,
    pace,
    faults,
    monitors,
    ready: clusters.start,
    gone: clusters.stop,
  });
  const flux = createFlux({ profile, namespace, world, timing, pace, machines, faults, log });

  const process = createServerProcess(timing.now);
  const writes = createApplicationWrites({
    profile,
    namespace,
    world,
    view: (release, kind) => viewApplication({ profile, namespace, world }, release, kind),
    pause: process.pause,
    crash: () => {
      log("warn", "two writes at once to objects without labels killed the API server");
      throw process.kill(options.restartMs ?? 1000);
    },
    accepted: (release) => {
      if (controllers !== "none") flux.touched(release);
    },
  });
  const startedAt = timing.now();
  const resourcesAt = (stale: number) =>
    platformResources({
      profile,
      namespace,
      world,
      startedAt,
      now: timing.now,
      catalogue: controllers === "all",
      quota,
      stale,
    });
  const resources = resourcesAt(0);
  const api = createPlatformApi({
    profile,
    resources: (stale) => (stale === 0 ? resources : resourcesAt(stale)),
    writes,
    openApi: createOpenApi(profile),
    rules: {
      namespace,
      storageClasses: profile.platform !== "1.1.2",
      secret: (name) => {
        if (controllers !== "all") return true;
        const cluster = /^kubernetes-(.*)-admin-kubeconfig$/.exec(name)?.[1];
        return cluster !== undefined && world.clusters.has(cluster);
      },
    },
    context: world,
    now: timing.now,
    identify: tokens.identify,
    identifyCertificate: (commonName) => ({ user: commonName, role: commonName === tenantUser ? "tenant" : "none" }),
    down: process.isDown,
  });

  const requests: { -readonly [Key in keyof SandboxRequest]: SandboxRequest[Key] }[] = [];
  let accepted = 0;

  const handle = async (request: HttpRequest): Promise<HttpAnswer> => {
    const identity: Identity | undefined = api.identify(request);
    const entry: (typeof requests)[number] = {
      method: request.method,
      path: request.path,
      query: request.query.toString(),
      contentType: request.contentType,
      status: 0,
      user: identity?.user ?? "",
      at: timing.now(),
      ...(request.body === "" ? {} : { body: request.body }),
    };
    requests.push(entry);
    if (requests.length > requestLimit) requests.splice(0, requests.length - requestLimit);
    const action = faults.take(request);
    await faults.gather(action);
    const early = await beforeAnswer(action, request.signal);
    const answer = early ?? (await answerOf(request, identity, action));
    // What is answered is on disk.
    save();
    if ("status" in answer) {
      entry.status = answer.status;
      entry.answeredAt = timing.now();
      const isWrite = request.method !== "GET" && /\/(kuberneteses|kubernetesnodeses)(\/|$)/.test(request.path);
      if (isWrite && early === undefined && answer.status < 300) accepted += 1;
    }
    return afterAnswer(action, answer);
  };

  const answerOf = async (request: HttpRequest, identity: Identity | undefined, action: FaultAction | undefined) => {
    try {
      refuseDeepBody(request.body);
      return await api.handle(request, identity, action?.kind === "stale" ? action.versions : 0);
    } catch (error) {
      if (error instanceof Killed) return unavailable("error trying to reach service: EOF\n");
      return failed(error);
    }
  };

  const failed = (error: unknown): HttpAnswer => {
    if (error instanceof ApiStatus) return { status: error.code, body: error.body };
    log("error", "the sandbox failed to answer", {
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
    return {
      status: 500,
      body: new ApiStatus(500, "InternalError", "Internal error occurred: the sandbox failed").body,
    };
  };

  const server = await startHttpServer({
    ...issueServer(authority, ["hikube-sandbox", "kubernetes", "kubernetes.default"], timing.now()),
    clientAuthority: authority.certificate,
    port: options.port ?? saved?.port ?? 0,
    handle,
    failed,
  });

  let dirty = false;
  const save = () => {
    if (options.stateDir === undefined || !dirty) return;
    dirty = false;
    saveState(options.stateDir, {
      profile: options.profile,
      namespace,
      port: server.port,
      authority,
      tokens: tokens.dump(),
      world: world.dump(),
    });
  };
  const touched = () => {
    if (!dirty) setImmediate(save);
    dirty = true;
  };
  world.onChange(touched);
  const token = tokens.tenant();
  const url = `https://127.0.0.1:${server.port}`;
  if (controllers !== "none") {
    machines.resume();
    flux.resume();
  }
  const common = { name: "hikube-sandbox", server: url, authority: authority.certificate, namespace };

  return {
    url,
    namespace,
    token,
    caCertificate: authority.certificate,
    kubeconfig: writeKubeconfig({ ...common, user: { token } }),
    clientCertificateKubeconfig: writeKubeconfig({
      ...common,
      user: issueClient(authority, tenantUser, [namespace], timing.now()),
    }),
    requests,
    get writes() {
      return accepted;
    },
    faults,
    stored: (kind, name) => {
      const release = world.releases.get(kind, name);
      return release && storedView(release);
    },
    control: (kind, name, change) => {
      const release = world.releases.get(kind, name);
      if (!release) throw new Error(`There is no ${kind} ${name}.`);
      world.releases.write(release, change);
    },
    put: (resource, object) => {
      world.objects.put(resource, object);
    },
    issueToken: tokens.issue,
    revokeToken: tokens.revoke,
    restartApiServer: process.restart,
    stop: async () => {
      timing.stop();
      save();
      await Promise.all([server.stop(), clusters.stopAll()]);
    },
  };
}
