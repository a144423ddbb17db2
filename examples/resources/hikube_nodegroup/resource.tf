resource "hikube_cluster" "prod" {
  name = "prod"
}

# General purpose nodes, scaled between two bounds.
resource "hikube_nodegroup" "general" {
  cluster_id    = hikube_cluster.prod.id
  name          = "general"
  instance_type = "u1.large"
  min_replicas  = 1
  max_replicas  = 5
  disk_size     = "50Gi"
}

# One GPU a node.
resource "hikube_nodegroup" "ml" {
  cluster_id    = hikube_cluster.prod.id
  name          = "ml"
  instance_type = "u1.xlarge"
  min_replicas  = 1
  max_replicas  = 3
  gpus          = [{ name = "nvidia.com/AD102GL_L40S" }]
}
