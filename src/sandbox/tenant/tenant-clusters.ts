import { isJsonObject } from "../../base/json.ts";
import type { Log } from "../../base/log.ts";
import { createAuthority, issueClient, type KeyPair } from "../server/authority.ts";
import type { ClusterState } from "../store/cluster-state.ts";
import type { FaultScript } from "../platform/faults.ts";
import type { HttpServer } from "../server/http-server.ts";
import { text } from "../store/kube-object.ts";
import { writeKubeconfig } from "../server/kubeconfig.ts";
import type { Timing } from "../platform/pace.ts";
import type { Profile } from "../platform/profile.ts";
import { startTenantCluster } from "./tenant-cluster.ts";
import { tenantObjects } from "./tenant-objects.ts";
import type { World } from "../store/world.ts";

/** The running API servers of the tenant clusters, and the secrets that lead to them. */
export interface TenantClusters {
  start(cluster: ClusterState): void;
  stop(name: string): void;
  stopAll(): Promise<void>;
}

export interface TenantClustersOptions {
  readonly profile: Profile;
  readonly namespace: string;
  readonly world: World;
  readonly timing: Timing;
  readonly faults: FaultScript;
  readonly lineage: boolean;
  readonly log: Log;
}

export function createTenantClusters(options: TenantClustersOptions): TenantClusters {
  const { profile, namespace, world, timing, log } = options;
  const servers = new Map<string, Promise<HttpServer>>();

  const start = (cluster: ClusterState): void => {
    cluster.authority ??= createAuthority(`kubernetes-${cluster.name}`, timing.now());
    const { authority } = cluster;
    const starting = startTenantCluster({
      name: cluster.name,
      namespace,
      authority,
      port: cluster.port ?? 0,
      now: timing.now(),
      version: () => cluster.version,
      objects: () =>
        tenantObjects({
          cluster,
          now: timing.now(),
          platform: profile.platform,
          storageClasses: profile.storageClasses,
          stuck: options.faults.of(cluster.name).groupStuck,
        }),
      resourceVersion: world.version,
      onChange: world.onChange,
    });
    servers.set(cluster.name, starting);
    starting.then(
      (server) => {
        if (world.clusters.get(cluster.name) !== cluster) return;
        cluster.port = server.port;
        putSecret(cluster, authority, server.port);
        world.changed();
      },
      (error: unknown) =>
        log("error", "a tenant cluster could not start", { cluster: cluster.name, error: String(error) }),
    );
  };

  const putSecret = (cluster: ClusterState, authority: KeyPair, port: number): void => {
    const name = `kubernetes-${cluster.name}-admin-kubeconfig`;
    const external = `https://127.0.0.1:${port}`;
    // After a restart on the same port the secret still leads here; new certificates would only be noise.
    const known = world.objects.get("secrets", name)?.["data"];
    const config = isJsonObject(known) ? Buffer.from(text(known["admin.conf"]), "base64").toString() : "";
    if (config.includes(`${external}\n`)) return;
    const internal = `https://kubernetes-${cluster.name}.${namespace}.svc:6443`;
    const conf = (server: string, user: string, organization: string): string =>
      Buffer.from(
        writeKubeconfig({
          name: `kubernetes-${cluster.name}`,
          server,
          authority: authority.certificate,
          user: issueClient(authority, user, [organization], timing.now()),
        }),
      ).toString("base64");
    world.objects.put("secrets", {
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
  };

  const close = async (name: string): Promise<void> => {
    const starting = servers.get(name);
    servers.delete(name);
    try {
      await (await starting)?.stop();
    } catch {
      // It never started: the log has said why.
    }
  };

  return {
    start,
    stop: (name) => {
      world.objects.remove("secrets", `kubernetes-${name}-admin-kubeconfig`);
      void close(name);
    },
    stopAll: async () => {
      await Promise.all([...servers.keys()].map(close));
    },
  };
}
