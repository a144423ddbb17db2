import { memberList } from "../shared/member-list.ts";
import { stateOf } from "./flatten.ts";

export const addonList = memberList("hikube_addon", {
  doc:
    "The add-ons of a cluster or of all clusters of a namespace, sorted by cluster and name: those that are enabled, and those with " +
    "settings that differ from the platform's defaults. They are read with the same few requests, whatever their number. `ready` is the " +
    "platform's report; the Helm releases inside the clusters are not read.",
  what: "add-ons",
  list: (client, scope) => client.hikube.addons.configured(scope),
  stateOf: (addon) => stateOf(addon, {}, true),
});
