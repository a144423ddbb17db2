import { valueAt } from "../../base/json-pointer.ts";
import type { Context } from "../context.ts";
import type { Notice } from "../desired/state.ts";
import type { ClusterId } from "../ids.ts";
import type { AppObject } from "../object/app-object.ts";
import { compareVersions } from "../platform/versions.ts";
import { controlPlaneRuns } from "../read/observe.ts";
import type { TenantNode } from "../read/tenants.ts";
import type { Seen } from "./wait.ts";

/** The part of an observation that shows a cluster. */
export type ClusterSeen = Pick<Seen, "object" | "monitors">;

export interface ReadinessOptions {
  readonly signal: AbortSignal;
  /** Whether the wait includes the version. */
  readonly version: boolean;
  /** Whether the tenant API was reachable before, so that it must respond. */
  readonly mustAnswer: boolean;
}

const noAnswer = "waiting for the cluster's own API to answer";

/** Responses of the tenant API. */
interface Inside {
  readonly kubeconfig: string;
  readonly version: string;
}

/**
 * Checks whether a cluster is ready: control plane, kubeconfig, a responding tenant API, and the desired version on all nodes. Never
 * writes.
 */
export class ClusterReadiness {
  private readonly context: Context;
  private readonly id: ClusterId;
  private readonly options: ReadinessOptions;
  private hasAnswered: boolean;
  /** Set if the cluster is ready although its API cannot be reached. */
  readonly warnings: Notice[] = [];

  constructor(context: Context, id: ClusterId, options: ReadinessOptions) {
    this.context = context;
    this.id = id;
    this.options = options;
    this.hasAnswered = options.mustAnswer;
  }

  /** Returns what the control plane lacks; undefined if it runs the desired version, or if it runs and cannot be reached from here. */
  async missingOfControlPlane(seen: ClusterSeen): Promise<string | undefined> {
    const inside = await this.inside(seen);
    if (inside === undefined || typeof inside === "string") return inside;
    const wanted = this.wantedVersion(seen.object);
    if (wanted === undefined || compareVersions(inside.version, wanted) === 0) return undefined;
    return `the API server still runs ${inside.version}`;
  }

  /** Returns what the control plane or the nodes lack. */
  async missing(seen: ClusterSeen): Promise<string | undefined> {
    const inside = await this.inside(seen);
    if (inside === undefined || typeof inside === "string") return inside;
    const wanted = this.wantedVersion(seen.object);
    if (wanted === undefined) return undefined;
    const nodes = await this.context.tenants.nodes(this.id, inside.kubeconfig, this.options.signal);
    return nodes === undefined ? noAnswer : missingOfVersion(wanted, inside.version, nodes);
  }

  /** Whether the tenant API has responded. */
  get isReachable(): boolean {
    return this.hasAnswered;
  }

  private wantedVersion({ spec }: AppObject): string | undefined {
    const wanted = valueAt(spec, ["version"]);
    return this.options.version && typeof wanted === "string" ? wanted : undefined;
  }

  /** Reads the tenant API. Returns a reason while its response is awaited; undefined if it cannot be reached from here. */
  private async inside({ monitors }: ClusterSeen): Promise<Inside | string | undefined> {
    const { tenants, timings } = this.context;
    const { signal } = this.options;
    if (!controlPlaneRuns(monitors, this.id.name)) return "waiting for the control plane";
    const kubeconfig = await tenants.kubeconfig(this.id, signal);
    if (kubeconfig === undefined) return "waiting for the kubeconfig";
    const version = await tenants.version(this.id, kubeconfig, signal);
    if (version !== undefined) {
      this.hasAnswered = true;
      return { kubeconfig, version };
    }
    if (this.hasAnswered || tenants.silence(this.id) < timings.reachMs) return noAnswer;
    if (this.warnings.length > 0) return undefined;
    const host = (await tenants.endpoint(kubeconfig))?.server ?? "its API server";
    this.warnings.push({
      summary: `Cluster ${this.id.name} cannot be reached from here`,
      detail: `Cluster ${this.id.name} runs and has a kubeconfig, but ${host} cannot be reached from here, so its version and nodes were not checked. Check that a DNS record and a route to it exist.`,
    });
    return undefined;
  }
}

/** Returns what a cluster lacks to run a version; undefined if nothing is missing (platform.md §5.4). */
export function missingOfVersion(
  wanted: string,
  running: string,
  nodes: readonly Pick<TenantNode, "name" | "kubeletVersion" | "ready">[],
): string | undefined {
  if (compareVersions(running, wanted) !== 0) return `the API server still runs ${running}`;
  const old = nodes.filter(
    ({ kubeletVersion }) => kubeletVersion !== "" && compareVersions(kubeletVersion, wanted) !== 0,
  );
  return old.length === 0 ? undefined : `${old.length} of ${nodes.length} nodes do not run ${wanted} yet`;
}
