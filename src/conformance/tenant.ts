import type { Clock } from "../base/clock.ts";
import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { clusterPath, clustersPath, monitorsPath } from "../core/ids.ts";
import type { KubeClient, KubeRequest } from "../kube/kube-client.ts";
import { KubeError } from "../kube/kube-error.ts";
import { type Answer, accepted, at, describe, itemsOf, namesOf } from "./answer.ts";
import { type ConformanceProfile, factsOf, type PlatformFacts } from "./profile.ts";
import { Undecided } from "./undecided.ts";

/** A tenant's namespace and a client of it, as statements use them. Whatever they make carries the run's own prefix. */
export interface Tenant {
  readonly facts: PlatformFacts;
  readonly namespace: string;
  readonly clock: Clock;
  /** Path of the tenant's clusters. */
  readonly clusters: string;
  readonly monitors: string;
  /** A name that nobody else has. At most 20 characters of `word` fit a cluster's name. */
  name(word: string): string;
  /** What all names of this run begin with. */
  readonly prefix: string;
  call(request: TenantRequest): Promise<Answer>;
  /** The same without any repetition, for what only one attempt can show. */
  once(request: TenantRequest): Promise<Answer>;
  /** The same with a wrong token, or with none. */
  callAs(who: "stranger" | "nobody", request: TenantRequest): Promise<Answer>;
  /** POST of a cluster that the chart refuses, so that nothing is ever rendered; labelled unless `metadata` says otherwise. */
  create(name: string, spec: JsonObject, more?: WriteOptions): Promise<Answer>;
  read(name: string): Promise<Answer>;
  replace(name: string, spec: JsonObject, more?: WriteOptions): Promise<Answer>;
  merge(name: string, patch: JsonObject, query?: Query): Promise<Answer>;
  patch(name: string, operations: readonly Json[]): Promise<Answer>;
  remove(name: string, more?: { readonly query?: Query; readonly body?: JsonObject }): Promise<Answer>;
  /** Creates and answers the name. @throws Undecided where the platform refuses. */
  inert(word: string, spec?: JsonObject, more?: WriteOptions): Promise<string>;
  /** The object, once it is there: replicas may lag (platform.md §1.1). @throws Undecided */
  see(name: string): Promise<JsonObject>;
  /** The object once `holds`. @throws Undecided after `withinMs`. */
  until(name: string, what: string, holds: (object: JsonObject) => boolean, withinMs?: number): Promise<JsonObject>;
  /** A write repeated while a controller's own writes come between. */
  settled(write: () => Promise<Answer>): Promise<Answer>;
  /** Whether the object goes within this time. */
  goes(name: string, withinMs: number): Promise<boolean>;
  /** Name of the one cluster that is really installed, once it is. @throws Undecided where it does not come up. */
  installed(): Promise<string>;
}

export type Query = Readonly<Record<string, string>>;
export type TenantRequest = Omit<KubeRequest, "signal">;

export interface WriteOptions {
  readonly metadata?: JsonObject;
  readonly query?: Query;
  /** Instead of the kind of clusters. */
  readonly kind?: string;
}

/** A value of `version` that every chart's schema refuses: Helm renders nothing, and nothing costs anything (platform.md §7.1). */
export const refusedVersion = "conformance";

/** Longest the platform's controllers may take to judge a write. */
export const reactionMs = 90_000;
/** Longest the installed cluster may take to come up. */
const installMs = 30 * 60_000;
const pollMs = 1_000;
const replicaLagMs = 10_000;
const conflictPauseMs = 400;
const conflictAttempts = 15;

export interface TenantOptions {
  readonly profile: ConformanceProfile;
  readonly namespace: string;
  readonly prefix: string;
  readonly client: KubeClient;
  /** The same without repetitions. */
  readonly blunt: KubeClient;
  readonly stranger: KubeClient;
  readonly nobody: KubeClient;
  readonly clock: Clock;
  /** Ends whatever a statement waits for. */
  readonly signal: AbortSignal;
  /** Told each name before it is sent to the platform. */
  readonly made: (name: string) => void;
}

export const ownLabels = { "app.kubernetes.io/managed-by": "hikube-conformance" } as const;

export function createTenant(options: TenantOptions): Tenant {
  const { namespace, prefix, clock, signal } = options;
  const clusters = clustersPath(namespace);
  const path = (name: string) => clusterPath({ namespace, name });
  const facts = factsOf[options.profile];
  let names = 0;
  let installation: Promise<string> | undefined;

  const ask = async (client: KubeClient, request: TenantRequest): Promise<Answer> => {
    try {
      const body = await client.request({ ...request, signal });
      return { ok: true, body: isJsonObject(body) ? body : {} };
    } catch (error) {
      if (!(error instanceof KubeError) || error.code === "Aborted") throw error;
      // The server's own words: the advice to users around them says nothing of the platform.
      return { ok: false, error: error.cause instanceof KubeError ? error.cause : error };
    }
  };
  const call = (request: TenantRequest) => ask(options.client, request);
  const body = (name: string, spec: JsonObject, more: WriteOptions): JsonObject => ({
    apiVersion: "apps.cozystack.io/v1alpha1",
    kind: more.kind ?? "Kubernetes",
    metadata: { name, namespace, labels: { ...ownLabels }, ...more.metadata },
    spec: { version: refusedVersion, ...spec },
  });
  const query = (given: Query | undefined) => (given === undefined ? {} : { query: given });
  const post = async (name: string, object: JsonObject, more: WriteOptions = {}): Promise<Answer> => {
    options.made(name);
    return await call({ method: "POST", path: clusters, body: object, ...query(more.query) });
  };
  const read = (name: string) => call({ method: "GET", path: path(name) });
  const until: Tenant["until"] = async (name, what, holds, withinMs = reactionMs) => {
    const deadline = clock.now() + withinMs;
    for (;;) {
      const answer = await read(name);
      if (answer.ok && holds(answer.body)) return answer.body;
      if (clock.now() >= deadline)
        throw new Undecided(`${what} was not seen within ${Math.round(withinMs / 1000)} s; last: ${last(answer)}`);
      await clock.sleep(pollMs, signal);
    }
  };
  const settled: Tenant["settled"] = async (write) => {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await write();
      if (answer.ok || answer.error.code !== "Conflict" || attempt === conflictAttempts) return answer;
      await clock.sleep(conflictPauseMs, signal);
    }
  };
  const goes: Tenant["goes"] = async (name, withinMs) => {
    const deadline = clock.now() + withinMs;
    for (;;) {
      const answer = await read(name);
      if (!answer.ok && answer.error.code === "NotFound") return true;
      if (clock.now() >= deadline) return false;
      await clock.sleep(pollMs, signal);
    }
  };
  const tenant: Tenant = {
    facts,
    namespace,
    clock,
    prefix,
    clusters,
    monitors: monitorsPath(namespace),
    name: (word) => `${prefix}-${word}-${(names++).toString(36)}`,
    call,
    once: (request) => ask(options.blunt, request),
    callAs: (who, request) => ask(who === "stranger" ? options.stranger : options.nobody, request),
    create: (name, spec, more = {}) => post(name, body(name, spec, more), more),
    read,
    replace: (name, spec, more = {}) =>
      call({ method: "PUT", path: path(name), body: body(name, spec, more), ...query(more.query) }),
    merge: (name, patch, given) =>
      call({
        method: "PATCH",
        path: path(name),
        body: patch,
        contentType: "application/merge-patch+json",
        ...query(given),
      }),
    patch: (name, operations) =>
      call({ method: "PATCH", path: path(name), body: [...operations], contentType: "application/json-patch+json" }),
    remove: (name, more = {}) =>
      call({
        method: "DELETE",
        path: path(name),
        ...query(more.query),
        ...(more.body === undefined ? {} : { body: more.body }),
      }),
    inert: async (word, spec = {}, more = {}) => {
      const name = tenant.name(word);
      accepted(await tenant.create(name, spec, more), `creating ${name}`);
      return name;
    },
    see: (name) => until(name, name, () => true, replicaLagMs),
    until,
    settled,
    goes,
    installed: () => {
      installation ??= (async () => {
        const name = tenant.name("cluster");
        const object = { ...body(name, {}, {}), spec: facts.withoutMachines };
        accepted(await post(name, object), `creating ${name}`);
        await until(name, "Ready=True", (seen) => isReady(seen), installMs);
        return name;
      })();
      return installation;
    },
  };
  return tenant;
}

const isReady = (object: JsonObject): boolean => {
  const conditions = at(object, "status", "conditions");
  return (
    Array.isArray(conditions) && conditions.some((one) => at(one, "type") === "Ready" && at(one, "status") === "True")
  );
};

const last = (answer: Answer): string =>
  answer.ok ? JSON.stringify(at(answer.body, "status") ?? null).slice(0, 400) : describe(answer);

/** Names of this run's clusters that the platform still knows, and whether each is on its way out. */
export async function ownClusters(
  client: KubeClient,
  namespace: string,
  isOwn: (name: string) => boolean,
  signal: AbortSignal,
): Promise<{ name: string; deleting: boolean }[]> {
  const list = await client.request({ method: "GET", path: clustersPath(namespace), signal });
  return itemsOf(isJsonObject(list) ? list : {})
    .map((item) => ({
      name: String(at(item, "metadata", "name")),
      deleting: at(item, "metadata", "deletionTimestamp") !== undefined,
    }))
    .filter(({ name }) => isOwn(name));
}

/** Names of the monitors of this run's clusters: what would be left of one that went without being uninstalled. */
export async function ownMonitors(
  client: KubeClient,
  namespace: string,
  prefix: string,
  signal: AbortSignal,
): Promise<string[]> {
  const list = await client.request({ method: "GET", path: monitorsPath(namespace), signal });
  return namesOf(isJsonObject(list) ? list : {}).filter((name) => name.startsWith(`kubernetes-${prefix}-`));
}
