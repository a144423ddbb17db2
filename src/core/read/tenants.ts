import { createHash } from "node:crypto";
import type { V1Node, V1Secret } from "@kubernetes/client-node";
import type { Clock } from "../../base/clock.ts";
import { beforeDeadline } from "../../base/deadline.ts";
import { stringAt } from "../../base/json-pointer.ts";
import type { Log } from "../../base/log.ts";
import type { Endpoint } from "../../kube/config/endpoint.ts";
import type { KubeClient } from "../../kube/kube-client.ts";
import { KubeError } from "../../kube/kube-error.ts";
import type { TypedClients } from "../../kube/typed-clients.ts";
import { CoreError, rethrowBug } from "../core-error.ts";
import { type ClusterId, clusterKey, releaseName } from "../ids.ts";

export type { Endpoint } from "../../kube/config/endpoint.ts";

/** A node as its kubelet reports it. */
export interface TenantNode {
  readonly name: string;
  readonly kubeletVersion: string;
  readonly ready: boolean;
  /** The node group; undefined for a node that no group made. */
  readonly group: string | undefined;
  /** Undefined for a node with an exact size. */
  readonly instanceType: string | undefined;
  readonly roles: readonly string[];
  readonly addresses: readonly { readonly type: string; readonly address: string }[];
  /** Quantities by resource, e.g. `cpu`, `memory`, `nvidia.com/gpu`. */
  readonly capacity: Readonly<Record<string, string>>;
  readonly createdAt: string | undefined;
}

/** A Helm release in the tenant cluster, its newest revision. */
export interface TenantRelease {
  readonly name: string;
  readonly namespace: string;
  readonly status: string;
  readonly revision: number;
}

/** The admin kubeconfig of a cluster, or why there is none. */
export type FoundKubeconfig =
  | { readonly kind: "found"; readonly text: string }
  | { readonly kind: "absent" }
  /** Neither the tenant's view nor the Secret may be read. Before the chart is installed, this also means that it does not exist. */
  | { readonly kind: "forbidden"; readonly error: KubeError };

interface Silence {
  /** Clock ms. */
  readonly since: number;
  /** Undefined if the time limit passed. */
  readonly error: KubeError | undefined;
}

export interface TenantOptions {
  readonly client: KubeClient;
  readonly connect: (kubeconfig: string) => Promise<KubeClient>;
  readonly clock: Clock;
  readonly log: Log;
  /** Request timeout of the tenant's API, ms. */
  readonly answerMs: number;
}

/** The tenant clusters' own APIs: their kubeconfigs, versions, nodes and Helm releases (platform.md §2.1, §5.3). */
export class Tenants {
  private readonly options: TenantOptions;
  private readonly clients = new Map<string, { readonly hash: string; readonly client: Promise<KubeClient> }>();
  /** Each cluster's current silence, shared by all waiters. */
  private readonly silences = new Map<string, Silence>();

  constructor(options: TenantOptions) {
    this.options = options;
  }

  /** Returns the admin kubeconfig as YAML; undefined until it exists. */
  async kubeconfig(id: ClusterId, signal: AbortSignal): Promise<string | undefined> {
    const found = await this.findKubeconfig(id, signal);
    return found.kind === "found" ? found.text : undefined;
  }

  /**
   * Reads the admin kubeconfig: from the tenant's view first, then from the Secret itself, which a tenant may read only by name and only
   * once the chart's role exists (platform.md §2.1).
   */
  async findKubeconfig(id: ClusterId, signal: AbortSignal): Promise<FoundKubeconfig> {
    const name = `${releaseName(id.name)}-admin-kubeconfig`;
    let forbidden: KubeError | undefined;
    for (const path of [
      `/apis/core.cozystack.io/v1alpha1/namespaces/${id.namespace}/tenantsecrets/${name}`,
      `/api/v1/namespaces/${id.namespace}/secrets/${name}`,
    ]) {
      try {
        const secret = await this.options.client.request({ method: "GET", path, signal });
        for (const key of ["admin.conf", "super-admin.conf"]) {
          const text = decode(stringAt(secret, ["data", key]));
          if (text !== undefined) return { kind: "found", text };
        }
        return { kind: "absent" };
      } catch (error) {
        const code = error instanceof KubeError ? error.code : undefined;
        if (code === "Forbidden") forbidden = error as KubeError;
        else if (code !== "NotFound")
          throw CoreError.from(error, `reading the kubeconfig of cluster ${id.name}`, signal);
      }
    }
    return forbidden === undefined ? { kind: "absent" } : { kind: "forbidden", error: forbidden };
  }

  /** Returns the server address and CA of a kubeconfig; undefined for an invalid kubeconfig. */
  async endpoint(kubeconfig: string): Promise<Endpoint | undefined> {
    // Loaded on first use, like the connections.
    const { endpointOf } = await import("../../kube/config/endpoint.ts");
    return endpointOf(kubeconfig);
  }

  /**
   * How long a cluster's own API has been unreachable, ms; 0 while it responds. Infinite if its kubeconfig is unusable, because waiting
   * would not help.
   */
  silence(id: ClusterId): number {
    const since = this.silences.get(clusterKey(id))?.since;
    return since === undefined ? 0 : this.options.clock.now() - since;
  }

  /** Returns the error of the last read of a cluster's own API; undefined if it answered, or did not answer in time. */
  lastError(id: ClusterId): KubeError | undefined {
    return this.silences.get(clusterKey(id))?.error;
  }

  /** Returns `gitVersion` of the tenant's API server, e.g. `v1.34.4`; undefined if it cannot be reached. */
  async version(id: ClusterId, kubeconfig: string, signal: AbortSignal): Promise<string | undefined> {
    const answer = await this.ask(id, kubeconfig, "version", ({ version }) => version.getCode(), signal);
    return textOf(answer?.gitVersion);
  }

  /** Returns the nodes of the tenant cluster; undefined if it cannot be reached. */
  async nodes(id: ClusterId, kubeconfig: string, signal: AbortSignal): Promise<TenantNode[] | undefined> {
    const answer = await this.ask(id, kubeconfig, "nodes", ({ core }) => core.listNode(), signal);
    return answer?.items?.map((node: V1Node | null) => nodeOf(id.name, node));
  }

  /** Returns the newest revisions of the Helm releases in a namespace of the tenant cluster; undefined if it cannot be reached. */
  async releases(
    id: ClusterId,
    kubeconfig: string,
    namespace: string,
    signal: AbortSignal,
  ): Promise<TenantRelease[] | undefined> {
    const query = { namespace, labelSelector: "owner=helm" };
    const answer = await this.ask(id, kubeconfig, "releases", ({ core }) => core.listNamespacedSecret(query), signal);
    const items: readonly (V1Secret | null)[] | undefined = answer?.items ?? undefined;
    if (items === undefined) return undefined;
    const newest = new Map<string, TenantRelease>();
    for (const secret of items) {
      const labels = secret?.metadata?.labels ?? {};
      const name = textOf(labels["name"]);
      const revision = Number(textOf(labels["version"]) ?? "0");
      const status = textOf(labels["status"]) ?? "";
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

  /** Sends one read to the tenant's API; undefined if it does not succeed in time, for any reason. */
  private async ask<T>(
    id: ClusterId,
    kubeconfig: string,
    what: string,
    read: (clients: TypedClients) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T | undefined> {
    const { clock, answerMs, log } = this.options;
    // client-node's generated code is loaded on first use, before the request timeout starts.
    const { readTyped } = await import("../../kube/typed-clients.ts");
    let error: KubeError | undefined;
    try {
      const answer = await beforeDeadline(clock, clock.now() + answerMs, signal, async (either) => {
        const client = await this.client(id, kubeconfig);
        return { value: await readTyped(client, either, read) };
      });
      if (answer !== undefined) {
        this.silences.delete(clusterKey(id));
        return answer.value;
      }
    } catch (thrown) {
      signal.throwIfAborted();
      rethrowBug(thrown);
      error = thrown instanceof KubeError ? thrown : undefined;
    }
    const code = error?.code;
    const since = this.silences.get(clusterKey(id))?.since ?? clock.now();
    this.silences.set(clusterKey(id), { since: code === "Credential" ? Number.NEGATIVE_INFINITY : since, error });
    log("debug", "the tenant cluster's API does not answer", { cluster: id.name, what, code });
    return undefined;
  }

  private async client(id: ClusterId, kubeconfig: string): Promise<KubeClient> {
    const key = clusterKey(id);
    const hash = createHash("sha256").update(kubeconfig).digest("hex");
    const known = this.clients.get(key);
    if (known?.hash === hash) return await known.client;
    const client = this.options.connect(kubeconfig);
    this.clients.set(key, { hash, client });
    // A changed kubeconfig (renewed certificate, moved host) invalidates the old connection.
    if (known !== undefined) known.client.then((old) => old.close()).catch(() => {});
    client.catch(() => this.clients.delete(key));
    return await client;
  }
}

const rolePrefix = "node-role.kubernetes.io/";

function nodeOf(cluster: string, node: V1Node | null): TenantNode {
  const { metadata, status } = node ?? {};
  const labels = metadata?.labels ?? {};
  // The MachineSet `kubernetes-<cluster>-<group>-<hash>` (platform.md §5.3).
  const owner = textOf(metadata?.annotations?.["cluster.x-k8s.io/owner-name"]);
  const prefix = `${releaseName(cluster)}-`;
  return {
    name: textOf(metadata?.name) ?? "",
    kubeletVersion: textOf(status?.nodeInfo?.kubeletVersion) ?? "",
    ready: status?.conditions?.find((condition) => condition?.type === "Ready")?.status === "True",
    group: owner?.startsWith(prefix) ? owner.slice(prefix.length).replace(/-[^-]*$/, "") : undefined,
    instanceType: textOf(labels["node.kubernetes.io/instance-type"]),
    roles: Object.keys(labels)
      .filter((label) => label.startsWith(rolePrefix))
      .map((label) => label.slice(rolePrefix.length)),
    addresses: (status?.addresses ?? []).flatMap((one) => {
      const [type, address] = [textOf(one?.type), textOf(one?.address)];
      return type === undefined || address === undefined ? [] : [{ type, address }];
    }),
    capacity: Object.fromEntries(Object.entries(status?.capacity ?? {}).map(([key, value]) => [key, String(value)])),
    createdAt: timeOf(metadata?.creationTimestamp),
  };
}

/** The generated models declare types that a response may violate. */
const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** client-node parses times into Dates with microseconds; an invalid one is undefined. */
const timeOf = (value: unknown): string | undefined =>
  value instanceof Date && !Number.isNaN(value.getTime()) ? value.toISOString().replace(/\.000Z$/, "Z") : textOf(value);

function decode(base64: string | undefined): string | undefined {
  if (base64 === undefined || base64 === "") return undefined;
  const text = Buffer.from(base64, "base64").toString("utf8");
  return text === "" ? undefined : text;
}
