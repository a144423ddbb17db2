# Machine learning: nodes with one GPU each, and the operator that gives the GPUs to pods.

resource "hikube_cluster" "ml" {
  name    = var.name
  version = var.kubernetes_version
}

resource "hikube_nodegroup" "ml" {
  cluster_id    = hikube_cluster.ml.id
  name          = "ml"
  instance_type = "u1.xlarge"
  min_replicas  = 1
  max_replicas  = var.max_nodes
  disk_size     = "100Gi"
  gpus          = [{ name = var.gpu }]
}

resource "hikube_addon" "gpu_operator" {
  cluster_id = hikube_cluster.ml.id
  name       = "gpu-operator"
}
