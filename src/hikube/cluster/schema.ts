import {
  clusterNameFormat,
  countOrPercentage,
  groupNameFormat,
  hostName,
  imageFactory,
  imageRepository,
  namespaceFormat,
  objectName,
  orEmpty,
  presetName,
  schematicId,
  startupTimeout,
  talosVersion,
} from "../../core/validate/formats.ts";
import { cpu, podMemory } from "../../core/validate/sizes.ts";
import { computed, optional, optionalComputed, required } from "../../schema/attribute.ts";
import { countFrom, notEmpty, oneOf } from "../../schema/check.ts";
import { bool, int, list, map, object, string } from "../../schema/kind.ts";
import {
  annotations,
  apiServerArguments,
  authenticationConfiguration,
  emailAddress,
  labels,
  quantitiesEqual,
  version,
  versionsEqual,
} from "../shared/checks.ts";
import { type OperationLimits, timeoutsOf } from "../shared/timeouts.ts";

const resources = (of: string) =>
  optionalComputed(
    object({
      cpu: optionalComputed(string, {
        check: cpu,
        semanticEquals: quantitiesEqual,
        doc: "CPU cores as a quantity, e.g. `2` or `1500m`.",
      }),
      memory: optionalComputed(string, {
        check: podMemory,
        semanticEquals: quantitiesEqual,
        doc: "Memory as a quantity with a unit, e.g. `4Gi`.",
      }),
    }),
    { absentUntilSet: true, doc: `Exact size of each ${of} pod. Takes precedence over \`resources_preset\`.` },
  );

const preset = (old: string, recent: string) =>
  optionalComputed(string, {
    check: presetName,
    doc:
      `Named size of the pod: \`nano\` … \`2xlarge\` on platform 1.1 (default \`${old}\`), ` +
      `\`t1.nano\` … \`m1.4xlarge\` on platform 1.6 (default \`${recent}\`).`,
  });

/** The keys of a ConfigMap or Secret that a volume has as files. */
const volumeItems = {
  items: optional(
    list({
      key: required(string, { check: notEmpty, doc: "Key of the ConfigMap or Secret." }),
      path: required(string, { check: notEmpty, doc: "File name in the volume." }),
    }),
    { otherwise: "all keys, under their own names", doc: "Only these keys, each as a file." },
  ),
  optional: optional(bool, { otherwise: "`false`", doc: "Whether the API server starts without it." }),
};

const extraVolumes = list({
  name: required(string, { check: groupNameFormat, doc: "Name of the volume, for `extra_volume_mounts`." }),
  config_map: optional(
    object({
      name: required(string, { check: objectName("a ConfigMap"), doc: "Name of the ConfigMap." }),
      ...volumeItems,
    }),
    { doc: "A ConfigMap in the tenant's namespace." },
  ),
  secret: optional(
    object({
      secret_name: required(string, { check: objectName("a secret"), doc: "Name of the Secret." }),
      ...volumeItems,
    }),
    { doc: "A Secret in the tenant's namespace." },
  ),
});

const extraVolumeMounts = list({
  name: required(string, { check: groupNameFormat, doc: "Name of the volume." }),
  mount_path: required(string, {
    check: notEmpty,
    doc: "Absolute path in the API server's container, e.g. `/etc/audit`.",
  }),
  sub_path: optional(string, { check: notEmpty, otherwise: "its root", doc: "Path in the volume." }),
  read_only: optional(bool, { otherwise: "`false`", doc: "Whether it is mounted read-only." }),
});

const component = (of: string) =>
  optionalComputed(object({ resources_preset: preset("micro", "t1.micro"), resources: resources(of) }), {
    doc: `Size of the ${of}.`,
  });

export const clusterLimits: OperationLimits = { create: "45m", update: "60m", delete: "30m" };

export const clusterSchema = {
  id: computed(string, { notNull: true, doc: "`namespace/name`. Unknown until the cluster exists." }),
  name: required(string, {
    requiresReplace: true,
    check: clusterNameFormat,
    changing: "replaces the cluster and needs `allow_replace`",
    doc:
      "Name of the cluster: lower case letters, digits and `-`, starting with a letter. At most 33 characters; at most 29 on " +
      "platform 1.6.",
  }),
  namespace: optionalComputed(string, {
    notNull: true,
    pinned: true,
    requiresReplace: true,
    check: namespaceFormat,
    otherwise: "the provider's",
    changing: "replaces the cluster and needs `allow_replace`",
    doc: "The tenant's namespace.",
  }),
  version: optionalComputed(string, {
    notNull: true,
    pinned: true,
    check: version,
    semanticEquals: versionsEqual,
    otherwise: "the platform's newest",
    changing: "replaces all nodes, one after another",
    doc:
      "Kubernetes minor version in quotes, e.g. `1.34`; `v1.34` means the same. A patch version (`1.34.4`) is accepted and " +
      "ignored: the platform chooses it. Upgrades go one minor version at a time; downgrades are refused.",
  }),
  storage_class: optionalComputed(string, {
    notNull: true,
    pinned: true,
    check: orEmpty(objectName("a storage class")),
    otherwise: "`replicated`",
    changing: "replaces the cluster, because the platform cannot migrate volumes; it needs `allow_replace`",
    doc: "Storage class behind the cluster's volumes: `replicated`, `local` or `replicated-async` on Hikube.",
  }),
  host: optionalComputed(string, {
    check: hostName,
    otherwise: "chosen by the platform",
    doc: "DNS name of the cluster's Kubernetes API, without scheme and port; it needs a DNS record. The address in use is `endpoint`.",
  }),
  control_plane: optionalComputed(
    object({
      replicas: optionalComputed(int, {
        check: countFrom(1),
        otherwise: "`2`",
        doc: "API server pods, at least 1; use 3 for production.",
      }),
      api_server: optionalComputed(
        object({
          resources_preset: preset("large", "c1.medium"),
          resources: resources("API server"),
          extra_args: optionalComputed(list(string), {
            check: apiServerArguments,
            since: "1.6",
            doc: "Flags for kube-apiserver, each `--name=value`. No `--oidc-*` while `oidc.mode` is set.",
          }),
          extra_volumes: optionalComputed(extraVolumes, {
            since: "1.6",
            doc: "ConfigMaps and Secrets as volumes of the API server, each with one of `config_map` and `secret`.",
          }),
          extra_volume_mounts: optionalComputed(extraVolumeMounts, {
            since: "1.6",
            doc: "Where the volumes are mounted.",
          }),
        }),
        { doc: "Size, arguments and files of the API server." },
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
          config: optionalComputed(string, {
            check: authenticationConfiguration,
            doc: "An `AuthenticationConfiguration` document (`apiserver.config.k8s.io/v1beta1`) as YAML.",
          }),
          secret_ref: optionalComputed(
            object({
              name: required(string, {
                check: objectName("a secret"),
                doc: "Secret in the tenant's namespace with the key `config.yaml`.",
              }),
            }),
            {
              doc: "An `AuthenticationConfiguration` document in a secret. Set exactly one of `config` and `secret_ref`.",
            },
          ),
        }),
        { doc: "Configuration of `CustomConfig`." },
      ),
      users: optionalComputed(
        list({
          email: required(string, { check: emailAddress, doc: "The user's e-mail address, e.g. `jane@example.org`." }),
          role: required(string, {
            check: oneOf("admin", "view"),
            doc: "`admin` (cluster-admin) or `view` (read-only).",
          }),
        }),
        { doc: "Users who may log in, each with a role." },
      ),
    }),
    { since: "1.6", doc: "Login to the cluster through OpenID Connect." },
  ),
  node_health_check: optionalComputed(
    object({
      max_unhealthy: optionalComputed(string, {
        check: orEmpty(countOrPercentage),
        otherwise: "`50%`",
        doc: "Count or percentage of unhealthy nodes (`2`, `40%`) above which nodes are no longer repaired.",
      }),
      node_startup_timeout: optionalComputed(string, {
        check: orEmpty(startupTimeout),
        otherwise: "`10m`",
        doc: "Time a node may take to join, as a duration (`10m`), at least `30s`.",
      }),
    }),
    { since: "1.6", doc: "When broken nodes are replaced." },
  ),
  talos: optionalComputed(
    object({
      version: optionalComputed(string, { check: talosVersion, doc: "Talos release, e.g. `v1.13.6`." }),
      schematic_id: optionalComputed(string, {
        check: schematicId,
        doc: "Id of the image factory's schematic, which names the system extensions of the image.",
      }),
      image_factory_url: optionalComputed(string, { check: imageFactory, doc: "URL of the image factory." }),
      installer_repository: optionalComputed(string, {
        check: imageRepository,
        doc: "Image repository of the installer, without a tag.",
      }),
    }),
    {
      changing: "replaces all nodes, one after another",
      since: "1.6",
      doc:
        "Talos Linux, the operating system of the nodes. A setting that is not set here follows the platform's default, which " +
        "changes with the Kubernetes versions on offer.",
    },
  ),
  labels: optionalComputed(map(string), {
    check: labels,
    doc:
      "Labels of the cluster's object in the tenant; **not** of nodes. Keys without a domain: at most 45 characters. " +
      "Labels set by others are left alone.",
  }),
  annotations: optionalComputed(map(string), {
    check: annotations,
    doc:
      "Annotations of the cluster's object in the tenant; **not** of nodes. Keys without a domain: at most 45 characters. " +
      "Annotations set by others are left alone.",
  }),
  labels_all: computed(map(string), {
    doc: "`labels` together with the provider's `default_labels`, over which they win: what this provider sets.",
  }),
  annotations_all: computed(map(string), {
    doc: "`annotations` together with the provider's `default_annotations`, over which they win: what this provider sets.",
  }),
  default_node_group: optional(bool, {
    default: false,
    doc:
      "Whether platform 1.1 may add its own node group `md0` (at least two VMs while the cluster is updated). Without it the " +
      "cluster has the node groups you declare and no other.",
  }),
  deletion_protection: optional(bool, {
    providerOnly: true,
    default: false,
    doc: "While true, a plan that destroys the cluster fails. Set it to false and apply before a destroy.",
  }),
  allow_replace: optional(bool, {
    providerOnly: true,
    default: false,
    doc: "Allows a plan to destroy and re-create this cluster, losing everything in it.",
  }),
  upgrade_strategy: optional(string, {
    providerOnly: true,
    default: "single",
    check: oneOf("single", "stepwise"),
    doc:
      "`single`: one minor version per apply, more are refused. `stepwise`: from 1.33 to 1.35 through 1.34, each step waited for " +
      "until the control plane and all nodes run it.",
  }),
  wait_for: optional(string, {
    providerOnly: true,
    default: "ready",
    check: oneOf("accepted", "ready"),
    doc: "`ready` waits until the control plane answers and runs the version asked for; `accepted` does not wait.",
  }),
  timeouts: timeoutsOf(clusterLimits),

  uid: computed(string, { notNull: true, doc: "Unique id of the cluster object." }),
  endpoint: computed(string, { doc: "URL of the cluster's Kubernetes API." }),
  cluster_ca_certificate: computed(string, {
    doc: "PEM certificate of the authority that signs the cluster's API endpoint.",
  }),
  kubernetes_version: computed(string, {
    doc: "The version the control plane really runs, e.g. `v1.34.4`.",
  }),
  api_address: computed(string, {
    doc:
      "IP address, or host name, that the DNS record of `host` must point to: that of the platform's ingress. Null until it is known, " +
      "and for a user who may not read Ingresses.",
  }),
  available_upgrades: computed(list(string), {
    notNull: true,
    doc:
      "Kubernetes minor versions on offer above `version`, oldest first, e.g. `1.34`. The first one is the next upgrade; the others " +
      'follow one at a time, or with `upgrade_strategy = "stepwise"` in one apply.',
  }),
  ready: computed(bool, {
    notNull: true,
    doc: "Whether the control plane answers and the platform's last change succeeded.",
  }),
  status: computed(string, {
    notNull: true,
    doc: "State of the cluster: `pending`, `progressing`, `starting`, `ready`, `failed` or `deleting`.",
  }),
  status_message: computed(string, {
    doc: "What the platform reports while the cluster is not ready; null when it is.",
  }),
  unmanaged_node_groups: computed(list(string), {
    notNull: true,
    doc:
      "Node groups that run although no client declared them: the platform's own `md0` where the configuration does not request it with " +
      "`default_node_group`.",
  }),
  created_at: computed(string, { notNull: true, doc: "When the cluster was created, RFC 3339." }),
} as const;
