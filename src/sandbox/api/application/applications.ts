import { isJsonObject } from "../../../base/json.ts";
import type { Kind, Profile } from "../../platform/profile.ts";
import type { ApiResource } from "../../server/api-resource.ts";
import type { Condition, HelmRelease } from "../../store/helm-release.ts";
import { type KubeObject, labelsOf } from "../../store/kube-object.ts";
import type { PlatformState } from "../../store/platform-state.ts";
import { group, toApplication } from "./application.ts";
import { applicationColumns } from "./application-columns.ts";

export interface ApplicationsOptions {
  readonly profile: Profile;
  readonly namespace: string;
  readonly state: PlatformState;
}

/** The resource of one kind of application. `stale`: how many versions back it is read. */
export function applications(options: ApplicationsOptions, kind: Kind, stale: number): ApiResource {
  const { releases } = options.state;
  const view = (release: HelmRelease) =>
    viewApplication(options, stale > 0 ? releases.before(release, stale) : release, kind);
  return {
    group,
    version: "v1alpha1",
    name: kind.plural,
    singular: kind.singular,
    kind: kind.name,
    namespaced: true,
    verbs: ["create", "delete", "get", "list", "patch", "update", "watch"],
    columns: applicationColumns,
    listStyle: "aggregated",
    watch: "tables",
    get: (name) => {
      const release = releases.get(kind.name, name);
      return release && view(release);
    },
    list: () => releases.list(kind.name).map(view),
  };
}

/** An application as the API shows it, with the condition that the platform computes (platform.md §1.10). */
export function viewApplication(options: ApplicationsOptions, release: HelmRelease, kind: Kind): KubeObject {
  const { reportsWorkloadsReady } = options.profile.capabilities.api;
  const more = reportsWorkloadsReady ? workloadsReady(options.state, release) : undefined;
  return toApplication(release, kind, options.namespace, more ? [more] : []);
}

function workloadsReady(state: PlatformState, release: HelmRelease): Condition | undefined {
  const monitors = state.objects.list("workloadmonitors").filter((monitor) => {
    const labels = labelsOf(monitor);
    return (
      labels["apps.cozystack.io/application.kind"] === release.kind &&
      labels["apps.cozystack.io/application.name"] === release.name
    );
  });
  if (monitors.length === 0 || release.status.conditions === undefined) return undefined;
  const reports = monitors.map((monitor) =>
    isJsonObject(monitor["status"]) ? monitor["status"]["operational"] : undefined,
  );
  const times = release.status.conditions.map((one) => one.lastTransitionTime);
  const base = { type: "WorkloadsReady", lastTransitionTime: times.sort().at(-1) ?? "" };
  if (reports.includes(undefined)) {
    const message = "One or more workloads have not been reconciled yet";
    return { ...base, status: "Unknown", reason: "Pending", message };
  }
  const operational = reports.every((report) => report === true);
  return {
    ...base,
    status: operational ? "True" : "False",
    reason: "WorkloadMonitorCheck",
    message: operational ? "All workloads are operational" : "One or more workloads are not operational",
  };
}
