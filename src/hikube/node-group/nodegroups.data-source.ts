import { memberKey } from "../../core/ids.ts";
import { namespaceFormat } from "../../core/validate/formats.ts";
import { dataSource } from "../../engine/define.ts";
import { computed, optionalComputed } from "../../schema/attribute.ts";
import { observed } from "../../schema/derive.ts";
import { list, string } from "../../schema/kind.ts";
import { filtered, nameRegex, readyFilter, sortedBy } from "../shared/filters.ts";
import { checkScope, clusterFilter, membersIn } from "../shared/members.ts";
import type { Session } from "../shared/session.ts";
import { docs } from "./data-source.ts";
import { stateOf } from "./flatten.ts";
import { nodegroupSchema } from "./schema.ts";

const schema = {
  cluster_id: clusterFilter("groups"),
  namespace: optionalComputed(string, {
    check: namespaceFormat,
    doc: "The namespace whose groups are read. Default: that of `cluster_id`, else the provider's.",
  }),
  name_regex: nameRegex("groups"),
  ready: readyFilter("groups"),
  nodegroups: computed(list(observed(nodegroupSchema, { docs })), {
    doc:
      "The node groups, sorted by cluster and name. The platform's own `md0` is not among them: it belongs to `default_node_group` of its " +
      "cluster, whose `unmanaged_node_groups` names it while it runs and no configuration requests it.",
  }),
  ids: computed(list(string), { doc: "Ids of the groups, in the same order." }),
  names: computed(list(string), { doc: "Names of the groups, in the same order." }),
};

export const nodegroupsData = dataSource<Session>()("hikube_nodegroups", {
  doc: "The node groups of a cluster or of a namespace. They are read with the same few requests, whatever their number.",
  schema,
  validate: ({ config, diagnostics }) => checkScope(config, diagnostics),
  read: async ({ config, client, signal }) => {
    const { namespace, members } = await membersIn(schema, config, client, signal, (scope) =>
      client.hikube.nodeGroups.list({ ...scope, signal }),
    );
    const named = members.map((group) => ({ ...group, name: group.id.name }));
    const groups = sortedBy(filtered(named, config), ({ id }) => [id.cluster, id.name]);
    return {
      ...config,
      namespace,
      nodegroups: groups.map(stateOf),
      ids: groups.map(({ id }) => memberKey(id)),
      names: groups.map(({ name }) => name),
    };
  },
});
