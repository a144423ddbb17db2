import { type ClusterId, clusterKey } from "../../core/ids.ts";
import { foundNames } from "../../hikube/shared/missing.ts";
import type { Session } from "../../hikube/shared/session.ts";
import { UsageError } from "../command-line.ts";
import { type ClusterFilters, filterComplaint, listClusters } from "./collect.ts";

/** A selection without a cluster. */
export class NothingSelected extends Error {
  override readonly name = "NothingSelected";
  readonly summary: string;
  constructor(summary: string, detail: string) {
    super(detail);
    this.summary = summary;
  }
}

interface FilterOptions {
  readonly "name-regex"?: string | undefined;
  readonly label?: readonly string[] | undefined;
  readonly ready?: string | undefined;
}

/** Options by the filter of the list resource that they set. */
const options: Readonly<Record<keyof ClusterFilters, string>> = {
  name_regex: "--name-regex",
  labels: "--label",
  ready: "--ready",
};

/** Returns the filters of a command line. Throws UsageError. */
export async function filtersOf({ "name-regex": pattern, label, ready }: FilterOptions): Promise<ClusterFilters> {
  if (ready !== undefined && ready !== "true" && ready !== "false") {
    throw new UsageError(`Invalid --ready ${JSON.stringify(ready)}: it must be true or false.`);
  }
  const filters = {
    name_regex: pattern ?? null,
    labels: label === undefined ? null : Object.fromEntries(label.map(labelFilter)),
    ready: ready === undefined ? null : ready === "true",
  };
  const invalid = await filterComplaint(filters);
  if (invalid === undefined) return filters;
  throw new UsageError(`Invalid ${options[invalid.filter as keyof ClusterFilters]}: it ${invalid.complaint}`);
}

function labelFilter(text: string): [string, string] {
  const at = text.indexOf("=");
  if (at < 1) throw new UsageError(`Invalid --label ${JSON.stringify(text)}: it must be KEY=VALUE.`);
  return [text.slice(0, at), text.slice(at + 1)];
}

interface Selection {
  readonly ids: readonly ClusterId[];
  /** Where clusters are searched for without ids. */
  readonly namespaces: readonly string[];
  readonly filters: ClusterFilters;
}

/** Returns the clusters with these ids, or all of the namespaces, that match the filters. Throws NothingSelected, DiagnosticError. */
export async function selectClusters(
  session: Session,
  { ids, namespaces: all, filters }: Selection,
  signal: AbortSignal,
): Promise<ClusterId[]> {
  const none: ClusterFilters = { name_regex: null, labels: null, ready: null };
  const namespaces = ids.length === 0 ? all : [...new Set(ids.map(({ namespace }) => namespace))];
  const selected: ClusterId[] = [];
  const existing: ClusterId[] = [];
  for (const namespace of namespaces) {
    existing.push(...(await listClusters(session, namespace, none, signal)));
    const matching = await listClusters(session, namespace, filters, signal);
    selected.push(
      ...matching.filter((id) => ids.length === 0 || ids.some((one) => clusterKey(one) === clusterKey(id))),
    );
  }
  for (const id of ids) {
    if (existing.some((one) => clusterKey(one) === clusterKey(id))) continue;
    throw new NothingSelected(`Cluster ${clusterKey(id)} does not exist`, whatExists(id.namespace, existing, id.name));
  }
  if (selected.length > 0) return selected;
  const set = Object.entries(options).flatMap(([name, option]) =>
    filters[name as keyof ClusterFilters] === null ? [] : [option],
  );
  const detail = namespaces.map((namespace) => whatExists(namespace, existing, filters.name_regex ?? "")).join(" ");
  throw new NothingSelected(set.length === 0 ? "No clusters" : `No cluster matches ${set.join(" and ")}`, detail);
}

function whatExists(namespace: string, all: readonly ClusterId[], wanted: string): string {
  const names = all.filter((id) => id.namespace === namespace).map(({ name }) => name);
  return foundNames(wanted, names, `${namespace} has no clusters.`);
}
