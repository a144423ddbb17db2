import type { Context } from "../context.ts";
import { CoreError } from "../core-error.ts";
import type { Notice } from "../desired/state.ts";
import type { AppObject } from "../object/app-object.ts";
import type { MemberRemoveOptions } from "../options.ts";
import { deleteObject, untilGone } from "./delete-object.ts";
import { type Removal, removeOrphans } from "./remove-orphans.ts";

/**
 * Deletes an object, waits until it and everything it runs is gone, and returns what the user is to know. What a deletion left running is
 * deleted once more, with another object of the same name. Throws CoreError Timeout, and Orphaned if parts remain nevertheless.
 */
export async function removeObject(
  context: Context,
  removal: Removal,
  found: AppObject,
  options: MemberRemoveOptions,
): Promise<Notice[]> {
  const { subject, owner, platform, own } = removal;
  const last = await deleteObject(context, subject, owner, found, platform, options);
  if (options.waitFor === "accepted") return [];
  try {
    await untilGone(context, subject, found.uid, own, options);
    return [];
  } catch (error) {
    if (!(error instanceof CoreError && error.code === "Orphaned")) throw error;
    return await removeOrphans(context, removal, last, error, options);
  }
}
