import type { Context } from "../context.ts";
import { CoreError } from "../core-error.ts";
import { type ClusterId, clusterKey } from "../ids.ts";
import type { AppObject } from "../object/app-object.ts";

/** The path of all errors in the caller's arguments. */
const path = ["clusterId"];

/** Returns the error of a cluster that does not exist. */
export const noCluster = ({ client }: Pick<Context, "client">, id: ClusterId): CoreError =>
  new CoreError("NotFound", `There is no cluster ${clusterKey(id)} on ${client.server}.`, {
    hint: "Check the namespace and the name.",
    path,
  });

/**
 * Returns a cluster that must exist and must not be being deleted. Throws CoreError NotFound or Deleting.
 * @param hint what the caller can do about a deletion.
 */
export function expectCluster(
  context: Pick<Context, "client">,
  id: ClusterId,
  object: AppObject | undefined,
  hint: string,
): AppObject {
  if (object === undefined) throw noCluster(context, id);
  if (object.deletedAt === undefined) return object;
  throw new CoreError("Deleting", `Cluster ${clusterKey(id)} is being deleted since ${object.deletedAt}.`, {
    summary: `Cluster ${id.name} is being deleted`,
    hint,
    path,
  });
}

/** Returns the error of a cluster that the platform fails to roll out, with the platform's message. */
export const cannotBecomeReady = ({ name }: ClusterId, message: string, hint: string): CoreError =>
  new CoreError("Refused", `The platform cannot install cluster ${name}. It says: ${message}`, {
    summary: `Cluster ${name} cannot become ready`,
    hint,
    path,
  });
