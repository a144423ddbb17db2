import { type Clock, systemClock } from "../base/clock.ts";
import { type Log, noLog } from "../base/log.ts";
import { resolveConnection } from "../kube/config/kubeconfig.ts";
import { clusterConnector } from "../kube/connect-clusters.ts";
import { connect } from "../kube/http/connect.ts";
import type { ReadableKubeConfig } from "../kube/http/connection.ts";
import { KubeError } from "../kube/kube-error.ts";
import { CoreError } from "./core-error.ts";
import { createHikube as createCore, type Hikube, type HikubeOptions } from "./hikube.ts";

// The public entry point of the provisioning library. See docs/guides/library.md.

export { type Clock, systemClock } from "../base/clock.ts";
export { type Log, type LogFields, type LogLevel, noLog } from "../base/log.ts";
export type { ReadableKubeConfig } from "../kube/http/connection.ts";
export type { AddonConvergeOptions } from "./addon/edit.ts";
export type { AddonRemoveOptions } from "./addon/remove.ts";
export type { ReadyOptions } from "./await-ready.ts";
export type { UnmodelledSetting } from "./cluster/unmodelled.ts";
export { CoreError, type CoreErrorCode, type Remedy } from "./core-error.ts";
export type { AddonDesired, ClusterDesired, NodeGroupDesired } from "./desired/desired.ts";
export type {
  AddonState,
  ClusterState,
  Converged,
  NodeGroupState,
  Notice,
  Removed,
  Status,
} from "./desired/state.ts";
export type { Hikube } from "./hikube.ts";
export type { AddonId, ClusterId, NodeGroupId } from "./ids.ts";
export type {
  ConvergeOptions,
  MemberRemoveOptions,
  ObserveClusterOptions,
  ObserveOptions,
  RemoveOptions,
  WaitOptions,
} from "./options.ts";
export type { Gpu, InstanceType, Offer, QuotaEntry, StorageClass } from "./platform/offers.ts";
export type { Platform } from "./platform/platform.ts";
export type { ClusterProgress } from "./progress.ts";
export type { TenantNode } from "./read/tenants.ts";

export interface HikubeSettings extends Pick<HikubeOptions, "pollIntervalMs" | "timings"> {
  /** A client-node `KubeConfig`. Its current context selects the platform's API and the credentials. It is read once, on creation. */
  readonly kubeConfig: ReadableKubeConfig;
  /** The tenant's namespace; default: that of the current context. */
  readonly namespace?: string;
  /** Environment of proxies and of credential plugins; default `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly clock?: Clock;
  /** Default: no logging. */
  readonly log?: Log;
}

/**
 * Creates a client for the clusters, node groups and add-ons of one Hikube tenant. No request is sent before the first call; `close`
 * closes all connections. Throws CoreError `InvalidInput` for an unusable KubeConfig or a missing namespace.
 */
export async function createHikube(settings: HikubeSettings): Promise<Hikube> {
  const { kubeConfig, env = process.env, clock = systemClock, log = noLog, ...timing } = settings;
  const connection = await resolveConnection({ kubeConfig }, env).catch((error: unknown) => {
    if (!(error instanceof KubeError)) throw error;
    const { summary, hint } = error;
    throw new CoreError("InvalidInput", error.message, {
      ...(summary !== undefined && { summary }),
      ...(hint !== undefined && { hint }),
      cause: error,
    });
  });
  const namespace = settings.namespace ?? connection.namespace;
  if (namespace === undefined) {
    throw new CoreError("InvalidInput", "Neither the settings nor the current context name the tenant's namespace.", {
      summary: "No namespace is configured",
      hint: 'Set `namespace`, e.g. "tenant-acme".',
    });
  }
  const options = { clock, log, random: Math.random };
  const client = connect(connection, options);
  const connectTenant = clusterConnector(connection, env, options);
  const core = createCore({ ...timing, ...options, client, namespace, connectTenant });
  return {
    ...core,
    close: async () => {
      await core.close();
      await client.close();
    },
  };
}
