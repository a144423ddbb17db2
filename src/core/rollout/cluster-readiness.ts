import { valueAt } from "../../base/json-pointer.ts";
import type { Context } from "../context.ts";
import type { Notice } from "../desired/state.ts";
import type { ClusterId } from "../ids.ts";
import type { AppObject } from "../object/app-object.ts";
import { compareVersions } from "../platform/versions.ts";
import { controlPlaneRuns } from "../read/observe.ts";
import type { TenantNode } from "../read/tenants.ts";
import type { Seen } from "./wait.ts";

export interface ReadinessOptions {
  readonly signal: AbortSignal;
  /** Whether the version is part of what is waited for. */
  readonly version: boolean;
  /** Whether the cluster's own API could be reached before: then it must answer. */
  readonly mustAnswer: boolean;
}

/** What is read of a cluster's own API on the way to its readiness. */
interface Inside {
  readonly kubeconfig: string;
  readonly version: string;
}

/** Whether a cluster is ready: control plane, kubeconfig, an API that answers, and the wanted version everywhere. Never writes. */
export class ClusterReadiness {
  private readonly context: Context;
  private readonly id: ClusterId;
  private readonly options: ReadinessOptions;
  private hasAnswered: boolean;
  /** The cluster is ready although its API cannot be reached. */
  readonly warnings: Notice[] = [];

  constructor(context: Context, id: ClusterId, options: ReadinessOptions) {
    this.context = context;
    this.id = id;
    this.options = options;
    this.hasAnswered = options.mustAnswer;
  }

  /** What the control plane lacks; undefined where it runs the wanted version, or cannot be reached from here and runs. */
  async missingOfControlPlane(seen: Seen): Promise<string | undefined> {
    const inside = await this.inside(seen);
    if (inside === undefined || typeof inside === "string") return inside;
    const wanted = this.wantedVersion(seen.object);
    if (wanted === undefined || compareVersions(inside.version, wanted) === 0) return undefined;
    return `the API server still runs ${inside.version}`;
  }

  /** The same, with the nodes. */
  async missing(seen: Seen): Promise<string | undefined> {
    const inside = await this.inside(seen);
    if (inside === undefined || typeof inside === "string") return inside;
    const wanted = this.wantedVersion(seen.object);
    if (wanted === undefined) return undefined;
    const nodes = await this.context.tenants.nodes(this.id, inside.kubeconfig, this.options.signal);
    return missingOfVersion(wanted, inside.version, nodes);
  }

  /** Whether the cluster's own API has answered. */
  get isReachable(): boolean {
    return this.hasAnswered;
  }

  private wantedVersion({ spec }: AppObject): string | undefined {
    const wanted = valueAt(spec, ["version"]);
    return this.options.version && typeof wanted === "string" ? wanted : undefined;
  }

  /** What the cluster's own API tells; a text where it is still waited for, undefined where it cannot be reached from here. */
  private async inside({ monitors }: Seen): Promise<Inside | string | undefined> {
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
    if (this.hasAnswered || tenants.silence(this.id) < timings.reachMs)
      return "waiting for the cluster's own API to answer";
    if (this.warnings.length > 0) return undefined;
    const host = (await tenants.endpoint(kubeconfig))?.server ?? "its API server";
    this.warnings.push({
      summary: `Cluster ${this.id.name} cannot be reached from here`,
      detail: `Cluster ${this.id.name} runs and has a kubeconfig, but ${host} cannot be reached from here, so its version and nodes were not checked. Check that a DNS record and a route to it exist.`,
    });
    return undefined;
  }
}

/** What a cluster lacks until it runs a version; undefined where nothing is missing (platform.md §5.4). */
export function missingOfVersion(
  wanted: string,
  running: string | undefined,
  nodes: readonly TenantNode[] | undefined,
): string | undefined {
  if (running !== undefined && compareVersions(running, wanted) !== 0) return `the API server still runs ${running}`;
  const old = (nodes ?? []).filter(
    ({ kubeletVersion }) => kubeletVersion !== "" && compareVersions(kubeletVersion, wanted) !== 0,
  );
  if (old.length === 0) return undefined;
  return `${old.length} of ${nodes?.length ?? 0} nodes do not run ${wanted} yet`;
}
