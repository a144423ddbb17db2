import { didYouMean } from "../../base/did-you-mean.ts";
import { CoreError } from "../../core/core-error.ts";
import { type AddonId, type ClusterId, clusterKey, clusterOf, type NodeGroupId } from "../../core/ids.ts";
import { addonNames } from "../../core/platform/addon-catalogue.ts";
import { DiagnosticError } from "../../engine/diagnostic.ts";
import type { MemberKind } from "./parent.ts";
import type { Session } from "./session.ts";

// Errors of an import or a data source whose object does not exist; core itself reports only "non-existent remote object". A refresh does
// not use them: it removes a missing object from the state.

const mostListed = 30;

/** How an error about a missing object ends, and the attribute that names the object. */
interface MissingPlace {
  readonly advice: string;
  readonly where?: string;
}

/** In a data source whose attribute `where` names the object. */
export const atArgument = (where: string, what: "cluster" | MemberKind): MissingPlace => ({
  advice: `Correct \`${where}\`, or create the ${what} first.`,
  where,
});

const inImport: MissingPlace = {
  advice: "Correct the import id or identity. To create it instead, remove the import and apply.",
};

/** Returns the error for a missing cluster; it lists the existing clusters. */
export async function missingCluster(
  client: Session,
  id: ClusterId,
  signal: AbortSignal,
  { advice, where }: MissingPlace = inImport,
): Promise<DiagnosticError> {
  const { namespace, name } = id;
  const names = await unlessDenied(async () =>
    (await client.hikube.clusters.list({ signal, namespace })).map(({ id: { name } }) => name),
  );
  const text = `There is no cluster ${JSON.stringify(name)} in ${namespace}.`;
  return new DiagnosticError(
    `Cluster ${clusterKey(id)} does not exist`,
    `${`${text} ${foundNames(name, names, "The namespace has no clusters.")}`.trim()}\n\n${advice}`,
    where,
  );
}

/** Returns the error for a missing node group or add-on, or for its cluster if that is missing. */
export async function missingMember(
  client: Session,
  id: NodeGroupId | AddonId,
  what: MemberKind,
  signal: AbortSignal,
  place: MissingPlace = inImport,
  clusterPlace: MissingPlace = place,
): Promise<DiagnosticError> {
  const clusterId = clusterOf(id);
  const cluster = await client.hikube.clusters.observe(clusterId, { signal, tenantInfo: "skip" });
  if (cluster === undefined) return await missingCluster(client, clusterId, signal, clusterPlace);
  const { name } = id;
  const inCluster = `in cluster ${clusterKey(clusterId)}`;
  if (what === "node group") {
    return new DiagnosticError(
      `Node group ${clusterKey(clusterId)}/${name} does not exist`,
      `There is no node group ${JSON.stringify(name)} ${inCluster}. ${foundNames(name, cluster.nodeGroups, "The cluster has no node groups.")}\n\n${place.advice}`,
      place.where,
    );
  }
  const platform = await client.hikube.platform(signal);
  const served = addonNames.filter(({ apiName }) => platform.addons.includes(apiName)).map((addon) => addon.name);
  return new DiagnosticError(
    `Add-on ${JSON.stringify(name)} is not available`,
    `Platform ${platform.profile.platform} has no add-on ${JSON.stringify(name)} ${inCluster}. Available: ${served.join(", ")}.\n\n${place.advice}`,
    place.where,
  );
}

/** Returns a sentence with the names that exist, and the ones that may have been meant; `none` if there are none. */
export function foundNames(name: string, names: readonly string[] | undefined, none: string): string {
  if (names === undefined) return "";
  if (names.length === 0) return none;
  const sorted = [...names].sort();
  const more = sorted.length > mostListed ? ` and ${sorted.length - mostListed} more` : "";
  return `Found: ${sorted.slice(0, mostListed).join(", ")}${more}.${didYouMean(name, sorted)}`;
}

/** Returns undefined if listing is denied; a user with access to one object may lack the permission to list. */
async function unlessDenied<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof CoreError && error.code === "Denied") return undefined;
    throw error;
  }
}
