import { computed, optional, optionalComputed, required, writeOnly } from "../../schema/attribute.ts";
import { oneOf } from "../../schema/check.ts";
import { bool, dynamic, int, list, string } from "../../schema/kind.ts";
import { addonName, addonNamesEqual, hosts, yamlObject } from "../shared/checks.ts";
import { type OperationLimits, timeoutsOf } from "../shared/timeouts.ts";
import { sameYaml } from "../shared/yaml/helm-yaml.ts";
import { sameValues } from "./values.ts";

export const addonLimits: OperationLimits = { create: "20m", update: "20m", delete: "20m" };

export const addonSchema = {
  id: computed(string, { notNull: true, doc: "`namespace/cluster/name`." }),
  cluster_id: required(string, {
    requiresReplace: true,
    changing: "replaces the add-on",
    doc: "The cluster the add-on belongs to: `hikube_cluster.….id`.",
  }),
  name: required(string, {
    requiresReplace: true,
    check: addonName,
    semanticEquals: addonNamesEqual,
    changing: "replaces the add-on",
    doc:
      "Name of the add-on: `cert-manager`, `cilium`, `coredns`, `fluxcd`, `gateway-api`, `gpu-operator`, `ingress-nginx`, " +
      "`monitoring-agents`, `velero`, `vertical-pod-autoscaler`; on platform 1.4 or newer also `hami` and `ouroboros`. The API's " +
      "spelling `certManager` means the same.",
  }),
  enabled: optionalComputed(bool, {
    otherwise: "`true`",
    doc: "Whether the add-on is installed. Not for `cilium`, `coredns` and `vertical-pod-autoscaler`, which have no switch.",
  }),
  values: optionalComputed(dynamic, {
    semanticEquals: sameValues,
    doc:
      "Helm values as an object, nested under the chart's own key (e.g. `cert-manager`; the guide Add-ons lists them). Only the values set " +
      "here are managed; others in the cluster are kept. In modules with typed variables use `values_yaml`.",
  }),
  values_yaml: optionalComputed(string, {
    check: yamlObject,
    semanticEquals: sameYaml,
    doc:
      "Helm values as YAML, nested like `values` and compared by meaning. Read as Helm and kubectl read it: `yes` is true, `0644` is 420, " +
      "merge keys apply. Must equal `values` where both are set.",
  }),
  values_wo: writeOnly(dynamic, {
    doc:
      "Write-only secret values (Terraform 1.11 or newer, OpenTofu 1.11 or newer), nested like `values`; stored in no plan and no state. " +
      "Sent with every write. Change `values_wo_version` to send new ones.",
  }),
  values_wo_version: optional(int, { doc: "Any whole number. Change it to send changed `values_wo`." }),
  expose_method: optionalComputed(string, {
    check: oneOf("Proxied", "LoadBalancer"),
    otherwise: "`Proxied`",
    doc: "How `ingress-nginx` is reached: `Proxied` through the platform's ingress, or `LoadBalancer`.",
  }),
  hosts: optionalComputed(list(string), {
    check: hosts,
    doc: "Host names that the platform forwards to `ingress-nginx`, without scheme, e.g. `www.example.org` or `*.example.org`; only with `Proxied`.",
  }),
  resolve_conflicts_on_create: optional(string, {
    providerOnly: true,
    default: "NONE",
    check: oneOf("NONE", "OVERWRITE", "ADOPT"),
    doc:
      "What to do when the add-on is already configured otherwise: `NONE` fails, `OVERWRITE` replaces its values, `ADOPT` keeps " +
      "them and sets these in addition.",
  }),
  on_destroy: optional(string, {
    providerOnly: true,
    default: "disable",
    check: oneOf("disable", "preserve", "reset"),
    doc: "`disable` uninstalls the add-on, `preserve` leaves it as it is, `reset` also removes its values.",
  }),
  wait_for: optional(string, {
    providerOnly: true,
    default: "ready",
    check: oneOf("accepted", "ready"),
    doc: "`ready` waits until the add-on is deployed in the cluster; `accepted` does not wait.",
  }),
  timeouts: timeoutsOf(addonLimits),

  addresses: computed(list(string), {
    notNull: true,
    doc:
      "IP addresses, or host names, of the add-on's load balancers and of its Ingress in the tenant: for `ingress-nginx` what DNS records " +
      "of `hosts` must point to. Empty for an add-on without any, and until they are assigned.",
  }),
  ready: computed(bool, {
    notNull: true,
    doc: "Whether the add-on is deployed in the cluster, or gone from it where `enabled` is false.",
  }),
  status: computed(string, {
    notNull: true,
    doc: "State of the add-on: `pending`, `progressing`, `starting`, `ready`, `failed` or `deleting`.",
  }),
  status_message: computed(string, {
    doc: "What the platform reports while the add-on is not ready; null when it is.",
  }),
} as const;
