import { memberList } from "../shared/member-list.ts";
import { stateOf } from "./flatten.ts";

export const nodegroupList = memberList("hikube_nodegroup", {
  doc:
    "The node groups of a cluster or of a namespace, sorted by cluster and name. They are read with the same few requests, whatever " +
    "their number. A group that the cluster's object does not declare is not among them.",
  what: "groups",
  list: (client, scope) => client.hikube.nodeGroups.list(scope),
  stateOf,
});
