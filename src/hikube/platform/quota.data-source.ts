import { formatQuantity, type Quantity } from "../../base/quantity.ts";
import type { NodeGroupDesired } from "../../core/desired/desired.ts";
import { demandOf } from "../../core/node-group/demand.ts";
import type { InstanceType, Offer, QuotaEntry } from "../../core/platform/offers.ts";
import type { Platform } from "../../core/platform/platform.ts";
import { failure } from "../../core/validate/finding.ts";
import { namespaceFormat } from "../../core/validate/formats.ts";
import { checkInstanceType, checkNodeGroup, type Finding } from "../../core/validate/index.ts";
import { type GroupDemand, leftOf, type Requirement, requirementsOf } from "../../core/validate/quota.ts";
import { dataSource } from "../../engine/define.ts";
import { DiagnosticError } from "../../engine/diagnostic.ts";
import { computed, optional, optionalComputed } from "../../schema/attribute.ts";
import { settable } from "../../schema/derive.ts";
import { bool, list, string } from "../../schema/kind.ts";
import { nodegroupSchema } from "../node-group/schema.ts";
import { explained, report } from "../shared/diagnostics.ts";
import { expand, pick } from "../shared/expand-flatten.ts";
import type { Session } from "../shared/session.ts";

const groupAttributes = settable(
  pick(nodegroupSchema, "instance_type", "resources", "min_replicas", "max_replicas", "disk_size", "gpus"),
);

const schema = {
  namespace: optionalComputed(string, {
    check: namespaceFormat,
    doc: "The namespace whose quotas are read. Default: the provider's.",
  }),
  node_groups: optional(list(groupAttributes), {
    doc:
      "Node groups that are still to be created, e.g. a list that `hikube_nodegroup` is created from. What is not set has the " +
      "platform's default.",
  }),
  quotas: computed(
    list({
      resource: computed(string, {
        doc: "Name of the resource in the quota, e.g. `limits.memory` or `services.loadbalancers`.",
      }),
      hard: computed(string, { doc: "The limit, a quantity." }),
      used: computed(string, { doc: "What is used of it." }),
      available: computed(string, { doc: "What is left of it; `0` if the limit is exceeded." }),
    }),
    { doc: "What the quotas of the namespace limit, sorted by resource; empty if nothing is limited." },
  ),
  requirements: computed(
    list({
      resource: computed(string, { doc: "`cpu`, `memory`, `storage` (the disks), or the name of a GPU." }),
      minimum: computed(string, { doc: "What all groups need at `min_replicas`, a quantity." }),
      maximum: computed(string, { doc: "What all groups need at `max_replicas`." }),
      limited_by: computed(string, { doc: "`resource` of the quota that limits it; null if none does." }),
      available: computed(string, { doc: "What that quota leaves; null if none limits it." }),
      missing_minimum: computed(string, { doc: "What is missing at `min_replicas`; `0` if it fits." }),
      missing_maximum: computed(string, { doc: "What is missing at `max_replicas`; `0` if it fits." }),
    }),
    { doc: "What `node_groups` need in total, in addition to what is used; null without `node_groups`." },
  ),
  fits_minimum: computed(bool, {
    doc: "Whether the quotas leave enough for `min_replicas` of all groups; null without `node_groups`.",
  }),
  fits_maximum: computed(bool, {
    doc: "Whether they leave enough for `max_replicas` of all groups; null without `node_groups`.",
  }),
  missing: computed(list(string), {
    doc: "One sentence for each resource that is missing at `max_replicas`, for error messages; null without `node_groups`.",
  }),
};

export const quotaData = dataSource<Session>()("hikube_quota", {
  doc:
    "The quotas of a namespace: limits, use, what is left, and whether node groups that are still to be created fit. The platform accepts " +
    "groups beyond a quota; their nodes never start. The control planes of new clusters are not included.",
  schema,
  read: (context) =>
    explained(
      schema,
      async () => {
        const { config, client, signal, diagnostics } = context;
        const namespace = config.namespace ?? client.namespace;
        const quotas = await client.hikube.offers.quota({ signal, namespace });
        if (quotas === undefined) throw unreadable(namespace);
        const state = { ...config, namespace, quotas: quotas.map(entryOf) };
        const none = { requirements: null, fits_minimum: null, fits_maximum: null, missing: null };
        if (config.node_groups === null) return { ...state, ...none };
        const groups = config.node_groups.map((group): NodeGroupDesired => expand(groupAttributes, group));
        const platform = await client.hikube.platform(signal);
        const types = await client.hikube.offers.instanceTypes({ signal });
        report(
          groups.flatMap((group, index) => problems(platform, group, index, types)),
          schema,
          diagnostics,
        );
        if (diagnostics.failed) return { ...state, ...none };
        return {
          ...state,
          ...needs(
            quotas,
            groups.map((group) => demandOf(platform, "", group, types.items)),
          ),
        };
      },
      "namespace",
    ),
});

const unreadable = (namespace: string) =>
  new DiagnosticError(
    "The quota cannot be read",
    `This login may not list the ResourceQuotas of ${namespace}, or the namespace does not exist. Check the namespace, and that the ` +
      "identity has a role in the tenant.",
    "namespace",
  );

const entryOf = (entry: QuotaEntry) => ({
  resource: entry.resource,
  hard: entry.hard,
  used: entry.used,
  available: formatQuantity(leftOf(entry), /memory|storage/.test(entry.resource) ? "binary" : "decimal"),
});

/** Returns what is wrong with a group, also that its size is not known. */
function problems(platform: Platform, group: NodeGroupDesired, index: number, types: Offer<InstanceType>): Finding[] {
  const found = [
    ...checkNodeGroup(platform, group),
    ...(group.resources === undefined ? checkInstanceType(group.instanceType ?? "", types) : []),
  ].filter(({ severity }) => severity === "error");
  const { cpu, memory, node } = demandOf(platform, "", group, types.items);
  if (found.length === 0 && (cpu === undefined || memory === undefined)) {
    const text = `The platform does not tell the size of ${JSON.stringify(node)}. Set \`resources\` to its size instead.`;
    found.push(failure(["instanceType"], "Unknown size of an instance type", text));
  }
  return found.map((finding) => ({ ...finding, path: ["nodeGroups", String(index), ...finding.path] }));
}

function needs(quotas: readonly QuotaEntry[], groups: readonly GroupDemand[]) {
  const requirements = requirementsOf(quotas, groups).map(requirementOf);
  const isMissing = (missing: string) => missing !== "0";
  return {
    requirements,
    fits_minimum: !requirements.some(({ missing_minimum }) => isMissing(missing_minimum)),
    fits_maximum: !requirements.some(({ missing_maximum }) => isMissing(missing_maximum)),
    missing: requirements
      .filter(({ missing_maximum }) => isMissing(missing_maximum))
      .map(
        ({ resource, maximum, available, limited_by, missing_maximum }) =>
          `${resource}: ${maximum} needed, ${available} left of ${limited_by}, ${missing_maximum} missing`,
      ),
  };
}

function requirementOf({ noun, unit, limit, minimum, maximum }: Requirement) {
  const format = (amount: Quantity) => formatQuantity(amount, unit === "bytes" ? "binary" : "decimal");
  return {
    resource: noun === "CPU" ? "cpu" : noun,
    minimum: format(minimum.amount),
    maximum: format(maximum.amount),
    limited_by: limit?.resource ?? null,
    available: limit === undefined ? null : format(leftOf(limit)),
    missing_minimum: format(minimum.missing),
    missing_maximum: format(maximum.missing),
  };
}
