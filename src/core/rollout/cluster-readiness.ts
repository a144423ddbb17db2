import { valueAt } from "../../base/json-pointer.ts";
import type { Context, WaitOptions } from "../context.ts";
import type { ClusterId } from "../ids.ts";
import { upgradePools } from "../node-group/pools.ts";
import type { Platform } from "../platform/platform.ts";
import { compareVersions } from "../platform/versions.ts";
import { controlPlaneRuns } from "../read/observe.ts";
import type { ClusterDesired } from "../spec/desired.ts";
import type { Notice } from "../spec/state.ts";
import { missingOfVersion } from "../validate/upgrade.ts";
import type { Wait } from "./wait.ts";

/** What a cluster lacks until it is ready: control plane, kubeconfig, an API that answers, and the version asked for everywhere. */
export function clusterCheck(
  context: Context,
  id: ClusterId,
  desired: ClusterDesired,
  platform: Platform,
  options: WaitOptions & {
    /** It was in reach before, or more depends on it than one's own peace: never believe what cannot be seen. */
    readonly strict?: boolean;
  },
  warnings: Notice[],
): Wait["check"] {
  const { signal } = options;
  let strict = options.strict === true;
  let pooled = false;
  return async ({ object, monitors }) => {
    if (!controlPlaneRuns(monitors, id.name)) return "waiting for the control plane";
    const kubeconfig = await context.tenants.kubeconfig(id, signal);
    if (kubeconfig === undefined) return "waiting for the kubeconfig";
    const version = await context.tenants.version(id, kubeconfig, signal);
    if (version === undefined) {
      if (strict || context.tenants.silence(id) < context.settle.reachMs)
        return "waiting for the cluster's own API to answer";
      const host = (await context.tenants.endpoint(kubeconfig))?.server ?? "its API server";
      warnings.push({
        summary: `Cluster ${id.name} cannot be reached from here`,
        detail: `Cluster ${id.name} runs and has a kubeconfig, but ${host} cannot be reached from here, so its version and nodes were not checked. Check that a DNS record and a route to it exist.`,
      });
      return undefined;
    }
    strict = true;
    const wanted = valueAt(object.spec, ["version"]);
    if (desired.version === undefined || typeof wanted !== "string") return undefined;
    if (compareVersions(version, wanted) !== 0) return `the API server still runs ${version}`;
    if (!pooled) {
      // Pools carry a version of their own, which must follow the control plane's (platform.md §4).
      await upgradePools(context, platform, id, wanted, options);
      pooled = true;
    }
    return missingOfVersion(wanted, version, await context.tenants.nodes(id, kubeconfig, signal));
  };
}
