terraform {
  required_providers {
    hikube = { source = "hikube/hikube" }
  }
}

provider "hikube" {}

variable "kubernetes_version" {
  description = "Kubernetes minor version."
  type        = string
  default     = "1.33"
}

resource "hikube_cluster" "demo" {
  name    = "demo"
  version = var.kubernetes_version
}

resource "hikube_nodegroup" "web" {
  cluster_id    = hikube_cluster.demo.id
  name          = "web"
  instance_type = "s1.large"
  min_replicas  = 2
  max_replicas  = 6
  roles         = ["ingress-nginx"]
}

resource "hikube_nodegroup" "ml" {
  cluster_id    = hikube_cluster.demo.id
  name          = "ml"
  instance_type = "u1.xlarge"
  min_replicas  = 1
  max_replicas  = 3
  gpus          = [{ name = "nvidia.com/AD102GL_L40S" }]
}

resource "hikube_addon" "gpu_operator" {
  cluster_id = hikube_cluster.demo.id
  name       = "gpu-operator"
}

output "endpoint" {
  value = hikube_cluster.demo.endpoint
}

output "kubernetes_version" {
  value = hikube_cluster.demo.kubernetes_version
}
