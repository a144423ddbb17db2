import { noLog } from "../../base/log.ts";
import { type ClusterId, clusterKey } from "../../core/ids.ts";
import { validateConfig } from "../../engine/check-config.ts";
import { type Diagnostic, DiagnosticError } from "../../engine/diagnostic.ts";
import { createEngine, type Engine, findPart } from "../../engine/engine.ts";
import { importedState, type ListResult } from "../../engine/list.ts";
import { generateConfig } from "../../engine/resource/generate.ts";
import { parts } from "../../hikube/index.ts";
import { explain } from "../../hikube/shared/diagnostics.ts";
import type { Session } from "../../hikube/shared/session.ts";
import type { ValueObject } from "../../values/value.ts";

export type ResourceType = "hikube_cluster" | "hikube_nodegroup" | "hikube_addon";

/** An object of the tenant with the smallest configuration that imports it without a change. */
export interface Found {
  readonly type: ResourceType;
  readonly cluster: ClusterId;
  /** The cluster's own name, or that of its node group or add-on. */
  readonly name: string;
  readonly config: ValueObject;
}

/** A part of the tenant that the configuration does not have. */
export interface Gap {
  /** `cluster tenant-acme/prod` and the like. */
  readonly object: string;
  readonly diagnostic: Pick<Diagnostic, "summary" | "detail">;
}

interface Collected {
  readonly found: readonly Found[];
  readonly gaps: readonly Gap[];
}

/** What objects are called in texts. */
const nouns: Readonly<Record<ResourceType, string>> = {
  hikube_cluster: "cluster",
  hikube_nodegroup: "node group",
  hikube_addon: "add-on",
};

/** The filters of the list resource `hikube_cluster`. */
export interface ClusterFilters {
  readonly name_regex: string | null;
  readonly ready: boolean | null;
  readonly labels: Readonly<Record<string, string>> | null;
}

/** Returns the clusters of a namespace that match the filters, sorted by name. Throws DiagnosticError. */
export async function listClusters(
  session: Session,
  namespace: string,
  filters: ClusterFilters,
  signal: AbortSignal,
): Promise<ClusterId[]> {
  const found: ClusterId[] = [];
  for await (const { identity } of listed(session, "hikube_cluster", { namespace, ...filters }, false, signal)) {
    found.push({ namespace, name: identity["name"] ?? "" });
  }
  return found;
}

/** Returns the configuration of clusters, of their node groups and of their add-ons. Throws DiagnosticError. */
export async function collectAll(
  session: Session,
  clusters: readonly ClusterId[],
  signal: AbortSignal,
): Promise<Collected> {
  const all: Collected[] = [];
  for (const namespace of new Set(clusters.map(({ namespace }) => namespace))) {
    const own = clusters.filter((id) => id.namespace === namespace);
    all.push(await collect(session, namespace, own, signal));
  }
  return { found: all.flatMap(({ found }) => found), gaps: all.flatMap(({ gaps }) => gaps) };
}

/** The same for clusters of one namespace. */
async function collect(
  session: Session,
  namespace: string,
  clusters: readonly ClusterId[],
  signal: AbortSignal,
): Promise<Collected> {
  const chosen = new Set(clusters.map(({ name }) => name));
  const found: Found[] = [];
  const gaps: Gap[] = [];
  for (const type of ["hikube_cluster", "hikube_nodegroup", "hikube_addon"] as const) {
    for await (const result of listed(session, type, { namespace }, true, signal)) {
      const name = result.identity["name"] ?? "";
      const cluster = { namespace, name: type === "hikube_cluster" ? name : (result.identity["cluster"] ?? "") };
      if (!chosen.has(cluster.name)) continue;
      const key = clusterKey(cluster);
      const object = `${nouns[type]} ${type === "hikube_cluster" ? key : `${key}/${name}`}`;
      const tell = (diagnostic: Gap["diagnostic"]) => void gaps.push({ object, diagnostic });
      const config = await configOf(session, type, result, tell, signal);
      if (config !== undefined) found.push({ type, cluster, name, config });
      // Nothing of a cluster is exported without it.
      else if (type === "hikube_cluster") chosen.delete(name);
    }
  }
  return { found, gaps: [...gaps, ...(await unmodelled(session, namespace, chosen, signal))] };
}

/** Returns the configuration of a listed object; undefined if it has none. `tell` receives what is left out. */
async function configOf(
  session: Session,
  type: ResourceType,
  { identity, state: live = {} }: ListResult,
  tell: (diagnostic: Gap["diagnostic"]) => void,
  signal: AbortSignal,
): Promise<ValueObject | undefined> {
  const summary = "Object left out";
  if (live["status"] === "deleting") {
    tell({ summary, detail: "It is being deleted, so an import of it would soon fail." });
    return undefined;
  }
  const resource = findPart(parts.resources, type, "resource");
  let state: ValueObject;
  try {
    state = importedState(resource, identity, live, session);
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    tell({ summary, detail: `It cannot be imported: ${error.diagnostic.detail}` });
    return undefined;
  }
  const { config, diagnostics, refused } = await generateConfig(engineOf(session), resource, state, signal);
  for (const diagnostic of diagnostics.list) {
    if (diagnostic.severity === "error") throw new DiagnosticError(diagnostic.summary, diagnostic.detail);
    tell(diagnostic);
  }
  if (refused.length === 0) return config;
  tell({ summary, detail: "No configuration of it is valid." });
  return undefined;
}

/** Returns the settings that no argument of the provider stands for. */
async function unmodelled(
  { hikube }: Session,
  namespace: string,
  clusters: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Gap[]> {
  const settings = await hikube.clusters.unmodelled({ namespace, signal });
  return settings
    .filter(({ cluster }) => clusters.has(cluster.name))
    .map(({ kind, name, path }) => ({
      object: `${kind} ${namespace}/${name}`,
      diagnostic: {
        summary: "Setting not in the configuration",
        detail: `No argument of this provider can express \`${path.join(".")}\`. It stays as it is and is not managed.`,
      },
    }));
}

function engineOf(session: Session): Engine<Session> {
  const engine = createEngine<Session>({ explain }, noLog);
  engine.client = session;
  return engine;
}

/** Returns the results of a list resource. Throws DiagnosticError. */
function listed(
  client: Session,
  type: ResourceType,
  filters: Readonly<Record<string, unknown>>,
  includeResource: boolean,
  signal: AbortSignal,
): AsyncIterable<ListResult> {
  const { definition } = findPart(parts.listResources, type, "list resource");
  const unset = Object.fromEntries(Object.keys(definition.schema).map((name) => [name, null]));
  return definition.list({ config: { ...unset, ...filters } as ValueObject, client, signal, includeResource });
}

/** Returns what the filters of clusters must be and are not, as the name of the filter and a text. */
export async function filterComplaint(
  filters: ClusterFilters,
): Promise<{ readonly filter: string; readonly complaint: string } | undefined> {
  const { definition } = findPart(parts.listResources, "hikube_cluster", "list resource");
  const engine = createEngine<Session>({ explain }, noLog);
  const { list } = await validateConfig(engine, definition, { ...filters });
  const [step] = list[0]?.path ?? [];
  if (list[0] === undefined || step === undefined || !("attribute" in step)) return undefined;
  return { filter: step.attribute, complaint: list[0].detail.replace(/^`[^`]*` /, "") };
}
