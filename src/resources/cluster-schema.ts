import { computed, optional, optionalComputed, required } from "../schema/attribute.ts";
import { atLeast, oneOf } from "../schema/check.ts";
import { bool, int, list, map, object, string } from "../schema/kind.ts";
import { clusterName, namespaceName, quantity, quantitySame, version, versionSame } from "./checks.ts";
import { timeouts } from "./timeouts.ts";

const resources = (of: string) =>
  optionalComputed(
    object({
      cpu: optionalComputed(string, { check: quantity, same: quantitySame, doc: "CPU, e.g. `500m` or `2`." }),
      memory: optionalComputed(string, { check: quantity, same: quantitySame, doc: "Memory, e.g. `2Gi`." }),
    }),
    { absentUntilSet: true, doc: `Exact size of each ${of} pod; wins over \`resources_preset\`.` },
  );

const component = (of: string) =>
  optionalComputed(
    object({
      resources_preset: optionalComputed(string, {
        doc: "Named size of the pod, e.g. `small` (platform 1.1) or `c1.medium`.",
      }),
      resources: resources(of),
    }),
    { doc: `Size of the ${of}.` },
  );

export const clusterSchema = {
  id: computed(string, { notNull: true, doc: "`namespace/name`. Unknown until the cluster exists." }),
  name: required(string, {
    replaces: true,
    check: clusterName,
    doc: "Name of the cluster, a DNS label of at most 42 characters. Changing it replaces the cluster.",
  }),
  namespace: optionalComputed(string, {
    notNull: true,
    pinned: true,
    replaces: true,
    check: namespaceName,
    doc: "The tenant's namespace. Default: the provider's. Changing it replaces the cluster.",
  }),
  version: optionalComputed(string, {
    notNull: true,
    pinned: true,
    check: version,
    same: versionSame,
    doc:
      "Kubernetes minor version, e.g. `1.34`; `v1.34` and `1.34.4` mean the same. Default: the platform's newest. " +
      "Upgrades go one minor at a time; downgrades are refused.",
  }),
  storage_class: optionalComputed(string, {
    notNull: true,
    pinned: true,
    doc: "Storage class behind the cluster's volumes, e.g. `replicated`. The platform cannot migrate it: a change needs `allow_replace`.",
  }),
  host: optionalComputed(string, {
    doc: "Host name of the Kubernetes API. Default: chosen by the platform. A name of your own needs a DNS record.",
  }),
  control_plane: optionalComputed(
    object({
      replicas: optionalComputed(int, { check: atLeast(1), doc: "Replicas of the control plane." }),
      api_server: optionalComputed(
        object({
          resources_preset: optionalComputed(string, {
            doc: "Named size of the pod, e.g. `large` (platform 1.1) or `c1.medium`.",
          }),
          resources: resources("API server"),
          extra_args: optionalComputed(list(string), {
            doc: "Arguments added to the API server's command line. Platform 1.6 and newer.",
          }),
        }),
        { doc: "Size and arguments of the API server." },
      ),
      controller_manager: component("controller manager"),
      scheduler: component("scheduler"),
      konnectivity: component("konnectivity server"),
    }),
    { doc: "The control plane, which the platform runs." },
  ),
  oidc: optionalComputed(
    object({
      mode: required(string, {
        check: oneOf("None", "System", "CustomConfig"),
        doc: "`None`, `System` (the platform's identity provider) or `CustomConfig`.",
      }),
      custom_config: optionalComputed(
        object({
          config: optionalComputed(string, { doc: "An `AuthenticationConfiguration` document, YAML." }),
          secret_ref: optionalComputed(
            object({ name: required(string, { doc: "Secret in the tenant's namespace with the key `config.yaml`." }) }),
            { doc: "The same document in a secret. Exactly one of both." },
          ),
        }),
        { doc: "Configuration of `CustomConfig`." },
      ),
      users: optionalComputed(
        list({
          email: required(string, { doc: "The user's e-mail address." }),
          role: required(string, { check: oneOf("admin", "view"), doc: "`admin` or `view`." }),
        }),
        { doc: "Who may log in, with what role." },
      ),
    }),
    { doc: "Login to the cluster through OpenID Connect. Platform 1.6 and newer." },
  ),
  node_health_check: optionalComputed(
    object({
      max_unhealthy: optionalComputed(string, {
        doc: "How many nodes may be unhealthy before repair stops, e.g. `50%`.",
      }),
      node_startup_timeout: optionalComputed(string, { doc: "How long a node may take to join, e.g. `10m`." }),
    }),
    { doc: "When broken nodes are replaced. Platform 1.6 and newer." },
  ),
  labels: optionalComputed(map(string), { doc: "Labels of the cluster object. Labels set by others are left alone." }),
  annotations: optionalComputed(map(string), {
    doc: "Annotations of the cluster object. Annotations set by others are left alone.",
  }),
  default_node_group: optional(bool, {
    default: false,
    doc:
      "Whether platform 1.1 may add its own node group `md0` (at least two VMs while the cluster is updated). " +
      "Without it the cluster has the node groups you declare and no other.",
  }),
  deletion_protection: optional(bool, {
    local: true,
    default: false,
    doc: "While true, a plan that destroys the cluster fails. Set it to false and apply before a destroy.",
  }),
  allow_replace: optional(bool, {
    local: true,
    default: false,
    doc: "Whether a plan may destroy this cluster and create it again. Everything in it is lost then.",
  }),
  upgrade_strategy: optional(string, {
    local: true,
    default: "single",
    check: oneOf("single", "stepwise"),
    doc:
      "`single`: one minor version per apply, more are refused. `stepwise`: from 1.33 to 1.35 by way of 1.34, each step " +
      "waited for until the control plane and all nodes run it.",
  }),
  wait_for: optional(string, {
    local: true,
    default: "ready",
    check: oneOf("accepted", "ready"),
    doc: "`ready` waits until the control plane answers and runs the version asked for; `accepted` does not wait.",
  }),
  timeouts,

  uid: computed(string, { notNull: true, doc: "Unique id of the cluster object." }),
  endpoint: computed(string, { doc: "URL of the cluster's Kubernetes API." }),
  cluster_ca_certificate: computed(string, {
    doc: "PEM certificate of the authority that signs the cluster's API endpoint.",
  }),
  kubernetes_version: computed(string, {
    doc: "The version the control plane really runs, e.g. `v1.34.4`.",
  }),
  ready: computed(bool, {
    notNull: true,
    doc: "Whether the control plane answers and the platform's last change succeeded.",
  }),
  status: computed(string, {
    notNull: true,
    doc: "One word for the cluster's state: `ready`, `progressing`, `failed` or `deleting`.",
  }),
  status_message: computed(string, { doc: "What the platform says while the cluster is not ready; null when it is." }),
  unmanaged_node_groups: computed(list(string), {
    notNull: true,
    doc: "Node groups that run although the cluster object does not declare them, such as the platform's own `md0`.",
  }),
  created_at: computed(string, { notNull: true, doc: "When the cluster was created, RFC 3339." }),
} as const;
