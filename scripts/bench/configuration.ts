/** Resources of one cluster in `typed`: itself, three node groups, four add-ons. */
export const resourcesPerCluster = 8;

/** As many clusters as `var.clusters` says, each resource typed: one module, as a platform team has it. */
export const typed = {
  "main.tf": `
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

module "cluster" {
  source   = "./cluster"
  for_each = toset([for number in range(var.clusters) : "\${var.run}-\${number}"])
  name     = each.key
  wait_for = var.wait_for
}
`,
  "cluster/main.tf": `
terraform {
  required_providers {
    hikube = { source = "hikube/hikube" }
  }
}

variable "name" {}
variable "wait_for" {}

resource "hikube_cluster" "this" {
  name     = var.name
  version  = "v1.34"
  wait_for = var.wait_for
}

resource "hikube_nodegroup" "all" {
  for_each      = toset(["web", "batch", "spare"])
  cluster_id    = hikube_cluster.this.id
  name          = each.key
  instance_type = "s1.large"
  min_replicas  = 1
  max_replicas  = 3
  wait_for      = var.wait_for
}

resource "hikube_addon" "all" {
  for_each   = toset(["cert-manager", "fluxcd", "velero", "gpu-operator"])
  cluster_id = hikube_cluster.this.id
  name       = each.key
  wait_for   = var.wait_for
}
`,
};

/** Node groups and add-ons of one cluster in `loadConfiguration`, and the cluster itself. */
export const loadResources = 11;

/** Larger clusters: six node groups and four add-ons each. */
export const loadConfiguration = {
  "main.tf": typed["main.tf"].replaceAll("var.run", '"load"').replace('variable "run" {}\n', ""),
  "cluster/main.tf": typed["cluster/main.tf"].replace('["web", "batch", "spare"]', '["a", "b", "c", "d", "e", "f"]'),
};

/** The same clusters, each as one untyped object. */
export const untyped = {
  "main.tf": `
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
`,
};

/** As many resources as in `typed`, of a provider that has no platform. */
export const floor = {
  "main.tf": `
terraform {
  required_providers {
    floor = { source = "hikube/floor" }
  }
}

variable "run" {}
variable "clusters" {}
variable "wait_for" {}

module "cluster" {
  source   = "./cluster"
  for_each = toset([for number in range(var.clusters) : "\${var.run}-\${number}"])
  name     = each.key
}
`,
  "cluster/main.tf": `
terraform {
  required_providers {
    floor = { source = "hikube/floor" }
  }
}

variable "name" {}

resource "floor_group" "cluster" {
  name          = var.name
  instance_type = "s1.large"
}

resource "floor_group" "all" {
  for_each      = toset(["web", "batch", "spare", "cert-manager", "fluxcd", "velero", "gpu-operator"])
  parent        = floor_group.cluster.id
  name          = "\${var.name}-\${each.key}"
  instance_type = "s1.large"
  min_replicas  = 1
  max_replicas  = 3
  labels        = { team = "platform" }
  roles         = ["ingress-nginx"]
  sizes         = { cpu = "2", memory = "4Gi" }
  devices       = [{ name = "gpu", count = 1 }]
}
`,
};
