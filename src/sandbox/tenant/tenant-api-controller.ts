import { isJsonObject } from "../../base/json.ts";
import type { Log } from "../../base/log.ts";
import type { ImmediateController } from "../platform/controller.ts";
import type { Scheduler } from "../platform/scheduler.ts";
import { createAuthority, issueClient, type KeyPair } from "../server/authority.ts";
import type { HttpServer } from "../server/http-server.ts";
import { writeKubeconfig } from "../server/kubeconfig.ts";
import type { ClusterState } from "../store/cluster-state.ts";
import { text } from "../store/kube-object.ts";
import type { PlatformState } from "../store/platform-state.ts";
import { startTenantCluster } from "./tenant-cluster.ts";
import type { TenantWorlds } from "./tenant-world.ts";

interface TenantApiControllerOptions {
  readonly worlds: TenantWorlds;
  readonly namespace: string;
  readonly state: PlatformState;
  readonly scheduler: Scheduler;
  /** Whether the platform's labelling webhook runs beside Flux. */
  readonly lineage: boolean;
  readonly log: Log;
  /** Writes the state to disk where that is wanted. */
  readonly save: () => void;
}

interface TenantApiController extends ImmediateController {
  /** Stops all API servers. */
  stop(): Promise<void>;
}

interface Running {
  readonly cluster: ClusterState;
  readonly server: Promise<HttpServer>;
}

/** Runs the API server of each tenant cluster that is ready, and keeps the secret with its kubeconfigs. */
export function tenantApiController(options: TenantApiControllerOptions): TenantApiController {
  const { state, scheduler } = options;
  const running = new Map<string, Running>();
  const stop = async (name: string): Promise<void> => {
    const stopping = running.get(name);
    running.delete(name);
    // A server that never started has been logged.
    const server = await stopping?.server.catch(() => undefined);
    await server?.stop();
  };
  return {
    name: "tenant API",
    reconcile: (name) => {
      const cluster = state.clusters.get(name);
      if (running.has(name) && running.get(name)?.cluster !== cluster) void stop(name);
      if (!cluster) state.objects.remove("secrets", secretName(name));
      else if (!running.has(name) && cluster.readyAt <= scheduler.now()) {
        running.set(name, { cluster, server: startServer(options, cluster) });
      }
      return undefined;
    },
    stop: async () => {
      await Promise.all([...running.keys()].map(stop));
    },
  };
}

const secretName = (cluster: string): string => `kubernetes-${cluster}-admin-kubeconfig`;

/** Starts the server of a cluster; once it listens, its port and its kubeconfigs are known. */
function startServer(options: TenantApiControllerOptions, cluster: ClusterState): Promise<HttpServer> {
  const { namespace, state, scheduler, log } = options;
  cluster.authority ??= createAuthority(`kubernetes-${cluster.name}`, scheduler.now());
  const { authority } = cluster;
  const starting = startTenantCluster({
    name: cluster.name,
    namespace,
    authority,
    port: cluster.port ?? 0,
    now: scheduler.now(),
    version: () => cluster.version,
    world: options.worlds(cluster),
    reads: state,
    save: options.save,
    failed: (error) =>
      log("error", "a tenant cluster failed to answer", {
        cluster: cluster.name,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }),
  });
  starting.then(
    (server) => {
      if (state.clusters.get(cluster.name) !== cluster) return;
      cluster.port = server.port;
      putSecret(options, cluster, authority, server.port);
      state.changed();
    },
    (error: unknown) =>
      log("error", "a tenant cluster's API server could not start", { cluster: cluster.name, error: String(error) }),
  );
  return starting;
}

function putSecret(options: TenantApiControllerOptions, cluster: ClusterState, authority: KeyPair, port: number): void {
  const { namespace, state, scheduler } = options;
  const name = secretName(cluster.name);
  const external = `https://127.0.0.1:${port}`;
  // After a restart on the same port the stored kubeconfigs are still right: they are kept.
  const known = state.objects.get("secrets", name)?.["data"];
  const config = isJsonObject(known) ? Buffer.from(text(known["admin.conf"]), "base64").toString() : "";
  if (config.includes(`${external}\n`)) return;
  const internal = `https://kubernetes-${cluster.name}.${namespace}.svc:6443`;
  const conf = (server: string, user: string, organization: string): string =>
    Buffer.from(
      writeKubeconfig({
        name: `kubernetes-${cluster.name}`,
        server,
        authority: authority.certificate,
        user: issueClient(authority, user, [organization], scheduler.now()),
      }),
    ).toString("base64");
  state.objects.put("secrets", {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name,
      namespace,
      labels: {
        ...(options.lineage
          ? {
              "apps.cozystack.io/application.group": "apps.cozystack.io",
              "apps.cozystack.io/application.kind": "Kubernetes",
              "apps.cozystack.io/application.name": cluster.name,
            }
          : {}),
        "internal.cozystack.io/tenantresource": "true",
      },
    },
    type: "Opaque",
    data: {
      "admin.conf": conf(external, "kubernetes-admin", "kubeadm:cluster-admins"),
      "admin.svc": conf(internal, "kubernetes-admin", "kubeadm:cluster-admins"),
      "super-admin.conf": conf(external, "kubernetes-super-admin", "system:masters"),
      "super-admin.svc": conf(internal, "kubernetes-super-admin", "system:masters"),
    },
  });
}
