/** Resources of one cluster in `typed`: itself, three node groups, four add-ons. */
export const resourcesPerCluster = 8;

/** As many clusters as `var.clusters` says, each resource typed. */
export const typed = `
terraform {
  required_providers {
    hikube = { source = "hikube/hikube" }
  }
}

variable "run" {}
variable "clusters" {}
variable "wait_for" {}

provider "hikube" {
  config_path = abspath("kubeconfig")
}

locals {
  names  = [for number in range(var.clusters) : "\${var.run}-\${number}"]
  groups = { for pair in setproduct(local.names, ["web", "batch", "spare"]) : join("/", pair) => pair }
  addons = { for pair in setproduct(local.names, ["cert-manager", "fluxcd", "velero", "gpu-operator"]) : join("/", pair) => pair }
}

resource "hikube_cluster" "all" {
  for_each = toset(local.names)
  name     = each.key
  version  = "v1.34"
  wait_for = var.wait_for
}

resource "hikube_nodegroup" "all" {
  for_each      = local.groups
  cluster_id    = hikube_cluster.all[each.value[0]].id
  name          = each.value[1]
  instance_type = "s1.large"
  min_replicas  = 1
  max_replicas  = 3
  wait_for      = var.wait_for
}

resource "hikube_addon" "all" {
  for_each   = local.addons
  cluster_id = hikube_cluster.all[each.value[0]].id
  name       = each.value[1]
  wait_for   = var.wait_for
}
`;

/** The same clusters, each as one untyped object. */
export const untyped = `
terraform {
  required_providers {
    kubectl = { source = "gavinbunney/kubectl" }
  }
}

variable "run" {}
variable "clusters" {}
variable "wait_for" {}

provider "kubectl" {
  config_path      = abspath("kubeconfig")
  load_config_file = true
}

resource "kubectl_manifest" "all" {
  for_each = toset([for number in range(var.clusters) : "\${var.run}-\${number}"])

  yaml_body = yamlencode({
    apiVersion = "apps.cozystack.io/v1alpha1"
    kind       = "Kubernetes"
    metadata   = { name = each.key, namespace = "tenant-demo", labels = { benchmark = "yes" } }
    spec = {
      version = "v1.34"
      nodeGroups = { for group in ["web", "batch", "spare"] : group => {
        instanceType     = "s1.large"
        minReplicas      = 1
        maxReplicas      = 3
        ephemeralStorage = "20Gi"
        resources        = {}
      } }
      addons = { for addon in ["certManager", "fluxcd", "velero", "gpuOperator"] : addon => {
        enabled        = true
        valuesOverride = {}
      } }
    }
  })
}
`;
