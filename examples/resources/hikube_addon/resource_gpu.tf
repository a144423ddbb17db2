resource "hikube_cluster" "prod" {
  name = "prod"
}

resource "hikube_nodegroup" "ml" {
  cluster_id    = hikube_cluster.prod.id
  name          = "ml"
  instance_type = "u1.xlarge"
  min_replicas  = 1
  max_replicas  = 2
  gpus          = [{ name = "nvidia.com/AD102GL_L40S" }]
}

# The operator that gives GPUs to pods. A destroy of this resource leaves it installed.
resource "hikube_addon" "gpu_operator" {
  cluster_id = hikube_cluster.prod.id
  name       = "gpu-operator"
  on_destroy = "preserve"
}
