import { createHash } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import type { Json } from "../../base/json.ts";
import { stringAt, valueAt } from "../../base/json-pointer.ts";
import type { Log } from "../../base/log.ts";
import type { KubeClient } from "../../kube/kube-client.ts";
import { KubeError } from "../../kube/kube-error.ts";
import { CoreError, rethrowBug } from "../core-error.ts";
import { type ClusterId, clusterKey, releaseName } from "../ids.ts";

/** What the admin kubeconfig says about where the tenant's API server is. */
export interface Endpoint {
  readonly server: string;
  /** PEM, undefined where the kubeconfig carries none. */
  readonly caCertificate: string | undefined;
}

/** A node as its kubelet reports it. */
export interface TenantNode {
  readonly name: string;
  readonly kubeletVersion: string;
  readonly ready: boolean;
}

/** A Helm release in the tenant cluster, its newest revision. */
interface TenantRelease {
  readonly name: string;
  readonly namespace: string;
  readonly status: string;
  readonly revision: number;
}

export interface TenantOptions {
  readonly client: KubeClient;
  readonly connect: (kubeconfig: string) => Promise<KubeClient>;
  readonly clock: Clock;
  readonly log: Log;
  /** How long the tenant's API may take to answer, ms. */
  readonly answerMs: number;
}

/** The tenant clusters' own APIs: their kubeconfigs, versions, nodes and Helm releases (platform.md §2.1, §5.3). */
export class Tenants {
  private readonly options: TenantOptions;
  private readonly clients = new Map<string, { readonly hash: string; readonly client: Promise<KubeClient> }>();
  /** Since when each cluster has not answered, clock ms: what one waiter has found out the next need not find out again. */
  private readonly silentSince = new Map<string, number>();

  constructor(options: TenantOptions) {
    this.options = options;
  }

  /**
   * The admin kubeconfig as YAML, undefined as long as it does not exist. The tenant's view comes first, the Secret itself second: a
   * tenant may read it only by name, and only once the chart's role exists, so that 403 means "not yet" too.
   */
  async kubeconfig(id: ClusterId, signal: AbortSignal): Promise<string | undefined> {
    const name = `${releaseName(id.name)}-admin-kubeconfig`;
    for (const path of [
      `/apis/core.cozystack.io/v1alpha1/namespaces/${id.namespace}/tenantsecrets/${name}`,
      `/api/v1/namespaces/${id.namespace}/secrets/${name}`,
    ]) {
      try {
        const secret = await this.options.client.request({ method: "GET", path, signal });
        for (const key of ["admin.conf", "super-admin.conf"]) {
          const text = decode(stringAt(secret, ["data", key]));
          if (text !== undefined) return text;
        }
      } catch (error) {
        if (error instanceof KubeError && (error.code === "NotFound" || error.code === "Forbidden")) continue;
        throw CoreError.from(error, `reading the kubeconfig of cluster ${id.name}`, signal);
      }
    }
    return undefined;
  }

  /** Server address and CA of a kubeconfig; undefined where it is none. */
  async endpoint(kubeconfig: string): Promise<Endpoint | undefined> {
    // Loaded on first use: parsing YAML is not worth a millisecond of every start.
    const { parse } = await import("yaml");
    let document: Json;
    try {
      document = parse(kubeconfig) as Json;
    } catch {
      return undefined;
    }
    const current = stringAt(document, ["current-context"]);
    const named = (list: string, name: string | undefined): Json | undefined => {
      const entries = valueAt(document, [list]);
      if (!Array.isArray(entries)) return undefined;
      return entries.find((entry) => stringAt(entry, ["name"]) === name) ?? entries[0];
    };
    const context = named("contexts", current);
    const cluster = named("clusters", stringAt(context, ["context", "cluster"]));
    const server = stringAt(cluster, ["cluster", "server"]);
    if (server === undefined) return undefined;
    return { server, caCertificate: decode(stringAt(cluster, ["cluster", "certificate-authority-data"])) };
  }

  /**
   * How long a cluster's own API has been out of reach, ms; 0 while it answers. Infinite where its kubeconfig can never be used:
   * waiting would not mend it.
   */
  silence(id: ClusterId): number {
    const since = this.silentSince.get(clusterKey(id));
    return since === undefined ? 0 : this.options.clock.now() - since;
  }

  /** `gitVersion` of the tenant's API server, e.g. `v1.34.4`; undefined where it cannot be reached. */
  async version(id: ClusterId, kubeconfig: string, signal: AbortSignal): Promise<string | undefined> {
    const answer = await this.ask(id, kubeconfig, "/version", {}, signal);
    return answer === undefined ? undefined : stringAt(answer, ["gitVersion"]);
  }

  /** The nodes of the tenant cluster; undefined where it cannot be reached. */
  async nodes(id: ClusterId, kubeconfig: string, signal: AbortSignal): Promise<TenantNode[] | undefined> {
    const answer = await this.ask(id, kubeconfig, "/api/v1/nodes", {}, signal);
    const items = valueAt(answer, ["items"]);
    if (!Array.isArray(items)) return undefined;
    return items.map((item) => {
      const conditions = valueAt(item, ["status", "conditions"]);
      const ready = Array.isArray(conditions)
        ? conditions.find((condition) => stringAt(condition, ["type"]) === "Ready")
        : undefined;
      return {
        name: stringAt(item, ["metadata", "name"]) ?? "",
        kubeletVersion: stringAt(item, ["status", "nodeInfo", "kubeletVersion"]) ?? "",
        ready: stringAt(ready, ["status"]) === "True",
      };
    });
  }

  /** Helm's releases in a namespace of the tenant cluster, newest revision each; undefined where it cannot be reached. */
  async releases(
    id: ClusterId,
    kubeconfig: string,
    namespace: string,
    signal: AbortSignal,
  ): Promise<TenantRelease[] | undefined> {
    const path = `/api/v1/namespaces/${namespace}/secrets`;
    const answer = await this.ask(id, kubeconfig, path, { labelSelector: "owner=helm" }, signal);
    const items = valueAt(answer, ["items"]);
    if (!Array.isArray(items)) return undefined;
    const newest = new Map<string, TenantRelease>();
    for (const item of items) {
      const name = stringAt(item, ["metadata", "labels", "name"]);
      const revision = Number(stringAt(item, ["metadata", "labels", "version"]) ?? "0");
      const status = stringAt(item, ["metadata", "labels", "status"]) ?? "";
      if (name === undefined || (newest.get(name)?.revision ?? -1) >= revision) continue;
      newest.set(name, { name, namespace, status, revision });
    }
    return [...newest.values()];
  }

  async close(): Promise<void> {
    const clients = [...this.clients.values()];
    this.clients.clear();
    await Promise.allSettled(clients.map(async ({ client }) => (await client).close()));
  }

  /** One GET of the tenant's API; undefined where it does not answer in time, whatever the reason. */
  private async ask(
    id: ClusterId,
    kubeconfig: string,
    path: string,
    query: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Json | undefined> {
    const { clock, answerMs, log } = this.options;
    const limit = new AbortController();
    const either = AbortSignal.any([signal, limit.signal]);
    const timer = new AbortController();
    clock.sleep(answerMs, timer.signal).then(
      () => limit.abort(new Error("no answer in time")),
      () => {},
    );
    try {
      const client = await this.client(id, kubeconfig);
      const answer = await client.request({ method: "GET", path, query, signal: either });
      this.silentSince.delete(clusterKey(id));
      return answer;
    } catch (error) {
      signal.throwIfAborted();
      rethrowBug(error, either);
      const unusable = error instanceof KubeError && error.code === "Credential";
      const since = this.silentSince.get(clusterKey(id)) ?? clock.now();
      this.silentSince.set(clusterKey(id), unusable ? Number.NEGATIVE_INFINITY : since);
      log("debug", "the tenant cluster's API does not answer", {
        cluster: id.name,
        path,
        code: error instanceof KubeError ? error.code : undefined,
      });
      return undefined;
    } finally {
      timer.abort();
    }
  }

  private async client(id: ClusterId, kubeconfig: string): Promise<KubeClient> {
    const key = clusterKey(id);
    const hash = createHash("sha256").update(kubeconfig).digest("hex");
    const known = this.clients.get(key);
    if (known?.hash === hash) return await known.client;
    const client = this.options.connect(kubeconfig);
    this.clients.set(key, { hash, client });
    // Certificates are renewed and hosts move: a kubeconfig that changed makes the old connection useless.
    if (known !== undefined) known.client.then((old) => old.close()).catch(() => {});
    client.catch(() => this.clients.delete(key));
    return await client;
  }
}

function decode(base64: string | undefined): string | undefined {
  if (base64 === undefined || base64 === "") return undefined;
  const text = Buffer.from(base64, "base64").toString("utf8");
  return text === "" ? undefined : text;
}
