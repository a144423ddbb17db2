import { valueAt } from "../../base/json-pointer.ts";
import { SharedAnswer } from "../../base/shared-answer.ts";
import type { Context } from "../context.ts";
import { CoreError } from "../core-error.ts";
import type { NodeGroupDesired } from "../desired/desired.ts";
import { readGroup } from "../desired/node-group.ts";
import type { NodeGroupId } from "../ids.ts";
import { type InstanceType, type QuotaEntry, quota } from "../platform/offers.ts";
import type { Platform } from "../platform/platform.ts";
import type { Finding } from "../validate/finding.ts";
import { checkQuota, limitsNodes } from "../validate/quota.ts";
import { demandOf } from "./demand.ts";
import { groupsOf } from "./list.ts";

type Groups = ReadonlyMap<string, { readonly id: NodeGroupId; readonly group: NodeGroupDesired | undefined }>;

/** Node groups planned by this process and existing ones; together they are the tenant's maximum demand. */
export interface QuotaWatch {
  /** Records the planned settings of a group; undefined if it is to be removed. */
  note(id: NodeGroupId, group: NodeGroupDesired | undefined): void;
  /**
   * Checks whether all groups of the namespace at their maximum exceed its quota. The first call sends at most three requests, the others
   * none: what this process changes later has been planned.
   */
  check(namespace: string, signal: AbortSignal): Promise<Finding[]>;
}

export function createQuotaWatch(
  context: Context,
  instanceTypes: (signal: AbortSignal) => Promise<readonly InstanceType[]>,
): QuotaWatch {
  const planned = new Map<string, { readonly id: NodeGroupId; readonly group: NodeGroupDesired | undefined }>();
  const quotas = new Map<string, SharedAnswer<readonly QuotaEntry[] | undefined>>();
  const existing = new Map<string, SharedAnswer<Groups>>();
  const check = async (namespace: string, signal: AbortSignal): Promise<Finding[]> => {
    const limits = (await once(quotas, namespace, (own) => quota(context, namespace, own)).get(signal)) ?? [];
    if (!limitsNodes(limits)) return [];
    const platform = await context.platformForRead(signal);
    const live = once(existing, namespace, (own) => liveGroups(context, platform, namespace, own));
    const groups = new Map([...(await live.get(signal)), ...planned]);
    const types = await instanceTypes(signal);
    const demands = [...groups.values()].flatMap(({ id, group }) =>
      group === undefined || id.namespace !== namespace
        ? []
        : [demandOf(platform, `${id.cluster}/${id.name}`, group, types)],
    );
    return checkQuota(limits, demands);
  };
  return {
    note: (id, group) => {
      planned.set(keyOf(id), { id, group });
    },
    check: async (namespace, signal) => {
      try {
        return await check(namespace, signal);
      } catch (error) {
        throw CoreError.from(error, "checking the quota", signal);
      }
    },
  };
}

/** The answer of a namespace, which is asked for at the first use and for all callers. */
function once<T>(
  answers: Map<string, SharedAnswer<T>>,
  namespace: string,
  ask: (signal: AbortSignal) => Promise<T>,
): SharedAnswer<T> {
  const shared = answers.get(namespace) ?? new SharedAnswer(() => ask(new AbortController().signal));
  answers.set(namespace, shared);
  return shared;
}

const keyOf = ({ namespace, cluster, name }: NodeGroupId): string => `${namespace}/${cluster}/${name}`;

/** Returns the existing groups of all clusters of a namespace, without those of objects that are being deleted. */
async function liveGroups(
  context: Context,
  platform: Platform,
  namespace: string,
  signal: AbortSignal,
): Promise<Groups> {
  const found = new Map<string, { readonly id: NodeGroupId; readonly group: NodeGroupDesired | undefined }>();
  try {
    const clusters = (await context.reader.clusters(namespace, signal)).filter(
      ({ deletedAt }) => deletedAt === undefined,
    );
    for (const { id, backend, object } of await groupsOf(context, platform, clusters, signal)) {
      if (object.deletedAt !== undefined) continue;
      const spec = backend === "cluster" ? valueAt(object.spec, ["nodeGroups", id.name]) : object.spec;
      found.set(keyOf(id), { id, group: readGroup(spec) });
    }
  } catch (error) {
    // Users without permission to list groups get a check of the planned groups only.
    const known = CoreError.from(error, "listing node groups", signal);
    if (known.code !== "Denied") throw known;
  }
  return found;
}
