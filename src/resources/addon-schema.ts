import { computed, optional, optionalComputed, required, writeOnly } from "../schema/attribute.ts";
import { oneOf } from "../schema/check.ts";
import { bool, dynamic, int, list, string } from "../schema/kind.ts";
import { addonName, addonNameSame, clusterId, yamlObject } from "./checks.ts";
import { sameYaml } from "./helm-yaml.ts";
import { timeouts } from "./timeouts.ts";

export const addonSchema = {
  id: computed(string, { stable: true, doc: "`namespace/cluster/name`." }),
  cluster_id: required(string, {
    replaces: true,
    check: clusterId,
    doc: "The cluster the add-on belongs to: `hikube_cluster.….id`. Changing it replaces the add-on.",
  }),
  name: required(string, {
    replaces: true,
    check: addonName,
    same: addonNameSame,
    doc: "Name of the add-on, e.g. `cert-manager`; the API's spelling `certManager` means the same.",
  }),
  enabled: optionalComputed(bool, {
    doc: "Whether the add-on is installed. Default: true. Not for `cilium`, `coredns` and `vertical-pod-autoscaler`, which have no switch.",
  }),
  values: optional(dynamic, {
    doc:
      "Helm values as an HCL object, nested under the chart's own key (e.g. `cert-manager`). " +
      "Each value is owned on its own: others are left alone.",
  }),
  values_yaml: optional(string, {
    check: yamlObject,
    same: sameYaml,
    doc: "Helm values as YAML, compared by meaning. Not together with `values`.",
  }),
  values_wo: writeOnly(dynamic, {
    doc: "Secret Helm values, kept in no plan and no state. Sent again with every write and whenever `values_wo_version` changes.",
  }),
  values_wo_version: optional(int, { doc: "Change it to send changed `values_wo`." }),
  expose_method: optionalComputed(string, {
    check: oneOf("Proxied", "LoadBalancer"),
    doc: "How `ingress-nginx` is reached: `Proxied` through the platform's ingress, or `LoadBalancer`.",
  }),
  hosts: optional(list(string), {
    doc: "Host names that the platform forwards to `ingress-nginx` when it is `Proxied`.",
  }),
  resolve_conflicts_on_create: optional(string, {
    local: true,
    default: "NONE",
    check: oneOf("NONE", "OVERWRITE", "ADOPT"),
    doc:
      "What to do when the add-on is already configured otherwise: `NONE` fails, `OVERWRITE` replaces its values, " +
      "`ADOPT` keeps them and lays its own over.",
  }),
  on_destroy: optional(string, {
    local: true,
    default: "disable",
    check: oneOf("disable", "preserve", "reset"),
    doc: "`disable` uninstalls the add-on, `preserve` leaves it as it is, `reset` also forgets its values.",
  }),
  wait_for: optional(string, {
    local: true,
    default: "ready",
    check: oneOf("accepted", "ready"),
    doc: "`ready` waits until the add-on is deployed in the cluster; `accepted` does not wait.",
  }),
  timeouts,

  status: computed(string, { doc: "One word for the add-on's state: `ready`, `progressing`, `failed` …" }),
  status_message: computed(string, { doc: "What the platform says while the add-on is not ready; null when it is." }),
} as const;
