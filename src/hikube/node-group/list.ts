import { memberList } from "../shared/member-list.ts";
import { stateOf } from "./flatten.ts";

export const nodegroupList = memberList("hikube_nodegroup", {
  doc:
    "The node groups of a cluster or of a namespace, sorted by cluster and name. They are read with the same few requests, whatever " +
    "their number. The platform's own `md0` is not among them: it belongs to `default_node_group` of its cluster.",
  what: "groups",
  list: (client, scope) => client.hikube.nodeGroups.list(scope),
  stateOf,
});
